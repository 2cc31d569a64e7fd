"""The bytes of a file as text, with offsets, lines and columns that never lose a byte.

Everything in this package uses *offsets*: indices into ``Source.text``, where one Unicode
code point counts one and a byte that is not UTF-8 counts one as well.  Lines and columns, counted
from 1, exist only at the edges.
"""

from __future__ import annotations

from bisect import bisect_right


class Span:
    """A half-open range of offsets into a source's text."""

    __slots__ = ("end", "start")

    def __init__(self, start: int, end: int) -> None:
        self.start = start
        self.end = end

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Span) and (self.start, self.end) == (other.start, other.end)

    def __hash__(self) -> int:
        return hash((self.start, self.end))

    def move(self, by: int) -> None:
        """Shift by so many characters."""
        self.start += by
        self.end += by

    def __repr__(self) -> str:
        return f"Span({self.start}, {self.end})"


class Source:
    """One file's text.  Lines end at ``\\n`` only, as BuildKit splits them."""

    __slots__ = ("_after", "_starts", "filename", "text")

    def __init__(self, text: str, filename: str = "Dockerfile") -> None:
        self.text = text
        self.filename = filename
        self._starts: list[int] | None = None
        self._after: list[tuple[int, int]] | None = None

    @classmethod
    def from_bytes(cls, data: bytes, filename: str = "Dockerfile") -> Source:
        """Decode UTF-8; each undecodable byte becomes one lone surrogate, so nothing is lost."""
        return cls(data.decode("utf-8", "surrogateescape"), filename)

    def to_bytes(self) -> bytes:
        """The bytes that were read, unchanged (for text, its UTF-8)."""
        return encode(self.text)

    @property
    def line_starts(self) -> list[int]:
        """Offset of the first character of each line."""
        if self._starts is None:
            starts = [0]
            at = self.text.find("\n")
            while at >= 0:
                starts.append(at + 1)
                at = self.text.find("\n", at + 1)
            self._starts = starts
        return self._starts

    @property
    def newline(self) -> str:
        """The line ending of the first line; a line feed if there is none."""
        # perf: searching the whole text for each fix would be quadratic.
        starts = self.line_starts
        if len(starts) > 1 and self.text[starts[1] - 2 : starts[1]] == "\r\n":
            return "\r\n"
        return "\n"

    @property
    def line_count(self) -> int:
        """Number of lines; a final newline does not start another one."""
        starts = self.line_starts
        return len(starts) - 1 if len(starts) > 1 and starts[-1] == len(self.text) else len(starts)

    def position(self, offset: int) -> tuple[int, int]:
        """Line and column of an offset, both from 1."""
        starts = self.line_starts
        line = bisect_right(starts, offset)
        return line, offset - starts[line - 1] + 1

    def line_of(self, offset: int) -> int:
        """Line of an offset, from 1."""
        return bisect_right(self.line_starts, offset)

    def offset(self, line: int, column: int = 1) -> int:
        """Offset of a line and column (from 1), clamped to the text."""
        starts = self.line_starts
        if line > len(starts):
            return len(self.text)
        return min(starts[max(line, 1) - 1] + max(column, 1) - 1, len(self.text))

    def line(self, number: int) -> str:
        """Text of a line (from 1) without its line ending; empty beyond the file."""
        starts = self.line_starts
        if not 1 <= number <= len(starts):
            return ""
        end = starts[number] if number < len(starts) else len(self.text)
        return self.text[starts[number - 1] : end].rstrip("\r\n")

    def line_after_comments(self, number: int, *, blank: bool) -> int:
        """The first line from *number* on that is no comment, and not blank unless *blank* is false.

        The number after the last line if there is none.
        """
        if self._after is None:
            # perf: for all lines at once; a search from each of n comments in a row would be quadratic.
            following = self.line_count + 1
            uncommented, filled = following, following
            after = [(uncommented, filled)]
            for line in range(self.line_count, 0, -1):
                text = self.line(line).lstrip()
                if not text.startswith("#"):
                    uncommented = line
                    filled = line if text else filled
                after.append((uncommented, filled))
            self._after = after[::-1]
        number = min(number, self.line_count + 1)
        return self._after[number - 1][blank]

    def line_span(self, number: int) -> Span:
        """Span of a line's text without its line ending."""
        starts = self.line_starts
        if not 1 <= number <= len(starts):
            end = len(self.text) if number > 0 else 0
            return Span(end, end)
        start, end = starts[number - 1], starts[number] if number < len(starts) else len(self.text)
        # perf: without copying the line, which may be the whole file.
        while end > start and self.text[end - 1] in "\r\n":
            end -= 1
        return Span(start, end)


class LogicalText:
    """Text joined from pieces of a source, each copied unchanged.

    An instruction's logical line (continuations joined), a heredoc without its leading tabs, the
    inside of a quoted ``sh -c`` script: all are read as plain text and still know where each
    character stands in the file.
    """

    __slots__ = ("_at", "_offsets", "end_offset", "text")

    def __init__(self, pieces: list[tuple[str, int]], end_offset: int | None = None) -> None:
        """*pieces*: (text, offset of its first character in the source), in order."""
        self.text = "".join(piece for piece, _ in pieces)
        self._at: list[int] = []
        self._offsets: list[int] = []
        at = 0
        for piece, offset in pieces:
            if piece:
                self._at.append(at)
                self._offsets.append(offset)
                at += len(piece)
        if end_offset is None:
            end_offset = pieces[-1][1] + len(pieces[-1][0]) if pieces else 0
        self.end_offset = end_offset

    def move(self, by: int) -> None:
        """Shift all positions by so many characters."""
        self._offsets = [offset + by for offset in self._offsets]
        self.end_offset += by

    def offset(self, index: int) -> int:
        """Source offset of the character at *index* (the end offset when past the text)."""
        if index >= len(self.text) or not self._at:
            return self.end_offset
        piece = bisect_right(self._at, index) - 1
        return self._offsets[piece] + index - self._at[piece]

    def span(self, start: int, end: int) -> Span:
        """Source span that covers the characters from *start* up to *end*."""
        if end <= start:
            at = self.offset(start)
            return Span(at, at)
        return Span(self.offset(start), self.offset(end - 1) + 1)

    def pieces(self, start: int = 0, end: int | None = None) -> list[tuple[str, int]]:
        """The text between *start* and *end* as (text, source offset) pieces."""
        end = len(self.text) if end is None else end
        pieces: list[tuple[str, int]] = []
        first = max(bisect_right(self._at, start) - 1, 0)
        for piece in range(first, len(self._at)):
            at = self._at[piece]
            if at >= end:
                break
            stop = self._at[piece + 1] if piece + 1 < len(self._at) else len(self.text)
            low, high = max(start, at), min(end, stop)
            if low < high:
                pieces.append((self.text[low:high], self._offsets[piece] + low - at))
        return pieces

    def slice(self, start: int, end: int) -> LogicalText:
        """The part from *start* up to *end*, which still knows its place."""
        stop = self.offset(end - 1) + 1 if end > start else self.offset(start)
        return LogicalText(self.pieces(start, end), stop)


def encode(text: str) -> bytes:
    """UTF-8 of a text, with undecodable bytes as they were; any other lone surrogate is encoded as itself."""
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogatepass")
