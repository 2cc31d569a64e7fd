"""What the real ShellCheck says, at its place in the Dockerfile."""

from __future__ import annotations

import pytest

from dockerlint_rules import lint_text
from dockerlint_rules.findings.finding import Finding
from dockerlint_rules.fixes.apply import apply_edits

UNQUOTED = "SC2086"


def said(text: str, code: str = UNQUOTED) -> list[Finding]:
    return lint_text(text, config={"select": [code], "no-shellcheck": False})


@pytest.mark.parametrize(
    ("text", "place"),
    [
        pytest.param("FROM x\nRUN echo $A\n", (2, 10, 2, 12), id="one-line"),
        pytest.param("FROM x\nRUN a \\\n  && echo $A\n", (3, 11, 3, 13), id="continuation"),
        pytest.param("FROM x\nRUN a \\\n# c\n\n  && echo $A\n", (5, 11, 5, 13), id="comment"),
        pytest.param("FROM x\r\nRUN a \\\r\n  && echo $A\r\n", (3, 11, 3, 13), id="crlf"),
        pytest.param("FROM x\nRUN echo 'äß€😀' $A\n", (2, 17, 2, 19), id="unicode"),
        pytest.param("FROM x\nRUN\techo\t$A\n", (2, 10, 2, 12), id="tabs"),
        pytest.param("FROM x\nRUN <<E\na\necho $A\nE\n", (4, 6, 4, 8), id="heredoc"),
        pytest.param("FROM x\nRUN <<-E\n\ta\n\techo $A\n\tE\n", (4, 7, 4, 9), id="chomped"),
        pytest.param("FROM x\nRUN --network=none echo $A\n", (2, 25, 2, 27), id="flag"),
        pytest.param("FROM x\nONBUILD RUN echo $A\n", (2, 18, 2, 20), id="onbuild"),
        pytest.param("# escape=`\nFROM x\nRUN a && echo $A\n", None, id="windows-escape"),
    ],
)
def test_place(text: str, place: tuple[int, int, int, int] | None) -> None:
    found = [(one.line, one.column, one.end_line, one.end_column) for one in said(text)]
    assert found == ([place] if place else [])


def test_every_finding_of_a_run_and_of_the_file() -> None:
    text = "FROM x\nRUN echo $A && echo $B\nRUN echo $A && echo $B\n"
    assert [(one.line, one.column) for one in said(text)] == [(2, 10), (2, 21), (3, 10), (3, 21)]


def test_variables_of_the_build_are_known() -> None:
    assert said('FROM x\nARG A\nRUN echo "$A"\n', "SC2154") == []
    assert [one.line for one in said('FROM x\nRUN echo "$a"\n', "SC2154")] == [2]


def test_its_fix_is_ours_and_unsafe() -> None:
    text = "FROM x\nRUN a \\\n  && echo $A \\\n  && b\n"
    (finding,) = said(text)
    assert finding.fix is not None
    assert finding.fix.safety == "unsafe"
    assert apply_edits(text, finding.fix.edits) == text.replace("$A", '"$A"')


def test_severity_is_a_note_where_the_shell_is_not_known() -> None:
    body = "RUN [[ -f a ]] && b\n"
    (unknown,) = said(f"FROM x\n{body}", "SC3010")
    (dash,) = said(f"FROM debian:12\n{body}", "SC3010")
    assert (unknown.severity, dash.severity) == ("info", "error")
    assert said(f"FROM fedora:43\n{body}", "SC3010") == []


def test_an_ignore_comment_holds() -> None:
    assert said(f"FROM x\n# dockerlint: ignore={UNQUOTED} words\nRUN echo $A\n") == []
    assert said(f"FROM x\n# hadolint ignore={UNQUOTED}\nRUN echo $A\n") == []
    assert said(f"FROM x\nRUN <<E\n# shellcheck disable={UNQUOTED}\necho $A\nE\n") == []


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        pytest.param("# hadolint shell=bash\nFROM x\n{0}FROM y\n{0}", [], id="for-all-stages"),
        pytest.param("FROM x\n{0}# hadolint shell=bash\n{0}", [2], id="from-there-on"),
        pytest.param("FROM x\n# hadolint shell = bash\n{0}FROM y\n{0}", [5], id="one-stage"),
        pytest.param("FROM x\n# hadolint shell=/bin/bash\n{0}", [], id="path"),
        pytest.param('FROM x\n# hadolint shell=bash\nSHELL ["sh", "-c"]\n{0}', [4], id="SHELL"),
        pytest.param("FROM x\n# hadolint shell=powershell\n{0}", [], id="no-bourne-shell"),
        pytest.param("FROM x\n# hadolint shell=\n{0}", [3], id="empty"),
    ],
)
def test_a_comment_names_the_shell(text: str, lines: list[int]) -> None:
    found = said(text.format("RUN [[ -f a ]] && b\n"), "SC3010")
    assert [one.line for one in found] == lines
