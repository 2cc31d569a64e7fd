"""Matching of glob patterns."""

from __future__ import annotations

import pytest

from dockerlint_rules.files.globs import glob_matches


@pytest.mark.parametrize(
    ("pattern", "path", "matches"),
    [
        ("[z-a]", "z", False), ("[!z-a]", "z", True), ("[!]x]", "]", False), ("[]x]", "]", True), ("[^a]", "b", True),
        ("/foo", "foo", True), ("/foo", "sub/foo", False), ("/a/*", "a/b", True), ("a\\*b", "a*b", True), ("a\\*b", "axb", False),
    ],
)  # fmt: skip
def test_globs(pattern: str, path: str, matches: bool) -> None:
    assert glob_matches(pattern, path) is matches
