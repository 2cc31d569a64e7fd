"""``# check=skip=…;error=…;experimental=…``: BuildKit's own options for its checks.

Source: BuildKit's linter configuration.  Spaces end the value; a key said twice counts the second time;
``experimental`` names checks that run only when they are named, ``error`` makes findings stop the build.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dockerlint_rules.syntax.kinds import LintedDocument

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


def options_of(document: LintedDocument) -> CheckOptions:
    """The options of a file: those of the build argument, else of its directive."""
    known = document.facts.get("check-options")
    if known is None:
        known = document.facts["check-options"] = CheckOptions(_written(document))
    assert isinstance(known, CheckOptions)
    return known


def _written(document: LintedDocument) -> str:
    given = document.build.arguments.get(BUILD_ARGUMENT)
    if given is not None:
        return str(given)
    return next((directive.value for directive in document.ignore_directives()), "")


def check_options_above(text: str) -> CheckOptions | None:
    """The options in a comment above an instruction (``check=…`` behind the ``#``); None in any other."""
    stripped = text.lstrip("#").strip()
    return CheckOptions(stripped[6:]) if stripped.startswith("check=") else None
