"""The patterns of ``${name#pattern}``: each match as BuildKit's regular expression finds it."""

from __future__ import annotations

import pytest

from dockerlint_rules.syntax.word_patterns import (
    ShellPattern,
    pattern_parts,
    reversed_pattern,
    template_pieces,
)


@pytest.mark.parametrize(
    ("pattern", "value", "shortest", "longest"),
    [
        ("a", "aa", 1, 1),
        ("a", "ba", None, None),
        ("a*b", "axbxb", 3, 5),
        ("a*b*c", "a1b2c3c", 5, 7),
        ("*b*c*d", "1b2c3d4d", 6, 8),
        ("*", "ab\nc", 0, 2),
        ("a*", "ab\nc", 1, 2),
        ("a*c", "ab\nc", None, None),
        ("a\n*c", "a\nbc", 4, 4),
        ("?", "\n", None, None),
        ("a?c", "abc", 3, 3),
        ("\\*", "*a", 1, 1),
        ("\\?\\\\", "?\\", 2, 2),
        ("[a]", "a", None, None),
        ("[a].", "[a].", 4, 4),
        ("", "a", 0, 0),
        ("\ufeffa", "a", 1, 1),
        ("a*b*", "abab", 2, 4),
        ("**a", "ba", 2, 2),
    ],
)
def test_match_at_the_start(
    pattern: str, value: str, shortest: int | None, longest: int | None
) -> None:
    for greedy, end in ((False, shortest), (True, longest)):
        found = ShellPattern(pattern, greedy=greedy).match(value)
        assert found == (None if end is None else (0, end))


@pytest.mark.parametrize(
    ("pattern", "value", "start", "found"),
    [
        ("b", "abab", 0, (1, 2)),
        ("b", "abab", 2, (3, 4)),
        ("b", "a", 0, None),
        ("b*c", "ab1c2c", 0, (1, 6)),
        ("b*c*d", "ab1c2d3d", 0, (1, 8)),
        ("b*c", "bb\nbb\nbc", 0, (6, 8)),
        ("b*c", "b\n\nb c", 0, (3, 6)),
        ("b*c", "bbb\nccc", 0, None),
        ("b*c", "xb\nx", 0, None),
        ("b\n*c", "b\nx\nb\nc", 0, (4, 7)),
        ("b\n*c", "b\nb\n1c", 0, (2, 6)),
        ("*c", "a\nbc", 0, (2, 4)),
        ("a?*d", "a\nab\nacd", 0, (5, 8)),
    ],
)
def test_first_match(pattern: str, value: str, start: int, found: tuple[int, int] | None) -> None:
    assert ShellPattern(pattern, greedy=True).search(value, start) == found


@pytest.mark.parametrize(
    ("pattern", "parts"),
    [("a*b", ["a", "b"]), ("*", ["", ""]), ("a**b", ["a", "b"]), ("**", ["", ""]), ("a.?\\}", ["a\\..\\}"]), ("", [""])],
)  # fmt: skip
def test_parts(pattern: str, parts: list[str]) -> None:
    assert pattern_parts(pattern) == parts


@pytest.mark.parametrize(("pattern", "shown"), [("\\a", "a"), ("b\\", "\ufffd"), ("\\\n", "\n")])
def test_escapes_that_are_not_allowed(pattern: str, shown: str) -> None:
    with pytest.raises(ValueError, match="invalid escape") as caught:
        ShellPattern(pattern, greedy=True)
    assert str(caught.value) == f"invalid escape '\\{shown}'"


def test_reversed() -> None:
    assert reversed_pattern("a\\*b\n\\\\") == "\\\\\nb\\*a"
    assert reversed_pattern("ab\\") == "\\ba"


@pytest.mark.parametrize(
    ("template", "pieces"),
    [
        ("a", ["a"]),
        ("a$0-b", ["a", "-b"]),
        ("a$0b", ["a"]),
        ("${0}$0", ["", "", ""]),
        ("a$$0b", ["a$0b"]),
        ("$1${name}x", ["x"]),
        ("$0x", [""]),
        ("$", ["$"]),
        ("a$.b", ["a$.b"]),
        ("${0", ["${0"]),
    ],
)
def test_templates(template: str, pieces: list[str]) -> None:
    assert template_pieces(template) == pieces
