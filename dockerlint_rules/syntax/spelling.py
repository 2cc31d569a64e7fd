"""The nearest known word to a misspelled one."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

LONGEST_NAME = 64  # longer names are not compared


def did_you_mean(word: str, known: Iterable[str], cutoff: float = 0.5) -> str:
    """``; did you mean 'x'?`` with the known word nearest to *word*; empty where none is near."""
    from difflib import get_close_matches  # perf: only on the way to an error

    words = {one.lower(): one for one in known}
    near = get_close_matches(word.lower(), words, 1, cutoff)
    return f"; did you mean '{words[near[0]]}'?" if near else ""


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name that is less than three edits away; None if there is none, or if the name itself is known."""
    best, found = 3, None
    if len(name) > LONGEST_NAME:
        return None
    for one in known:
        if one == name:
            return None
        if abs(len(one) - len(name)) < best:
            distance = edit_distance(name, one, best)
            if distance < best:
                best, found = distance, one
    return found


def edit_distance(left: str, right: str, bound: int) -> int:
    """Levenshtein's distance, or *bound* as soon as it cannot be smaller."""
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
