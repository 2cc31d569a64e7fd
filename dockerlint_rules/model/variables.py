"""ARG and ENV: the value of a variable at a point of a file, as BuildKit would expand it there."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping

from dockerlint_rules.syntax.dockerfile.instruction import Instruction
from dockerlint_rules.syntax.dockerfile.instructions import Arg, Env

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

    from dockerlint_rules.model.stages import Dockerfile, Stage

    # The places where a name gets a value, as (place of the stage, offset), and the values; None: not set.
    _History = tuple[list[tuple[int, int]], list[str | None]]
    _Declared = tuple[list[tuple[int, int]], list[bool]]  # the same for whether it is declared

_END = 1 << 60  # an offset behind every text
LONGEST_VALUE = 4096
"""Characters of an expanded value.  A longer one is left as it is written: n lines of ``ENV A=$A$A`` would take 2ⁿ."""

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


def expand_known(text: str, values: Mapping[str, str], escape: str) -> str:
    """Expand the variables with a known value; leave the others as written.

    A text that cannot be parsed, or gets longer than ``LONGEST_VALUE``, is left as it is written.
    """
    if not ("$" in text or escape in text or '"' in text or "'" in text):
        return text
    from dockerlint_rules.syntax.words import ExpansionError, expand_and_split

    try:
        value = expand_and_split(text, values, escape, skip_unset=True).text
    except ExpansionError:
        return text
    return value if len(value) <= max(LONGEST_VALUE, len(text)) else text


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
    """The variables of a stage: what it inherits, and the history of each name in ENV and ARG."""

    __slots__ = ("_declared", "_histories", "_place", "stage")

    def __init__(
        self,
        stage: Stage,
        place: int,
        histories: dict[str, _History],
        declared: dict[str, _Declared],
    ) -> None:
        self.stage = stage
        self._place = place  # of the stage among all, each after the one that it is built from
        self._histories = histories
        self._declared = declared

    @property
    def final(self) -> Mapping[str, str]:
        """Name to value at the end of the stage, as far as this file shows."""
        return _ValuesBefore(self, None)

    def value_at(self, instruction: Instruction | None, name: str) -> str | None:
        """Value of a variable where *instruction* begins (None: at the end of the stage).

        None where this file does not set it: the ENV of the base image is not known.
        """
        history = self._histories.get(name)
        if history is None:
            return None
        places, values = history
        offset = _END if instruction is None else instruction.start
        at = bisect_left(places, (self._place, offset))
        return values[at - 1] if at else None

    def before(self, until: Instruction | None) -> Mapping[str, str]:
        """Name to value where *until* begins (None: at the end)."""
        return _ValuesBefore(self, until)

    def is_declared(self, instruction: Instruction, name: str) -> bool:
        """Whether an ENV or ARG of the stage or its ancestors names it before *instruction*, even without a value."""
        history = self._declared.get(name)
        if history is None:
            return False
        places, states = history
        at = bisect_left(places, (self._place, instruction.start))
        return at > 0 and states[at - 1]

    def names(self) -> Iterable[str]:
        """Every name in an ENV or ARG of the file, whether or not this stage sees it, in order."""
        return self._declared


class _ValuesBefore(Mapping[str, str]):
    """The values at one point of a stage.  Only what is asked for is looked up."""

    __slots__ = ("_scope", "_until")

    def __init__(self, scope: Scope, until: Instruction | None) -> None:
        self._scope = scope
        self._until = until

    def get(self, name: str, default: Any = None) -> Any:
        value = self._scope.value_at(self._until, name)
        return default if value is None else value

    def __getitem__(self, name: str) -> str:
        value = self._scope.value_at(self._until, name)
        if value is None:
            raise KeyError(name)
        return value

    def __iter__(self) -> Iterator[str]:
        return (name for name in self._scope.names() if name in self)

    def __len__(self) -> int:
        return sum(1 for _ in self)


def scopes(dockerfile: Dockerfile) -> Iterator[Scope]:
    """The scope of each stage, each after that of the stage that it is built from.

    One pass over all stages, a tree in which each is built from the one above.  The values are those of the stage that
    the walk is in: they are set on the way down and put back on the way up, so no stage copies what it inherits.
    """
    below: dict[int, list[Stage]] = {}
    for stage in reversed(dockerfile.stages):
        below.setdefault(stage.parent.index if stage.parent else -1, []).append(stage)
    walk = _Walk(dockerfile)
    todo: list[Stage | tuple[dict[str, str | None], list[str]]] = [*below.get(-1, ())]
    for place in range(2 * len(dockerfile.stages)):
        step = todo.pop()
        walk.place = place
        if isinstance(step, tuple):
            walk.leave(*step)
        else:
            todo.append(walk.enter(step))
            todo += below.get(step.index, ())
            yield Scope(step, place, walk.histories, walk.declared)


class _Walk:
    """The values of the stage that the walk is in, and the histories that it makes."""

    def __init__(self, dockerfile: Dockerfile) -> None:
        self.dockerfile = dockerfile
        self.place = 0
        self.values: dict[str, str] = {}
        self.histories: dict[str, _History] = {}
        self.declared: dict[str, _Declared] = {}
        self._before: dict[str, str | None] = {}
        self._new: list[str] = []

    def leave(self, before: dict[str, str | None], new: list[str]) -> None:
        """Give what a stage has set its value before the stage, and forget the names that are *new* in it."""
        for name, value in before.items():
            self._put(name, value, 0)
        for name in new:
            self._put_declared(name, False, 0)

    def _put_declared(self, name: str, state: bool, offset: int) -> None:
        places, states = self.declared.setdefault(name, ([], []))
        places.append((self.place, offset))
        states.append(state)

    def _declare(self, instruction: Env | Arg) -> None:
        for pair in instruction.pairs:
            known = self.declared.get(pair.name)
            if known is None or not known[1][-1]:
                self._put_declared(pair.name, True, instruction.start)
                self._new.append(pair.name)

    def _put(self, name: str, value: str | None, offset: int) -> None:
        """Set a value from an offset on; None where the file does not set it."""
        places, values = self.histories.setdefault(name, ([], []))
        places.append((self.place, offset))
        values.append(value)
        if value is None:
            self.values.pop(name, None)
        else:
            self.values[name] = value

    def enter(self, stage: Stage) -> tuple[dict[str, str | None], list[str]]:
        """Apply the ENV and ARG of a stage; return the values before them and the names that are new."""
        before: dict[str, str | None] = {}
        new: list[str] = []
        self._before, self._new = before, new
        for instruction in stage.instructions:
            if isinstance(instruction, Env):
                self._apply_env(instruction)
                self._declare(instruction)
            elif isinstance(instruction, Arg):
                self._apply_arg(instruction)
                self._declare(instruction)
        return before, new

    def _apply_env(self, env: Env) -> None:
        # All values of an ENV see the state before it.
        values = [
            (pair.name, expand_known(pair.value.text, self.values, env.escape))
            for pair in env.pairs
            if pair.value is not None
        ]
        for name, value in values:
            self._set(env, name, value)

    def _apply_arg(self, arg: Arg) -> None:
        given = self.dockerfile.build.arguments
        globals_ = global_scope(self.dockerfile)
        for pair in arg.pairs:
            if pair.name in given:
                self._set(arg, pair.name, given[pair.name])
            elif pair.value is not None:
                self._set(arg, pair.name, expand_known(pair.value.text, self.values, arg.escape))
            elif pair.name in globals_:
                self._set(arg, pair.name, globals_[pair.name])

    def _set(self, instruction: Instruction, name: str, value: str) -> None:
        if name not in self._before:
            self._before[name] = self.values.get(name)
        self._put(name, value, instruction.start)


def variable_value(text: str, instruction: Instruction, stage: Stage | None) -> str | None:
    """Give the value of a word that is a single ``${NAME}``; None where this file does not set it."""
    if stage is None or not (text.startswith("${") and text.endswith("}")):
        return None
    return stage.scope.value_at(instruction, text[2:-1])
