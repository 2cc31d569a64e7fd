"""Shell text as a list of simple commands, each with its position in the file.

Looked through: wrappers (``sudo``, ``env``, ``timeout`` …) and scripts in words (``sh -c '…'``,
``su -c``, ``eval``) or in heredocs that feed a shell.  Never raises for any text.
"""

from __future__ import annotations

from dockerlint_rules.syntax.shell.command import Command, ShellWord, _segments
from dockerlint_rules.syntax.shell.plain import PlainCommand, read_plain
from dockerlint_rules.syntax.shell.wrappers import (
    SHELLS,
    shell_script,
    su_script,
)
from dockerlint_rules.syntax.source import LogicalText

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from dockerlint_rules.syntax.shell.heredocs import ShellHeredoc
    from dockerlint_rules.syntax.shell.plain import Spot

MAX_NESTING = 8
"""Maximum depth of nested scripts (``sh -c "sh -c …"``)."""


class Script:
    """The simple commands of a shell text."""

    __slots__ = ("_setters", "assignments", "commands", "error", "foreign", "is_unread", "logical")

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
        """There was a syntax error, or the grammar is not installed; commands may be missing."""
        self.foreign = foreign
        """The script is for an interpreter that is not a Unix shell; it is not parsed."""
        self.assignments = assignments or []
        """``NAME=value`` words without a command."""
        self.is_unread = False
        """It, or a script inside it, is too complex to be parsed; commands are missing."""
        self._setters: dict[str, Command] | None = None
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
        """The first ``set`` that turns the option on, neither nested nor under a condition."""
        if self._setters is None:
            self._setters = {}
            for command in self.commands:
                if command.name == "set" and not (command.nested or command.conditional):
                    for option in set_options(command):
                        self._setters.setdefault(option, command)
        return self._setters.get(name)


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


def why_unavailable() -> str | None:
    """Why scripts that are not plain cannot be parsed; None if they can.  Loads the grammar."""
    from dockerlint_rules.syntax.shell import grammar as shell_grammar

    return shell_grammar.why_unavailable()


def read_script(script: LogicalText, dialect: str = "sh") -> Script:
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
    read = Script(reader.commands, script, reader.error, False, reader.assignments)
    read.is_unread = reader.is_unread
    return read


_PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._/:=+ ")


def _is_plain(text: str) -> bool:
    """Whether any shell reads the text as one command with these words: ``npm install -g yarn``.

    PowerShell has ``curl`` and ``wget`` of its own, with other options.
    """
    return _PLAIN.issuperset(text) and not text.startswith(("curl", "wget"))


def read_exec_form(words: list[ShellWord]) -> Script:
    """The command of an exec form, and the commands of its script if it is ``sh -c``."""
    if not words:
        return Script([], LogicalText([]))
    command = Command(words)
    command._outer = words[0].start
    command._last = words[-1].end
    reader = _Reader(LogicalText([]), 0)
    reader.commands.append(command)
    reader.read_inner(command, {})
    read = Script(reader.commands, LogicalText([]))
    read.is_unread = reader.is_unread
    return read


class _Reader:
    """Reads one script and the scripts inside it."""

    __slots__ = (
        "assignments", "commands", "depth", "error", "is_unread", "logical", "replaced", "text",
    )  # fmt: skip

    def __init__(self, logical: LogicalText, depth: int) -> None:
        self.logical = logical
        self.text = logical.text
        self.depth = depth
        self.commands: list[Command] = []
        self.assignments: list[ShellWord] = []
        self.error = False
        self.is_unread = False
        self.replaced: set[int] = set()
        """Offsets of the commands in ``$(…)``, which a script in double quotes contains again."""

    def read(self) -> None:
        heredocs: dict[int, ShellHeredoc] = {}
        simples = self._simples(heredocs)
        made: dict[int, Command] = {}
        groups: list[list[PlainCommand]] = []
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

    def _simples(self, heredocs: dict[int, ShellHeredoc]) -> list[PlainCommand]:
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

            try:
                simples, self.error = shell_grammar.read_grammar(text)
            except shell_grammar.TooComplex:
                simples, self.error, self.is_unread = [], True, True
        return simples

    def _link(self, simples: list[PlainCommand], made: dict[int, Command]) -> None:
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

    def _command(self, simple: PlainCommand, heredocs: dict[int, ShellHeredoc]) -> Command:
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
        # perf: a fast path for a word in one pair of quotes, as most quoted words are.
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
        self.is_unread = self.is_unread or reader.is_unread
        for command in reader.commands:
            # The outer shell has replaced it already: sh -c "a $(b)".
            if self.replaced and command.start in self.replaced:
                continue
            command.nested = True
            command.conditional = command.conditional or outer.conditional
            command.function = command.function or outer.function
            command.heredoc_body = command.heredoc_body or heredoc or outer.heredoc_body
            self.commands.append(command)

    def _sort(self) -> None:
        self.commands.sort(key=lambda command: command.outer_start)


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
    """The dialect of a script's first line; ``sh`` if it is not a ``#!`` line."""
    if not line.startswith("#!"):
        return "sh"
    return dialect_of(line[2:].split()) if line[2:].split() else "sh"
