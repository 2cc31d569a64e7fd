"""A sentence about a variable: its value at a place, and where that comes from."""

from __future__ import annotations

from dockerlint_rules.model.variable_uses import VariableReference
from dockerlint_rules.model.variables import expand_known, global_scope, global_scope_before
from dockerlint_rules.server.navigation.variables import Declaration, Declarations
from dockerlint_rules.server.reference_text import AUTOMATIC, WELL_KNOWN
from dockerlint_rules.syntax.dockerfile.instructions import From
from dockerlint_rules.syntax.word_variables import variables
from dockerlint_rules.syntax.words import ExpansionError, expand_and_split

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dockerlint_rules.model.stages import Dockerfile
    from dockerlint_rules.server.hover.markup import Markup
    from dockerlint_rules.syntax.dockerfile.instruction import Instruction


def variable_text(
    dockerfile: Dockerfile, found: VariableReference | Declaration, markup: Markup
) -> str | None:
    """What is known about a variable where it is used or declared; None if the file tells nothing."""
    if isinstance(found, Declaration):
        return _Describer(dockerfile, found.pair.name, markup).describe_declaration(found)
    if found.is_own:
        return None
    return _Describer(dockerfile, found.name, markup).describe_use(found)


class _Describer:
    """Describes the variable of one name."""

    def __init__(self, dockerfile: Dockerfile, name: str, markup: Markup) -> None:
        self.dockerfile = dockerfile
        self.name = name
        self.markup = markup
        self.declarations = Declarations(dockerfile, name)

    # -- declarations ------------------------------------------------------------------------------

    def describe_declaration(self, one: Declaration) -> str:
        """Its value, and where the variable is set."""
        text = self._value_text(one)
        if one.is_triggered:
            return f"{text} Set in builds that use this image as their base."
        if not one.is_arg:
            return f"{text} Set in the following instructions and in containers."
        if one.stage is None:
            again = self.markup.code(f"ARG {self.name}")
            return f"{text} Set for FROM only; a stage that needs it must repeat {again}."
        return f"{text} Set in the following instructions of the build, not in containers."

    def _value_text(self, one: Declaration) -> str:
        bold = self.markup.bold(self.name)
        value = self._value(one)
        if value is None:
            automatic = AUTOMATIC.get(self.name)
            if automatic is not None and one.is_arg:
                return f"{bold}: {automatic}."
            return f"{bold} {self._unless_given()}."
        verb = "is" if one.is_arg or not value else "is set to"
        shown = self.markup.code(value) if value else "empty"
        return f"{bold} {verb} {shown}{self._source_of_value(one)}."

    def _source_of_value(self, one: Declaration) -> str:
        """Where the value comes from, if it is not the declaration's own."""
        if not one.is_arg:
            return ""
        if self.name in self.dockerfile.build.arguments:
            default = one.pair.value
            if default is None:
                return ", from the build arguments in the configuration"
            shown = self.markup.code(default.value) if default.value else "empty"
            return f", from the build arguments in the configuration (default: {shown})"
        above = self.declarations.repeated_by(one)
        return f", from the ARG on line {above.line}" if above is not None else ""

    def _unless_given(self) -> str:
        given = self.markup.code(f"--build-arg {self.name}=…")
        return f"is empty unless {given} is passed"

    def _value(self, one: Declaration) -> str | None:
        """The value of a declaration; None if it is not known."""
        value = one.pair.value
        if one.is_arg and self.name in self.dockerfile.build.arguments:
            return self.dockerfile.build.arguments[self.name]
        if value is None:
            above = self.declarations.repeated_by(one)
            return self._value(above) if above is not None else None
        instruction = one.instruction
        if one.stage is None:
            values = global_scope_before(self.dockerfile, instruction)
        else:
            values = dict(one.stage.scope.before(instruction))
        return expand_known(value.text, values, instruction.escape)

    # -- uses --------------------------------------------------------------------------------------

    def describe_use(self, use: VariableReference) -> str | None:
        """Its value at this place; None if the file tells nothing."""
        meant = self.declarations.meant_by(use)
        if meant is None:
            return self._undeclared(use)
        bold = self.markup.bold(f"${self.name}")
        when = "when the container starts" if use.is_late else "here"
        value = self._value(meant)
        where = self._where(meant)
        if value is None:
            automatic = AUTOMATIC.get(self.name)
            if automatic is not None:
                return f"{bold}: {automatic} ({where})."
            return f"{bold} {self._unless_given()} ({where}).{self._expansion_text(use, None)}"
        shown = f"is {self.markup.code(value)}" if value else "is empty"
        source = self._source_of_value(meant)
        return f"{bold} {shown} {when} ({where}){source}.{self._expansion_text(use, value)}"

    def _where(self, meant: Declaration) -> str:
        kind = "ARG" if meant.is_arg else "ENV"
        return f"{kind} on line {meant.line}"

    def _undeclared(self, use: VariableReference) -> str | None:
        bold = self.markup.bold(f"${self.name}")
        is_in_from = use.instruction.stage is None or isinstance(use.instruction, From)
        again = self.markup.code(f"ARG {self.name}")
        automatic = AUTOMATIC.get(self.name)
        if automatic is not None:
            if is_in_from:
                return f"{bold}: {automatic}."
            return f"{bold}: {automatic}. Empty here: this stage must declare it with {again}."
        if is_in_from:
            return f"{bold} is empty here: no ARG before FROM declares it.{self._expansion_text(use, None)}"
        if use.is_late:
            during = (
                self.declarations.seen_by(use.instruction, is_late=False)
                or self.declarations.global_one
            )
            if during is not None:
                return (
                    f"{bold} is empty when the container starts: the ARG on line {during.line} is only set "
                    f"during the build.{self._expansion_text(use, None)}"
                )
        above = self.declarations.global_one
        if above is not None:
            return (
                f"{bold} is empty here: the ARG on line {above.line} is before the first FROM. "
                f"This stage must repeat it with {again}.{self._expansion_text(use, None)}"
            )
        known = WELL_KNOWN.get(self.name) or WELL_KNOWN.get(
            self.name.upper() if self.name.endswith("_proxy") else ""
        )
        if known is not None:
            return f"{bold}: {known}."
        gives = self._expansion_text(use, None, " unless the base image sets it")
        return f"{bold}: nothing in this file sets it.{gives}" if gives else None

    def _expansion_text(self, use: VariableReference, value: str | None, unless: str = "") -> str:
        """The result of ``${X:-d}`` and the like; empty if it is not known.  *value* is None for an unset variable."""
        given = self._expanded(use, value) if use.operator else None
        if given is None:
            return ""
        shown = self.markup.code(given) if given else "nothing"
        return f" {self.markup.code(use.text)} expands to {shown}{unless}."

    def _expanded(self, use: VariableReference, value: str | None) -> str | None:
        # In a shell, ${x:=d} expands to the same as ${x:-d}.
        text = use.text.replace("=", "-", 1) if use.operator in ("=", ":=") else use.text
        values = dict(self._values(use.instruction))
        values.pop(self.name, None)
        if value is not None:
            values[self.name] = value
        names = {one.name for one in variables(text, "\\")} - {self.name}
        if names - set(values) or "$(" in text or "`" in text:
            return None
        try:
            given = expand_and_split(text, values).text
        except ExpansionError:
            return None
        return None if "$" in given else given

    def _values(self, one: Instruction) -> dict[str, str]:
        if one.stage is None or isinstance(one, From):
            return global_scope(self.dockerfile)
        return dict(one.stage.scope.before(one))
