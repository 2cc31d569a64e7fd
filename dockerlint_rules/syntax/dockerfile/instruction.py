"""What every instruction has: its words, flags and pairs, each with its position."""

from __future__ import annotations

from dockerlint_rules.syntax.dockerfile import fields as lexing
from dockerlint_rules.syntax.dockerfile.logical_lines import (
    Comment,
    Heredoc,
    LogicalLine,
    SyntaxProblem,
)
from dockerlint_rules.syntax.source import LogicalText, Source, Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dockerlint_rules.model.stages import Stage


class Word(Span):
    """A word of an instruction, as written (a JSON item: its value)."""

    __slots__ = ("logical", "text")

    def __init__(self, text: str, start: int, end: int, logical: LogicalText | None = None) -> None:
        super().__init__(start, end)
        self.text = text
        self.logical = logical

    @property
    def value(self) -> str:
        """The text without a surrounding pair of quotes; variables stay as written."""
        text = self.text
        if len(text) > 1 and text[0] in "'\"" and text[-1] == text[0]:
            return text[1:-1]
        return text

    def __repr__(self) -> str:
        return f"Word({self.text!r}, {self.start}, {self.end})"


class Flag(Word):
    """A ``--name`` or ``--name=value`` before the arguments; quotes and escapes are resolved."""

    __slots__ = ("name", "value_text")

    def __init__(self, text: str, start: int, end: int) -> None:
        super().__init__(text, start, end)
        name, equals, value = text[2:].partition("=")
        self.name = name
        self.value_text = value if equals else None

    @property
    def value(self) -> str:
        """The text after the equals sign; empty without one."""
        return self.value_text or ""


class Pair(Span):
    """One ``name=value`` of ENV, LABEL or ARG; *legacy* for the form with a space instead of ``=``."""

    __slots__ = ("key", "legacy", "value")

    def __init__(self, key: Word, value: Word | None, *, legacy: bool = False) -> None:
        super().__init__(key.start, value.end if value else key.end)
        self.key = key
        self.value = value
        self.legacy = legacy

    @property
    def name(self) -> str:
        """The key as written."""
        return self.key.text


class Instruction(Span):
    """One instruction.  Its span runs from the keyword to the end of its own text, without heredocs."""

    __slots__ = (
        "args", "comments", "end_line", "errors", "escape", "flags", "form", "heredocs", "inner_comments",
        "keyword", "keyword_word", "line", "logical", "raw_line", "rest", "source", "stage", "words",
    )  # fmt: skip
    shape = "words"

    def __init__(
        self, source: Source, line: LogicalLine, logical: LogicalText, escape: str
    ) -> None:
        text = logical.text
        begin, stop, rest, end = lexing.split_command(text)
        super().__init__(logical.offset(begin), logical.span(begin, max(end, stop)).end)
        self.source = source
        self.logical = logical
        self.escape = escape
        self.keyword_word = self._word(begin, stop)
        self.keyword = self.keyword_word.text.upper()
        self.line = line.start_line
        self.end_line = line.end_line
        self.raw_line = line
        self.heredocs: list[Heredoc] = line.heredocs
        self.comments = line.comments
        self.inner_comments: list[Comment] = line.inner
        self.errors: list[SyntaxProblem] = []
        self.form: str | None = None
        self.words: list[Word] = []
        self.args: list[str] = []
        self.stage: Stage | None = None  # set once the stages are known; None before the first FROM
        found, rest = lexing.split_flags(text, rest, end, escape)
        self.flags = [Flag(word, *self._place(a, b)) for word, a, b in found]
        self.rest = lexing.trim(text, rest, end)
        self._read()

    # -- positions -----------------------------------------------------------------------------

    def _place(self, start: int, end: int) -> tuple[int, int]:
        span = self.logical.span(start, end)
        return span.start, span.end

    def _word(self, start: int, end: int, text: str | None = None) -> Word:
        return Word(
            self.logical.text[start:end] if text is None else text, *self._place(start, end)
        )

    def refuse(
        self, message: str, target: Span | None = None, kind: str = "arguments", stage: int = 2
    ) -> None:
        """Note that BuildKit refuses this instruction, at *target* or else at the keyword."""
        at = target or self.keyword_word
        self.errors.append(SyntaxProblem(message, self.line, at.start, at.end, kind, stage))

    # -- for rules -----------------------------------------------------------------------------

    @property
    def original(self) -> str:
        """The logical line as BuildKit keeps it: continuations joined, without leading whitespace."""
        return self.logical.text

    @property
    def text(self) -> str:
        """The text after the keyword and the flags."""
        return self.logical.text[self.rest[0] : self.rest[1]]

    @property
    def arguments(self) -> Span:
        """Span of the text after the keyword and the flags."""
        return self.logical.span(*self.rest)

    def flag(self, name: str) -> Flag | None:
        """The first flag of that name."""
        for flag in self.flags:
            if flag.name == name:
                return flag
        return None

    def flags_named(self, name: str) -> list[Flag]:
        """All flags of that name."""
        return [flag for flag in self.flags if flag.name == name]

    # -- reading --------------------------------------------------------------------------------

    def _read(self) -> None:
        """Fill ``words`` and ``args``; words split at whitespace, unless a class overrides it."""
        self.words = [
            self._word(a, b) for a, b in lexing.blank_words(self.logical.text, *self.rest)
        ]
        self.args = [word.text for word in self.words]

    def _read_json(self, start: int, end: int) -> bool:
        """Read the arguments as a JSON array of strings; False if they are not one."""
        text = self.logical.text
        try:
            items = lexing.json_strings(text, start, end)
        except lexing.NotAStringArray:
            message = "when using JSON array syntax, arrays must be comprised of strings only"
            self.refuse(message, self.logical.span(start, end), "json", stage=1)
            self.form = "json"
            return True
        if items is None:
            return False
        self.form = "json"
        for value, a, b in items:
            word = self._word(a, b, value)
            word.logical = self._json_logical(a + 1, b - 1)
            self.words.append(word)
            self.args.append(value)
        return True

    def _json_logical(self, start: int, end: int) -> LogicalText:
        part = self.logical.slice(start, end)
        if "\\" not in part.text:
            return part
        pieces = lexing.json_pieces(part.text, 0)
        return LogicalText([(text, part.offset(at)) for text, at in pieces], part.end_offset)

    def _read_text(self) -> None:
        """The whole text as one argument."""
        start, end = self.rest
        if start < end:
            self.words = [self._word(start, end)]
            self.args = [self.words[0].text]

    def _read_pairs(self) -> list[Pair]:
        """``name=value`` words, or the old ``name value``; errors are BuildKit's stage 1."""
        start, end = self.rest
        text = self.logical.text
        found = lexing.quoted_words(text, start, end, self.escape)
        if not found:
            return []
        if "=" not in found[0][0]:
            return self._legacy_pair(start, end)
        pairs = []
        for word, a, b in found:
            key, equals, value = word.partition("=")
            if not equals:
                from dockerlint_rules.syntax.go_text import go_quote  # perf: only for an error

                message = f"Syntax error - can't find = in {go_quote(word)}. Must be of the form: name=value"
                self.refuse(message, self.logical.span(a, b), "pair", stage=1)
                continue
            split = a + text[a:b].index("=")
            pairs.append(Pair(self._word(a, split, key), self._word(split + 1, b, value)))
            self.args += [key, value, "="]
        return pairs

    def _legacy_pair(self, start: int, end: int) -> list[Pair]:
        words = lexing.blank_words(self.logical.text, start, end)
        key = self._word(*words[0])
        if len(words) < 2:
            self.refuse(f"{self.keyword} must have two arguments", key, "pair", stage=1)
            return [Pair(key, None, legacy=True)]
        value = self._word(words[1][0], end)
        self.args = [key.text, value.text, ""]
        return [Pair(key, value, legacy=True)]
