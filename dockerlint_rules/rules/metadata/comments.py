"""Rules about comments."""

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

    ``docker build --call=outline`` shows the comment above a stage or an ARG as its description when it begins with
    its name; any other comment is passed over.

    Bad::

    ```dockerfile
    # check=experimental=InvalidDefinitionDescription
    # The version to take.
    ARG VERSION=1.4
    #^^
    FROM alpine:3.22
    ```

    Good::

    ```dockerfile
    # check=experimental=InvalidDefinitionDescription
    # VERSION of the tool to take.
    ARG VERSION=1.4
    FROM alpine:3.22
    ```

    How to fix: begin the comment with the name, or set it apart with an empty comment line (``#``).

    Known problems: as in BuildKit it speaks only where ``# check=experimental=InvalidDefinitionDescription`` asks for
    it, or where the rule is selected by its code, name or ``ALL``.

    Source: Docker docs, "Build checks", InvalidDefinitionDescription.
    """
    comment = instruction.comments[-1].strip() if instruction.comments else ""
    names = _described(instruction)
    if not comment or not names:
        return
    asked = options_of(dockerfile).is_experimental(_DESCRIPTION) or any(
        said is not None and said.is_experimental(_DESCRIPTION)
        for said in map(check_options_above, instruction.comments)
    )
    if not asked and not _is_selected(options):
        return
    if comment.split(" ", 1)[0] not in names:
        wanted = names[0] if len(names) == 1 else "one of its names"
        yield Finding.at(
            instruction.keyword_word,
            f"The comment above does not begin with {wanted}, so it describes nothing. Begin it so, or set it apart with '#'.",
            aliases=None if asked else (),
        )


_DESCRIPTION = "InvalidDefinitionDescription"


def _described(instruction: Instruction) -> list[str]:
    if isinstance(instruction, From):
        return [instruction.name] if instruction.name else []
    return [pair.name for pair in instruction.pairs] if isinstance(instruction, Arg) else []


def _is_selected(options: Any) -> bool:
    said = {
        *(getattr(options, "select", None) or ()),
        *(getattr(options, "extend_select", None) or ()),
    }
    return not said.isdisjoint({"ALL", "DF830", "invalid-definition-description", _DESCRIPTION})
