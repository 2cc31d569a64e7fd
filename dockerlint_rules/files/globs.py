"""Glob patterns: for paths, as in ``exclude`` and ``per-file-ignores``, and for names, as in COPY."""

from __future__ import annotations

from dockerlint_rules.files.wildcards import (
    ALL,
    ANY,
    ANY_OR_SLASH,
    BELOW,
    DEEP,
    STAR,
    CharacterClass,
    Wildcards,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.files.wildcards import Token

_PATTERNS: dict[str, Wildcards] = {}
_NAME_PATTERNS: dict[str, Wildcards] = {}
_MOST_KEPT = 500  # patterns of Dockerfiles


def glob_matches(pattern: str, path: str) -> bool:
    """Whether a glob matches a path.

    ``*``, ``?`` and ``[…]`` match inside a name, ``**`` also matches slashes. A pattern without a slash is compared
    with the last name of the path. A backslash escapes the next character. A leading slash ties the pattern to the
    top directory.  The time is at most the length of the pattern times that of the path.
    """
    known, anchored, is_name = _prepared(pattern, path)
    if is_name:
        above, _, path = path.rpartition("/")
        if anchored and above:
            return False
    return known.matches(path)


def glob_matches_above(pattern: str, path: str) -> bool:
    """Whether a glob matches a path or a directory above it, in one pass over the path."""
    known, anchored, is_name = _prepared(pattern, path)
    if not is_name:
        return known.matches_above(path)
    names = path.split("/")
    return any(known.matches(name) for name in (names[:1] if anchored else names) if name)


def _prepared(pattern: str, path: str) -> tuple[Wildcards, bool, bool]:
    """What a pattern means, whether it is tied to the top directory, and whether it is that of a name."""
    anchored = pattern.startswith("/") and not path.startswith("/")
    pattern = pattern.removeprefix("./").rstrip("/")
    if anchored:
        pattern = pattern[1:]
    known = _PATTERNS.get(pattern)
    if known is None:
        known = _PATTERNS[pattern] = Wildcards(_tokens(pattern))
    return known, anchored, "/" not in pattern


def name_matches(pattern: str, name: str) -> bool:
    """Whether a pattern of ``*``, ``?`` and ``[…]``, as in shells, matches a whole name; they match slashes as well."""
    if not any(char in pattern for char in "*?["):
        return pattern == name
    known = _NAME_PATTERNS.get(pattern)
    if known is None:
        if len(_NAME_PATTERNS) >= _MOST_KEPT:
            _NAME_PATTERNS.clear()
        known = _NAME_PATTERNS[pattern] = Wildcards(_name_tokens(pattern))
    return known.matches(name)


def _tokens(pattern: str) -> Iterator[Token]:
    at, size, last_bracket = 0, len(pattern), pattern.rfind("]")
    while at < size:
        if pattern.startswith("**/", at):
            yield DEEP
            at += 3
        elif pattern.startswith("/**", at) and at + 3 == size:
            yield BELOW  # the directory itself as well
            at += 3
        elif pattern.startswith("**", at):
            yield ALL
            at += 2
        elif pattern[at] == "*":
            yield STAR
            at += 1
        elif pattern[at] == "?":
            yield ANY
            at += 1
        elif pattern[at] == "\\" and at + 1 < size:
            yield pattern[at + 1]
            at += 2
        elif pattern[at] == "[" and at < last_bracket:
            negated = pattern[at + 1] in "!^"
            begin = at + 1 + negated
            end = pattern.find("]", begin + 1)
            end = begin if end < 0 else end  # "[]" is empty
            yield CharacterClass(_ranges(pattern[begin:end]), negated=negated, with_slash=False)
            at = end + 1
        else:
            yield pattern[at]
            at += 1


def _name_tokens(pattern: str) -> Iterator[Token]:
    at, size, last_bracket = 0, len(pattern), pattern.rfind("]")
    while at < size:
        char = pattern[at]
        at += 1
        if char == "*":
            yield ALL
        elif char == "?":
            yield ANY_OR_SLASH
        elif char == "[" and at + (pattern[at : at + 1] == "!") < last_bracket:
            negated = pattern[at] == "!"
            end = pattern.find("]", at + negated + 1)
            yield CharacterClass(_ranges(pattern[at + negated : end]), negated=negated)
            at = end + 1
        else:
            yield char


def _ranges(body: str) -> list[tuple[str, str]]:
    """The characters of a class as ranges; one in the wrong order matches nothing."""
    out, at = [], 0
    while at < len(body):
        low = high = body[at]
        if body[at + 1 : at + 2] == "-" and at + 2 < len(body):
            high = body[at + 2]
            at += 2
        out.append((low, high))
        at += 1
    return out
