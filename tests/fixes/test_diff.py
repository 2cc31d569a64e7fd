"""Fixes as a diff: the text that patch and git read, and its colours."""

from __future__ import annotations

import pytest

from dockerlint_rules.fixes.diff import color_diff, unified_diff
from dockerlint_rules.syntax.source import Source


def diff(before: str, after: str, name: str = "Dockerfile") -> str:
    return unified_diff(Source(before, name), Source(after, name))


def test_changed_lines_with_their_neighbours() -> None:
    before = "FROM a\n" + "RUN b\n" * 5
    after = "FROM a\n" + "RUN b\n" * 4 + "RUN c\n"
    assert diff(before, after) == (
        "--- a/Dockerfile\n+++ b/Dockerfile\n@@ -3,4 +3,4 @@\n RUN b\n RUN b\n RUN b\n-RUN b\n+RUN c\n"
    )


@pytest.mark.parametrize(
    ("before", "after", "lines"),
    [
        ("FROM a", "FROM b\n", ["-FROM a", "\\ No newline at end of file", "+FROM b"]),
        ("FROM a\n", "FROM b", ["-FROM a", "+FROM b", "\\ No newline at end of file"]),
        ("FROM a\r\n", "FROM a\n", ["-FROM a\r", "+FROM a"]),
        ("RUN a\rb\u2028c\n", "RUN d\n", ["-RUN a\rb\u2028c", "+RUN d"]),
        ("", "FROM a\n", ["+FROM a"]),
    ],
    ids=["line-end-added", "line-end-removed", "crlf", "other-line-ends", "empty"],
)
def test_line_ends(before: str, after: str, lines: list[str]) -> None:
    assert diff(before, after).split("\n")[3:] == [*lines, ""]


def test_equal_texts_and_absolute_paths() -> None:
    assert diff("FROM a\n", "FROM a\n") == ""
    assert diff("FROM a\n", "FROM b\n", "/w/d").startswith("--- a/w/d\n+++ b/w/d\n")


def test_colours() -> None:
    assert color_diff("--- a/d\n+++ b/d\n@@ -1 +1 @@\n FROM a\n-RUN b\n+RUN c\n") == (
        "\x1b[1m--- a/d\x1b[0m\n\x1b[1m+++ b/d\x1b[0m\n\x1b[36m@@ -1 +1 @@\x1b[0m\n FROM a\n"
        "\x1b[31m-RUN b\x1b[0m\n\x1b[32m+RUN c\x1b[0m\n"
    )
    assert color_diff("---a\n\n") == "\x1b[31m---a\x1b[0m\n\n"
