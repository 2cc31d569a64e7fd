"""Words and commands of a shell script, each with its place in the file."""

from __future__ import annotations

from dockerlint_rules.syntax.shell.wrappers import (
    WRAPPERS,
    base_name,
    program_at,
)
from dockerlint_rules.syntax.source import LogicalText

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from dockerlint_rules.syntax.shell.plain import Mark


class ShellWord:
    """One word of a command.

    ``text`` as written, ``value`` without quotes and with ``${X}`` for each variable and ``$()`` for
    each command substitution, ``literal`` when nothing in it is expanded (globs count as literal).
    ``logical``: the value's place in the file where it is known (a word of a JSON array).
    """

    __slots__ = ("_from", "_map", "_marks", "_to", "literal", "logical", "text", "value")

    def __init__(
        self,
        text: str,
        value: str,
        start: int,
        end: int,
        literal: bool = True,
        logical: LogicalText | None = None,
        _map: LogicalText | None = None,
        _marks: list[Mark] | None = None,
    ) -> None:
        """*start*, *end*: offsets in the source (within *_map* if this module makes the word)."""
        self.text = text
        self.value = value
        self.literal = literal
        self.logical = logical
        # perf: the position of most words is never asked for; each costs a bisection.
        self._from = start
        self._to = end
        self._map = _map
        self._marks = _marks

    @property
    def start(self) -> int:
        """Offset of the first character."""
        return self._from if self._map is None else self._map.offset(self._from)

    @property
    def end(self) -> int:
        """Offset after the last character."""
        return self._to if self._map is None else self._map.offset(self._to - 1) + 1

    def texts(self) -> Iterator[LogicalText]:
        """The texts that map the word to its position."""
        if self._map is not None:
            yield self._map
        if self.logical is not None:
            yield self.logical

    def move(self, by: int) -> None:
        """Shift by so many characters, unless a text gives the word's position."""
        if self._map is None:
            self._from += by
            self._to += by

    def script(self) -> LogicalText:
        """The script that a shell reads from this word: without quotes, positions kept."""
        if self.logical is not None:
            return self.logical
        if self._map is None:
            # A JSON string without a known mapping: it starts after its quote.
            return LogicalText([(self.value, self._from + 1)])
        pieces: list[tuple[str, int]] = []
        for start, end, _ in _segments(self._map.text, self._from, self._to, self._marks):
            pieces += self._map.pieces(start, end)
        return LogicalText(pieces) if pieces else LogicalText([], self.end)

    def __repr__(self) -> str:
        return f"ShellWord({self.text!r})"


class Command:
    """One simple command.  See the comments of the attributes; offsets are positions in the file."""

    __slots__ = (
        "_last",
        "_map",
        "_outer",
        "after",
        "assignments",
        "before",
        "conditional",
        "function",
        "heredoc_body",
        "index",
        "name",
        "nested",
        "package_calls",
        "pipeline",
        "redirects",
        "words",
        "wrappers",
    )

    def __init__(self, words: list[ShellWord], before: str = "", after: str = "") -> None:
        self.words = words
        """The program and its arguments, without wrappers."""
        self.before = before
        """Operator before it in its own list: ``&& || ; | &``, a newline, or empty."""
        self.after = after
        self.name = ""
        """Base name of the program; empty when an expansion hides it."""
        self.wrappers: list[str] = []
        """Names of the wrappers looked through, outermost first."""
        self.assignments: list[ShellWord] = []
        self.redirects: list[tuple[str, ShellWord]] = []
        """(operator with its descriptor as written: ``>``, ``2>``, ``2>&``, ``<<``; target)"""
        self.conditional = False
        """May be skipped: after ``||``, in a loop, branch, case or function.  The first condition
        of ``if`` and ``while`` always runs."""
        self.nested = False
        """Inside ``$(…)``, ``<(…)``, ``sh -c``, ``eval`` or a heredoc that a shell reads."""
        self.function = False
        """Inside a function's body."""
        self.heredoc_body = False
        """Inside a heredoc that feeds a shell."""
        self.pipeline: list[Command] = [self]
        """The commands of its pipeline, in order.  A compound (``| while …``) is listed with all
        its commands, which have pipelines of their own."""
        self.package_calls: list[Any] | None = None
        """Facts of the model, cached because many rules ask for them."""
        self.index = 0
        """Index in ``Script.commands``."""
        self._map: LogicalText | None = None
        self._outer = self._last = 0
        program = 0
        while program < len(words):
            self.name = base_name(words[program])
            if self.name not in WRAPPERS:
                break
            following = program_at(self.name, words, program)
            if following == program:
                break
            self.wrappers.append(self.name)
            program = following
        if program:
            self.words = words[program:]

    @property
    def args(self) -> list[ShellWord]:
        """The words after the program."""
        return self.words[1:]

    @property
    def start(self) -> int:
        """Offset of the program's word."""
        return self.words[0].start

    @property
    def end(self) -> int:
        """Offset after the last word or redirect."""
        return self._last if self._map is None else self._map.offset(self._last - 1) + 1

    @property
    def outer_start(self) -> int:
        """Offset of the first of assignments, redirects, wrappers and the program."""
        return self._outer if self._map is None else self._map.offset(self._outer)

    def all_words(self) -> Iterator[ShellWord]:
        """Every word of the command: assignments, program, arguments, targets of redirects."""
        yield from self.assignments
        yield from self.words
        for _, word in self.redirects:
            yield word

    @property
    def place(self) -> LogicalText | None:
        """The text that maps the command's end to the file."""
        return self._map

    def move(self, by: int) -> None:
        """Be so many characters further down, unless a text gives the command's position."""
        if self._map is None:
            self._outer += by
            self._last += by

    def has_flag(self, *names: str) -> bool:
        """Whether one of the flags is given: ``-qy`` holds ``-q`` and ``-y``, ``--x=v`` is ``--x``."""
        return self.flag(*names) is not None

    def flag(self, *names: str) -> ShellWord | None:
        """The first word that gives one of the flags; words after ``--`` do not count."""
        for word in self._flag_words():
            if any(_flag_at(word.value, name) for name in names):
                return word
        return None

    def value_of(self, *names: str) -> str | None:
        """The value of the first of the flags given, joined (``-ofile``, ``--x=v``) or the next word."""
        for word in self._flag_words():
            value = word.value
            for name in names:
                after = _flag_at(value, name)
                if not after:
                    continue
                rest = value[after:]
                if rest:
                    return rest.removeprefix("=")
                following = self._following(word)
                return following.value if following else None
        return None

    def operands(self, *flags_with_value: str) -> list[ShellWord]:
        """The arguments that are neither flags nor values of *flags_with_value*."""
        found: list[ShellWord] = []
        skip = False
        words = iter(self.args)
        for word in words:
            value = word.value
            if skip:
                skip = False
            elif value == "--":
                found += words
            elif len(value) > 1 and value[0] == "-":
                skip = any(_flag_at(value, name) == len(value) for name in flags_with_value)
            else:
                found.append(word)
        return found

    def _flag_words(self) -> Iterator[ShellWord]:
        for word in self.args:
            if word.value == "--":
                return
            if len(word.value) > 1 and word.value[0] == "-":
                yield word

    def _following(self, word: ShellWord) -> ShellWord | None:
        at = next(at for at, one in enumerate(self.words) if one is word) + 1
        return self.words[at] if at < len(self.words) else None

    def __repr__(self) -> str:
        return f"Command({' '.join(word.value for word in self.words)!r})"


def _flag_at(word: str, name: str) -> int:
    """Index after the flag *name* in a word that begins with ``-``; 0 if it is absent."""
    if word == name:
        return len(word)
    if word.startswith("--") or len(name) != 2:
        return len(name) if word.startswith(name + "=") else 0
    for at, char in enumerate(word[1:], 2):
        if char == name[1]:
            return at
        # Only letters and digits form clusters: "-o=x" does not contain "-x".
        if not char.isalnum():
            break
    return 0


def _segments(
    text: str, start: int, end: int, marks: list[Mark] | None
) -> Iterator[tuple[int, int, str | None]]:
    """A word without its quotes: ranges of the text as they are (None), or the placeholder of an expansion."""
    at = kept = start
    quote = ""
    following = 0
    while at < end:
        if marks and following < len(marks) and marks[following][0] <= at:
            mark = marks[following]
            following += 1
            yield (kept, at, None)
            yield mark
            at = kept = mark[1]
            continue
        char = text[at]
        width = _dropped(text, at, end, char, quote)
        if not width:
            at += 1
            continue
        yield (kept, at, None)
        at += width
        kept = at
        if char == "\\" and text[at - 1] != "\n":
            at += 1
        elif char != "\\":
            quote = "" if quote else text[at - width : at]
    if kept < end:
        yield (kept, end, None)


def _dropped(text: str, at: int, end: int, char: str, quote: str) -> int:
    """Number of characters at *at* that are quoting and not part of the word's value."""
    if char == "\\":
        following = text[at + 1 : at + 2] if at + 1 < end else ""
        if not following or quote == "'":
            return 0
        if following == "\n" and quote != "$'":
            return 2
        if quote == '"':
            return 1 if following in '$`"\\' else 0
        if quote == "$'":
            return 1 if following in "'\"\\" else 0
        return 1
    if quote:
        return 1 if char == quote[-1] else 0
    if char in "'\"":
        return 1
    return 2 if char == "$" and text[at + 1 : at + 2] in ("'", '"') and at + 1 < end else 0
