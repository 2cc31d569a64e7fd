"""ARG and ENV: what a variable holds at a point of a file, as BuildKit would expand it there."""

from __future__ import annotations

from dockerlint_rules.syntax.instructions import Arg, Env, Instruction

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
    values = platform_args(dockerfile)
    for one in dockerfile.global_instructions:
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


def base_of(dockerfile: Dockerfile, stage: Stage) -> str:
    """The stage's base with the global arguments put in; unknown variables are left as written."""
    image = stage.from_.image
    if image is None:
        return ""
    if "$" not in image.text and not (set("'\"\\`") & set(image.text)):
        return image.text
    return expand_known(image.text, global_scope(dockerfile), stage.from_.escape)


class Scope:
    """The variables of a stage."""

    __slots__ = ("_global", "stage")

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self._global = global_scope(stage.dockerfile)

    def before(self, until: Instruction | None) -> dict[str, str]:
        """Name to value where *until* begins (None: at the stage's end).

        Only what this file tells: the base image's own ENV is not known.  A declared ARG without a
        value is left out.
        """
        parent = self.stage.parent
        values = parent.scope.before(None) if parent else {}
        given = self.stage.dockerfile.build.arguments
        for one in self.stage.instructions:
            if one is until:
                break
            if isinstance(one, Env):
                before = dict(values)
                for pair in one.pairs:
                    if pair.value is not None:
                        values[pair.name] = expand_known(pair.value.text, before, one.escape)
            elif isinstance(one, Arg):
                for pair in one.pairs:
                    if pair.value is None and pair.name not in given and pair.name in self._global:
                        values[pair.name] = self._global[pair.name]
                _declare(one, values, given)
        return values

    def value_at(self, instruction: Instruction | None, name: str) -> str | None:
        """Value of a variable where *instruction* begins; None where this file does not tell."""
        return self.before(instruction).get(name)
