"""The patterns of `${name#pattern}` and its relatives, matched in linear time."""

from __future__ import annotations

import re


class Pattern:
    """A shell pattern (``*``, ``?``, no brackets) that matches as BuildKit's regular expression does.

    That one is made of literals, ``.`` and ``.*`` (or ``.*?``), none of which crosses a line end.  A
    backtracking matcher can take the power of the number of stars for it.  Here each part between
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
            # What cannot be reached from here cannot be reached from further on in the line.
            start = head.start() + 1
            if not self._crosses_lines:
                start = value.find("\n", head.end()) + 1
                if not start:
                    return None


def pattern_parts(pattern: str) -> list[str]:
    """Regular expressions for the parts of a pattern between its stars."""
    parts: list[list[str]] = [[]]
    chars = iter(pattern.removeprefix("\ufeff"))  # read with the same Go scanner as the word
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
    """The pattern from its end to its start, each escape still before what it escapes."""
    return "".join(re.findall(r"\\.|.", pattern, re.DOTALL)[::-1])


def template_pieces(template: str) -> list[str]:
    """A Go replacement template, cut where ``$0`` or ``${0}`` stands.

    There are no groups, so every other name is empty; ``$$`` is a dollar, and a dollar that no name
    follows stays.
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


LINE_END = "\ufffd"  # what BuildKit's messages show where the text has ended
