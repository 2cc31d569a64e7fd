"""Positions as the protocol counts them: lines from 0, characters in UTF-8, UTF-16 or UTF-32 units."""

from __future__ import annotations

import re
from bisect import bisect_right

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

UTF8, UTF16, UTF32 = "utf-8", "utf-16", "utf-32"
_LINE_END = re.compile(r"\r\n|\n|\r")


def width(text: str, encoding: str) -> int:
    """The length of a text in units of an encoding."""
    if text.isascii() or encoding == UTF32:
        return len(text)
    if encoding == UTF8:
        return len(text.encode("utf-8", "surrogatepass"))
    return len(text) + sum(char > "\uffff" for char in text)


def index_in_line(line: str, character: int, encoding: str) -> int:
    """The index of the code point at a position of a line.

    A position beyond the line is its end; a position in the middle of a code point is the start of that.
    """
    if line.isascii() or encoding == UTF32:
        return min(max(character, 0), len(line))
    at = 0
    for number, char in enumerate(line):
        size = 1 if char < "\x80" else width(char, encoding)
        if at + size > character:
            return number
        at += size
    return len(line)


class IndexedText:
    """A text and the offsets at which its lines begin; a line ends at CR, LF or CRLF."""

    __slots__ = ("_last", "encoding", "starts", "text")

    def __init__(self, text: str, encoding: str) -> None:
        self.text = text
        self.encoding = encoding
        # Of the last position: where its line begins, its offset, its character.
        self._last = (0, 0, 0)
        self.starts = [0]
        self.starts += [found.end() for found in _LINE_END.finditer(text)]

    def line(self, number: int) -> str:
        """A line without its line end; empty if there is no such line."""
        if not 0 <= number < len(self.starts):
            return ""
        last = number + 1 == len(self.starts)
        end = len(self.text) if last else self.starts[number + 1]
        line = self.text[self.starts[number] : end]
        return line if last else line.rstrip("\r\n")

    def offset(self, position: Any) -> int:
        """The offset of a position, clamped to the text."""
        line, character = int(position["line"]), int(position["character"])
        if line < 0:
            return 0
        if line >= len(self.starts):
            return len(self.text)
        return self.starts[line] + index_in_line(self.line(line), character, self.encoding)

    def position(self, offset: int) -> dict[str, int]:
        """The position of an offset."""
        offset = min(max(offset, 0), len(self.text))
        line = bisect_right(self.starts, offset) - 1
        start = self.starts[line]
        # perf: positions are asked for in order; counting each from the start of a long line would take its square.
        known, at, character = self._last
        if known != start or not start <= at <= offset:
            at, character = start, 0
        character += width(self.text[at:offset], self.encoding)
        self._last = start, offset, character
        return {"line": line, "character": character}

    def range(self, start: int, end: int) -> dict[str, dict[str, int]]:
        """Two offsets as a range."""
        return {"start": self.position(start), "end": self.position(end)}


def apply_changes(text: IndexedText, changes: Iterable[Any]) -> IndexedText:
    """The text after the changes of one notification, in order; a change without a range replaces the whole text."""
    # perf: several changes are applied to a list of lines; otherwise each of them would copy the whole text.
    lines: list[str] | None = None
    changes = list(changes)
    for change in changes:
        place, new = change.get("range"), str(change["text"])
        if place is None:
            text, lines = IndexedText(new, text.encoding), None
        elif len(changes) == 1:
            start, end = sorted((text.offset(place["start"]), text.offset(place["end"])))
            text = IndexedText(text.text[:start] + new + text.text[end:], text.encoding)
        else:
            lines = lines if lines is not None else _split(text.text)
            _replace(lines, place, new, text.encoding)
    return text if lines is None else IndexedText("".join(lines), text.encoding)


def _split(text: str) -> list[str]:
    """The lines of a text with their line ends; the last one has none."""
    bounds = [0, *(found.end() for found in _LINE_END.finditer(text)), len(text)]
    return [text[a:b] for a, b in zip(bounds, bounds[1:], strict=False)]


def _replace(lines: list[str], place: Any, new: str, encoding: str) -> None:
    """Replace a range of a list of lines by a text."""
    (first, start), (last, end) = sorted(
        (
            _line_and_index(lines, place["start"], encoding),
            _line_and_index(lines, place["end"], encoding),
        )
    )
    piece = lines[first][:start] + new + lines[last][end:]
    if first and lines[first - 1].endswith("\r") and piece.startswith("\n"):
        first -= 1  # the two characters are one line end
        piece = lines[first] + piece
    parts = _split(piece)
    if last + 1 < len(lines):
        parts.pop()  # the piece ends with a line end: the empty part after it is not a line
    lines[first : last + 1] = parts


def _line_and_index(lines: list[str], position: Any, encoding: str) -> tuple[int, int]:
    """The line and the index in it of a position, clamped to the text."""
    line, character = int(position["line"]), int(position["character"])
    if line < 0:
        return 0, 0
    if line >= len(lines):
        return len(lines) - 1, len(lines[-1])
    return line, index_in_line(lines[line].rstrip("\r\n"), character, encoding)
