"""Input that makes a regular expression slow: made from its tree, for each of its repeats."""

from __future__ import annotations

from collections.abc import Iterator
from re import _constants  # type: ignore[attr-defined]
from typing import Any, NamedTuple

from tests.support.matching_steps import SteppingPattern, TooManySteps, single_test

FEW, MANY = 32, 128  # repetitions; the work for four times as many is compared
_MOST_STEPS = 200_000  # more than any linear pattern takes for MANY repetitions
_INFINITE = float("inf")
_SEARCHES = frozenset({"search", "finditer", "findall", "sub", "subn", "split"})
_REPEATS = (_constants.MAX_REPEAT, _constants.MIN_REPEAT, _constants.POSSESSIVE_REPEAT)
_LONG = 20  # a repeat of at least this many is attacked
_CANDIDATES = [*"aA0 \n\t.", *map(chr, range(128)), *"é\x85\xa0\u2028\u3000\ud800\ufffd😀"]


class Site(NamedTuple):
    """A repeat of a pattern: what leads there, and what it takes."""

    repeat: int  # the id that SteppingPattern knows it by
    least: int
    before: list[str]
    bodies: list[str]


class Weakness(NamedTuple):
    """An input for which the work grows faster than its length."""

    mode: str
    before: str
    pumped: str
    after: str
    growth: float  # work for four times the input; infinite if it was given up


def weakness(pattern: str | bytes, flags: int, modes: frozenset[str]) -> Weakness | None:
    """The first input found for which the work grows by much more than the input; None for a linear pattern.

    Raises AssertionError for a repeat that no input reached.
    """
    stepping = SteppingPattern(pattern, flags, _MOST_STEPS)
    walk = _Walk(stepping)
    sites = list(walk.sites(stepping.tree, [""]))
    reached: set[int] = set()
    for way in sorted({_way(mode) for mode in modes}):
        for before, pumped, after in _attacks(walk, sites, searched=way in _SEARCHES):
            few = _work(stepping, way, before + pumped * FEW + after)
            reached.update(
                site.repeat
                for site in sites
                if stepping.turns(site.repeat) >= (FEW - site.least) // 2
            )
            # perf: a match that grows faster takes half as many steps for each character as there are repetitions.
            if few <= FEW / 3 * len(before + pumped * FEW + after):
                continue
            many = _work(stepping, way, before + pumped * MANY + after)
            growth = many / few if many < _INFINITE else _INFINITE
            if growth > 6:
                return Weakness(way, before, pumped, after, growth)
    missed = [site for site in sites if site.repeat not in reached]
    if missed:
        raise AssertionError(f"{pattern!r}: no input reached {len(missed)} repeats: {missed}")
    return None


def _way(mode: str) -> str:
    return "finditer" if mode in _SEARCHES - {"search"} else mode


def _work(stepping: SteppingPattern[Any], way: str, text: str) -> float:
    stepping.reset()
    given = text.encode("utf-8", "surrogateescape") if stepping.is_bytes else text
    try:
        getattr(stepping, way)(given)
    except TooManySteps:
        return _INFINITE
    return stepping.steps


def _attacks(walk: _Walk, sites: list[Site], *, searched: bool) -> Iterator[tuple[str, str, str]]:
    """What comes before, what is repeated, and what comes after and may make the match fail."""
    ends = list(dict.fromkeys(["", "\0", "\n", "!", *walk.letters]))
    seen: set[tuple[str, str, str]] = set()
    for site in sites:
        for before in site.before:
            for pump in dict.fromkeys([*site.bodies, *walk.letters, *sorted(walk.literals)]):
                shapes = [(before, pump)]
                if searched:  # many places to begin from
                    shapes += [
                        ("", before + pump),
                        ("", before + pump + "\n"),
                        ("", before + pump * 2),
                    ]
                for end in ends[:2] if pump in walk.literals else ends:
                    for first, repeated in shapes:
                        attack = (first, repeated, end)
                        if repeated and attack not in seen:
                            seen.add(attack)
                            yield attack


class _Walk:
    """Goes through the tree of a pattern, with what leads to each part.

    The first of a list of texts has as little of everything as the pattern allows, the second has all that is optional.
    """

    def __init__(self, stepping: SteppingPattern[Any]) -> None:
        self.stepping = stepping
        classes = [test for test in stepping.tests if test.is_class]
        self.letters = list(dict.fromkeys(["\n", " ", *self._kinds(classes)]))
        # Those that a literal tells apart as well.
        self.literals = set(self._kinds(stepping.tests)) - set(self.letters)

    def _kinds(self, tests: list[Any]) -> list[str]:
        """One character of each kind that some tests tell apart."""
        kinds: dict[tuple[bool, ...], str] = {}
        for char in self._candidates():
            kinds.setdefault(tuple(test.accepts(self.given(char)) for test in tests), char)
        return list(kinds.values())

    def _candidates(self) -> list[str]:
        return [one for one in _CANDIDATES if ord(one) < 128 or not self.stepping.is_bytes]

    def given(self, char: str) -> Any:
        """A character as the pattern wants it."""
        return char.encode() if self.stepping.is_bytes else char

    def sites(self, items: Any, before: list[str]) -> Iterator[Site]:
        """Every long repeat in a sequence."""
        for kind, value in items:
            if kind in _REPEATS:
                least, most, body = value
                if most != least and (most is _constants.MAXREPEAT or most >= _LONG):
                    words = self.words(body)[:8]
                    pairs = [words[0] + one for one in words[1:4] if len(body) == 1]  # of turns
                    yield Site(id(value), least, before[:3], words + pairs)
                yield from self.sites(body, before)
            elif kind is _constants.BRANCH:
                for branch in value[1]:
                    yield from self.sites(branch, before)
            elif kind is _constants.SUBPATTERN:
                yield from self.sites(value[3], before)
            elif kind is _constants.ATOMIC_GROUP:
                yield from self.sites(value, before)
            elif kind in (_constants.ASSERT, _constants.ASSERT_NOT) and value[0] > 0:
                yield from self.sites(value[1], before)
            before = _joined(before, self.item(kind, value))

    def words(self, items: Any) -> list[str]:
        """Some texts that a sequence matches."""
        out = [""]
        for kind, value in items:
            out = _joined(out, self.item(kind, value))
        return out

    def item(self, kind: Any, value: Any) -> list[str]:
        """Some texts that one item matches."""
        if kind is _constants.LITERAL:
            return [chr(value)]
        if kind in (_constants.NOT_LITERAL, _constants.ANY, _constants.IN):
            test = single_test(kind, value, self.stepping)
            found = [
                one for one in [*self.letters, *self._candidates()] if test.accepts(self.given(one))
            ]
            return list(dict.fromkeys(found))[: len(self.letters)]
        if kind is _constants.BRANCH:
            lists = [self.words(branch) for branch in value[1]]
            return list(
                dict.fromkeys(
                    [one[0] for one in lists] + [text for one in lists for text in one[1:4]]
                )
            )
        if kind is _constants.SUBPATTERN:
            return self.words(value[3])
        if kind is _constants.ATOMIC_GROUP:
            return self.words(value)
        if kind in _REPEATS:
            least, _, body = value
            words = self.words(body)
            fullest = words[1] if len(words) > 1 else words[0]
            return list(
                dict.fromkeys(
                    [
                        words[0] * least,
                        fullest * max(least, 1),
                        *(one * max(least, 1) for one in words[:6]),
                    ]
                )
            )
        return [""]


def _joined(before: list[str], after: list[str]) -> list[str]:
    """Texts of both lists in sequence: the firsts, the seconds, then the others."""
    if not after:
        return before
    second = before[1] if len(before) > 1 else before[0]
    out = [before[0] + after[0], second + (after[1] if len(after) > 1 else after[0])]
    out += [one + after[0] for one in before[1:]] + [before[0] + one for one in after[1:]]
    return list(dict.fromkeys(out))[:12]
