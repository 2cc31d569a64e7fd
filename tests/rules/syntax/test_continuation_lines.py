"""Blank lines inside of an instruction."""

from __future__ import annotations

import pytest
from one_rule import fixed, run
from syntax_rules import found

CASES: dict[str, tuple[str, list[tuple[str, int, int]]]] = {
    "DF020-blank": ("FROM a\nRUN b \\\n\n  && c\n", [("DF020", 4, 3)]),
    "DF020-blank-crlf": ("FROM a\r\nRUN b \\\r\n\r\n  && c\r\n", [("DF020", 4, 3)]),
    "DF020-blank-in-heredoc": ("FROM a\nRUN <<EOF\nb\n\nc\nEOF\n", []),
    "DF020-comment-inside": ("FROM a\nRUN b \\\n# c\n  && d\n", []),
}


@pytest.mark.parametrize(("text", "want"), CASES.values(), ids=CASES)
def test_place(text: str, want: list[tuple[str, int, int]]) -> None:
    assert found(text) == want


def test_df020_several_blank_lines_are_one_finding() -> None:
    text = "FROM a\nrun b \\\n\n\n  && c \\\n\t\n  && d\n"
    (finding,) = run("DF020", text).findings
    assert "continues past blank lines 3, 4 and 6," in finding.message
    assert fixed("DF020", text) == "FROM a\nrun b \\\n  && c \\\n  && d\n"
