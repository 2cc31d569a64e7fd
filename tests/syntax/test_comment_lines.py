"""Comment lines of YAML and of here-documents."""

from __future__ import annotations

import pytest

from dockerlint_rules.syntax.comment_lines import comment_lines
from dockerlint_rules.syntax.source import Source

TEXT = "# a\nb: # no\n \t# c \r\n\n#\nd\n  # e"


def read(text: str, *bounds: int) -> list[tuple[str, int, int, int]]:
    return [
        (one.text, one.line, one.start, one.end) for one in comment_lines(Source(text), *bounds)
    ]


def test_text_line_and_place() -> None:
    assert read(TEXT) == [
        ("# a", 1, 0, 3),
        ("# c ", 3, 14, 18),
        ("#", 5, 21, 22),
        ("# e", 7, 27, 30),
    ]
    assert [TEXT[start:end] for _, _, start, end in read(TEXT)] == ["# a", "# c ", "#", "# e"]


@pytest.mark.parametrize(
    ("start", "end", "lines"),
    [
        (0, 4, [1]),
        (4, 12, []),
        (4, 13, [3]),
        (4, 21, [3]),
        (4, 22, [3, 5]),
        (12, 30, [3, 5, 7]),
        (23, 30, [7]),
    ],
    ids=["first", "up-to-a-line", "begins-before-the-end", "up-to-the-sign", "one-more", "from-a-line", "last"],
)  # fmt: skip
def test_only_lines_that_begin_between_two_places(start: int, end: int, lines: list[int]) -> None:
    assert [line for _, line, _, _ in read(TEXT, start, end)] == lines


@pytest.mark.parametrize("text", ["", "\n", "a", "\f# a\n", "\xa0# a\n"])
def test_none(text: str) -> None:
    assert read(text) == []
