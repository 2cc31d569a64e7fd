"""Shell text as a list of simple commands, each of which knows its place in the file.

Looked through: wrappers (``sudo``, ``env``, ``timeout`` …) and scripts in words (``sh -c '…'``,
``su -c``, ``eval``) or in heredocs that feed a shell.  Never raises for any text.
"""

from __future__ import annotations

from dockerlint_rules.syntax.shell.plain import Simple, read_plain
from dockerlint_rules.syntax.shell.wrappers import (
    SHELLS,
    WRAPPERS,
    base_name,
    program_at,
    shell_script,
    su_script,
)
from dockerlint_rules.syntax.source import LogicalText

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    from dockerlint_rules.syntax.shell.heredocs import ShellHeredoc
    from dockerlint_rules.syntax.shell.plain import Mark, Spot

MAX_NESTING = 8
"""Scripts in scripts (``sh -c "sh -c …"``) beyond which they are no longer read."""


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
        """*start*, *end*: offsets in the source (within *_map* when this module makes a word)."""
        self.text = text
        self.value = value
        self.literal = literal
        self.logical = logical
        # perf: most words are never asked where they are; an offset costs a bisection.
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
        """Offset behind the last character."""
        return self._to if self._map is None else self._map.offset(self._to - 1) + 1

    def texts(self) -> Iterator[LogicalText]:
        """The texts by which the word knows its place."""
        if self._map is not None:
            yield self._map
        if self.logical is not None:
            yield self.logical

    def move(self, by: int) -> None:
        """Be so many characters further down, as far as no text says where the word is."""
        if self._map is None:
            self._from += by
            self._to += by

    def script(self) -> LogicalText:
        """What a shell reads when this word is its script: without the quotes, places kept."""
        if self.logical is not None:
            return self.logical
        if self._map is None:
            # The place of a JSON string whose mapping is not known: behind its quote.
            return LogicalText([(self.value, self._from + 1)])
        pieces: list[tuple[str, int]] = []
        for start, end, _ in _segments(self._map.text, self._from, self._to, self._marks):
            pieces += self._map.pieces(start, end)
        return LogicalText(pieces) if pieces else LogicalText([], self.end)

    def __repr__(self) -> str:
        return f"ShellWord({self.text!r})"


class Command:
    """One simple command.  See the attributes' comments; offsets are places in the file."""

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
        """The program and its arguments, behind wrappers."""
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
        """May be left out: behind ``||``, in a loop, branch, case or function.  The first condition
        of ``if`` and ``while`` always runs."""
        self.nested = False
        """Inside ``$(…)``, ``<(…)``, ``sh -c``, ``eval`` or a heredoc that a shell reads."""
        self.function = False
        """Inside a function's body."""
        self.heredoc_body = False
        """Inside a heredoc that feeds a shell."""
        self.pipeline: list[Command] = [self]
        """The commands of its pipeline, in order.  A compound (``| while …``) stands there with all
        of its commands, which themselves have their own pipelines."""
        self.package_calls: list[Any] | None = None
        """What the model read of it, kept because many rules ask."""
        self.index = 0
        """Place in ``Script.commands``."""
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
        """The words behind the program."""
        return self.words[1:]

    @property
    def start(self) -> int:
        """Offset of the program's word."""
        return self.words[0].start

    @property
    def end(self) -> int:
        """Offset behind the last word or redirect."""
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
        """The text by which the command knows where it ends."""
        return self._map

    def move(self, by: int) -> None:
        """Be so many characters further down, as far as no text says where the command is."""
        if self._map is None:
            self._outer += by
            self._last += by

    def has_flag(self, *names: str) -> bool:
        """Whether one of the flags is given: ``-qy`` holds ``-q`` and ``-y``, ``--x=v`` is ``--x``."""
        return self.flag(*names) is not None

    def flag(self, *names: str) -> ShellWord | None:
        """The first word that gives one of the flags; words behind ``--`` are none."""
        for word in self._flag_words():
            if any(_flag_at(word.value, name) for name in names):
                return word
        return None

    def value_of(self, *names: str) -> str | None:
        """The value of the first of the flags given, joined (``-ofile``, ``--x=v``) or the next word."""
        for word in self._flag_words():
            value = word.value
            for name in names:
                behind = _flag_at(value, name)
                if not behind:
                    continue
                rest = value[behind:]
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
    """Index behind the flag *name* in a word that begins with ``-``; 0 when it is not there."""
    if word == name:
        return len(word)
    if word.startswith("--") or len(name) != 2:
        return len(name) if word.startswith(name + "=") else 0
    for at, char in enumerate(word[1:], 2):
        if char == name[1]:
            return at
        # Only letters and digits are clustered: "-o=x" holds no "-x".
        if not char.isalnum():
            break
    return 0


class Script:
    """The simple commands of a shell text."""

    __slots__ = ("assignments", "commands", "error", "foreign", "logical")

    def __init__(
        self,
        commands: list[Command],
        logical: LogicalText,
        error: bool = False,
        foreign: bool = False,
        assignments: list[ShellWord] | None = None,
    ) -> None:
        self.commands = commands
        """In order of the text, those of nested scripts included."""
        self.logical = logical
        self.error = error
        """A syntax error was seen (or the grammar is not there); commands may be missing."""
        self.foreign = foreign
        """For another interpreter than a Unix shell; not read."""
        self.assignments = assignments or []
        """``NAME=value`` words that stand without a command."""
        for index, command in enumerate(commands):
            command.index = index

    @property
    def text(self) -> str:
        """The script as the shell gets it."""
        return self.logical.text

    def options_set(self, name: str) -> bool:
        """Whether ``set`` turns the option on in the script itself: ``pipefail``, ``errexit`` …"""
        return self.option_setter(name) is not None

    def option_setter(self, name: str) -> Command | None:
        """The first ``set`` that turns the option on, not nested and under no condition."""
        for command in self.commands:
            runs = command.name == "set" and not (command.nested or command.conditional)
            if runs and name in set_options(command):
                return command
        return None


_SET_LETTERS = {
    "a": "allexport",
    "b": "notify",
    "C": "noclobber",
    "e": "errexit",
    "f": "noglob",
    "m": "monitor",
    "n": "noexec",
    "u": "nounset",
    "v": "verbose",
    "x": "xtrace",
}


def set_options(command: Command) -> list[str]:
    """Long names of the options that a ``set`` command (or a shell's command line) turns on."""
    names: list[str] = []
    words = iter(command.args)
    for word in words:
        value = word.value
        if value == "--" or value[:1] not in ("-", "+"):
            break
        if value.startswith("--"):
            continue
        for letter in value[1:]:
            following = next(words, None) if letter == "o" else None
            name = following.value if following else _SET_LETTERS.get(letter, "")
            if value[0] == "-" and name:
                names.append(name)
    return names


def unavailable() -> str | None:
    """Why scripts beyond the plain ones cannot be read; None when they can.  Loads the grammar."""
    from dockerlint_rules.syntax.shell import grammar as shell_grammar

    return shell_grammar.unavailable()


def read(script: LogicalText, dialect: str = "sh") -> Script:
    """The commands of a script.  *dialect*: see ``dialect_of``.

    Of foreign ones only a single command of plain words is read, which is the same in any shell.
    """
    if dialect in FOREIGN:
        if not _is_plain(script.text):
            return Script([], script, foreign=True)
        reader = _Reader(script, 0)
        reader.read()
        return Script(reader.commands, script, foreign=True)
    reader = _Reader(script, 0)
    reader.read()
    return Script(reader.commands, script, reader.error, False, reader.assignments)


_PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._/:=+ ")


def _is_plain(text: str) -> bool:
    """Whether any shell takes the text for one command with these words: ``npm install -g yarn``.

    PowerShell has ``curl`` and ``wget`` of its own, with other options.
    """
    return _PLAIN.issuperset(text) and not text.startswith(("curl", "wget"))


def exec_command(words: list[ShellWord]) -> list[Command]:
    """The command of an exec form's words, and those of its script where it is ``sh -c``."""
    if not words:
        return []
    command = Command(words)
    command._outer = words[0].start
    command._last = words[-1].end
    reader = _Reader(LogicalText([]), 0)
    reader.commands.append(command)
    reader.read_inner(command, {})
    return reader.commands


class _Reader:
    """Reads one script and the scripts inside it."""

    __slots__ = ("assignments", "commands", "depth", "error", "logical", "replaced", "text")

    def __init__(self, logical: LogicalText, depth: int) -> None:
        self.logical = logical
        self.text = logical.text
        self.depth = depth
        self.commands: list[Command] = []
        self.assignments: list[ShellWord] = []
        self.error = False
        self.replaced: set[int] = set()
        """Offsets of the commands in ``$(…)``, which a script in double quotes holds once more."""

    def read(self) -> None:
        heredocs: dict[int, ShellHeredoc] = {}
        simples = self._simples(heredocs)
        made: dict[int, Command] = {}
        groups: list[list[Simple]] = []
        for simple in simples:
            if not simple.words:
                self.assignments += [self._word(spot) for spot in simple.assignments]
                continue
            command = made[id(simple)] = self._command(simple, heredocs)
            self.commands.append(command)
            if len(simple.group) > 1:
                groups.append(simple.group)
        self._link(simples, made)
        count = len(self.commands)
        self.replaced = {one.start for one in self.commands if one.nested}
        for command in self.commands[:count]:
            self.read_inner(command, heredocs)
        if len(self.commands) > count:
            self._sort()

    def _simples(self, heredocs: dict[int, ShellHeredoc]) -> list[Simple]:
        text = self.text
        if "<<" in text:
            from dockerlint_rules.syntax.shell import heredocs as shell_heredoc

            found = shell_heredoc.find_heredocs(text)
            text = shell_heredoc.without_heredocs(text, found)
            for one in found:
                heredocs[one.word_at] = one
        simples = read_plain(text)
        if simples is None:
            from dockerlint_rules.syntax.shell import grammar as shell_grammar

            simples, self.error = shell_grammar.read_grammar(text)
        return simples

    def _link(self, simples: list[Simple], made: dict[int, Command]) -> None:
        """Give each command its pipeline: one list for all members of it."""
        lists: dict[int, list[Command]] = {}
        for simple in simples:
            group = simple.group
            command = made.get(id(simple))
            if command is None or len(group) < 2:
                continue
            members = lists.get(id(group))
            if members is None:
                members = [made[id(one)] for one in group if id(one) in made]
                lists[id(group)] = members
            command.pipeline = members

    def _command(self, simple: Simple, heredocs: dict[int, ShellHeredoc]) -> Command:
        command = Command([self._word(spot) for spot in simple.words], simple.before, simple.after)
        if simple.assignments:
            command.assignments = [self._word(spot) for spot in simple.assignments]
        for _, operator, spot in simple.redirects:
            heredoc = heredocs.get(spot[0])
            if heredoc is not None and operator.endswith("<"):
                operator = operator[:-1] + heredoc.operator
            command.redirects.append((operator, self._word(spot)))
        command.conditional = simple.conditional
        command.nested = simple.nested
        command.function = simple.function
        command._map = self.logical
        command._outer = simple.first
        command._last = simple.last
        return command

    def _word(self, spot: Spot) -> ShellWord:
        start, end, marks = spot
        text = self.text[start:end]
        if marks is None:
            return ShellWord(text, text, start, end, True, None, self.logical, None)
        value = text[1:-1]
        # perf: a word in one pair of quotes, which most quoted words are, is done at a glance.
        if (
            marks
            or text[0] != text[-1]
            or text[0] not in "'\""
            or text[0] in value
            or "\\" in value
        ):
            value = "".join(
                self.text[low:high] if new is None else new
                for low, high, new in _segments(self.text, start, end, marks)
            )
        return ShellWord(text, value, start, end, not marks, None, self.logical, marks)

    def read_inner(self, command: Command, heredocs: dict[int, ShellHeredoc]) -> None:
        """Read the script that a command carries in a word or a heredoc."""
        name = command.name
        if self.depth >= MAX_NESTING:
            return
        if name in SHELLS:
            word, reads_input = shell_script(command.words)
            if word is not None:
                self._inner(command, word.script())
            elif reads_input:
                self._input(command, heredocs)
        elif name in ("su", "runuser"):
            word = su_script(command.words)
            if word is not None:
                self._inner(command, word.script())
        elif name == "eval":
            pieces: list[tuple[str, int]] = []
            for word in command.args:
                inner = word.script()
                pieces += [(" ", max(word.start - 1, 0)), *inner.pieces()]
            self._inner(command, LogicalText(pieces))

    def _input(self, command: Command, heredocs: dict[int, ShellHeredoc]) -> None:
        for operator, word in reversed(command.redirects):
            if operator == "<<<":
                self._inner(command, word.script())
                return
            if operator in ("<<", "<<-"):
                heredoc = heredocs.get(word._from)
                if heredoc is not None:
                    self._inner(command, heredoc.script(self.logical), heredoc=True)
                return

    def _inner(self, outer: Command, script: LogicalText, heredoc: bool = False) -> None:
        reader = _Reader(script, self.depth + 1)
        reader.read()
        self.error = self.error or reader.error
        for command in reader.commands:
            # What the outer shell has replaced already: sh -c "a $(b)".
            if self.replaced and command.start in self.replaced:
                continue
            command.nested = True
            command.conditional = command.conditional or outer.conditional
            command.function = command.function or outer.function
            command.heredoc_body = command.heredoc_body or heredoc or outer.heredoc_body
            self.commands.append(command)

    def _sort(self) -> None:
        self.commands.sort(key=lambda command: command.outer_start)


def _segments(
    text: str, start: int, end: int, marks: list[Mark] | None
) -> Iterator[tuple[int, int, str | None]]:
    """A word without its quotes: ranges of the text as they are (None), or an expansion's stand-in."""
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
    """Number of characters at *at* that quote others and do not belong to the word's value."""
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


FOREIGN = frozenset(("powershell", "cmd", "other"))
_DIALECTS = {
    "sh": "sh",
    "bash": "bash",
    "rbash": "bash",
    "dash": "dash",
    "ash": "ash",
    "busybox": "sh",
    "ksh": "ksh",
    "mksh": "ksh",
    "zsh": "zsh",
    "powershell": "powershell",
    "pwsh": "powershell",
    "cmd": "cmd",
}


def dialect_of(shell: Sequence[str]) -> str:
    """The dialect of a SHELL vector: ``sh bash dash ash ksh zsh``, ``powershell``, ``cmd``, ``other``."""
    words = list(shell)
    while words:
        name = words.pop(0).replace("\\", "/").rsplit("/", 1)[-1].lower().removesuffix(".exe")
        if name != "env":
            return _DIALECTS.get(name, "other")
        while words and (words[0].startswith("-") or "=" in words[0]):
            words.pop(0)
    return "other"


def dialect_of_shebang(line: str) -> str:
    """The dialect of a script's first line; ``sh`` when it is no ``#!`` line."""
    if not line.startswith("#!"):
        return "sh"
    return dialect_of(line[2:].split()) if line[2:].split() else "sh"
