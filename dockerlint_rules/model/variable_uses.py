"""Where an instruction uses variables: those that the builder expands, and those that a shell does."""

from __future__ import annotations

import re
from bisect import bisect_right

from dockerlint_rules.syntax.dockerfile.instructions import (
    Add,
    Cmd,
    Copy,
    Entrypoint,
    Healthcheck,
    Onbuild,
    Pairs,
    Program,
    Run,
)
from dockerlint_rules.syntax.shell.script import FOREIGN, dialect_of_shebang
from dockerlint_rules.syntax.shell.variables import read_variables
from dockerlint_rules.syntax.shell.wrappers import SHELLS, shell_script, su_script
from dockerlint_rules.syntax.source import LogicalText, Span
from dockerlint_rules.syntax.word_variables import variables

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dockerlint_rules.syntax.dockerfile.instruction import Instruction, Word
    from dockerlint_rules.syntax.shell.command import Command
    from dockerlint_rules.syntax.shell.variables import ShellUse, ShellVariables
    from dockerlint_rules.syntax.word_variables import VariableUse

_NAME = re.compile(r"[A-Za-z_]\w*\Z", re.A)
# How the shells of Windows write a variable of their environment.
_OF_WINDOWS = {
    "powershell": re.compile(r"\$(?:\{env:([A-Za-z_]\w*)\}|env:([A-Za-z_]\w*))", re.I | re.A),
    "cmd": re.compile(r"%([A-Za-z_]\w*)%", re.A),
}
# Flags whose values the builder expands.  Source: BuildKit, ``instructions/commands.go``, ``Expand``.
_EXPANDED = {"FROM": ("platform",), "RUN": ("mount",), "COPY": ("chown", "chmod"), "ADD": ("chown", "chmod", "checksum")}  # fmt: skip


class Use(Span):
    """One use of a variable.  Its span is that of the name; *whole* is that of ``${name…}``.

    *is_shell*: a shell expands it, not the builder.
    *is_own*: the shell's script has set the variable itself.  *is_late*: read when a container starts.
    """

    __slots__ = ("_logical", "_range", "instruction", "is_late", "is_own", "is_shell", "name", "operator", "whole")  # fmt: skip

    def __init__(
        self, logical: LogicalText, name: tuple[int, int], whole: tuple[int, int], operator: str
    ) -> None:
        """*name*, *whole*: indices of *logical*."""
        place = logical.span(*name)
        super().__init__(place.start, place.end)
        self.name = logical.text[slice(*name)]
        self.whole = logical.span(*whole)
        # perf: the text itself would take quadratic room where uses stand inside one another.
        self._logical = logical
        self._range = whole
        self.operator = operator
        self.is_shell = self.is_own = self.is_late = False
        self.instruction: Instruction

    @property
    def text(self) -> str:
        """The whole as its reader gets it."""
        return self._logical.text[slice(*self._range)]


def uses_in(one: Instruction) -> list[Use]:
    """The uses in an instruction of the file, what it triggers included, in order of their places."""
    found = {use.start: use for use in _uses(inner_of(one))}
    for use in found.values():
        use.instruction = one
    return [found[start] for start in sorted(found)]


def inner_of(one: Instruction) -> Instruction:
    """The instruction itself, or what its ONBUILD triggers."""
    while isinstance(one, Onbuild) and one.trigger is not None:
        one = one.trigger
    return one


def _uses(one: Instruction) -> Iterator[Use]:
    if isinstance(one, Program):
        yield from _built(one, one.flags_named("mount"))
        for use in _run(one):
            use.is_shell = True
            use.is_late = isinstance(one, Cmd | Entrypoint | Healthcheck)
            yield use
        return
    yield from _built(one, _words(one))
    if isinstance(one, Copy | Add):
        for heredoc in one.heredocs:
            if heredoc.expand:
                body = LogicalText([(heredoc.content, heredoc.start)])
                for found in variables(body.text, "\\", skip_quotes=True):
                    yield _of_builder(found, body)


# -- what the builder expands --------------------------------------------------------------------------


def _words(one: Instruction) -> Iterator[Word]:
    for name in _EXPANDED.get(one.keyword, ()):
        yield from one.flags_named(name)
    if isinstance(one, Pairs):
        for pair in one.pairs:
            if one.keyword != "ARG":
                yield pair.key
            if pair.value is not None:
                yield pair.value
    elif one.keyword == "FROM":
        yield from one.words[:1]
    elif one.keyword != "MAINTAINER":
        yield from one.words


def _built(one: Instruction, words: Iterable[Word]) -> Iterator[Use]:
    """The uses in words as they stand in the file, continuations joined, or in the values of JSON strings."""
    index = None
    for word in words:
        if "$" not in word.text:
            continue
        logical = word.logical
        if logical is None and one.source.text.startswith(word.text, word.start):
            # perf: most words stand in the file as they are.
            logical = LogicalText([(word.text, word.start)])
        elif logical is None:
            index = index or _Index(one.logical)
            logical = one.logical.slice(index.at(word.start), index.at(word.end - 1) + 1)
        for use in variables(logical.text, one.escape):
            yield _of_builder(use, logical)


def _of_builder(use: VariableUse, logical: LogicalText) -> Use:
    start = use.start + (2 if logical.text.startswith("${", use.start) else 1)
    name = (start, start + len(use.name))
    return Use(logical, name, (use.start, use.end), use.operator)


class _Index:
    """From offsets in the file back to indices of a logical text."""

    def __init__(self, logical: LogicalText) -> None:
        self._starts: list[int] = []
        self._at: list[int] = []
        at = 0
        for text, start in logical.pieces():
            self._starts.append(start)
            self._at.append(at)
            at += len(text)

    def at(self, offset: int) -> int:
        """Index of the character at an offset."""
        piece = max(bisect_right(self._starts, offset) - 1, 0)
        return self._at[piece] + offset - self._starts[piece]


# -- what a shell expands ------------------------------------------------------------------------------


def _run(one: Program) -> Iterator[Use]:
    script = one.script
    if one.form == "json":
        yield from _in_scripts_of(one, None)
    elif script is None or ("$" not in script.text and "%" not in script.text):
        return
    elif one.dialect in FOREIGN:
        yield from _of_windows(script, one.dialect)
    elif isinstance(one, Run) and one.file_heredoc and _is_foreign(script.text):
        return  # for Python and the like
    else:
        found = read_variables(script.text)
        for use in found.uses:
            yield _of_shell(use, script)
        if "'" in script.text or "\\" in script.text or found.quoted_heredocs:
            yield from _in_scripts_of(one, found, script)


def _is_foreign(text: str) -> bool:
    line = text.partition("\n")[0]
    return line.startswith("#!") and dialect_of_shebang(line) in FOREIGN


def _of_windows(script: LogicalText, dialect: str) -> Iterator[Use]:
    pattern = _OF_WINDOWS.get(dialect)
    for found in pattern.finditer(script.text) if pattern else ():
        yield Use(script, found.span(found.lastindex or 0), found.span(), "")


def _of_shell(use: ShellUse, script: LogicalText) -> Use:
    name = (use.name_start, use.name_start + len(use.name))
    made = Use(script, name, (use.start, use.end), use.operator)
    made.is_own = use.is_own or not _NAME.match(use.name)
    return made


def _in_scripts_of(
    one: Program, outer: ShellVariables | None, script: LogicalText | None = None
) -> Iterator[Use]:
    """Uses in scripts that stand in a word or a here-document: ``sh -c 'echo $X'``.

    What the outer shell expands itself comes out at the same place, and counts once.
    """
    known = {use.start for use in outer.uses} if outer is not None else set()
    seen = {script.offset(at) for at in known} if script is not None else set()
    sets = {name for name, _ in outer.sets} if outer is not None else set()
    commands = one.commands
    texts = [inner for command in commands for inner in _scripts(command)]
    if outer is not None and script is not None:
        for heredoc in outer.quoted_heredocs:
            low, high = script.offset(heredoc.body_start), script.offset(heredoc.body_end)
            if any(each.heredoc_body and low <= each.start < high for each in commands):
                texts.append(heredoc.script(script))
    for text in texts:
        for found in read_variables(text.text).uses:
            use = _of_shell(found, text)
            if use.whole.start not in seen:
                use.is_own = use.is_own or use.name in sets
                yield use


def _scripts(command: Command) -> Iterator[LogicalText]:
    word = None
    if command.name in SHELLS:
        word = shell_script(command.words)[0]
    elif command.name in ("su", "runuser"):
        word = su_script(command.words)
    elif command.name == "eval":
        for each in command.args:
            if not each.literal or "$" in each.value:
                yield each.script()
    if word is not None and "$" in word.text:
        yield word.script()
