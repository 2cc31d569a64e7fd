"""The nearest known word to a misspelled one."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

LONGEST_NAME = 64  # longer names are not compared


def did_you_mean(word: str, known: Iterable[str], cutoff: float = 0.5) -> str:
    """``; did you mean 'x'?`` with the known word most similar to *word*; empty if none is similar."""
    words = {each.lower(): each for each in known}
    similar = most_similar(word.lower(), words, cutoff)
    return f"; did you mean '{words[similar]}'?" if similar is not None else ""


def most_similar(word: str, known: Iterable[str], cutoff: float = 0.6) -> str | None:
    """The known word most similar to *word*, as a ratio of common letters; None if the ratio is below *cutoff*."""
    from difflib import get_close_matches  # perf: only on the way to an error or a finding

    if len(word) > LONGEST_NAME:
        return None
    matches = get_close_matches(word, known, 1, cutoff)
    return matches[0] if matches else None


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name that is less than three edits away; None if there is none, or if the name itself is known."""
    best, found = 3, None
    if len(name) > LONGEST_NAME:
        return None
    for each in known:
        if each == name:
            return None
        if abs(len(each) - len(name)) < best:
            distance = edit_distance(name, each, best)
            if distance < best:
                best, found = distance, each
    return found


def edit_distance(left: str, right: str, bound: int) -> int:
    """Levenshtein's distance, or *bound* if it is not smaller."""
    row = list(range(len(right) + 1))
    for at, char in enumerate(left, 1):
        previous, row[0] = row[0], at
        for to, other in enumerate(right, 1):
            previous, row[to] = (
                row[to],
                min(row[to] + 1, row[to - 1] + 1, previous + (char != other)),
            )
        if min(row) >= bound:
            return bound
    return row[-1]
