"""Completion of variables: those that are set at the cursor, and those that BuildKit sets."""

from __future__ import annotations

import re

from dockerlint_rules.model.variables import PLATFORM_ARGS, global_scope
from dockerlint_rules.server.completion.cursor import ArgumentCursor, HeredocCursor
from dockerlint_rules.server.completion.items import VARIABLE
from dockerlint_rules.syntax.dockerfile.instructions import Arg, Env

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from dockerlint_rules.model.stages import Stage
    from dockerlint_rules.server.completion.cursor import Cursor
    from dockerlint_rules.server.completion.items import Items
    from dockerlint_rules.syntax.dockerfile.instruction import Instruction, Pair

_USE = re.compile(r"\$(\{?)(\w*)\Z", re.ASCII)
_CLOSED = re.compile(r"[^\s${}]*\}")
_SHEBANG = re.compile(r"#!\s*\S*?(\w+)(?:\s+(\w+))?")
_LONGEST_VALUE = 40
_AUTOMATIC = "set in every build"
# Keywords whose command a shell reads during the build, and when a container starts.
_DURING_BUILD, _AT_START = frozenset({"RUN"}), frozenset({"CMD", "ENTRYPOINT", "HEALTHCHECK"})
# Source: Docker docs, "Dockerfile reference", section "Environment replacement".
_EXPANDED = frozenset({
    "FROM", "ADD", "COPY", "ENV", "EXPOSE", "LABEL", "STOPSIGNAL", "USER", "VOLUME", "WORKDIR", "ARG",
}) | _DURING_BUILD | _AT_START  # fmt: skip


def is_at_variable(cursor: Cursor) -> bool:
    """Whether the cursor is in the name of a variable, expanded or not."""
    return _USE.search(cursor.before) is not None


def add_variables(cursor: ArgumentCursor | HeredocCursor, items: Items) -> None:
    """Offer variables behind a dollar sign; nothing where variables are not expanded."""
    found = _USE.search(cursor.before)
    if found is None or not _expands(cursor, found.start()):
        return
    typed = found[2]
    # Without the closing brace the instruction would be invalid.
    end = "}" if found[1] and not _CLOSED.match(cursor.after) else ""
    stage = None if _is_global(cursor) else next(reversed(cursor.stages_above), None)
    known = _in_stage(cursor, stage) if stage is not None else _in_globals(cursor)
    if isinstance(cursor, ArgumentCursor) and (cursor.keyword in _AT_START or cursor.is_trigger):
        known = {name: one for name, one in known.items() if isinstance(one[0], Env)}
        automatic: Iterable[str] = ()
    else:
        automatic = PLATFORM_ARGS
    for name, (one, value) in known.items():
        items.add(name, VARIABLE, typed, _detail(one, value), text=name + end)
    for name in automatic:
        detail = f"needs ARG {name}" if stage is not None else _AUTOMATIC
        items.add(name, VARIABLE, typed, detail, text=name + end)


def add_arg_names(cursor: ArgumentCursor, items: Items) -> None:
    """Offer what an ARG of a stage may declare again: global ARGs and those that BuildKit sets."""
    typed = cursor.words[-1]
    if not cursor.stages_above or not re.fullmatch(r"\w*", typed):
        return
    mine = {pair.name for one in cursor.stages_above[-1].of("ARG") for pair in _pairs([one])}
    values = global_scope(cursor.dockerfile)
    # What ONBUILD triggers runs in another build, which does not see these ARGs.
    for one in [] if cursor.is_trigger else cursor.dockerfile.global_instructions:
        for pair in _pairs([one]):
            if isinstance(one, Arg) and pair.name not in mine:
                items.add(pair.name, VARIABLE, typed, _detail(one, values.get(pair.name)))
    for name in PLATFORM_ARGS:
        if name not in mine:
            items.add(name, VARIABLE, typed, _AUTOMATIC)


def _is_global(cursor: Cursor) -> bool:
    return isinstance(cursor, ArgumentCursor) and cursor.keyword == "FROM"


def _in_stage(cursor: Cursor, stage: Stage) -> dict[str, tuple[Instruction, str | None]]:
    """The variables that are set where the instruction begins: the instruction that declares each, and its value."""
    found: dict[str, Instruction] = {}
    for one in reversed([*stage.lineage()]):
        for declared in one.of("ARG", "ENV"):
            if one is stage and declared.line >= cursor.line:
                break
            for pair in _pairs([declared]):
                # An ENV overrides later ARGs of the same name.
                if not (isinstance(declared, Arg) and isinstance(found.get(pair.name), Env)):
                    found[pair.name] = declared
    here = cursor.instruction
    return {
        # The model assumes a platform, but the build may use another one.
        name: (one, _AUTOMATIC)
        if isinstance(one, Arg) and name in PLATFORM_ARGS
        else (one, stage.scope.value_at(here, name))
        for name, one in found.items()
    }


def _in_globals(cursor: Cursor) -> dict[str, tuple[Instruction, str | None]]:
    values = global_scope(cursor.dockerfile)
    return {
        pair.name: (one, values.get(pair.name))
        for one in cursor.dockerfile.global_instructions
        if isinstance(one, Arg) and one.line < cursor.line
        for pair in _pairs([one])
    }


def _pairs(instructions: Iterable[Instruction]) -> Iterable[Pair]:
    """What these declare, without names that no variable can have."""
    for one in instructions:
        if isinstance(one, Arg | Env):
            for pair in one.pairs:
                if re.fullmatch(r"[A-Za-z_]\w*", pair.name, re.ASCII):
                    yield pair


def _detail(one: Instruction, value: str | None) -> str:
    where = f"{one.keyword}, line {one.line}"
    if value is None:
        return f"no value ({where})"
    value = " ".join(value.split())
    short = value if len(value) <= _LONGEST_VALUE else f"{value[: _LONGEST_VALUE - 1]}…"
    return f"{short} ({where})"


def _expands(cursor: ArgumentCursor | HeredocCursor, dollar: int) -> bool:
    """Whether a variable behind a dollar sign would be expanded, by the builder or by a shell."""
    if isinstance(cursor, HeredocCursor):
        if not cursor.is_script:
            return cursor.expands and _is_expandable(cursor.before[:dollar], "\\", quotes=False)
        return not _is_other_language(cursor.before) and _is_expandable(
            cursor.before[:dollar], "\\"
        )
    if cursor.keyword not in _EXPANDED:
        return False
    if cursor.flag is not None:
        # The builder expands neither names of stages and images nor the times of HEALTHCHECK.
        last = cursor.flag[max(cursor.flag.rfind(","), 0) :]
        is_from = re.search(r"(?:--|[=,])from=", last, re.I) is not None
        return "=" in cursor.flag and not is_from and cursor.keyword != "HEALTHCHECK"
    is_shell = cursor.keyword in _DURING_BUILD | _AT_START
    if is_shell and _is_exec_form(cursor):
        return False
    escapes = cursor.escape + "\\" if is_shell else cursor.escape
    return _is_expandable(cursor.args[: dollar - len(cursor.before)], escapes)


def _is_exec_form(cursor: ArgumentCursor) -> bool:
    args = cursor.args
    if cursor.keyword == "HEALTHCHECK":
        _, _, args = args.partition(" ")
    # "[ " with a blank is the shell's test command.
    return args.lstrip().startswith('["')


def _is_other_language(script: str) -> bool:
    """Whether the first line of a script names a program other than a shell."""
    found = _SHEBANG.match(script)
    return found is not None and not any(name.endswith("sh") for name in found.groups("") if name)


def _is_expandable(before: str, escapes: str, *, quotes: bool = True) -> bool:
    """Whether a text ends outside of single quotes, and neither in an escape nor in another dollar sign."""
    quote = ""
    at, end = 0, len(before)
    while at < end:
        char = before[at]
        if quote == "'":
            quote = "" if char == "'" else quote
        elif char in escapes or before.startswith("$$", at):
            at += 1
        elif char == '"' and quotes:
            quote = "" if quote else char
        elif char == "'" and quotes and not quote:
            quote = char
        elif char == "#" and quotes and not quote and (at == 0 or before[at - 1] in "\n \t;"):
            newline = before.find("\n", at)
            if newline < 0:
                return True  # quotes in a comment do not count
            at = newline
        at += 1
    return quote != "'" and at == end and not _ends_in_dollar(before)


def _ends_in_dollar(before: str) -> bool:
    return (len(before) - len(before.rstrip("$"))) % 2 == 1
