"""Lines that BuildKit cannot parse, and files that are not Dockerfiles."""

from __future__ import annotations

import pytest
from syntax_rules import found

from dockerlint_rules.rules.syntax import unparsable_lines
from dockerlint_rules.testing import lint_alone

CASES: dict[str, tuple[str | bytes, list[tuple[str, int, int]]]] = {
    "DF001-empty": ("", [("DF001", 1, 1)]),
    "DF001-comments": ("# one\n# two\n", [("DF001", 1, 1)]),
    "DF001-args-only": ("ARG A=1\n", [("DF001", 1, 1)]),
    "DF001-yaml": ("services:\n  web:\n    image: x\n", [("DF001", 1, 1)]),
    "DF001-utf-16": ("FROM a\nRUN b\n".encode("utf-16"), [("DF001", 1, 1)]),
    "DF001-binary": (b"\x7fELF\x02\x01\0\0\0\nabc\0\n", [("DF001", 1, 1)]),
    "DF001-template": ('FROM {{image "go"}} AS b\n{{template "c"}}\n', [("DF001", 1, 1)]),
    "DF001-template-in-from": ("FROM a:{{ b }}\nRUN c\n", [("DF001", 1, 1)]),
    "DF002-no-break-space": ("FROM\u00a0a\n", [("DF002", 1, 1)]),
    "DF002-zero-width": ("FROM a\n\u200bRUN b\n", [("DF002", 2, 1)]),
    "DF002-typo": ("FROM a\nCPOY b c\n", [("DF002", 2, 1)]),
    "DF002-typo-crlf": ("FROM a\r\nCPOY b c\r\n", [("DF002", 2, 1)]),
    "DF002-typo-alone": ("FORM a\n", [("DF002", 1, 1)]),
    "DF002-indented": ("FROM a\n  blah\n", [("DF002", 2, 3)]),
    "DF002-lower-case-keyword": ("from a\nrun b\n", []),
    "DF003-before-from": ("RUN a\nLABEL b=c\nFROM d\n", [("DF003", 1, 1), ("DF003", 2, 1)]),
    "DF003-onbuild-before-from": ("ONBUILD RUN a\nFROM d\n", [("DF003", 1, 1)]),
    "DF003-arg-before-from": ("ARG A\nFROM d\n", []),
    "DF010-long": ("FROM a\nRUN " + "x" * 70_000 + "\n", [("DF010", 2, 1)]),
    "DF010-long-when-joined": ("FROM a\nRUN " + ("x" * 40_000 + " \\\n") * 3 + "y\n", []),
}


@pytest.mark.parametrize(("text", "want"), CASES.values(), ids=CASES)
def test_place(text: str | bytes, want: list[tuple[str, int, int]]) -> None:
    assert found(text) == want


def test_df002_suggestion_is_offered_as_a_fix() -> None:
    (finding,) = lint_alone(unparsable_lines.unknown_instruction, "FROM a\ncpoy b c\n").findings
    assert finding.fix is not None
    assert finding.fix.edits[0].text == "copy"


@pytest.mark.parametrize(
    ("text", "plain"),
    [("FROM\u00a0a\n", "FROM a"), ("FROM a\n\u200bRUN b\n", "RUN")],
    ids=["no-break-space", "zero-width"],
)
def test_df002_invisible_character_is_replaced(text: str, plain: str) -> None:
    (finding,) = lint_alone(unparsable_lines.unknown_instruction, text).findings
    assert finding.fix is not None
    assert finding.fix.edits[0].text == plain
