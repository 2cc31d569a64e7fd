"""WORKDIR, and ``cd`` in its place."""

from __future__ import annotations

import pytest
from one_rule import fixed, lines, run

from dockerlint_rules.findings.finding import Severity
from dockerlint_rules.rules.runtime.working_directory import (
    cd_in_run,
    cd_instead_of_workdir,
    relative_workdir,
)
from dockerlint_rules.testing import lint_alone

DL, BK = "DL3000", "WorkdirRelativePath"
DIRECTORIES = {
    "relative": ("FROM a\nWORKDIR b\n", [(9, Severity.WARNING, (DL, BK))]),
    "quoted": ('FROM a\nWORKDIR "b"\n', [(9, Severity.WARNING, (DL, BK))]),
    "one-character-absolute": ("FROM a\nWORKDIR /\n", []),
    "below": ("FROM a\nWORKDIR /b\nWORKDIR c\n", [(9, Severity.INFO, (DL,))]),
    "below-parent": (
        "FROM a AS b\nWORKDIR /b\nFROM b\nWORKDIR c\n",
        [(9, Severity.INFO, (DL,))],
    ),
    "variable": ("FROM a\nENV B=/c\nWORKDIR $B\n", []),
    "relative-variable": ("FROM a\nENV B=c\nWORKDIR $B\n", [(9, Severity.INFO, (BK,))]),
    "unset": ("FROM a\nWORKDIR $B\n", [(9, Severity.INFO, (BK,))]),
    "unset-in-path": ("FROM a\nWORKDIR $B/c\n", []),
    "drive": ("FROM a\nWORKDIR C:\\b\n", []),
    "windows": ("FROM mcr.microsoft.com/windows/nanoserver:1\nWORKDIR C:\\b\n", []),
}


@pytest.mark.parametrize(("text", "want"), DIRECTORIES.values(), ids=DIRECTORIES)
def test_df611_workdir(text: str, want: list[tuple[int, Severity, tuple[str, ...]]]) -> None:
    result = lint_alone(relative_workdir, text)
    assert not result.failures
    assert [(one.column, one.severity, one.aliases) for one in result.findings] == [
        (column, severity, aliases) for column, severity, aliases in want
    ]


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("WORKDIR b", "relative to the working directory of the base image"),
        ("WORKDIR /b\nWORKDIR c", "relative to '/b'"),
        ("WORKDIR b\nWORKDIR c", "relative to 'b'"),
        ("ENV B=c\nWORKDIR $B", "does not expand to an absolute path in this file"),
    ],
)
def test_df611_message(text: str, part: str) -> None:
    assert part in run("DF611", f"FROM a\n{text}\n").findings[-1].message


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("WORKDIR /b\nworkdir c/", "WORKDIR /b\nworkdir /b/c/", id="below"),
        pytest.param("WORKDIR /b\r\nWORKDIR c\r", "WORKDIR /b\r\nWORKDIR /b/c\r", id="crlf"),
        pytest.param("WORKDIR c", "WORKDIR c", id="base-image"),
        pytest.param("WORKDIR /$B\nWORKDIR c", "WORKDIR /$B\nWORKDIR c", id="variable"),
        pytest.param('WORKDIR /b\nWORKDIR "c"', 'WORKDIR /b\nWORKDIR "c"', id="quoted"),
    ],
)
def test_df611_fix(before: str, after: str) -> None:
    assert fixed("DF611", f"FROM a\n{before}\n") == f"FROM a\n{after}\n"


CHANGES = {
    "alone": ("FROM a\nRUN cd /b\n", 1, 0),
    "exec": ('FROM a\nRUN ["cd", "/b"]\n', 1, 0),
    "leading": ("FROM a\nRUN cd /b && c\n", 0, 1),
    "middle": ("FROM a\nRUN c && cd /b && d\n", 0, 1),
    "last": ("FROM a\nRUN c && cd /b\n", 0, 1),
    "loop": ('FROM a\nRUN for d in b; do cd "$d" && e; done\n', 0, 1),
    "value": ('FROM a\nRUN D="$(cd /b && pwd)"; echo "$D"\n', 0, 1),
    "subshell": ("FROM a\nRUN (cd /b && c)\n", 0, 1),
    "inside": ('FROM a\nRUN bash -c "cd /b && c"\n', 0, 1),
    "heredoc": ("FROM a\nRUN <<EOF\ncd /b\nc\nEOF\n", 0, 1),
    "onbuild": ("FROM a\nONBUILD RUN cd /b && c\n", 0, 1),
    "text": ("FROM a\nRUN echo cd /b\n", 0, 0),
}


@pytest.mark.parametrize(("text", "alone", "within"), CHANGES.values(), ids=CHANGES)
def test_df612_and_df613_share_the_calls_of_cd(text: str, alone: int, within: int) -> None:
    assert len(lint_alone(cd_instead_of_workdir, text).findings) == alone
    assert len(lint_alone(cd_in_run, text).findings) == within


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("RUN cd /b", "WORKDIR /b", id="plain"),
        pytest.param("run   cd /b", "workdir /b", id="lower-case"),
        pytest.param("RUN cd $B", "RUN cd $B", id="variable"),
        pytest.param("RUN cd /b && cd c", "RUN cd /b && cd c", id="two"),
        pytest.param("RUN --network=none cd /b", "RUN --network=none cd /b", id="flag"),
    ],
)
def test_df612_fix(before: str, after: str) -> None:
    assert fixed("DF612", f"FROM a\n{before}\n") == f"FROM a\n{after}\n"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("WORKDIR C:\\b", [2]),
        ("workdir c:/b", [2]),
        ("WORKDIR /a\nWORKDIR C:\\b", []),
        ("WORKDIR b", []),
    ],
)
def test_df614_drive(text: str, found: list[int]) -> None:
    assert lines("DF614", f"FROM a\n{text}\n") == found
