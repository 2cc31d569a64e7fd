"""ARG and ENV: the value of a variable at a point of a file, as BuildKit would expand it there."""

from __future__ import annotations

from dockerlint_rules.syntax.dockerfile.instruction import Instruction
from dockerlint_rules.syntax.dockerfile.instructions import Arg, Env

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dockerlint_rules.model.stages import Dockerfile, Stage

# BuildKit sets them in every build. FROM always sees them, a stage only after an ARG with the name.
PLATFORM_ARGS = tuple(
    side + part
    for side in ("BUILD", "TARGET")
    for part in ("PLATFORM", "OS", "OSVERSION", "ARCH", "VARIANT")
)


def platform_args(dockerfile: Dockerfile) -> dict[str, str]:
    """The automatic platform arguments with their values for this build."""
    values = {"TARGETSTAGE": dockerfile.build.target or "default"}
    for side in ("BUILD", "TARGET"):
        platform = dockerfile.build.platform if side == "TARGET" else "linux/amd64"
        system, _, rest = platform.partition("/")
        arch, _, variant = rest.partition("/")
        values[f"{side}PLATFORM"] = platform
        values[f"{side}OS"], values[f"{side}ARCH"] = system, arch
        values[f"{side}VARIANT"], values[f"{side}OSVERSION"] = variant, ""
    return values


def global_scope(dockerfile: Dockerfile) -> dict[str, str]:
    """The values that FROM sees: automatic arguments and the ARGs before the first FROM."""
    if dockerfile.global_values is None:
        dockerfile.global_values = global_scope_before(dockerfile, None)
    return dockerfile.global_values


def global_scope_before(dockerfile: Dockerfile, until: Instruction | None) -> dict[str, str]:
    """The values that an ARG before the first FROM sees where it begins (None: the values that FROM sees)."""
    values = platform_args(dockerfile)
    for instruction in dockerfile.global_instructions:
        if instruction is until:
            break
        if isinstance(instruction, Arg):
            _declare(instruction, values, dockerfile.build.arguments)
    return values


def _declare(arg: Arg, values: dict[str, str], given: dict[str, str]) -> None:
    for pair in arg.pairs:
        if pair.name in given:
            values[pair.name] = given[pair.name]
        elif pair.value is not None:
            values[pair.name] = expand_known(pair.value.text, values, arg.escape)


def expand_known(text: str, values: dict[str, str], escape: str) -> str:
    """Expand the variables with a known value; leave the others, and a text that cannot be parsed, as written."""
    if not ("$" in text or escape in text or '"' in text or "'" in text):
        return text
    from dockerlint_rules.syntax.words import ExpansionError, expand_and_split

    try:
        return expand_and_split(text, values, escape, skip_unset=True).text
    except ExpansionError:
        return text


def resolve_base(dockerfile: Dockerfile, stage: Stage) -> str:
    """The stage's base image with the global arguments expanded; unknown variables are left as written."""
    image = stage.from_.image
    if image is None:
        return ""
    if "$" not in image.text and not (set("'\"\\`") & set(image.text)):
        return image.text
    values = global_scope(dockerfile)
    if "+" in image.text:
        values = {**_empty_names(dockerfile, image.text, stage.from_.escape), **values}
    return expand_known(image.text, values, stage.from_.escape)


def _empty_names(dockerfile: Dockerfile, text: str, escape: str) -> dict[str, str]:
    """The names in a text's ``${T:+:$T}`` that no ARG declares, with an empty value."""
    from dockerlint_rules.syntax.word_variables import variables

    declared = {
        pair.name
        for instruction in dockerfile.global_instructions
        if isinstance(instruction, Arg)
        for pair in instruction.pairs
    }
    return {
        use.name: ""
        for use in variables(text, escape)
        if use.operator == ":+" and use.name not in declared
    }


class Scope:
    """The variables of a stage: the history of each name, made in one pass over ENV and ARG."""

    __slots__ = ("_final", "_history", "_inherited", "stage")

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self._inherited: dict[str, str] = stage.parent.scope.final if stage.parent else {}
        # Each name's values in order, each with the offset of the instruction that sets it.
        self._history: dict[str, list[tuple[int, str]]] = {}
        self._final = self._inherited  # copied before the first change
        self._walk()

    @property
    def final(self) -> dict[str, str]:
        """Name to value at the end of the stage, as far as this file shows."""
        return self._final

    def _walk(self) -> None:
        given = self.stage.dockerfile.build.arguments
        globals_: dict[str, str] | None = None
        for instruction in self.stage.instructions:
            if isinstance(instruction, Env):
                self._apply_env(instruction)
            elif isinstance(instruction, Arg):
                if globals_ is None:
                    globals_ = global_scope(self.stage.dockerfile)
                self._apply_arg(instruction, given, globals_)

    def _apply_env(self, env: Env) -> None:
        # All values of an ENV see the state before it.
        values = [
            (pair.name, expand_known(pair.value.text, self._final, env.escape))
            for pair in env.pairs
            if pair.value is not None
        ]
        for name, value in values:
            self._set(env, name, value)

    def _apply_arg(self, arg: Arg, given: dict[str, str], globals_: dict[str, str]) -> None:
        for pair in arg.pairs:
            if pair.name in given:
                self._set(arg, pair.name, given[pair.name])
            elif pair.value is not None:
                self._set(arg, pair.name, expand_known(pair.value.text, self._final, arg.escape))
            elif pair.name in globals_:
                self._set(arg, pair.name, globals_[pair.name])

    def _set(self, instruction: Instruction, name: str, value: str) -> None:
        if self._final is self._inherited:
            self._final = dict(self._inherited)
        self._final[name] = value
        self._history.setdefault(name, []).append((instruction.start, value))

    def value_at(self, instruction: Instruction | None, name: str) -> str | None:
        """Value of a variable where *instruction* begins (None: at the end of the stage).

        None where this file does not set it: the ENV of the base image is not known.
        """
        if instruction is None:
            return self._final.get(name)
        value = self._inherited.get(name)
        for offset, new_value in self._history.get(name, ()):
            if offset >= instruction.start:
                break
            value = new_value
        return value

    def before(self, until: Instruction | None) -> dict[str, str]:
        """Name to value where *until* begins (None: at the end). Looks at every name."""
        if until is None:
            return dict(self._final)
        values = {name: self.value_at(until, name) for name in (*self._inherited, *self._history)}
        return {name: value for name, value in values.items() if value is not None}


def variable_value(text: str, instruction: Instruction, stage: Stage | None) -> str | None:
    """Give the value of a word that is a single ``${NAME}``; None where this file does not set it."""
    if stage is None or not (text.startswith("${") and text.endswith("}")):
        return None
    return stage.scope.value_at(instruction, text[2:-1])
