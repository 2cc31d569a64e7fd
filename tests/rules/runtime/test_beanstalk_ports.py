"""Ports of applications on Elastic Beanstalk."""

from __future__ import annotations

from pathlib import Path

import pytest

from dockerlint_rules.rules.runtime.beanstalk_ports import (
    beanstalk_app_without_exposed_port,
    debugger_port_first,
)
from dockerlint_rules.testing import lint_alone


@pytest.fixture
def dockerfile(tmp_path: Path) -> str:
    """The path of a Dockerfile next to the configuration of Elastic Beanstalk."""
    (tmp_path / ".ebextensions").mkdir()
    return str(tmp_path / "Dockerfile")


@pytest.mark.parametrize(
    ("text", "count"),
    [
        pytest.param("from python:3.13\n", 1, id="lower-case"),
        pytest.param("FROM python:3.13 AS a\nEXPOSE 80\nFROM a\n", 0, id="parent"),
        pytest.param("FROM python:3.13 AS a\nEXPOSE 80\nFROM python:3.13\n", 1, id="other-stage"),
        pytest.param("FROM nginx:1.29\n", 0, id="base-exposes"),
        pytest.param("FROM team/app:1\n", 0, id="unknown-base"),
    ],
)
def test_df665_exposed_port(text: str, count: int, dockerfile: str) -> None:
    Path(dockerfile).write_text(text)
    found = lint_alone(beanstalk_app_without_exposed_port, text, filename=dockerfile).findings
    assert len(found) == count


@pytest.mark.parametrize("name", ["docker-compose.yml", "compose.yaml", "Dockerrun.aws.json"])
def test_df665_another_file_may_name_the_port(name: str, dockerfile: str) -> None:
    Path(dockerfile).write_text("FROM python:3.13\n")
    Path(dockerfile).with_name(name).write_text("")
    text = "FROM python:3.13\n"
    assert not lint_alone(beanstalk_app_without_exposed_port, text, filename=dockerfile).findings


def test_df665_leaves_the_profile_to_df610(dockerfile: str) -> None:
    found = lint_alone(
        beanstalk_app_without_exposed_port,
        "FROM python:3.13\n",
        filename=dockerfile,
        profile="elastic-beanstalk",
    ).findings
    assert found == []


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("EXPOSE 9229 80", 1),
        ("expose 9229/tcp\nexpose 80", 1),
        ("EXPOSE 80 9229", 0),
        ("EXPOSE 9229", 0),
    ],
)
def test_df668_first_port(text: str, count: int) -> None:
    text = f"FROM node:24\n{text}\n"
    found = lint_alone(debugger_port_first, text, profile="elastic-beanstalk").findings
    assert len(found) == count
    assert lint_alone(debugger_port_first, text).findings == []
