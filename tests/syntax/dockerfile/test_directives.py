"""Parser directives at the top of a file."""

from __future__ import annotations

import pytest

from dockerlint_rules.syntax.dockerfile.directives import read_directive
from dockerlint_rules.syntax.dockerfile.document import Document
from dockerlint_rules.syntax.source import Source


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("# syntax=a", ("syntax", "a")),
        ("#syntax=a", ("syntax", "a")),
        ("#\xa0Syntax = a b ", ("syntax", "a b")),
        ("# ESCAPE=`", ("escape", "`")),
        ("# check=skip=all;error=true", ("check", "skip=all;error=true")),
        ("# other=a", None),
        ("# syntax", None),
        ("# syntax=", None),
        ("# syntax= ", ("syntax", " ")),
        ("# syn tax=a", None),
        ("## syntax=a", None),
        ("syntax=a", None),
        (" # syntax=a", None),
    ],
)
def test_one_line(line: str, expected: tuple[str, str] | None) -> None:
    assert read_directive(line) == expected


def test_place_line_and_effective_value() -> None:
    text = "# syntax=a  b c\n # check=x y\nFROM a\n"
    document = Document(Source(text))
    assert [
        (one.name, one.value, one.effective, one.line, one.indented, text[one.start : one.end])
        for one in document.directives
    ] == [
        ("syntax", "a  b c", "a", 1, False, "# syntax=a  b c"),
        ("check", "x y", "x", 2, True, "# check=x y"),
    ]
    assert document.directive("syntax") == "a"
    # The second pass of BuildKit does not look below blanks.
    assert document.directive("check") is None
    assert document.directive("escape") is None


def test_a_tab_is_part_of_the_effective_value() -> None:
    document = Document(Source("# check=a\tb c\n# syntax=d\nFROM a\n"))
    assert document.directive("check") == "a\tb"
    assert document.directive("syntax") == "d"
