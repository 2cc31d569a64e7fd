"""``# check=skip=…;error=…;experimental=…``: BuildKit's own options for its checks.

Source: BuildKit's linter configuration.  Spaces end the value; a key said twice counts the second time;
``experimental`` names checks that run only when they are named, ``error`` makes findings stop the build.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dockerlint_rules.model.stages import Dockerfile

BUILD_ARGUMENT = "BUILDKIT_DOCKERFILE_CHECK"
_TRUE = frozenset({"1", "t", "T", "TRUE", "true", "True"})


class CheckOptions:
    """What a directive, a comment or the build argument says."""

    __slots__ = ("error", "experimental", "skip")

    def __init__(self, text: str = "") -> None:
        self.error = False
        self.experimental: tuple[str, ...] = ()
        self.skip: tuple[str, ...] = ()
        for part in text.split(" ", 1)[0].split(";"):
            key, _, value = part.partition("=")
            key = key.strip()
            if key == "error":
                self.error = value in _TRUE
            elif key in ("skip", "experimental"):
                setattr(self, key, tuple(one.strip() for one in value.split(",") if one.strip()))

    def is_experimental(self, name: str) -> bool:
        """Whether an experimental check is asked for."""
        return name in self.experimental or self.experimental == ("all",)


def options_of(dockerfile: Dockerfile) -> CheckOptions:
    """The options of a file: the build argument's, else those of its directive."""
    known = dockerfile.facts.get("check-options")
    if known is None:
        known = dockerfile.facts["check-options"] = CheckOptions(_said(dockerfile))
    assert isinstance(known, CheckOptions)
    return known


def _said(dockerfile: Dockerfile) -> str:
    given = dockerfile.build.arguments.get(BUILD_ARGUMENT)
    if given is not None:
        return given
    for directive in dockerfile.directives:
        if directive.name == "check" and not directive.indented:
            return directive.value
    return ""


def said_above(text: str) -> CheckOptions | None:
    """The options in a comment above an instruction (``check=…`` behind the ``#``); None in any other."""
    stripped = text.lstrip("#").strip()
    return CheckOptions(stripped[6:]) if stripped.startswith("check=") else None
