"""Matching of ``.dockerignore`` patterns with BuildKit's rules."""

from __future__ import annotations

import pytest

from dockerlint_rules.model.context.ignore_file import IgnoreFile


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
    ],
)  # fmt: skip
def test_matching(patterns: str, path: str, ignored: bool) -> None:
    assert IgnoreFile(patterns).ignores(path) is ignored


def test_has_exceptions() -> None:
    assert IgnoreFile("a\n!b\n").has_exceptions
    assert not IgnoreFile("a\n#!b\n").has_exceptions


@pytest.mark.parametrize(
    "pattern", ["*a" * 40, "**/a" * 40, "a*" * 40 + "b", "[a-z]*" * 40 + "!", "[", "[^", "\\"]
)
def test_matching_does_not_backtrack(pattern: str) -> None:
    # A matcher that tries every way would not end.
    assert not IgnoreFile(pattern).ignores("a" * 2000 + "c")
