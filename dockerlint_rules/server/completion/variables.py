"""Completion of variables: those that are in force at a place, and the automatic ones."""

from __future__ import annotations

import re

from dockerlint_rules.model.variables import PLATFORM_ARGS, global_scope
from dockerlint_rules.server.completion.cursor import ArgumentPlace, HeredocPlace
from dockerlint_rules.server.completion.items import VARIABLE
from dockerlint_rules.syntax.dockerfile.instructions import Arg, Env

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from dockerlint_rules.model.stages import Stage
    from dockerlint_rules.server.completion.cursor import Place
    from dockerlint_rules.server.completion.items import Items
    from dockerlint_rules.syntax.dockerfile.instruction import Instruction, Pair

_USE = re.compile(r"\$(\{?)(\w*)\Z", re.ASCII)
_CLOSED = re.compile(r"[^\s${}]*\}")
_SHEBANG = re.compile(r"#!\s*\S*?(\w+)(?:\s+(\w+))?")
_LONGEST_VALUE = 40
_AUTOMATIC = "set in every build"
# What a shell reads when the image is built, and when a container runs.
_BUILT, _STARTED = frozenset({"RUN"}), frozenset({"CMD", "ENTRYPOINT", "HEALTHCHECK"})
# Source: Docker docs, "Dockerfile reference", section "Environment replacement".
_EXPANDED = frozenset({
    "FROM", "ADD", "COPY", "ENV", "EXPOSE", "LABEL", "STOPSIGNAL", "USER", "VOLUME", "WORKDIR", "ARG",
}) | _BUILT | _STARTED  # fmt: skip


def is_variable(place: Place) -> bool:
    """Whether a place is in the name of a variable, whether or not it would be expanded."""
    return _USE.search(place.before) is not None


def add_variables(place: ArgumentPlace | HeredocPlace, items: Items) -> None:
    """Offer what may stand behind a dollar sign; nothing where none is expanded."""
    found = _USE.search(place.before)
    if found is None or not _expands(place, found.start()):
        return
    typed = found[2]
    # An open brace would break the instruction.
    end = "}" if found[1] and not _CLOSED.match(place.after) else ""
    stage = None if _is_global(place) else next(reversed(place.stages_above), None)
    known = _in_stage(place, stage) if stage is not None else _in_globals(place)
    if isinstance(place, ArgumentPlace) and (place.keyword in _STARTED or place.is_trigger):
        known = {name: one for name, one in known.items() if isinstance(one[0], Env)}
        automatic: Iterable[str] = ()
    else:
        automatic = PLATFORM_ARGS
    for name, (one, value) in known.items():
        items.add(name, VARIABLE, typed, _detail(one, value), text=name + end)
    for name in automatic:
        detail = f"needs ARG {name}" if stage is not None else _AUTOMATIC
        items.add(name, VARIABLE, typed, detail, text=name + end)


def add_arg_names(place: ArgumentPlace, items: Items) -> None:
    """Offer what an ARG of a stage may take over: global ARGs and the automatic ones."""
    typed = place.words[-1]
    if not place.stages_above or not re.fullmatch(r"\w*", typed):
        return
    mine = {pair.name for one in place.stages_above[-1].of("ARG") for pair in _pairs([one])}
    values = global_scope(place.dockerfile)
    # What ONBUILD is about runs in another build, which does not see this one's.
    for one in [] if place.is_trigger else place.dockerfile.global_instructions:
        for pair in _pairs([one]):
            if isinstance(one, Arg) and pair.name not in mine:
                items.add(pair.name, VARIABLE, typed, _detail(one, values.get(pair.name)))
    for name in PLATFORM_ARGS:
        if name not in mine:
            items.add(name, VARIABLE, typed, _AUTOMATIC)


def _is_global(place: Place) -> bool:
    return isinstance(place, ArgumentPlace) and place.keyword == "FROM"


def _in_stage(place: Place, stage: Stage) -> dict[str, tuple[Instruction, str | None]]:
    """The variables in force where the place's instruction begins: what declares each, and its value."""
    found: dict[str, Instruction] = {}
    for one in reversed([*stage.lineage()]):
        for declared in one.of("ARG", "ENV"):
            if one is stage and declared.line >= place.line:
                break
            for pair in _pairs([declared]):
                # An ENV counts whatever ARG of its name comes behind it.
                if not (isinstance(declared, Arg) and isinstance(found.get(pair.name), Env)):
                    found[pair.name] = declared
    here = place.instruction
    return {
        # What the model takes for the platform is not what it will be built for.
        name: (one, _AUTOMATIC)
        if isinstance(one, Arg) and name in PLATFORM_ARGS
        else (one, stage.scope.value_at(here, name))
        for name, one in found.items()
    }


def _in_globals(place: Place) -> dict[str, tuple[Instruction, str | None]]:
    values = global_scope(place.dockerfile)
    return {
        pair.name: (one, values.get(pair.name))
        for one in place.dockerfile.global_instructions
        if isinstance(one, Arg) and one.line < place.line
        for pair in _pairs([one])
    }


def _pairs(instructions: Iterable[Instruction]) -> Iterable[Pair]:
    """What these declare under names that can be used."""
    for one in instructions:
        if isinstance(one, Arg | Env):
            for pair in one.pairs:
                if re.fullmatch(r"[A-Za-z_]\w*", pair.name, re.ASCII):
                    yield pair


def _detail(one: Instruction, value: str | None) -> str:
    where = f"{one.keyword}, line {one.line}"
    if value is None:
        return f"without a value ({where})"
    value = " ".join(value.split())
    short = value if len(value) <= _LONGEST_VALUE else f"{value[: _LONGEST_VALUE - 1]}…"
    return f"{short} ({where})"


def _expands(place: ArgumentPlace | HeredocPlace, dollar: int) -> bool:
    """Whether what stands behind a dollar sign of the place's text is put in by anybody."""
    if isinstance(place, HeredocPlace):
        if not place.is_script:
            return place.expands and _is_bare(place.before[:dollar], "\\", quotes=False)
        return not _is_foreign(place.before) and _is_bare(place.before[:dollar], "\\")
    if place.keyword not in _EXPANDED:
        return False
    if place.flag is not None:
        # Names of stages and images are taken as written, and so are HEALTHCHECK's times.
        is_from = re.search(r"(?:--|[=,])from=[^,]*\Z", place.flag, re.I) is not None
        return "=" in place.flag and not is_from and place.keyword != "HEALTHCHECK"
    is_shell = place.keyword in _BUILT | _STARTED
    if is_shell and _is_exec_form(place):
        return False
    escapes = place.escape + "\\" if is_shell else place.escape
    return _is_bare(place.args[: dollar - len(place.before)], escapes)


def _is_exec_form(place: ArgumentPlace) -> bool:
    args = place.args
    if place.keyword == "HEALTHCHECK":
        _, _, args = args.partition(" ")
    # A blank behind the bracket is the shell's test.
    return args.lstrip().startswith('["')


def _is_foreign(script: str) -> bool:
    """Whether a script names another program than a shell in its first line."""
    found = _SHEBANG.match(script)
    return found is not None and not any(name.endswith("sh") for name in found.groups("") if name)


def _is_bare(before: str, escapes: str, *, quotes: bool = True) -> bool:
    """Whether a text ends outside of single quotes, and not in an escape or another dollar sign."""
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
                return True  # what a comment quotes is nobody's matter
            at = newline
        at += 1
    return quote != "'" and at == end and not _ends_in_dollar(before)


def _ends_in_dollar(before: str) -> bool:
    return (len(before) - len(before.rstrip("$"))) % 2 == 1
