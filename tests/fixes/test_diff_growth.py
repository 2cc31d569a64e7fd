"""Diffs: what they say, and that no text makes them slow."""

from __future__ import annotations

import random
import re

import pytest
from counted import calls

from dockerlint_rules.fixes.diff import unified_diff
from dockerlint_rules.syntax.source import Source


def diff(before: str, after: str) -> str:
    return unified_diff(Source(before, "a/Dockerfile"), Source(after, "a/Dockerfile"))


def patched(before: str, text: str) -> str:
    """What ``patch`` makes of it; every line that it names must be there."""
    old = re.findall(r"[^\n]*\n|[^\n]+\Z", before)
    new: list[str] = []
    at = 0
    lines = text.replace("\n\\ No newline at end of file\n", "").splitlines(keepends=True)
    for line in lines[2:]:
        hunk = re.match(r"@@ -(\d+)(?:,(\d+))? \+\d+(?:,\d+)? @@\n", line)
        if hunk:
            start = int(hunk[1]) - (hunk[2] != "0")
            new += old[at:start]
            at = start
        elif line[0] == "+":
            new.append(line[1:])
        else:
            assert old[at].rstrip("\n") == line[1:].rstrip("\n")
            if line[0] == " ":
                new.append(old[at])
            at += 1
    return "".join(new + old[at:])


@pytest.mark.parametrize("size", [0, 1, 5, 40, 400])
@pytest.mark.parametrize("seed", range(8))
def test_a_diff_turns_one_text_into_the_other(size: int, seed: int) -> None:
    chance = random.Random(1000 * size + seed)
    old = [
        f"line {chance.randrange(10**6)}\n"
        if chance.random() < 0.5
        else chance.choice("abc") + "\n"
        for _ in range(size)
    ]
    new = list(old)
    for _ in range(chance.randrange(9)):
        at = chance.randrange(len(new) + 1)
        new[at : at + chance.randrange(3)] = ["new\n"] * chance.randrange(3)
    before, after = "".join(old), "".join(new)
    if seed % 2:
        after = after.rstrip("\n")
    text = diff(before, after)
    assert patched(before, text) == after if text else before == after


def test_the_form_of_a_diff() -> None:
    assert diff("a\nb\n", "a\nc") == (
        "--- a/a/Dockerfile\n+++ b/a/Dockerfile\n@@ -1,2 +1,2 @@\n a\n-b\n+c\n\\ No newline at end of file\n"
    )
    assert diff("", "a\n").splitlines()[2:] == ["@@ -0,0 +1 @@", "+a"]
    assert diff("a\n", "a\n") == ""


@pytest.mark.parametrize(
    "kinds", [1, 2, 30, 10**6], ids=["one-line", "two-lines", "thirty-lines", "all-different"]
)
def test_a_diff_of_many_lines(kinds: int) -> None:
    def work(count: int) -> int:
        old = [f"RUN {at % kinds}\n" for at in range(count)]
        new = [line.replace("RUN", "RUN x") if at % 7 == 0 else line for at, line in enumerate(old)]
        return calls(diff, "".join(old), "".join(new))

    assert work(8000) < 9 * work(1000) + 200_000
