"""Heredocs without an end."""

from __future__ import annotations

import pytest
from one_rule import fixed
from syntax_rules import found

CASES: dict[str, tuple[str, list[tuple[str, int, int]]]] = {
    "DF006-heredoc": ("FROM a\nRUN <<EOF\nb\n", [("DF006", 2, 5)]),
    "DF006-heredoc-blanks": ("FROM a\nRUN <<EOF\nb\nEOF \nUSER c\n", [("DF006", 2, 5)]),
    "DF006-tabs": ("FROM a\nRUN <<-EOF\nb\n\tEOF\n", []),
    "DF006-quoted-name": ("FROM a\ncopy <<'E F' /b\nc\nE F\n", []),
}


@pytest.mark.parametrize(("text", "want"), CASES.values(), ids=CASES)
def test_place(text: str, want: list[tuple[str, int, int]]) -> None:
    assert found(text) == want


def test_df006_fix_removes_the_whitespace_around_the_name() -> None:
    assert fixed("DF006", "FROM a\nRUN <<EOF\nb\n\tEOF \n") == "FROM a\nRUN <<EOF\nb\nEOF\n"
