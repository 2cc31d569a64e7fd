"""Physical lines to logical lines: continuations, comments inside them, heredocs.

This is BuildKit's line parser (``parser.Parse``), expressed in offsets so that every character
keeps its place, and going on where BuildKit stops: each error is kept and reading continues.
"""

from __future__ import annotations

import re
from bisect import bisect_right

from dockerlint_rules.syntax.dockerfile.directives import SPACES, Directive, read_directive
from dockerlint_rules.syntax.source import LogicalText, Source, Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

LINE_LIMIT = 65535  # bytes before the line feed: bufio.MaxScanTokenSize in BuildKit's scanner
_HEREDOC_WORD = re.compile(r"(\d*)<<(-?)\s*+([^<]*)\Z")
_MOST_MISSING = 100
_PLAIN_NAME = re.compile(r"[A-Za-z0-9_.-]+\Z")
_MAY_HOLD_HEREDOC = re.compile(
    r"[\t\v\f\r ]*(?:onbuild[\t\v\f\r ]+)?(?:run|copy|add)(?:[\t\v\f\r ]|\Z)", re.I
)


class SyntaxProblem(Span):
    """A place where BuildKit refuses the file; *stage* 1 is the line parser, 2 the instructions."""

    __slots__ = ("kind", "line", "message", "stage")

    def __init__(
        self, message: str, line: int, start: int, end: int, kind: str, stage: int = 1
    ) -> None:
        super().__init__(start, end)
        self.message = message
        self.line = line
        self.kind = kind
        self.stage = stage


class Comment(Span):
    """A comment line; *text* begins with its ``#``.  *inside* is the instruction that continues after it."""

    __slots__ = ("inside", "line", "text")

    def __init__(self, text: str, line: int, start: int, end: int) -> None:
        super().__init__(start, end)
        self.text = text
        self.line = line
        self.inside: object | None = None


class Heredoc(Span):
    """A heredoc.  *content* is the body as written, tabs included; the span covers the body."""

    __slots__ = ("chomp", "content", "expand", "fd", "name", "operator", "terminated", "terminator")

    def __init__(self, name: str, fd: int, *, expand: bool, chomp: bool, operator: Span) -> None:
        super().__init__(operator.end, operator.end)
        self.name = name
        self.fd = fd
        self.expand = expand
        self.chomp = chomp
        self.operator = operator
        self.content = ""
        self.terminated = False
        self.terminator = operator

    def script(self) -> LogicalText:
        """The body as the program gets it: without leading tabs for ``<<-``."""
        if not self.chomp:
            return LogicalText([(self.content, self.start)])
        pieces, at = [], self.start
        for line in self.content.splitlines(keepends=True):
            cut = line.lstrip("\t")
            pieces.append((cut, at + len(line) - len(cut)))
            at += len(line)
        return LogicalText(pieces, self.end)


class LogicalLine:
    """One instruction's text with continuations joined, its position, and its heredocs."""

    __slots__ = (
        "comments",
        "empty_continuation",
        "end_line",
        "heredocs",
        "inner",
        "logical",
        "nesting",
        "places",
        "start_line",
        "text_end_line",
    )

    def __init__(self, logical: LogicalText, start_line: int, end_line: int) -> None:
        self.logical = logical
        self.start_line = start_line
        self.end_line = end_line
        self.text_end_line = end_line
        self.heredocs: list[Heredoc] = []
        self.comments: list[str] = []
        self.inner: list[Comment] = []
        self.empty_continuation: list[int] = []
        self.places: Any = None  # filled by incremental parsing
        self.nesting = 0  # levels of ONBUILD in ONBUILD while parsing


class Reader:
    """Reads a source into logical lines; the results are in its attributes."""

    def __init__(self, source: Source, accepts_heredoc: Callable[[LogicalText, str], bool]) -> None:
        self.source = source
        self.escape = "\\"
        self.directives: list[Directive] = []
        self.comments: list[Comment] = []
        self.errors: list[SyntaxProblem] = []
        self.lines: list[LogicalLine] = []
        self._accepts_heredoc = accepts_heredoc
        self._starts = source.line_starts
        self._count = source.line_count if source.text else 0
        self._at = 0
        self._in_directives = True
        self._pending: list[str] = []
        self._ends: _Ends | None = None  # made when a heredoc has no terminator

    def read(self) -> None:
        """Read the whole source.  Never raises, whatever the file contains."""
        while self.read_one():
            pass

    def go_to(self, line: int, escape: str) -> None:
        """Continue after *line*, the last line of an instruction, as if everything above had been read."""
        self._at = line
        self.escape = escape
        self._in_directives = False

    @property
    def line(self) -> int:
        """Number of the last line that was read."""
        return self._at

    def read_one(self) -> bool:
        """Read a comment, a blank line or an instruction; False at the end."""
        if self._at >= self._count:
            return False
        start, text = self._next()
        if self._at == 1 and text.startswith("\ufeff"):
            start, text = start + 1, text[1:]
        if self._too_long(text, start):
            return True
        stripped = text.lstrip(SPACES)
        begin = start + len(text) - len(stripped)
        if stripped.startswith("#"):
            self._comment(text, stripped, begin)
        elif stripped:
            self._in_directives = False
            self._instruction(stripped, begin)
        else:
            self._in_directives = False
        return True

    def _next(self) -> tuple[int, str]:
        start = self._starts[self._at]
        self._at += 1
        end = self._starts[self._at] if self._at < len(self._starts) else len(self.source.text)
        return start, self.source.text[start:end].rstrip("\r\n")

    def _too_long(self, text: str, start: int) -> bool:
        # Only a line that may exceed the limit is measured in bytes.
        if len(text) * 4 <= LINE_LIMIT or len(text.encode("utf-8", "replace")) <= LINE_LIMIT:
            return False
        self._in_directives = False
        message = f"dockerfile line greater than max allowed size of {LINE_LIMIT}"
        self.errors.append(SyntaxProblem(message, self._at, start, start + 1, "long-line"))
        return True

    def _comment(self, text: str, stripped: str, begin: int) -> None:
        if self._in_directives:
            found = read_directive(stripped)
            if found:
                self._directive(*found, stripped, begin, indented=text != stripped)
                return
            self._in_directives = False
        self.comments.append(Comment(stripped, self._at, begin, begin + len(stripped)))
        comment = text[1:].strip(SPACES)
        if comment:
            self._pending.append(comment)
        else:
            self._pending = []

    def _directive(self, name: str, value: str, text: str, begin: int, *, indented: bool) -> None:
        end = begin + len(text)
        if any(known.name == name for known in self.directives):
            self._refuse(f"only one {name} parser directive can be used", begin, end)
            return
        self.directives.append(Directive(name, value, self._at, begin, end, indented=indented))
        if name == "escape":
            if value in ("\\", "`"):
                self.escape = value
            else:
                self._refuse(f"invalid escape token '{value}' does not match ` or \\", begin, end)

    def _refuse(self, message: str, start: int, end: int) -> None:
        self.errors.append(SyntaxProblem(message, self._at, start, end, "directive"))

    def _instruction(self, text: str, begin: int) -> None:
        first_line = self._at
        kept, goes_on = self._cut_continuation(text)
        pieces = [(kept, begin)]
        line = LogicalLine(LogicalText([]), first_line, first_line)
        while goes_on and self._at < self._count:
            start, text = self._next()
            if self._too_long(text, start):
                continue
            stripped = text.lstrip(SPACES)
            if stripped.startswith("#"):
                at = start + len(text) - len(stripped)
                comment = Comment(stripped, self._at, at, at + len(stripped))
                line.inner.append(comment)
                self.comments.append(comment)
            elif not stripped:
                line.empty_continuation.append(self._at)
            else:
                kept, goes_on = self._cut_continuation(text)
                pieces.append((kept, start))
        line.logical = LogicalText(pieces)
        line.end_line = line.text_end_line = self._at
        if not line.logical.text.strip(SPACES):
            return
        line.comments, self._pending = self._pending, []
        self._read_heredocs(line)
        self.lines.append(line)

    def _cut_continuation(self, text: str) -> tuple[str, bool]:
        bare = text.rstrip("\t ")
        if not bare.endswith(self.escape) or bare.endswith(self.escape * 2):
            return text, False
        return bare[:-1], True

    def _read_heredocs(self, line: LogicalLine) -> None:
        text = line.logical.text
        if "<<" not in text or not _MAY_HOLD_HEREDOC.match(text):
            return
        if not self._accepts_heredoc(line.logical, self.escape):
            return
        for heredoc in heredocs_of(line.logical):
            self._read_body(heredoc, line)
            line.heredocs.append(heredoc)
        line.end_line = self._at

    def _read_body(self, heredoc: Heredoc, line: LogicalLine) -> None:
        first = self._at
        heredoc.start = self._starts[first] if first < len(self._starts) else len(self.source.text)
        near: int | None = None
        if self._ends is not None and self._ends.line(heredoc, first) is None:
            near = self._ends.near(heredoc, first)
        else:
            while self._at < self._count:
                start, text = self._next()
                if self._too_long(text, start):
                    continue
                if (text.lstrip("\t") if heredoc.chomp else text) == heredoc.name:
                    self._end_body(heredoc, start, len(text), terminated=True)
                    return
                if near is None and text.strip() == heredoc.name:
                    near = self._at
            # perf: searched once; for the next heredoc, a table tells whether it ends at all.
            self._ends = self._ends or _Ends(self)
        message = "unterminated heredoc"
        at = heredoc.operator
        self.errors.append(SyntaxProblem(message, line.start_line, at.start, at.end, "heredoc"))
        # A line that is the terminator except for whitespace around it was meant to be one: continue after it.
        if near is not None:
            self._at = near
            start = self._starts[near - 1]
            self._end_body(heredoc, start, len(self.source.line(near)), terminated=False)
        else:
            self._at = self._count
            self._end_body(heredoc, len(self.source.text), 0, terminated=False)

    def _end_body(self, heredoc: Heredoc, end: int, length: int, *, terminated: bool) -> None:
        heredoc.end = end
        heredoc.content = self.source.text[heredoc.start : end]
        heredoc.terminated = terminated
        heredoc.terminator = Span(end, end + length)


class _Ends:
    """Line numbers by line text: lines that end a heredoc, and lines that were meant to."""

    def __init__(self, reader: Reader) -> None:
        self._exact: dict[str, list[int]] = {}
        self._without_leading_tabs: dict[str, list[int]] = {}
        self._bare: dict[str, list[int]] = {}
        for number in range(1, reader.source.line_count + 1):
            text = reader.source.line(number)
            self._exact.setdefault(text, []).append(number)
            self._without_leading_tabs.setdefault(text.lstrip("\t"), []).append(number)
            self._bare.setdefault(text.strip(), []).append(number)

    def line(self, heredoc: Heredoc, after: int) -> int | None:
        """The first line after line *after* that ends the heredoc."""
        return _first(
            self._without_leading_tabs if heredoc.chomp else self._exact, heredoc.name, after
        )

    def near(self, heredoc: Heredoc, after: int) -> int | None:
        """The first line that would end it without the whitespace around it."""
        return _first(self._bare, heredoc.name, after)


def _first(lines: dict[str, list[int]], text: str, after: int) -> int | None:
    found = lines.get(text, [])
    at = bisect_right(found, after)
    return found[at] if at < len(found) else None


def heredocs_of(logical: LogicalText) -> list[Heredoc]:
    """The heredocs that a logical line opens, in order, without their bodies.

    BuildKit lexes the whole line with the escape ``\\`` whatever the directive says; a line that
    cannot be lexed opens none.
    """
    found = []
    at = missing = 0
    for word in _line_words(logical.text):
        # Words that an expansion made are not in the text; each costs a search to its end.
        place = logical.text.find(word, at) if missing < _MOST_MISSING else at
        missing += place < 0
        at = max(place, at)
        heredoc = _heredoc(word, logical.span(at, at + len(word)))
        if heredoc:
            found.append(heredoc)
        at += len(word)
    return found


def _line_words(text: str) -> list[str]:
    from dockerlint_rules.syntax.words import ExpansionError, expand_and_split

    try:
        result = expand_and_split(
            text, {}, "\\", raw_quotes=True, raw_escapes=True, skip_unset=True
        )
    except ExpansionError:
        return []
    return result.words


def _heredoc(word: str, place: Span) -> Heredoc | None:
    found = _HEREDOC_WORD.match(word)
    if not found or not found[3]:
        return None
    name, expand = found[3], True
    if not _PLAIN_NAME.match(name):
        unquoted = _unquoted(name)
        if unquoted is None:
            return None
        name, expand = unquoted
    fd = min(int(found[1][:12] or "0"), 2**31 - 1)
    start = place.start + len(found[1])
    operator = Span(start, place.end)
    return Heredoc(name, fd, expand=expand, chomp=bool(found[2]), operator=operator)


def _unquoted(text: str) -> tuple[str, bool] | None:
    """The name without quotes and escapes, and whether it had no quotes; None if it is not a single word."""
    from dockerlint_rules.syntax.words import ExpansionError, expand_and_split

    try:
        raw = expand_and_split(
            text, {}, "\\", raw_quotes=True, raw_escapes=False, skip_unset=True
        ).words
        plain = expand_and_split(
            text, {}, "\\", raw_quotes=False, raw_escapes=False, skip_unset=True
        ).words
    except ExpansionError:
        return None
    if len(raw) != 1 or len(plain) != 1:
        return None
    return plain[0], raw[0] == plain[0]
