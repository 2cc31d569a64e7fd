"""The matcher that counts its steps matches as ``re`` does, and the attacks find patterns that are not linear."""

from __future__ import annotations

import random
import re
from typing import Any

import pytest

from tests.support.matching_attacks import weakness
from tests.support.matching_steps import SteppingPattern, TooManySteps

PATTERNS = [
    r"(a|ab)*c", r"(?m)^\s*x", r"(?i)A+b?", r"(a*)*b", r"(?:a{2,3}?b|b)+(?!c)", r"(?<=a)b|(?<!b)a", r"(?>a*)b|a*+a",
    r"(a|b)\1", r"\bab\b", r"a*?b", r"[^ab\n]*|^b", rb"(?m)^[ \t]*a", r"(?:a?)*b", r"(?:a?b?){2,}?c", r"(?s:.)b", r"a*",
    r"(?:b|a*?)+", r"a{2,}?b", r"[ab]*?c|a{1,3}b", r"(?:a*b*)*c", r"a{2,3}+a", r"(?:ab|a){2}+b", r"$|x", r"",
]  # fmt: skip
# Patterns that this package once had, and textbook cases.
SLOW: list[tuple[str, str]] = [
    (r"(?m)^\s*include\b", "search"),
    (r"(?m)^\s+path:\s*\S|^workspace:", "search"),
    (r"(?m)\bpath\s*=\s*[\"']|^\s*\[tool\.uv\.workspace\]", "search"),
    (r"\.package\(\s*(?:name:[^,]*,\s*)?path:", "search"),
    (r"([^\s,:]+)[ \t]*:((?:[\s,]*[^\s,:]+(?![^\s,]*[ \t]*:))*)", "findall"),
    (r"\[(?=[^\]]*\]\()", "sub"),
    (r"\[(?:([^\]\s]+) )?(?:\S+/\S+ )?\s*([0-9]+)/([0-9]+)\] (.*)", "match"),
    (r"#( *)(\^+)(?:\s+(.*?))?\s*$", "match"),
    (r"([A-Za-z.-]+): ``([^`]+)``", "findall"),
    (r"(?:--|[=,])from=[^,]*\Z", "search"),
    (r"#[ ]*([A-Za-z][A-Za-z0-9]*)[\t ]*=[\t ]*([^\n]+?)[\t ]*\Z", "match"),
    (r"(\d*)<<(-?)\s*([^<]*)\Z", "match"),
    (r"[ \t]*(?:#[^\n]*)?\r?\n((?:[ \t]*(?:#[^\n]*)?\r?\n)*)([ \t]*)-([ \t]+)", "match"),
    (r"(?:[^/]*/)*[^/]*a[^/]*a[^/]*a\Z", "match"),
    (r"(a|aa)+\Z", "match"),
    (r"(a*)*b", "match"),
    (r"a+$", "search"),
    (r"x.*y", "finditer"),
    (r"(?i)iex[^;]*?irm", "search"),
]
LINEAR = [
    (r"(?m)^[^\S\n]*include\b", "search"), (r"(?<!a)a++b", "search"), (r"(?:a|b)*c", "match"), (r"a*", "finditer"),
    (r"\"(?:[^\"\\]|\\.)*\"", "match"), (rb"(?m)^[ \t]*\[x", "search"), (r"x[^xy]*y", "finditer"),
]  # fmt: skip


@pytest.mark.parametrize("pattern", PATTERNS)
def test_it_matches_as_re_does(pattern: Any) -> None:
    chosen = random.Random(0)
    compiled, stepping = re.compile(pattern), SteppingPattern(pattern)

    def span(found: re.Match[Any] | None) -> tuple[int, int] | None:
        return found.span() if found else None

    for _ in range(300):
        text: Any = "".join(chosen.choices("abc \nx", k=chosen.randrange(9)))
        text = text.encode() if isinstance(pattern, bytes) else text
        assert stepping.match(text) == span(compiled.match(text)), text
        assert stepping.fullmatch(text) == span(compiled.fullmatch(text)), text
        assert stepping.search(text) == span(compiled.search(text)), text
        assert stepping.finditer(text) == [one.span() for one in compiled.finditer(text)], text
        stepping.reset()


def test_steps_are_counted() -> None:
    def steps(pattern: str, text: str) -> int:
        stepping = SteppingPattern(pattern)
        stepping.match(text)
        return stepping.steps

    assert steps("a", "b") == 1
    assert 100 <= steps("a*b", "a" * 100) <= 310
    assert steps("(?:a*)b", "a" * 200) <= 2 * steps("(?:a*)b", "a" * 100)
    assert steps("a*a*b", "a" * 200) > 3 * steps("a*a*b", "a" * 100)


def test_endless_work_is_given_up() -> None:
    with pytest.raises(TooManySteps):
        SteppingPattern("(a*)*b", limit=10_000).match("a" * 50)


@pytest.mark.parametrize(("pattern", "mode"), SLOW)
def test_slow_patterns_are_found(pattern: str, mode: str) -> None:
    assert weakness(pattern, 0, frozenset([mode])) is not None


@pytest.mark.parametrize(("pattern", "mode"), LINEAR)
def test_linear_patterns_pass(pattern: Any, mode: str) -> None:
    assert weakness(pattern, 0, frozenset([mode])) is None


def test_a_repeat_that_no_input_reaches_is_an_error() -> None:
    with pytest.raises(AssertionError, match="no input reached 1 repeats"):
        weakness("(?!)a*", 0, frozenset(["match"]))
