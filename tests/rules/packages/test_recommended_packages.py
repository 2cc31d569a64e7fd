"""Recommended packages, beyond the examples on the pages."""

from __future__ import annotations

import pytest
from one_rule import lines, run


@pytest.mark.parametrize(
    ("code", "body", "expected"),
    [
        pytest.param(
            "DF206", "RUN apt-get install -y -oAPT::Install-Recommends=0 a", [], id="DF206-option"
        ),
        pytest.param("DF206", "RUN sudo apt-get install -y a", [2], id="DF206-behind-sudo"),
        pytest.param("DF206", "RUN apt-get remove -y a", [], id="DF206-remove"),
    ],
)
def test_lines(code: str, body: str, expected: list[int]) -> None:
    assert lines(code, f"FROM debian:12\n{body}\n") == expected


@pytest.mark.parametrize(
    ("code", "command", "aliases"),
    [
        pytest.param("DF206", "apt install -y a", (), id="DF206-apt"),
    ],
)
def test_aliases_are_those_whose_own_condition_holds(
    code: str, command: str, aliases: tuple[str, ...]
) -> None:
    (finding,) = run(code, f"FROM debian:12\nRUN {command}\n").findings
    assert finding.aliases == aliases
