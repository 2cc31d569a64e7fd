"""Upgrades, beyond the examples on the pages."""

from __future__ import annotations

import pytest
from one_rule import lines, run


@pytest.mark.parametrize(
    ("code", "body", "expected"),
    [
        pytest.param("DF203", "RUN zypper -n dup", [2], id="DF203-zypper"),
        pytest.param("DF203", "RUN pacman -Syu --noconfirm", [], id="DF203-arch-has-no-other-way"),
        pytest.param("DF204", "RUN dnf -y upgrade", [2], id="DF204-everything"),
        pytest.param("DF204", "RUN dnf -y upgrade openssl", [], id="DF204-one-package"),
    ],
)
def test_lines(code: str, body: str, expected: list[int]) -> None:
    assert lines(code, f"FROM debian:12\n{body}\n") == expected


@pytest.mark.parametrize(
    ("code", "command", "aliases"),
    [
        pytest.param("DF203", "zypper -n dup", ("DL3035",), id="DF203-zypper-dup"),
        pytest.param("DF203", "apt-get -y dist-upgrade", (), id="DF203-dist-upgrade"),
    ],
)
def test_aliases_are_those_whose_own_condition_holds(
    code: str, command: str, aliases: tuple[str, ...]
) -> None:
    (finding,) = run(code, f"FROM debian:12\nRUN {command}\n").findings
    assert finding.aliases == aliases
