"""Install prompts, beyond the examples on the pages."""

from __future__ import annotations

import pytest
from one_rule import fixed, lines, run


@pytest.mark.parametrize(
    ("code", "body", "expected"),
    [
        pytest.param("DF207", "RUN apt-get install -qq a", [], id="DF207-two-q"),
        pytest.param("DF207", "RUN yes | apt-get install a", [], id="DF207-yes-piped"),
        pytest.param("DF207", "RUN apt-get $OPTIONS install a", [], id="DF207-unknown-flags"),
        pytest.param("DF207", "RUN apt-get install -s a", [], id="DF207-simulated"),
        pytest.param("DF207", "RUN zypper in a", [2], id="DF207-zypper"),
        pytest.param("DF207", "RUN pacman -S a", [2], id="DF207-pacman"),
        pytest.param("DF207", "RUN conda install numpy", [2], id="DF207-conda"),
        pytest.param(
            "DF207",
            "ENV CONDA_ALWAYS_YES=1\nRUN conda install numpy",
            [],
            id="DF207-conda-variable",
        ),
    ],
)
def test_lines(code: str, body: str, expected: list[int]) -> None:
    assert lines(code, f"FROM debian:12\n{body}\n") == expected


@pytest.mark.parametrize(
    ("code", "before", "after"),
    [
        pytest.param("DF207", "RUN zypper in a", "RUN zypper -n in a", id="DF207-zypper"),
        pytest.param("DF207", "RUN pacman -S a", "RUN pacman -S --noconfirm a", id="DF207-pacman"),
    ],
)
def test_fix(code: str, before: str, after: str) -> None:
    assert fixed(code, f"FROM debian:12\n{before}\n") == f"FROM debian:12\n{after}\n"


@pytest.mark.parametrize(
    ("code", "command", "aliases"),
    [
        pytest.param("DF207", "dnf install a", ("DL3038",), id="DF207-dnf"),
        pytest.param("DF207", "apt-get upgrade", (), id="DF207-upgrade"),
    ],
)
def test_aliases_are_those_whose_own_condition_holds(
    code: str, command: str, aliases: tuple[str, ...]
) -> None:
    (finding,) = run(code, f"FROM debian:12\nRUN {command}\n").findings
    assert finding.aliases == aliases
