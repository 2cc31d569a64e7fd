"""Patterns of wildcards, matched without backtracking.

A pattern is a list of tokens.  Which of them may come next is kept as the bits of one number, so a match takes at most
the length of the path times that of the pattern, whatever the pattern.
"""

from __future__ import annotations

from itertools import takewhile

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import TypeAlias

    Token: TypeAlias = "str | CharacterClass"

# A token is one character, a character class, or one of these.
STAR = "star"  # any text without a slash
ANY = "any"  # one character that is not a slash
ANY_OR_SLASH = "any or slash"  # one character
DEEP = "deep"  # nothing, or any text that ends with a slash
ALL = "all"  # any text
BELOW = "below"  # nothing, or a slash and any text; only at the end
_REPEATED = (STAR, DEEP, ALL)


class CharacterClass:
    """A character class such as ``[a-z]``; *negated*, it matches all other characters."""

    __slots__ = ("negated", "ranges", "with_slash")

    def __init__(
        self, ranges: list[tuple[str, str]], *, negated: bool, with_slash: bool = True
    ) -> None:
        self.ranges = ranges
        self.negated = negated
        self.with_slash = with_slash  # whether a negated class matches a slash

    def matches(self, char: str) -> bool:
        """Whether the class contains the character."""
        if self.negated and char == "/" and not self.with_slash:
            return False
        return any(low <= char <= high for low, high in self.ranges) != self.negated


class Wildcards:
    """A pattern, ready to be matched."""

    __slots__ = ("_accepting", "_begin", "_deep", "_empty", "_end", "_moves", "_tokens", "_within")

    def __init__(self, tokens: Iterable[Token]) -> None:
        kept: list[Token] = []
        for token in tokens:
            if not (token in _REPEATED and kept and kept[-1] == token):
                kept.append(token)
        has_tail = kept[-1:] == [BELOW]
        if has_tail:
            kept.pop()
        self._accepting = 1 << len(kept)
        self._begin = "".join(_plain_run(kept))
        self._end = "" if has_tail else "".join(_plain_run(kept[::-1]))[::-1]
        self._within = _longest_plain(kept)
        if has_tail:
            kept += ["/", ALL]
            self._accepting |= 1 << len(kept)
        self._tokens = kept
        self._empty = sum(1 << at for at, token in enumerate(kept) if token in _REPEATED)
        # In the middle of a name, DEEP does not end.
        self._deep = sum(1 << at for at, token in enumerate(kept) if token == DEEP)
        self._moves: dict[str, tuple[int, int]] = {}

    def matches(self, path: str) -> bool:
        """Whether the pattern matches the whole path."""
        # perf: this rejects nearly every path in a hundredth of the time.
        if not (path.startswith(self._begin) and path.endswith(self._end) and self._within in path):
            return False
        states = self._closed(1)
        for char in path:
            if not states:
                return False
            states = self._next(states, char)
        return bool(states & self._accepting)

    def matches_above(self, path: str) -> bool:
        """Whether the pattern matches the path or a directory above it."""
        if not (path.startswith(self._begin) and self._within in path):
            return False
        states = self._closed(1)
        for char in path:
            if not states:
                return False
            if char == "/" and states & self._accepting:
                return True
            states = self._next(states, char)
        return bool(states & self._accepting)

    def _next(self, states: int, char: str) -> int:
        """The states after one more character."""
        moves = self._moves.get(char)
        if moves is None:
            moves = self._moves[char] = _moves(self._tokens, char)
        onward, staying = moves
        stayed = states & staying
        return self._closed((states & onward) << 1 | stayed & ~self._deep) | stayed

    def _closed(self, states: int) -> int:
        """Add the states that can be reached without a character.

        Adding the lowest state of a run of tokens that may be empty carries through the rest of the run.
        """
        empty = self._empty
        return states | ((empty + (states & empty)) ^ empty)


def _moves(tokens: Sequence[Token], char: str) -> tuple[int, int]:
    """The tokens that a character completes, and those that it does not complete, as bits."""
    onward = staying = 0
    bit = 1
    for token in tokens:
        if not isinstance(token, str):
            onward |= bit * token.matches(char)
        elif token in (ANY, STAR):
            if char != "/":
                onward |= bit * (token == ANY)
                staying |= bit * (token == STAR)
        elif token == ALL:
            staying |= bit
        elif token == DEEP:
            staying |= bit
            onward |= bit * (char == "/")
        elif token in (char, ANY_OR_SLASH):
            onward |= bit
        bit <<= 1
    return onward, staying


def _is_plain(token: Token) -> bool:
    """Whether a token is a single character."""
    return isinstance(token, str) and len(token) == 1


def _plain_run(tokens: Sequence[Token]) -> Iterable[str]:
    return takewhile(_is_plain, tokens)  # type: ignore[arg-type]


def _longest_plain(tokens: Sequence[Token]) -> str:
    """The longest text that every match contains."""
    run: list[str] = []
    runs = [run]
    for token in tokens:
        if isinstance(token, str) and _is_plain(token):
            run.append(token)
        elif run:
            run = []
            runs.append(run)
    longest = max(runs, key=len)
    return "".join(longest)
