"""What an image says of itself."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Edit, Finding, Fix, Severity
from dockerlint_rules.model.check_directive import options_of, said_above
from dockerlint_rules.registry.rule import rule
from dockerlint_rules.syntax.dockerfile.instructions import Arg, From, Pairs

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from dockerlint_rules.model.stages import Dockerfile, Stage
    from dockerlint_rules.syntax.dockerfile.instructions import Instruction, Maintainer

AUTHORS = "org.opencontainers.image.authors"


@rule("DF801", severity=Severity.WARNING, aliases=("DL4000", "MaintainerDeprecated"), fix="safe")
def maintainer_instruction(maintainer: Maintainer, stage: Stage | None) -> Iterator[Finding]:
    """MAINTAINER is deprecated.

    Docker has called it deprecated since 2017, and registries and scanners read the label instead. A
    label is also seen by ``docker inspect`` and can be asked for by its name.

    Bad::

    ```dockerfile
    FROM alpine:3.22
    MAINTAINER Ann Example <ann@example.com>
    #^^^^^^^^^
    ```

    Fixed::

    ```dockerfile
    FROM alpine:3.22
    LABEL org.opencontainers.image.authors="Ann Example <ann@example.com>"
    ```

    Good::

    ```dockerfile
    FROM alpine:3.22
    LABEL org.opencontainers.image.authors="Ann Example <ann@example.com>"
    ```

    How to fix: write the label ``org.opencontainers.image.authors``.

    Fix safety: safe; the image's field ``Author`` is left empty and the label holds the same text. Offered where the
    stage has no such label yet.

    Source: Docker documentation, Dockerfile reference, "MAINTAINER (deprecated)"; OCI image
    specification, "Pre-Defined Annotation Keys".
    """
    argument = maintainer.argument
    if argument is None:
        return
    quoted = argument.value
    for char in (maintainer.escape, '"', "$"):
        quoted = quoted.replace(char, f"{maintainer.escape}{char}")
    keyword = maintainer.keyword_word
    label = "label" if keyword.text.islower() else "LABEL"
    edit = Edit(keyword.start, argument.end, f'{label} {AUTHORS}="{quoted}"')
    yield Finding.at(
        keyword,
        f"MAINTAINER is deprecated, and tools that look for an image's authors read the label. Write it as '{AUTHORS}'.",
        fix=None
        if _has_authors(stage, maintainer)
        else Fix(f"Write LABEL {AUTHORS}", [edit], safe=True),
    )


def _has_authors(stage: Stage | None, maintainer: Maintainer) -> bool:
    """Whether the label stands there already, or another MAINTAINER above would become it as well."""
    if stage is None:
        return False
    labels = (one for one in stage.of("LABEL") if isinstance(one, Pairs))
    labelled = any(pair.name == AUTHORS for label in labels for pair in label.pairs)
    return labelled or stage.of("MAINTAINER")[0] is not maintainer


@rule(
    "DF830", severity=Severity.STYLE, aliases=("InvalidDefinitionDescription",), on=("FROM", "ARG")
)
def description_of_another(
    instruction: Instruction, dockerfile: Dockerfile, options: Any
) -> Iterator[Finding]:
    """A comment above a stage or argument does not describe it.

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
        for said in map(said_above, instruction.comments)
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
    return not said.isdisjoint({"ALL", "DF830", "description-of-another", _DESCRIPTION})
