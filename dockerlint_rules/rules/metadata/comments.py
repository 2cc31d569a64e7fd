"""Comments that describe stages and build arguments."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Finding, Severity
from dockerlint_rules.model.check_directive import check_options_above, options_of
from dockerlint_rules.registry.rule import rule
from dockerlint_rules.syntax.dockerfile.instructions import Arg, From

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from dockerlint_rules.model.stages import Dockerfile
    from dockerlint_rules.syntax.dockerfile.instruction import Instruction


@rule(
    "DF830",
    severity=Severity.STYLE,
    aliases=("InvalidDefinitionDescription",),
    on=("FROM", "ARG"),
    words=("#",),
)
def invalid_definition_description(
    instruction: Instruction, dockerfile: Dockerfile, options: Any
) -> Iterator[Finding]:
    """Comment does not start with the stage or argument name.

    ``docker build --call=outline`` shows the comment above a stage or an ARG as its description, but only if the
    comment
    starts with the name of the stage or argument. It ignores any other comment.

    Bad::

    ```dockerfile
    # check=experimental=InvalidDefinitionDescription
    # The version to install.
    ARG VERSION=1.4
    #^^ The comment above does not start with 'VERSION'
    FROM alpine:3.22
    ```

    Good::

    ```dockerfile
    # check=experimental=InvalidDefinitionDescription
    # VERSION of the tool to install.
    ARG VERSION=1.4
    FROM alpine:3.22
    ```

    How to fix: start the comment with the name. If it is not a description, add an empty comment line (``#``) below it.

    Known problems: as in BuildKit, the rule is only active where ``# check=experimental=InvalidDefinitionDescription``
    turns it on, or if its code, its name or ``ALL`` is selected.

    Source: Docker docs, "Build checks", InvalidDefinitionDescription.
    """
    comment = instruction.comments[-1].strip() if instruction.comments else ""
    names = _described_names(instruction)
    if not comment or not names:
        return
    is_turned_on = options_of(dockerfile).is_experimental(_CHECK) or any(
        options_above is not None and options_above.is_experimental(_CHECK)
        for options_above in map(check_options_above, instruction.comments)
    )
    if not is_turned_on and not _is_selected(options):
        return
    if comment.split(" ", 1)[0] not in names:
        name = f"'{names[0]}'" if len(names) == 1 else "the name of an argument"
        yield Finding.at(
            instruction.keyword_word,
            f"The comment above does not start with {name}, so it is not shown as a description. "
            "Start it with the name, or add an empty '#' line below it.",
            aliases=None if is_turned_on else (),
        )


_CHECK = "InvalidDefinitionDescription"  # BuildKit's name
_SELECTORS = frozenset({"ALL", "DF830", "invalid-definition-description", _CHECK})


def _described_names(instruction: Instruction) -> list[str]:
    """The names that a description of the instruction may start with."""
    if isinstance(instruction, From):
        return [instruction.name] if instruction.name else []
    return [pair.name for pair in instruction.pairs] if isinstance(instruction, Arg) else []


def _is_selected(options: Any) -> bool:
    """Whether the configuration selects this very rule, and not only its family or the default rules."""
    selected = {
        *(getattr(options, "select", None) or ()),
        *(getattr(options, "extend_select", None) or ()),
    }
    return not selected.isdisjoint(_SELECTORS)
