"""What BuildKit refuses: one finding each, of the right rule, at the right place."""

from __future__ import annotations

import pytest

from dockerlint_rules.engine.lint import FileResult, Settings, lint_source
from dockerlint_rules.model.stages import Build
from dockerlint_rules.registry.rule import Plan, builtin_rules
from dockerlint_rules.rules.syntax import unparsable_lines
from dockerlint_rules.syntax.source import Source
from dockerlint_rules.testing import lint_alone

FAMILY = [one for one in builtin_rules() if "DF000" < one.code < "DF011" or one.code == "DF020"]


def lint(text: str | bytes) -> FileResult:
    data = text.encode() if isinstance(text, str) else text
    return lint_source(Source.from_bytes(data), Settings(Plan(FAMILY), Build()))


def found(text: str | bytes) -> list[tuple[str, int, int]]:
    result = lint(text)
    assert not result.failures
    return [(one.code, one.line, one.column) for one in result.findings]


CASES: dict[str, tuple[str | bytes, list[tuple[str, int, int]]]] = {
    "empty": ("", [("DF001", 1, 1)]),
    "comments": ("# one\n# two\n", [("DF001", 1, 1)]),
    "args-only": ("ARG A=1\n", [("DF001", 1, 1)]),
    "yaml": ("services:\n  web:\n    image: x\n", [("DF001", 1, 1)]),
    "utf-16": ("FROM a\nRUN b\n".encode("utf-16"), [("DF001", 1, 1)]),
    "binary": (b"\x7fELF\x02\x01\0\0\0\nabc\0\n", [("DF001", 1, 1)]),
    "template": ('FROM {{image "go"}} AS b\n{{template "c"}}\n', [("DF001", 1, 1)]),
    "template-in-from": ("FROM a:{{ b }}\nRUN c\n", [("DF001", 1, 1)]),
    "no-break-space": ("FROM\u00a0a\n", [("DF002", 1, 1)]),
    "no-width": ("FROM a\n\u200bRUN b\n", [("DF002", 2, 1)]),
    "typo": ("FROM a\nCPOY b c\n", [("DF002", 2, 1)]),
    "typo-crlf": ("FROM a\r\nCPOY b c\r\n", [("DF002", 2, 1)]),
    "typo-alone": ("FORM a\n", [("DF002", 1, 1)]),
    "indented": ("FROM a\n  blah\n", [("DF002", 2, 3)]),
    "before-from": ("RUN a\nLABEL b=c\nFROM d\n", [("DF003", 1, 1), ("DF003", 2, 1)]),
    "onbuild-before-from": ("ONBUILD RUN a\nFROM d\n", [("DF003", 1, 1)]),
    "from-two": ("FROM a b\n", [("DF004", 1, 1)]),
    "env-word": ("FROM a\nENV A=1 B\n", [("DF004", 2, 9)]),
    "env-one": ("FROM a\nENV A\n", [("DF004", 2, 5)]),
    "blank-name": ("FROM a\nENV =1\n", [("DF004", 2, 5)]),
    "flag": ("FROM a\nRUN --foo b\n", [("DF005", 2, 5)]),
    "flag-twice": ("FROM a\nCOPY --from=b --from=c d e\n", [("DF005", 2, 15)]),
    "flag-no-value": ("FROM a\nCOPY --from d e\n", [("DF005", 2, 6)]),
    "network": ("FROM a\nRUN --network=some b\n", [("DF005", 2, 5)]),
    "heredoc": ("FROM a\nRUN <<EOF\nb\n", [("DF006", 2, 5)]),
    "heredoc-blanks": ("FROM a\nRUN <<EOF\nb\nEOF \nUSER c\n", [("DF006", 2, 5)]),
    "directive-twice": ("# escape=`\n# escape=`\nFROM a\n", [("DF007", 2, 1)]),
    "directive-value": ("# escape=x\nFROM a\n", [("DF007", 1, 1)]),
    "stage-name": ("FROM a AS 1b\n", [("DF008", 1, 11)]),
    "json": ('FROM a\nCMD ["b", 1]\n', [("DF008", 2, 5)]),
    "shell": ("FROM a\nSHELL bash -c\n", [("DF008", 2, 1)]),
    "onbuild": ("FROM a\nONBUILD FROM b\n", [("DF009", 2, 9)]),
    "long": ("FROM a\nRUN " + "x" * 70_000 + "\n", [("DF010", 2, 1)]),
    "blank": ("FROM a\nRUN b \\\n\n  && c\n", [("DF020", 4, 3)]),
    "blank-crlf": ("FROM a\r\nRUN b \\\r\n\r\n  && c\r\n", [("DF020", 4, 3)]),
    "blank-in-heredoc": ("FROM a\nRUN <<EOF\nb\n\nc\nEOF\n", []),
    "comment-inside": ("FROM a\nRUN b \\\n# c\n  && d\n", []),
    "fine": ("# syntax=docker/dockerfile:1\nARG A\nFROM a\n", []),
}


@pytest.mark.parametrize(("text", "want"), CASES.values(), ids=CASES)
def test_place(text: str | bytes, want: list[tuple[str, int, int]]) -> None:
    assert found(text) == want


def test_every_problem_is_one_finding() -> None:
    text = "RUN a\nFROM b c\nCPOY d\nENV E\nONBUILD ONBUILD RUN f\nHEALTHCHECK --interval=3 CMD g\n"
    result = lint(text)
    assert result.dockerfile is not None
    errors = result.dockerfile.errors
    assert [one.start for one in result.findings] == [one.start for one in errors]


def test_at_most_twenty() -> None:
    assert len(found("FROM a\n" + "blah\n" * 500)) == 20


@pytest.mark.parametrize(
    ("text", "aliases"),
    [
        ("RUN a\nFROM b\n", ("DL3061",)),
        ("FROM a\nONBUILD ONBUILD RUN b\n", ("DL3043",)),
        ("FROM a\nCOPY b\n", ("DL1000",)),
        ("# nothing\n", ()),
    ],
    ids=["before-from", "trigger", "arguments", "empty"],
)
def test_aliases(text: str, aliases: tuple[str, ...]) -> None:
    assert [one.aliases for one in lint(text).findings] == [aliases]


def test_message_has_a_remedy() -> None:
    for text, _ in CASES.values():
        for one in lint(text).findings:
            assert one.message.endswith((".", "?"))
            assert len(one.message) < 240


def test_hint_is_offered_as_a_fix() -> None:
    (one,) = lint_alone(unparsable_lines.unknown_instruction, "FROM a\ncpoy b c\n").findings
    assert one.fix is not None
    assert one.fix.edits[0].text == "copy"
