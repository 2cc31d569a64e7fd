"""``# check=skip=…;error=…;experimental=…``: BuildKit's own options for its checks.

Source: BuildKit's linter configuration.  A space ends the value. If a key is repeated, the last value counts.
``experimental`` turns on checks that are off by default, ``error`` lets findings stop the build.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dockerlint_rules.syntax.kinds import LintedDocument

BUILD_ARGUMENT = "BUILDKIT_DOCKERFILE_CHECK"
# Source: Go, ``strconv.ParseBool``.
_TRUE = frozenset({"1", "t", "T", "TRUE", "true", "True"})


class CheckOptions:
    """The options that a directive, a comment or the build argument sets."""

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
                names = (name.strip() for name in value.split(","))
                setattr(self, key, tuple(name for name in names if name))

    def is_experimental(self, name: str) -> bool:
        """Whether an experimental check is turned on."""
        return name in self.experimental or self.experimental == ("all",)


def options_of(document: LintedDocument) -> CheckOptions:
    """The options of a file: those of the build argument if it is given, else those of the directive."""
    options = document.facts.get("check-options")
    if options is None:
        options = document.facts["check-options"] = CheckOptions(_options_text(document))
    assert isinstance(options, CheckOptions)
    return options


def _options_text(document: LintedDocument) -> str:
    argument = document.build.arguments.get(BUILD_ARGUMENT)
    if argument is not None:
        return str(argument)
    return next((directive.value for directive in document.ignore_directives()), "")


def check_options_above(text: str) -> CheckOptions | None:
    """The options in a comment above an instruction (``# check=…``); None for any other comment."""
    stripped = text.lstrip("#").strip()
    return CheckOptions(stripped[6:]) if stripped.startswith("check=") else None
