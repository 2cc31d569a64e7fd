"""ARG and ENV: what a variable holds at a point of a file, as BuildKit would expand it there."""

from __future__ import annotations

from dockerlint_rules.syntax.dockerfile.instruction import Instruction
from dockerlint_rules.syntax.dockerfile.instructions import Arg, Env

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dockerlint_rules.model.stages import Dockerfile, Stage

# Set by BuildKit in every build; visible in FROM always, in a stage after an ARG of the name.
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
    """Values that FROM sees: automatic arguments and the ARGs before the first FROM."""
    if dockerfile.global_values is None:
        dockerfile.global_values = global_scope_before(dockerfile, None)
    return dockerfile.global_values


def global_scope_before(dockerfile: Dockerfile, until: Instruction | None) -> dict[str, str]:
    """Values that an ARG before the first FROM sees where it begins (None: those that FROM sees)."""
    values = platform_args(dockerfile)
    for one in dockerfile.global_instructions:
        if one is until:
            break
        if isinstance(one, Arg):
            _declare(one, values, dockerfile.build.arguments)
    return values


def _declare(arg: Arg, values: dict[str, str], given: dict[str, str]) -> None:
    for pair in arg.pairs:
        if pair.name in given:
            values[pair.name] = given[pair.name]
        elif pair.value is not None:
            values[pair.name] = expand_known(pair.value.text, values, arg.escape)


def expand_known(text: str, values: dict[str, str], escape: str) -> str:
    """Expand what is known and leave the rest as written; a text that cannot be read stays as it is."""
    if not ("$" in text or escape in text or '"' in text or "'" in text):
        return text
    from dockerlint_rules.syntax.words import ExpansionError, process

    try:
        return process(text, values, escape, skip_unset=True).text
    except ExpansionError:
        return text


def resolve_base(dockerfile: Dockerfile, stage: Stage) -> str:
    """The stage's base with the global arguments put in; unknown variables are left as written."""
    image = stage.from_.image
    if image is None:
        return ""
    if "$" not in image.text and not (set("'\"\\`") & set(image.text)):
        return image.text
    values = global_scope(dockerfile)
    if "+" in image.text:
        values = {**_never_set(dockerfile, image.text, stage.from_.escape), **values}
    return expand_known(image.text, values, stage.from_.escape)


def _never_set(dockerfile: Dockerfile, text: str, escape: str) -> dict[str, str]:
    """Names behind which a text has an alternative (``${T:+:$T}``) and which no ARG declares: they are empty."""
    from dockerlint_rules.syntax.word_variables import variables

    declared = {
        pair.name
        for one in dockerfile.global_instructions
        if isinstance(one, Arg)
        for pair in one.pairs
    }
    return {
        use.name: ""
        for use in variables(text, escape)
        if use.operator == ":+" and use.name not in declared
    }


class Scope:
    """The variables of a stage: one pass over its ENV and ARG, kept as each name's history."""

    __slots__ = ("_final", "_history", "_inherited", "stage")

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self._inherited: dict[str, str] = stage.parent.scope.final if stage.parent else {}
        # Name to (offset of the instruction after which it holds, value), in order.
        self._history: dict[str, list[tuple[int, str]]] = {}
        self._final = self._inherited  # copied before the first change
        self._walk()

    @property
    def final(self) -> dict[str, str]:
        """Name to value at the end of the stage, as far as this file tells."""
        return self._final

    def _walk(self) -> None:
        given = self.stage.dockerfile.build.arguments
        globals_: dict[str, str] | None = None
        for one in self.stage.instructions:
            if isinstance(one, Env):
                self._env(one)
            elif isinstance(one, Arg):
                if globals_ is None:
                    globals_ = global_scope(self.stage.dockerfile)
                self._arg(one, given, globals_)

    def _env(self, one: Env) -> None:
        # All values of one ENV see the state before it.
        values = [
            (pair.name, expand_known(pair.value.text, self._final, one.escape))
            for pair in one.pairs
            if pair.value is not None
        ]
        for name, value in values:
            self._set(one, name, value)

    def _arg(self, one: Arg, given: dict[str, str], globals_: dict[str, str]) -> None:
        for pair in one.pairs:
            if pair.name in given:
                self._set(one, pair.name, given[pair.name])
            elif pair.value is not None:
                self._set(one, pair.name, expand_known(pair.value.text, self._final, one.escape))
            elif pair.name in globals_:
                self._set(one, pair.name, globals_[pair.name])

    def _set(self, one: Instruction, name: str, value: str) -> None:
        if self._final is self._inherited:
            self._final = dict(self._inherited)
        self._final[name] = value
        self._history.setdefault(name, []).append((one.start, value))

    def value_at(self, instruction: Instruction | None, name: str) -> str | None:
        """Value of a variable where *instruction* begins (None: at the end of the stage).

        None where this file does not tell: the base image's own ENV is not known.
        """
        if instruction is None:
            return self._final.get(name)
        value = self._inherited.get(name)
        for at, then in self._history.get(name, ()):
            if at >= instruction.start:
                break
            value = then
        return value

    def before(self, until: Instruction | None) -> dict[str, str]:
        """Name to value where *until* begins (None: at the end); costs a step for every name."""
        if until is None:
            return dict(self._final)
        values = {name: self.value_at(until, name) for name in (*self._inherited, *self._history)}
        return {name: value for name, value in values.items() if value is not None}
