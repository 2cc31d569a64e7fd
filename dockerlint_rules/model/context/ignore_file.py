"""``.dockerignore``: which files of the build context are excluded, with BuildKit's rules for patterns.

Source: moby's ``patternmatcher``, and the section on ``.dockerignore`` in the Dockerfile reference.  A path is
excluded if it or a directory above it matches. The last matching line decides.  The time to match is the length of
the pattern times the length of the path, whatever the pattern.
"""

from __future__ import annotations

import posixpath
from itertools import takewhile

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

# A token of a pattern is one character, a character class, or one of these.
_STAR, _ANY, _DEEP, _ALL = "star", "any", "deep", "all"


class _Class:
    """A character class ``[a-z]`` or ``[^a-z]``."""

    __slots__ = ("negated", "ranges")

    def __init__(self, ranges: list[tuple[str, str]], negated: bool) -> None:
        self.ranges = ranges
        self.negated = negated

    def matches(self, char: str) -> bool:
        """Whether the class contains the character."""
        return any(low <= char <= high for low, high in self.ranges) != self.negated


class IgnorePattern:
    """One line of the file: what it matches, and whether it is an exception (``!``)."""

    __slots__ = ("_begin", "_end", "_tokens", "is_exception", "line", "text")

    def __init__(self, text: str, *, is_exception: bool, line: int) -> None:
        self.text = text
        self.is_exception = is_exception
        self.line = line
        self._tokens: list[str | _Class] = _tokens(text)
        self._begin = "".join(takewhile(_is_plain, self._tokens))  # type: ignore[arg-type]
        self._end = "".join(takewhile(_is_plain, reversed(self._tokens)))[::-1]  # type: ignore[arg-type]

    def matches(self, path: str) -> bool:
        """Whether the pattern matches a whole path (slashes, relative to the context)."""
        if self.text == path:
            return True
        # perf: this rejects nearly every path in a hundredth of the time.
        if not (path.startswith(self._begin) and path.endswith(self._end)):
            return False
        tokens = self._tokens
        states = _closed({0}, tokens)
        for char in path:
            following = set()
            for state in states:
                if state == len(tokens):
                    continue
                token = tokens[state]
                if isinstance(token, _Class):
                    if token.matches(char):
                        following.add(state + 1)
                elif token == _STAR:
                    if char != "/":
                        following.add(state)
                elif token == _ANY:
                    if char != "/":
                        following.add(state + 1)
                elif token == _ALL:
                    following.add(state)
                elif token == _DEEP:
                    following.add(state)
                    if char == "/":
                        following.add(state + 1)
                elif token == char:
                    following.add(state + 1)
            states = _closed(following, tokens)
            if not states:
                return False
        return len(tokens) in states

    def __repr__(self) -> str:
        return f"Pattern({'!' if self.is_exception else ''}{self.text!r})"


def _is_plain(token: str | _Class) -> bool:
    """Whether a token is a single character."""
    return isinstance(token, str) and len(token) == 1


def _closed(states: set[int], tokens: list[str | _Class]) -> set[int]:
    """Add the states that can be reached without reading a character."""
    todo = list(states)
    while todo:
        state = todo.pop()
        if (
            state < len(tokens)
            and tokens[state] in (_STAR, _ALL, _DEEP)
            and state + 1 not in states
        ):
            states.add(state + 1)
            todo.append(state + 1)
    return states


def _tokens(text: str) -> list[str | _Class]:
    tokens: list[str | _Class] = []
    at = 0
    while at < len(text):
        char = text[at]
        at += 1
        if char == "*":
            if text[at : at + 1] == "*":
                at += 1
                if text[at : at + 1] == "/":
                    at += 1
                tokens.append(_ALL if at >= len(text) else _DEEP)
            else:
                tokens.append(_STAR)
        elif char == "?":
            tokens.append(_ANY)
        elif char == "\\" and at < len(text):
            tokens.append(text[at])
            at += 1
        elif char == "[" and "]" in text[at:]:
            character_class, at = _class(text, at)
            tokens.append(character_class)
        else:
            tokens.append(char)
    return tokens


def _class(text: str, at: int) -> tuple[_Class, int]:
    negated = text[at] == "^"
    at += negated
    ranges = []
    while at < len(text) and text[at] != "]":
        if text[at] == "\\" and at + 1 < len(text):
            at += 1
        low = text[at]
        if text[at + 1 : at + 2] == "-" and text[at + 2 : at + 3] not in ("", "]"):
            ranges.append((low, text[at + 2]))
            at += 3
        else:
            ranges.append((low, low))
            at += 1
    return _Class(ranges, negated), at + 1


class IgnoreFile:
    """The patterns of an ignore file, in order."""

    __slots__ = ("path", "patterns")

    def __init__(self, text: str, path: str = ".dockerignore") -> None:
        self.path = path
        self.patterns: list[IgnorePattern] = list(_read(text))

    @property
    def has_exceptions(self) -> bool:
        """Whether any line is an exception."""
        return any(pattern.is_exception for pattern in self.patterns)

    def ignores(self, path: str) -> bool:
        """Whether a path of the context (relative, normalised) is excluded."""
        return self.rule_for(path) is not None

    def rule_for(self, path: str) -> IgnorePattern | None:
        """The line that excludes a path; None if the path is included."""
        parts = path.split("/")
        paths = ["/".join(parts[:count]) for count in range(1, len(parts) + 1)]
        rule: IgnorePattern | None = None
        for pattern in self.patterns:
            if pattern.is_exception != (rule is not None):
                continue  # would change nothing
            if any(pattern.matches(each) for each in reversed(paths)):
                rule = None if pattern.is_exception else pattern
        return rule


def _read(text: str) -> Iterable[IgnorePattern]:
    for number, line in enumerate(text.removeprefix("\ufeff").split("\n"), 1):
        if line.startswith("#"):
            continue
        pattern = line.strip()
        if not pattern:
            continue
        is_exception = pattern.startswith("!")
        if is_exception:
            pattern = pattern[1:].strip()
        if not pattern:
            continue  # BuildKit refuses a lone "!"
        normal = posixpath.normpath(pattern)
        if len(normal) > 1:
            normal = normal.removeprefix("//").removeprefix("/")
        yield IgnorePattern(normal, is_exception=is_exception, line=number)
