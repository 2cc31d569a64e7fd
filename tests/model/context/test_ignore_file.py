"""Matching of ``.dockerignore`` patterns with BuildKit's rules."""

from __future__ import annotations

import pytest

from dockerlint_rules.model.context.ignore_file import IgnoreFile
from tests.counted import calls


@pytest.mark.parametrize(
    ("patterns", "path", "ignored"),
    [
        ("a", "a", True), ("a", "a/b/c", True), ("a", "b/a", False), ("/a", "a", True), ("a/", "a/b", True), ("./a", "a", True),
        ("a/../b", "b", True), ("*", "a/b", True), ("*.md", "README.md", True), ("*.md", "docs/README.md", False),
        ("**/*.md", "docs/x/README.md", True), ("**/*.md", "README.md", True), ("docs/**", "docs/a/b", True),
        ("docs/**/b", "docs/b", True), ("docs/**/b", "docs/x/y/b", True), ("a?c", "abc", True), ("a?c", "a/c", False),
        ("[a-c]x", "bx", True), ("[^a-c]x", "bx", False), ("a\\*", "a*", True), ("a\\*", "ab", False),
        ("#a", "#a", False), (" #a", "#a", True), ("\n  a  \n", "a", True), ("\ufeffa", "a", True), ("!", "a", False),
        ("a\n!a/b", "a/b", False), ("a\n!a/b", "a/c", True), ("a\n! a/b\na/b/c", "a/b/c", True), ("!a\na", "a", True),
        ("a.b", "axb", False), ("a$", "a$", True), ("(", "(", True), ("**", "a", True), ("a\r\nb\r\n", "a", True),
        ("**/b", "ab", False), ("**/b", "x/ab", False), ("**/b", "x/b", True), ("**b", "x/b", True), ("**b", "xb", True),
        ("a/**", "a", False), ("a/b", "a/bc", False), ("a/b", "a/b/c", True), ("[/]b", "/b", True), ("a[^b]c", "a/c", True),
    ],
)  # fmt: skip
def test_matching(patterns: str, path: str, ignored: bool) -> None:
    assert IgnoreFile(patterns).ignores(path) is ignored


def test_a_deep_path_is_read_once_for_each_pattern() -> None:
    def work(size: int) -> int:
        return calls(IgnoreFile("*a*b\nx?c\n**/q").ignores, "a/" * size + "c")

    assert work(1600) <= 5 * work(400)


def test_unclosed_classes_are_read_once() -> None:
    assert not IgnoreFile("[" * 50_000).ignores("a")
    assert not IgnoreFile("a]" + "[" * 50_000).ignores("a")


def test_has_exceptions() -> None:
    assert IgnoreFile("a\n!b\n").has_exceptions
    assert not IgnoreFile("a\n#!b\n").has_exceptions


@pytest.mark.parametrize(
    "pattern", ["*a" * 40, "**/a" * 40, "a*" * 40 + "b", "[a-z]*" * 40 + "!", "[", "[^", "\\"]
)
def test_matching_does_not_backtrack(pattern: str) -> None:
    # A matcher that tries every way would not end.
    assert not IgnoreFile(pattern).ignores("a" * 2000 + "c")


@pytest.mark.parametrize(
    ("pattern", "ignored"),
    [
        ("**.py", ["a.py", "s p.py", "d/a.py"]),
        ("**b", ["ab", "b", "d/b"]),
        ("**/b", ["b", "d/b"]),
        ("**b?", []),
    ],
)
def test_two_stars_at_the_start_are_a_suffix(pattern: str, ignored: list[str]) -> None:
    """BuildKit compares the end of the path where nothing else in the pattern is special."""
    paths = ["a.py", "s p.py", "d/a.py", "ab", "b", "d/b"]
    assert [path for path in paths if IgnoreFile(pattern).ignores(path)] == ignored
