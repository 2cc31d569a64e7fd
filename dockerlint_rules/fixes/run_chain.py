"""Commands added to the && chain of a RUN, in its layout."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Edit
from dockerlint_rules.model.interpreters import WINDOWS_SHELLS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dockerlint_rules.syntax.dockerfile.instructions import Program
    from dockerlint_rules.syntax.shell.command import Command


def append_to_chain(run: Program, command: str) -> Edit | None:
    """Give the edit that adds *command* to the end of an ``&&`` chain, in the chain's own layout."""
    return insert_after(run, run.commands[-1], command) if is_and_chain(run) else None


def insert_after(run: Program, last: Command, command: str) -> Edit | None:
    """Give the edit that adds *command* after one command of an ``&&`` chain, in the chain's own layout."""
    if run.dialect in WINDOWS_SHELLS:
        return None
    line = run.source.line_of(last.end)
    if line == run.source.line_of(run.start):
        return Edit.after(last, f" && {command}")
    text = run.source.line(line)
    indent = text[: len(text) - len(text.lstrip())] or "    "
    newline = run.source.newline
    if _ends_line_with_operator(run, last):
        return Edit.after(last, f" && {run.escape}{newline}{indent}{command}")
    return Edit.after(last, f" {run.escape}{newline}{indent}&& {command}")


def is_and_chain(run: Program) -> bool:
    """Whether a RUN only consists of plain commands joined by ``&&``."""
    if run.form != "shell" or run.heredocs or not run.commands:
        return False
    commands = run.commands
    if any(one.nested or one.conditional for one in commands):
        return False
    if any(one.after != "&&" for one in commands[:-1]) or commands[-1].after:
        return False
    begin = run.words[0].start
    text = run.source.text
    before, after = text[begin : commands[0].outer_start], text[commands[-1].end : run.end]
    return not before.strip() and not after.strip()


def _ends_line_with_operator(run: Program, command: Command) -> bool:
    """Whether the ``&&`` after a command is at the end of a line and not at the beginning of the next."""
    at = min(command.index, len(run.commands) - 2)
    if at < 0:
        return False
    between = run.source.text[run.commands[at].end : run.commands[at + 1].outer_start]
    before, _, after = between.partition("&&")
    return "\n" in after and "\n" not in before
