"""``.dockerignore``: which files of the build context are excluded, with BuildKit's rules for patterns.

Source: moby's ``patternmatcher``, and the section on ``.dockerignore`` in the Dockerfile reference.  A path is
excluded if it or a directory above it matches. The last matching line decides.  The time to match is the length of
the pattern times the length of the path, whatever the pattern.
"""

from __future__ import annotations

import posixpath

from dockerlint_rules.files.wildcards import ALL, ANY, DEEP, STAR, CharacterClass, Wildcards

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dockerlint_rules.files.wildcards import Token


class IgnorePattern:
    """One line of the file: what it matches, and whether it is an exception (``!``)."""

    __slots__ = ("_wildcards", "is_exception", "line", "text")

    def __init__(self, text: str, *, is_exception: bool, line: int) -> None:
        self.text = text
        self.is_exception = is_exception
        self.line = line
        self._wildcards = Wildcards(_tokens(text))

    def matches(self, path: str) -> bool:
        """Whether the pattern matches a whole path (slashes, relative to the context)."""
        return self.text == path or self._wildcards.matches(path)

    def matches_above(self, path: str) -> bool:
        """Whether the pattern matches a path or a directory above it."""
        text = self.text
        return (
            (path.startswith(text) and path[len(text) : len(text) + 1] in ("", "/"))
            or self._wildcards.matches_above(path)
        )  # fmt: skip

    def __repr__(self) -> str:
        return f"Pattern({'!' if self.is_exception else ''}{self.text!r})"


_SPECIAL = frozenset("*?[\\")


def _tokens(text: str) -> Iterator[Token]:
    at, last_bracket = 0, text.rfind("]")
    while at < len(text):
        char = text[at]
        at += 1
        if char == "*":
            if text[at : at + 1] == "*":
                at += 1
                is_suffix = at == 2 and text[2:3] != "/" and not _SPECIAL.intersection(text[2:])
                if text[at : at + 1] == "/":
                    at += 1
                # "**x" with nothing else is any path that ends with x; elsewhere "**" ends with a slash.
                yield ALL if at >= len(text) or is_suffix else DEEP
            else:
                yield STAR
        elif char == "?":
            yield ANY
        elif char == "\\" and at < len(text):
            yield text[at]
            at += 1
        elif char == "[" and at <= last_bracket:
            character_class, at = _class(text, at)
            yield character_class
        else:
            yield char


def _class(text: str, at: int) -> tuple[CharacterClass, int]:
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
    return CharacterClass(ranges, negated=negated), at + 1


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
        rule: IgnorePattern | None = None
        for pattern in self.patterns:
            if pattern.is_exception != (rule is not None):
                continue  # would change nothing
            if pattern.matches_above(path):
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
