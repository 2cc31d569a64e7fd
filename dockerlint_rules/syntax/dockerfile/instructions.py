"""Typed instructions: one class for each keyword, whose words know their position.

Shapes follow BuildKit's line parser (``dispatch`` in ``parser.go``).  What its second stage checks,
the number of arguments and flags, is in ``checks.py``.
"""

from __future__ import annotations

from dockerlint_rules.syntax.dockerfile import fields as lexing
from dockerlint_rules.syntax.dockerfile.directives import SPACES
from dockerlint_rules.syntax.dockerfile.instruction import Flag, Instruction, Pair, Word
from dockerlint_rules.syntax.dockerfile.logical_lines import (
    Heredoc,
    LogicalLine,
)
from dockerlint_rules.syntax.source import LogicalText, Source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from dockerlint_rules.syntax.shell.command import Command
    from dockerlint_rules.syntax.shell.script import Script


class Unknown(Instruction):
    """An unknown instruction; its arguments are not parsed."""

    __slots__ = ()

    def _read(self) -> None:
        self.words, self.args = [], []


class From(Instruction):
    """``FROM image [AS name]``."""

    __slots__ = ()

    @property
    def image(self) -> Word | None:
        """The base image as written."""
        return self.words[0] if self.words else None

    @property
    def name_word(self) -> Word | None:
        """The stage's name as written."""
        if len(self.words) == 3 and self.words[1].text.lower() == "as":
            return self.words[2]
        return None

    @property
    def name(self) -> str | None:
        """The stage's name in lower case, as BuildKit compares it."""
        word = self.name_word
        return word.text.lower() if word else None


class Pairs(Instruction):
    """ENV, LABEL and ARG: names with values."""

    __slots__ = ("pairs",)
    pairs: list[Pair]

    def _read(self) -> None:
        self.pairs = self._read_pairs()


class Env(Pairs):
    """``ENV name=value …``."""

    __slots__ = ()


class Label(Pairs):
    """``LABEL name=value …``."""

    __slots__ = ()


class Arg(Pairs):
    """``ARG name[=default] …``."""

    __slots__ = ()

    def _read(self) -> None:
        self.pairs = []
        text = self.logical.text
        for word, a, b in lexing.quoted_words(text, *self.rest, self.escape):
            key, equals, value = word.partition("=")
            split = a + text[a:b].index("=") if equals else b
            default = self._word(split + 1, b, value) if equals else None
            self.pairs.append(Pair(self._word(a, split, key), default))
            self.args.append(word)


class WordList(Instruction):
    """ADD, COPY and VOLUME: a JSON array, or else words separated by whitespace."""

    __slots__ = ()

    def _read(self) -> None:
        if not self._read_json(*self.rest):
            super()._read()


class CopyOrAdd(WordList):
    """What COPY and ADD share."""

    __slots__ = ()

    @property
    def sources(self) -> list[Word]:
        """All words but the last."""
        return self.words[:-1]

    @property
    def destination(self) -> Word | None:
        """The last word."""
        return self.words[-1] if len(self.words) > 1 else None

    @property
    def from_(self) -> str | None:
        """Value of ``--from``."""
        flag = self.flag("from")
        return flag.value if flag else None


class Copy(CopyOrAdd):
    """``COPY source… destination``."""

    __slots__ = ()


class Add(CopyOrAdd):
    """``ADD source… destination``."""

    __slots__ = ()


class Volume(WordList):
    """``VOLUME path…``."""

    __slots__ = ()

    @property
    def paths(self) -> list[Word]:
        """The paths as written."""
        return self.words


class Expose(Instruction):
    """``EXPOSE port…``."""

    __slots__ = ()

    @property
    def ports(self) -> list[Word]:
        """The ports as written."""
        return self.words


class SingleArgument(Instruction):
    """An instruction whose whole text is one argument."""

    __slots__ = ()

    def _read(self) -> None:
        self._read_text()

    @property
    def argument(self) -> Word | None:
        """The text as one word."""
        return self.words[0] if self.words else None


class Workdir(SingleArgument):
    """``WORKDIR path``."""

    __slots__ = ()

    @property
    def path(self) -> Word | None:
        """The path as written."""
        return self.argument


class User(SingleArgument):
    """``USER user[:group]``."""

    __slots__ = ()

    @property
    def user(self) -> Word | None:
        """User and group as written."""
        return self.argument


class Stopsignal(SingleArgument):
    """``STOPSIGNAL signal``."""

    __slots__ = ()


class Maintainer(SingleArgument):
    """``MAINTAINER name``."""

    __slots__ = ()


class Program(Instruction):
    """RUN, CMD, ENTRYPOINT, SHELL, HEALTHCHECK: a JSON array, or else shell text.

    ``dialect`` is the shell in force (``sh``, ``bash``, ``powershell`` …); the model sets it.
    """

    __slots__ = ("_script", "dialect", "facts")

    def _read(self) -> None:
        self.dialect = "sh"
        self._script: Script | None = None
        # Facts that rules store about all commands, so that a rule called for each command stays linear.
        self.facts: dict[Any, Any] = {}
        self._read_program(*self.rest)

    def _read_program(self, start: int, end: int) -> None:
        if self._read_json(start, end):
            return
        if start < end:
            self.form = "shell"
            self.words = [self._word(start, end)]
            self.args = [self.words[0].text]

    @property
    def script(self) -> LogicalText | None:
        """The shell's text with its heredocs, None in exec form or without one."""
        if self.form != "shell":
            return None
        return self.logical.slice(self.logical.text.index(self.args[0], self.rest[0]), self.rest[1])

    @property
    def known_script(self) -> Script | None:
        """The script if it has been parsed already."""
        return self._script

    def read_as(self, dialect: str) -> None:
        """Set the shell that runs the script."""
        if dialect != self.dialect:
            self.dialect = dialect
            self._script = None

    @property
    def shell_script(self) -> Script:
        """The parsed script; parsed on first access."""
        if self._script is None:
            from dockerlint_rules.syntax.shell import script as shell
            from dockerlint_rules.syntax.shell.command import ShellWord

            script = self.script
            if script is not None:
                self._script = shell.read_script(script, self.dialect)
            else:
                words = [
                    ShellWord(w.text, w.text, w.start, w.end, literal=True, logical=w.logical)
                    for w in self.words
                ]
                self._script = shell.read_exec_form(words)
        return self._script

    @property
    def commands(self) -> list[Command]:
        """Every simple command that runs here, in order of the text."""
        return self.shell_script.commands


class Run(Program):
    """``RUN command``, with mounts and heredocs."""

    __slots__ = ()

    @property
    def script(self) -> LogicalText | None:
        """The shell's text: the body of the heredoc if RUN has nothing else."""
        if self.form != "shell":
            return None
        body = self.file_heredoc
        if body is not None:
            return body.script()
        text = self.logical.slice(*self.rest)
        if not self.heredocs:
            return text
        first, last = self.heredocs[0], self.heredocs[-1]
        bodies = self.source.text[first.start : last.terminator.end]
        line_end = first.start - 1
        # The shell receives the line, then the heredoc bodies with their terminators.
        return LogicalText([*text.pieces(), ("\n", max(line_end, 0)), (bodies, first.start)])

    @property
    def file_heredoc(self) -> Heredoc | None:
        """The heredoc that is the whole instruction: a script, run as a file if it begins with ``#!``."""
        if len(self.heredocs) != 1:
            return None
        operator = self.heredocs[0].operator
        place = self.arguments
        return (
            self.heredocs[0]
            if operator.start <= place.start and operator.end >= place.end
            else None
        )

    @property
    def mounts(self) -> list[Mount]:
        """The ``--mount`` flags."""
        return [Mount(flag) for flag in self.flags if flag.name == "mount"]


class Mount:
    """One ``--mount`` of a RUN; keys in lower case, values as written."""

    __slots__ = ("flag", "options")

    def __init__(self, flag: Flag) -> None:
        self.flag = flag
        self.options: dict[str, str] = {}
        for field in flag.value.split(","):
            key, _, value = field.partition("=")
            self.options[key.strip().lower()] = value.strip().strip("\"'")

    @property
    def type(self) -> str:
        """The mount type; ``bind`` by default."""
        return self.options.get("type", "bind").lower()

    @property
    def target(self) -> str:
        """The path where it is mounted."""
        options = self.options
        return options.get("target") or options.get("dst") or options.get("destination") or ""


class Cmd(Program):
    """``CMD``."""

    __slots__ = ()


class Entrypoint(Program):
    """``ENTRYPOINT``."""

    __slots__ = ()


class Shell(Program):
    """``SHELL ["program", "flag"]``."""

    __slots__ = ()


class Healthcheck(Program):
    """``HEALTHCHECK [flags] CMD command`` or ``HEALTHCHECK NONE``."""

    __slots__ = ("kind", "kind_word")

    def _read_program(self, start: int, end: int) -> None:
        text = self.logical.text
        stop = start
        while stop < end and text[stop] not in SPACES:
            stop += 1
        self.kind_word = self._word(start, stop) if stop > start else None
        self.kind = text[start:stop].upper()
        begin, _ = lexing.trim(text, stop, end)
        if stop > start:
            super()._read_program(begin, end)
            self.args.insert(0, text[start:stop])

    @property
    def script(self) -> LogicalText | None:
        """The shell's text after CMD."""
        if self.form != "shell" or not self.words:
            return None
        start = self.logical.text.index(self.words[0].text, self.rest[0] + len(self.kind))
        return self.logical.slice(start, self.rest[1])


_MOST_TRIGGERS = 50


class Onbuild(Instruction):
    """``ONBUILD instruction``: *trigger* is parsed like any other instruction."""

    __slots__ = ("trigger",)

    def _read(self) -> None:
        self.trigger: Instruction | None = None
        start, end = self.rest
        # BuildKit refuses ONBUILD in ONBUILD; some levels are parsed for the error message, but not any number of them.
        if start < end and self.raw_line.nesting < _MOST_TRIGGERS:
            inner = self.logical.slice(start, end)
            self.raw_line.nesting += 1
            self.trigger = make_instruction(self.source, self.raw_line, inner, self.escape)
            self.raw_line.nesting -= 1
            self.errors += [problem for problem in self.trigger.errors if problem.stage == 1]
            self.args = [self.trigger.original]


KINDS: dict[str, type[Instruction]] = {
    "FROM": From, "RUN": Run, "CMD": Cmd, "LABEL": Label, "MAINTAINER": Maintainer, "EXPOSE": Expose, "ENV": Env,
    "ADD": Add, "COPY": Copy, "ENTRYPOINT": Entrypoint, "VOLUME": Volume, "USER": User, "WORKDIR": Workdir,
    "ARG": Arg, "ONBUILD": Onbuild, "STOPSIGNAL": Stopsignal, "HEALTHCHECK": Healthcheck, "SHELL": Shell,
}  # fmt: skip


def make_instruction(
    source: Source, line: LogicalLine, logical: LogicalText, escape: str
) -> Instruction:
    """The instruction on a logical line, as an object of its keyword's class."""
    start, stop, _, _ = lexing.split_command(logical.text)
    return KINDS.get(logical.text[start:stop].upper(), Unknown)(source, line, logical, escape)
