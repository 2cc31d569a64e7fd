"""Where an instruction uses variables that the builder or a shell expands."""

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
    from dockerlint_rules.syntax.shell.variables import ShellVariables, ShellVariableUse
    from dockerlint_rules.syntax.word_variables import VariableUse

_NAME = re.compile(r"[A-Za-z_]\w*\Z", re.A)
# How Windows shells write an environment variable.
_WINDOWS_VARIABLES = {
    "powershell": re.compile(r"\$(?:\{env:([A-Za-z_]\w*)\}|env:([A-Za-z_]\w*))", re.I | re.A),
    "cmd": re.compile(r"%([A-Za-z_]\w*)%", re.A),
}
# Flags with values that the builder expands.  Source: BuildKit, ``instructions/commands.go``, ``Expand``.
_EXPANDED = {
    "FROM": ("platform",),
    "RUN": ("mount",),
    "COPY": ("chown", "chmod"),
    "ADD": ("chown", "chmod", "checksum"),
}


class VariableReference(Span):
    """One use of a variable.  Its span is the name; *whole* is the span of ``${name…}``.

    *is_shell*: a shell expands it, not the builder.  *is_own*: the script itself sets the variable.
    *is_late*: the container expands it, not the build.
    """

    __slots__ = (
        "_logical", "_range", "instruction", "is_late", "is_own", "is_shell", "name", "operator", "whole",
    )  # fmt: skip

    def __init__(
        self, logical: LogicalText, name: tuple[int, int], whole: tuple[int, int], operator: str
    ) -> None:
        """Take *name* and *whole* as indices of *logical*."""
        place = logical.span(*name)
        super().__init__(place.start, place.end)
        self.name = logical.text[slice(*name)]
        self.whole = logical.span(*whole)
        # perf: keeping the text of nested uses would take quadratic memory.
        self._logical = logical
        self._range = whole
        self.operator = operator
        self.is_shell = self.is_own = self.is_late = False
        self.instruction: Instruction

    @property
    def text(self) -> str:
        """The use with its braces and operator, continuation lines joined."""
        return self._logical.text[slice(*self._range)]


def uses_in(instruction: Instruction) -> list[VariableReference]:
    """The uses in an instruction, including those in an ONBUILD trigger, in the order of the text."""
    uses = {use.start: use for use in _uses(triggered_or_itself(instruction))}
    for use in uses.values():
        use.instruction = instruction
    return [uses[start] for start in sorted(uses)]


def triggered_or_itself(instruction: Instruction) -> Instruction:
    """The instruction itself, or what its ONBUILD triggers."""
    while isinstance(instruction, Onbuild) and instruction.trigger is not None:
        instruction = instruction.trigger
    return instruction


def _uses(instruction: Instruction) -> Iterator[VariableReference]:
    if isinstance(instruction, Program):
        yield from _builder_uses(instruction, instruction.flags_named("mount"))
        for use in _shell_uses(instruction):
            use.is_shell = True
            use.is_late = isinstance(instruction, Cmd | Entrypoint | Healthcheck)
            yield use
        return
    yield from _builder_uses(instruction, _expanded_words(instruction))
    if isinstance(instruction, Copy | Add):
        for heredoc in instruction.heredocs:
            if heredoc.expand:
                body = LogicalText([(heredoc.content, heredoc.start)])
                for variable in variables(body.text, "\\", skip_quotes=True):
                    yield _builder_use(variable, body)


# -- what the builder expands --------------------------------------------------------------------------


def _expanded_words(instruction: Instruction) -> Iterator[Word]:
    for name in _EXPANDED.get(instruction.keyword, ()):
        yield from instruction.flags_named(name)
    if isinstance(instruction, Pairs):
        for pair in instruction.pairs:
            if instruction.keyword != "ARG":
                yield pair.key
            if pair.value is not None:
                yield pair.value
    elif instruction.keyword == "FROM":
        yield from instruction.words[:1]
    elif instruction.keyword != "MAINTAINER":
        yield from instruction.words


def _builder_uses(instruction: Instruction, words: Iterable[Word]) -> Iterator[VariableReference]:
    """Yield the uses in words, with continuation lines joined, or in the values of JSON strings."""
    index = None
    for word in words:
        if "$" not in word.text:
            continue
        logical = word.logical
        if logical is None and instruction.source.text.startswith(word.text, word.start):
            # perf: most words are on one line.
            logical = LogicalText([(word.text, word.start)])
        elif logical is None:
            index = index or _Index(instruction.logical)
            start, last = index.index_of(word.start), index.index_of(word.end - 1)
            logical = instruction.logical.slice(start, last + 1)
        for use in variables(logical.text, instruction.escape):
            yield _builder_use(use, logical)


def _builder_use(use: VariableUse, logical: LogicalText) -> VariableReference:
    start = use.start + (2 if logical.text.startswith("${", use.start) else 1)
    name = (start, start + len(use.name))
    return VariableReference(logical, name, (use.start, use.end), use.operator)


class _Index:
    """Converts offsets in the file to indices of a logical text."""

    def __init__(self, logical: LogicalText) -> None:
        # The pieces of the text: where each begins in the file and in the logical text.
        self._offsets: list[int] = []
        self._indices: list[int] = []
        index = 0
        for text, start in logical.pieces():
            self._offsets.append(start)
            self._indices.append(index)
            index += len(text)

    def index_of(self, offset: int) -> int:
        """Index of the character at an offset."""
        piece = max(bisect_right(self._offsets, offset) - 1, 0)
        return self._indices[piece] + offset - self._offsets[piece]


# -- what a shell expands ------------------------------------------------------------------------------


def _shell_uses(program: Program) -> Iterator[VariableReference]:
    script = program.script
    if program.form == "json":
        yield from _inner_script_uses(program, None)
    elif script is None or ("$" not in script.text and "%" not in script.text):
        return
    elif program.dialect in FOREIGN:
        yield from _windows_uses(script, program.dialect)
    elif isinstance(program, Run) and program.file_heredoc and _is_foreign(script.text):
        return  # for Python and the like
    else:
        shell_variables = read_variables(script.text)
        for use in shell_variables.uses:
            yield _shell_use(use, script)
        if "'" in script.text or "\\" in script.text or shell_variables.quoted_heredocs:
            yield from _inner_script_uses(program, shell_variables, script)


def _is_foreign(text: str) -> bool:
    line = text.partition("\n")[0]
    return line.startswith("#!") and dialect_of_shebang(line) in FOREIGN


def _windows_uses(script: LogicalText, dialect: str) -> Iterator[VariableReference]:
    pattern = _WINDOWS_VARIABLES.get(dialect)
    for match in pattern.finditer(script.text) if pattern else ():
        yield VariableReference(script, match.span(match.lastindex or 0), match.span(), "")


def _shell_use(shell_use: ShellVariableUse, script: LogicalText) -> VariableReference:
    name = (shell_use.name_start, shell_use.name_start + len(shell_use.name))
    use = VariableReference(script, name, (shell_use.start, shell_use.end), shell_use.operator)
    use.is_own = shell_use.is_own or not _NAME.match(shell_use.name)
    return use


def _inner_script_uses(
    program: Program, outer: ShellVariables | None, script: LogicalText | None = None
) -> Iterator[VariableReference]:
    """Yield the uses in scripts inside a word or a heredoc: ``sh -c 'echo $X'``.

    Uses that the outer shell expands are left out: the caller has them already.
    """
    outer_indices = {use.start for use in outer.uses} if outer is not None else set()
    outer_offsets = {script.offset(at) for at in outer_indices} if script is not None else set()
    outer_names = {name for name, _ in outer.sets} if outer is not None else set()
    commands = program.commands
    texts = [inner for command in commands for inner in _inner_scripts(command)]
    if outer is not None and script is not None:
        for heredoc in outer.quoted_heredocs:
            start, end = script.offset(heredoc.body_start), script.offset(heredoc.body_end)
            if any(each.heredoc_body and start <= each.start < end for each in commands):
                texts.append(heredoc.script(script))
    for text in texts:
        for shell_use in read_variables(text.text).uses:
            use = _shell_use(shell_use, text)
            if use.whole.start not in outer_offsets:
                use.is_own = use.is_own or use.name in outer_names
                yield use


def _inner_scripts(command: Command) -> Iterator[LogicalText]:
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
