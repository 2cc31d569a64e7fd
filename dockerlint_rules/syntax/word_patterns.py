"""The patterns of `${name#pattern}` and its relatives, matched in linear time."""

from __future__ import annotations

import re


class ShellPattern:
    """A shell pattern (``*``, ``?``, no brackets) that matches as BuildKit's regular expression does.

    BuildKit's expression consists of literals, ``.`` and ``.*`` (or ``.*?``), which do not cross a line end.  A
    backtracking matcher may need time exponential in the number of stars.  Here each part between
    two stars takes its first place and keeps it, and only a greedy last star looks for the last.
    The match is the same: a part without line end can always be moved within its line towards the
    start (a star before it shrinks, the one after it grows), and a part with a line end has a single
    place, because the star before it stops at the line's end.
    """

    __slots__ = ("_crosses_lines", "_head", "_rest")

    def __init__(self, pattern: str, *, greedy: bool) -> None:
        """Raises ``ValueError`` with BuildKit's reason for an escape that is not allowed."""
        head, *parts = pattern_parts(pattern)
        self._head = re.compile(head)
        self._crosses_lines = "\n" in head
        self._rest: re.Pattern[str] | None = None
        if parts:
            last = parts.pop()
            steps = "".join(f"(?>.*?{part})" for part in parts)
            self._rest = re.compile(f"{steps}{'.*' if greedy else '.*?'}{last}")

    def match(self, value: str) -> tuple[int, int] | None:
        """Start and end of the match at the start of the value."""
        found = self._head.match(value)
        if found and self._rest:
            found = self._rest.match(value, found.end())
        return (0, found.end()) if found else None

    def search(self, value: str, start: int = 0) -> tuple[int, int] | None:
        """Start and end of the first match from *start* on."""
        while True:
            head = self._head.search(value, start)
            if not head or not self._rest:
                return head.span() if head else None
            rest = self._rest.match(value, head.end())
            if rest:
                return head.start(), rest.end()
            # A match that fails here also fails from any later start in the line.
            start = head.start() + 1
            if not self._crosses_lines:
                start = value.find("\n", head.end()) + 1
                if not start:
                    return None


def pattern_parts(pattern: str) -> list[str]:
    """Regular expressions for the parts of a pattern between stars."""
    parts: list[list[str]] = [[]]
    chars = iter(pattern.removeprefix("\ufeff"))  # Go's scanner skips it, as in the word
    for char in chars:
        if char == "*":
            if parts[-1] or len(parts) == 1:
                parts.append([])
        elif char == "?":
            parts[-1].append(".")
        elif char == "\\":
            escaped = next(chars, LINE_END)
            if escaped not in "*?\\}/":
                raise ValueError(f"invalid escape '\\{escaped}'")
            parts[-1].append(re.escape(escaped))
        else:
            parts[-1].append(re.escape(char))
    return ["".join(part) for part in parts]


def reversed_pattern(pattern: str) -> str:
    """The pattern reversed, with each escape still before its character."""
    return "".join(re.findall(r"\\.|.", pattern, re.DOTALL)[::-1])


def template_pieces(template: str) -> list[str]:
    """A Go replacement template, split at ``$0`` or ``${0}``.

    There are no groups, so every other name is empty; ``$$`` is a dollar, and a dollar without a name
    stays.
    """
    pieces = []
    piece: list[str] = []
    end = 0
    for found in re.finditer(r"\$(?:(\$)|(\w+)|\{(\w+)\})", template):
        piece.append(template[end : found.start()])
        end = found.end()
        if found[1]:
            piece.append("$")
        elif (found[2] or found[3]) == "0":
            pieces.append("".join(piece))
            piece = []
    pieces.append("".join([*piece, template[end:]]))
    return pieces


LINE_END = "\ufffd"  # what BuildKit's messages show at the end of the text
