"""Shipped tools, beyond the examples on the pages."""

from __future__ import annotations

import pytest
from one_rule import lines

from dockerlint_rules.engine.lint import lint_source
from dockerlint_rules.engine.settings import Settings
from dockerlint_rules.model.build import Build
from dockerlint_rules.registry.plan import Plan
from dockerlint_rules.registry.rule import RULES
from dockerlint_rules.syntax.source import Source


@pytest.mark.parametrize(
    ("code", "body", "expected"),
    [
        pytest.param("DF221", "RUN apt-get install -y make\nCMD x", [], id="DF221-make-alone"),
        pytest.param("DF221", "RUN apt-get install -y g++-12\nCMD x", [2], id="DF221-versioned"),
        pytest.param("DF221", "RUN apt-get install -y gcc", [], id="DF221-no-application"),
        pytest.param("DF221", "RUN apt-get install -y gcc\nCOPY . .", [], id="DF221-files-alone"),
        pytest.param("DF221", "RUN apt-get install -y gcc\nCMD /bin/bash -l", [], id="DF221-shell"),
        pytest.param(
            "DF221", 'RUN apt-get install -y gcc\nCMD ["sleep", "infinity"]', [], id="DF221-waits"
        ),
        pytest.param(
            "DF221",
            "RUN apt-get install -y gcc\nCMD bash -c /start",
            [2],
            id="DF221-shell-with-script",
        ),
        pytest.param("DF221", "RUN apt-get install -y gcc distcc\nCMD x", [], id="DF221-distcc"),
        pytest.param(
            "DF221", "RUN apt-get install -y gcc\nENTRYPOINT x", [2], id="DF221-entrypoint"
        ),
        pytest.param(
            "DF221",
            "RUN apt-get install -y gcc && apt-mark auto '.*' && apt-get purge -y --auto-remove\nCMD x",
            [],
            id="DF221-marked-and-purged",
        ),
        pytest.param(
            "DF221",
            "RUN apt-get install -y gcc && apt-get purge -y --auto-remove git\nCMD x",
            [2],
            id="DF221-another-is-purged",
        ),
        pytest.param(
            "DF221",
            "RUN apt-get install -y gcc && apt-get purge -y gcc\nCMD x",
            [],
            id="DF221-purged",
        ),
        pytest.param("DF228", "RUN apt-get install -y openssh-server", [2], id="DF228-ssh"),
        pytest.param(
            "DF228", "RUN apt-get install -y openssh-server\nEXPOSE 2222", [], id="DF228-ssh-port"
        ),
        pytest.param(
            "DF228", "RUN apt-get install -y openssh-server openmpi-bin", [], id="DF228-ssh-for-mpi"
        ),
        pytest.param("DF228", "RUN apt-get install -y openssh-client", [], id="DF228-ssh-client"),
    ],
)
def test_lines(code: str, body: str, expected: list[int]) -> None:
    assert lines(code, f"FROM debian:12\n{body}\n") == expected


def test_df221_files_in_the_image_of_a_language_are_an_application() -> None:
    text = "FROM python:3.12\nRUN apt-get update && apt-get install -y gcc\nCOPY . /app\n"
    assert lines("DF221", text) == [2]


@pytest.mark.parametrize(
    "start", ["FROM debian:12 AS test", "FROM debian:12 AS web-dev", "ARG B\nFROM $B"]
)
def test_df221_tools_are_the_purpose_or_may_be(start: str) -> None:
    assert lines("DF221", f"{start}\nRUN apt-get install -y gcc\nCMD x\n") == []


@pytest.mark.parametrize(
    ("filename", "expected"),
    [
        ("Dockerfile", 1),
        ("web/Dockerfile", 1),
        ("docker/Dockerfile.prod", 1),
        (".devcontainer/Dockerfile", 0),
        ("docker/builder/Dockerfile.mingw", 0),
        ("docker/Dockerfile.dev", 0),
        ("ci.Dockerfile", 0),
    ],
)
def test_df221_file_names_say_what_an_image_is_for(filename: str, expected: int) -> None:
    text = "FROM debian:12\nRUN apt-get install -y gcc\nCMD x\n"
    settings = Settings(Plan([RULES["DF221"]]), Build(today="2026-11-24"))
    assert len(lint_source(Source(text, filename), settings).findings) == expected


@pytest.mark.parametrize(
    ("code", "body", "expected"),
    [
        pytest.param("DF225", "RUN apt-get install -y vim nano a", [2], id="DF225-editors"),
        pytest.param("DF225", "run apk add \\\n  htop", [3], id="DF225-continued-line"),
        pytest.param("DF225", "RUN <<EOF\ndnf install -y gdb\nEOF", [3], id="DF225-heredoc"),
        pytest.param("DF225", "RUN apt-get purge -y vim", [], id="DF225-removed"),
        pytest.param("DF225", "RUN apt-get install -y vim-common", [], id="DF225-another-package"),
        pytest.param(
            "DF225",
            "RUN apt-get install -y vim\nFROM debian:12",
            [],
            id="DF225-stage-that-does-not-ship",
        ),
    ],
)
def test_debugging_tools(code: str, body: str, expected: list[int]) -> None:
    assert lines(code, f"FROM debian:12\n{body}\n") == expected
