"""Ports that EXPOSE names."""

from __future__ import annotations

import pytest
from one_rule import fixed, lines, run

from dockerlint_rules.rules.runtime.ports import missing_exposed_port
from dockerlint_rules.testing import lint_alone

PORTS = {
    "none": ("FROM python:3.13\n", 1),
    "own": ("FROM python:3.13\nEXPOSE 80\n", 0),
    "parent": ("FROM python:3.13 AS a\nEXPOSE 80\nFROM a\n", 0),
    "base": ("FROM nginx:1.29\n", 0),
    "unknown": ("FROM team/app:1\n", 0),
}


@pytest.mark.parametrize(("text", "count"), PORTS.values(), ids=PORTS)
def test_df610_exposed_port(text: str, count: int) -> None:
    result = lint_alone(missing_exposed_port, text, profile="elastic-beanstalk")
    assert len(result.findings) == count


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("EXPOSE 8080:80", "EXPOSE 80", id="host-port"),
        pytest.param("EXPOSE 127.0.0.1:8080:80/tcp 443", "EXPOSE 80/tcp 443", id="host-address"),
        pytest.param("expose 1:2 \\\n  3:4", "expose 2 \\\n  4", id="continued"),
    ],
)
def test_df620_fix(before: str, after: str) -> None:
    assert fixed("DF620", f"FROM a\r\n{before}\r\n") == f"FROM a\r\n{after}\r\n"


def test_df620_has_no_fix_for_a_variable() -> None:
    (one,) = run("DF620", "FROM a\nENV P=8080:80\nEXPOSE $P\n").findings
    assert one.message.startswith("'8080:80' contains a host part")
    assert one.fix is None


@pytest.mark.parametrize("text", ["EXPOSE 80/tcp 443", "EXPOSE ${P}", "EXPOSE 8000-8010"])
def test_df620_silent(text: str) -> None:
    assert lines("DF620", f"FROM a\n{text}\n") == []


@pytest.mark.parametrize(
    ("before", "after"),
    [("EXPOSE 80/TCP 53/Udp", "EXPOSE 80/tcp 53/udp"), ("EXPOSE 80/tcp 53", "EXPOSE 80/tcp 53")],
)
def test_df621_fix(before: str, after: str) -> None:
    assert fixed("DF621", f"FROM a\n{before}\n") == f"FROM a\n{after}\n"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("EXPOSE 65535", []),
        ("EXPOSE 65536", [2]),
        ("EXPOSE 65530-65540/udp", [2]),
        ("EXPOSE 80:70000", [2]),
        ("ONBUILD EXPOSE 70000", [2]),
        ("EXPOSE 80 \\\n 70000", [3]),
        ("EXPOSE ${PORT:-70000}", [2]),
        ("EXPOSE web", []),
    ],
)
def test_df622_port(text: str, found: list[int]) -> None:
    assert lines("DF622", f"FROM a\n{text}\n") == found
