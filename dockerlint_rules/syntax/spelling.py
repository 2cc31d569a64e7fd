"""The nearest known word to a misspelled one."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

LONGEST_NAME = 64  # characters of a name that is compared with others


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name that is less than three edits away; None without one, or where the name itself is known."""
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
    """Levenshtein's distance, or *bound* as soon as it cannot be less."""
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
