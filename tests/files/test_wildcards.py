"""Patterns of wildcards match as regular expressions do, in time that does not explode."""

from __future__ import annotations

import re
import string
from fnmatch import translate as shell_expression
from itertools import product

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dockerlint_rules.files.globs import glob_matches, glob_matches_above, name_matches
from dockerlint_rules.files.wildcards import ALL, DEEP, STAR, Wildcards
from tests.counted import calls

PIECES = ["a", "b", "/", "*", "**", "**/", "/**", "?", "[a", "[!b]", "[^a]", "[]", "[]a]", "[a-b]", "[b-a]", "\\*", "\\", "."]  # fmt: skip
PATTERNS = st.lists(st.sampled_from(PIECES), max_size=7).map("".join)
PATHS = st.text("ab/.*]\n", max_size=7)


def expression(pattern: str) -> str:
    """A glob as a regular expression, which may backtrack."""
    out, at = [], 0
    while at < len(pattern):
        if pattern.startswith("**/", at):
            out.append("(?:.*/)?")
            at += 3
        elif pattern.startswith("/**", at) and at + 3 == len(pattern):
            out.append("(?:/.*)?")
            at += 3
        elif pattern.startswith("**", at):
            out.append(".*")
            at += 2
        elif pattern[at] == "\\" and at + 1 < len(pattern):
            out.append(re.escape(pattern[at + 1]))
            at += 2
        elif found := re.compile(r"\[([!^]?)(\]?[^\]]*)\]").match(pattern, at):
            out.append(character_class(found[2], negated=bool(found[1])))
            at = found.end()
        else:
            out.append({"*": "[^/]*", "?": "[^/]"}.get(pattern[at], re.escape(pattern[at])))
            at += 1
    return f"(?s:{''.join(out)})\\Z"


def character_class(body: str, *, negated: bool) -> str:
    ranges = ""
    for found in re.finditer(r"(?s)(.)-(.)|(.)", body):
        low, high = (found[1], found[2]) if found[1] else (found[3], found[3])
        if low <= high:
            ranges += f"{re.escape(low)}-{re.escape(high)}"
    if negated:
        return f"[^/{ranges}]"
    return f"[{ranges}]" if ranges else "(?!)"


@given(PATTERNS, PATHS)
@example("**/b", "ab")
@example("***/", "a/b")
@example("a/**/**", "a")
def test_globs_match_as_their_regular_expression(pattern: str, path: str) -> None:
    wanted = pattern.rstrip("/")
    if wanted.startswith(("./", "/")):
        return  # the examples below
    whole = path if "/" in wanted else path.rsplit("/", 1)[-1]
    assert glob_matches(pattern, path) == bool(re.match(expression(wanted), whole))


@given(st.lists(st.sampled_from(["a", "b", "*", "?", "[a", "[!b]", "[]a]", "/", "]"]), max_size=6).map("".join), PATHS)  # fmt: skip
def test_names_match_as_in_a_shell(pattern: str, name: str) -> None:
    assert name_matches(pattern, name) == bool(re.match(shell_expression(pattern), name))


@given(st.lists(st.sampled_from(["a", "/", STAR, DEEP, ALL]), max_size=5), st.text("ab/", max_size=7))  # fmt: skip
def test_a_directory_above_matches(tokens: list[str], path: str) -> None:
    wildcards, parts = Wildcards(tokens), path.split("/")
    above = ["/".join(parts[:end]) for end in range(1, len(parts) + 1)]
    assert wildcards.matches_above(path) == any(map(wildcards.matches, above))


@given(st.sampled_from(["", "/", "./"]), PATTERNS, st.sampled_from(["", "/"]), st.lists(st.sampled_from("ab*."), min_size=1, max_size=4))  # fmt: skip
@example("/", "**", "", ["a"])
def test_a_directory_above_matches_a_glob(
    top: str, pattern: str, root: str, names: list[str]
) -> None:
    above = [root + "/".join(names[:end]) for end in range(1, len(names) + 1)]
    wanted = any(glob_matches(top + pattern, one) for one in above)
    assert glob_matches_above(top + pattern, root + "/".join(names)) == wanted


def test_a_deep_path_is_read_once() -> None:
    def work(size: int) -> int:
        return calls(glob_matches_above, "**/*a*b*/c", "a/" * size + "d")

    work(10)
    assert work(1600) <= 5 * work(400)


HOSTILE = ["*a" * 40 + "b", "**/" * 40 + "b", "**/*/" * 30 + "b", "a*" * 40 + "b", "[a-z]*" * 40 + "!", "?*" * 40 + "b", "**a" * 40 + "b"]  # fmt: skip


@pytest.mark.parametrize("pattern", HOSTILE)
@pytest.mark.parametrize("matches", [glob_matches, name_matches])
def test_no_pattern_takes_more_than_linear_time(pattern: str, matches: object) -> None:
    assert callable(matches)

    def work(size: int) -> int:
        return calls(matches, pattern, "a/" * size + "a" * size + "c")

    work(10)  # the pattern is kept
    assert work(800) <= 5 * work(200)


@pytest.mark.parametrize(
    "text", ["[" * 20_000, "[!" * 20_000, "[]" * 20_000, "a[" * 20_000 + "]", "\\" * 20_001]
)
def test_unclosed_classes_are_read_once(text: str) -> None:
    assert glob_matches(text, "a") is name_matches(text, "a") is False


def test_no_short_pattern_differs() -> None:
    paths = ["".join(one) for size in range(4) for one in product("a/", repeat=size)]
    for size in range(5):
        for pattern in map("".join, product("a*/?", repeat=size)):
            if pattern.startswith(("/", "./")):
                continue
            compiled = re.compile(expression(pattern.rstrip("/")))
            for path in paths:
                whole = path if "/" in pattern.rstrip("/") else path.rsplit("/", 1)[-1]
                assert glob_matches(pattern, path) == bool(compiled.match(whole)), (pattern, path)


def test_every_character_stands_for_itself() -> None:
    for char in set(string.printable) - set("*?[\\/"):
        assert glob_matches(f"x{char}", f"x{char}")
        assert not glob_matches(f"x{char}", "xy") or char == "y"
