"""Glob patterns for paths, as in ``exclude`` and ``per-file-ignores``."""

from __future__ import annotations

import re

_CLASS = r"\[(?P<not>[!^]?)(?P<body>\]?[^\]]*)\]"
_PATTERNS: dict[str, re.Pattern[str]] = {}


def glob_matches(pattern: str, path: str) -> bool:
    """Whether a glob matches a path.

    ``*``, ``?`` and ``[…]`` match inside a name, ``**`` also matches slashes. A pattern without a slash is compared
    with the last name of the path. A backslash escapes the next character. A leading slash ties the pattern to the
    top directory.
    """
    anchored = pattern.startswith("/") and not path.startswith("/")
    pattern = pattern.removeprefix("./").rstrip("/")
    if anchored and "/" in path and "/" not in pattern[1:]:
        return False
    if anchored:
        pattern = pattern[1:]
    known = _PATTERNS.get(pattern)
    if known is None:
        known = _PATTERNS[pattern] = re.compile(_translate(pattern))
    if "/" not in pattern:
        path = path.rsplit("/", 1)[-1]
    return bool(known.match(path))


def _translate(pattern: str) -> str:
    out, at = [], 0
    while at < len(pattern):
        if pattern.startswith("**/", at):
            out.append("(?:.*/)?")
            at += 3
        elif pattern.startswith("/**", at) and at + 3 == len(pattern):
            out.append("(?:/.*)?")  # the directory itself as well
            at += 3
        elif pattern.startswith("**", at):
            out.append(".*")
            at += 2
        elif pattern[at] == "*":
            out.append("[^/]*")
            at += 1
        elif pattern[at] == "?":
            out.append("[^/]")
            at += 1
        elif pattern[at] == "\\" and at + 1 < len(pattern):
            out.append(re.escape(pattern[at + 1]))
            at += 2
        elif pattern[at] == "[" and (match := re.compile(_CLASS).match(pattern, at)):
            out.append(_class(match))
            at = match.end()
        else:
            out.append(re.escape(pattern[at]))
            at += 1
    return rf"(?s:{''.join(out)})\Z"


def _class(match: re.Match[str]) -> str:
    """A character class as a regular expression; a range in the wrong order matches nothing."""
    body, out, at = match["body"], "", 0
    while at < len(body):
        low = high = body[at]
        if body[at + 1 : at + 2] == "-" and at + 2 < len(body):
            high = body[at + 2]
            at += 2
        if low <= high:
            out += f"{re.escape(low)}-{re.escape(high)}"
        at += 1
    if match["not"]:
        return f"[^/{out}]"
    return f"[{out}]" if out else "(?!)"
