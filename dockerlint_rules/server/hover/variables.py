"""A sentence on a variable: what it holds at a place, and what says so."""

from __future__ import annotations

from dockerlint_rules.model.variable_uses import Use
from dockerlint_rules.model.variables import expand_known, global_scope, global_scope_before
from dockerlint_rules.server.navigation.variables import Declaration, Names
from dockerlint_rules.server.reference_text import AUTOMATIC, WELL_KNOWN
from dockerlint_rules.syntax.dockerfile.instructions import From
from dockerlint_rules.syntax.word_variables import variables
from dockerlint_rules.syntax.words import ExpansionError, process

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dockerlint_rules.model.stages import Dockerfile
    from dockerlint_rules.server.hover.markup import Markup
    from dockerlint_rules.syntax.dockerfile.instruction import Instruction


def variable_text(dockerfile: Dockerfile, found: Use | Declaration, say: Markup) -> str | None:
    """What is known of a variable where it is used or declared; None where the file says nothing of it."""
    if isinstance(found, Declaration):
        return _Teller(dockerfile, found.pair.name, say).of_declaration(found)
    if found.is_own:
        return None
    return _Teller(dockerfile, found.name, say).of_use(found)


class _Teller:
    """Says what one name means."""

    def __init__(self, dockerfile: Dockerfile, name: str, say: Markup) -> None:
        self.dockerfile = dockerfile
        self.name = name
        self.say = say
        self.names = Names(dockerfile, name)

    # -- declarations ------------------------------------------------------------------------------

    def of_declaration(self, one: Declaration) -> str:
        text = self._set_by(one)
        if one.is_triggered:
            return f"{text} Holds in the build of whoever builds on this image."
        if not one.is_arg:
            return f"{text} Holds for all that follows and in the container."
        if one.stage is None:
            again = self.say.code(f"ARG {self.name}")
            return f"{text} Holds for FROM; a stage that needs it repeats {again}."
        return f"{text} Holds for all that follows in the build, not in the container."

    def _set_by(self, one: Declaration) -> str:
        bold = self.say.bold(self.name)
        value = self._value(one)
        if value is None:
            automatic = AUTOMATIC.get(self.name)
            if automatic is not None and one.is_arg:
                return f"{bold}: {automatic}."
            return f"{bold} {self._unless_given()}."
        verb = "is" if one.is_arg else "is set to"
        shown = self.say.code(value) if value else "nothing"
        return f"{bold} {verb} {shown}{self._source_of_value(one)}."

    def _source_of_value(self, one: Declaration) -> str:
        """Whose value it is where the declaration itself does not say it."""
        if not one.is_arg:
            return ""
        if self.name in self.dockerfile.build.arguments:
            default = one.pair.value
            if default is None:
                return ", as the configuration's build arguments say"
            shown = self.say.code(default.value) if default.value else "nothing"
            return f", as the configuration's build arguments say; by default it is {shown}"
        above = self.names.repeated_by(one)
        return f", from the ARG on line {above.line}" if above is not None else ""

    def _unless_given(self) -> str:
        given = self.say.code(f"--build-arg {self.name}=…")
        return f"is empty unless the build is given {given}"

    def _value(self, one: Declaration) -> str | None:
        """What a declaration gives; None where that is not known."""
        value = one.pair.value
        if one.is_arg and self.name in self.dockerfile.build.arguments:
            return self.dockerfile.build.arguments[self.name]
        if value is None:
            above = self.names.repeated_by(one)
            return self._value(above) if above is not None else None
        instruction = one.instruction
        if one.stage is None:
            values = global_scope_before(self.dockerfile, instruction)
        else:
            values = one.stage.scope.before(instruction)
        return expand_known(value.text, values, instruction.escape)

    # -- uses --------------------------------------------------------------------------------------

    def of_use(self, use: Use) -> str | None:
        meant = self.names.meant_by(use)
        if meant is None:
            return self._undeclared(use)
        bold = self.say.bold(f"${self.name}")
        when = "when the container starts" if use.is_late else "here"
        value = self._value(meant)
        where = self._where(meant)
        if value is None:
            automatic = AUTOMATIC.get(self.name)
            if automatic is not None:
                return f"{bold}: {automatic} ({where})."
            return f"{bold} {self._unless_given()} ({where}).{self._gives(use, None)}"
        shown = f"is {self.say.code(value)}" if value else "is empty"
        source = self._source_of_value(meant)
        return f"{bold} {shown} {when} ({where}){source}.{self._gives(use, value)}"

    def _where(self, meant: Declaration) -> str:
        kind = "ARG" if meant.is_arg else "ENV"
        return f"{kind} on line {meant.line}"

    def _undeclared(self, use: Use) -> str | None:
        bold = self.say.bold(f"${self.name}")
        is_in_from = use.instruction.stage is None or isinstance(use.instruction, From)
        again = self.say.code(f"ARG {self.name}")
        automatic = AUTOMATIC.get(self.name)
        if automatic is not None:
            if is_in_from:
                return f"{bold}: {automatic}."
            return f"{bold}: {automatic}. Empty here: it has to be named as {again} in this stage."
        if is_in_from:
            return f"{bold} is empty here: no ARG before FROM declares it.{self._gives(use, None)}"
        if use.is_late:
            during = self.names.seen_by(use.instruction, is_late=False) or self.names.global_one
            if during is not None:
                return (
                    f"{bold} is empty when the container starts: the ARG on line {during.line} is there "
                    f"during the build alone.{self._gives(use, None)}"
                )
        above = self.names.global_one
        if above is not None:
            return (
                f"{bold} is empty here: ARG {self.say.text(self.name)} stands before FROM (line {above.line}) "
                f"and has to be repeated as {again} in this stage.{self._gives(use, None)}"
            )
        known = WELL_KNOWN.get(self.name) or WELL_KNOWN.get(
            self.name.upper() if self.name.endswith("_proxy") else ""
        )
        if known is not None:
            return f"{bold}: {known}."
        gives = self._gives(use, None, " unless the base image sets it")
        return f"{bold}: nothing in this file sets it.{gives}" if gives else None

    def _gives(self, use: Use, value: str | None, unless: str = "") -> str:
        """What ``${X:-d}`` and the like come to; empty where that is not known. *value* None: it is not set."""
        given = self._expanded(use, value) if use.operator else None
        if given is None:
            return ""
        shown = self.say.code(given) if given else "nothing"
        return f" {self.say.code(use.text)} gives {shown}{unless}."

    def _expanded(self, use: Use, value: str | None) -> str | None:
        # The shell's ${x:=d} gives what ${x:-d} does.
        text = use.text.replace("=", "-", 1) if use.operator in ("=", ":=") else use.text
        values = dict(self._values(use.instruction))
        values.pop(self.name, None)
        if value is not None:
            values[self.name] = value
        names = {one.name for one in variables(text, "\\")} - {self.name}
        if names - set(values) or "$(" in text or "`" in text:
            return None
        try:
            given = process(text, values).text
        except ExpansionError:
            return None
        return None if "$" in given else given

    def _values(self, one: Instruction) -> dict[str, str]:
        if one.stage is None or isinstance(one, From):
            return global_scope(self.dockerfile)
        values: dict[str, str] = one.stage.scope.before(one)
        return values
