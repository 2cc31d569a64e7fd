"""The deprecated instruction MAINTAINER."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Edit, Finding, Fix, Severity
from dockerlint_rules.registry.rule import rule
from dockerlint_rules.syntax.dockerfile.instructions import Pairs

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.model.stages import Stage
    from dockerlint_rules.syntax.dockerfile.instructions import Maintainer

_AUTHORS = "org.opencontainers.image.authors"


@rule("DF801", severity=Severity.WARNING, aliases=("DL4000", "MaintainerDeprecated"), fix="safe")
def deprecated_maintainer(maintainer: Maintainer, stage: Stage | None) -> Iterator[Finding]:
    """MAINTAINER is deprecated.

    Docker deprecated MAINTAINER in 2017. Registries and scanners read the label instead, and ``docker inspect`` and
    filters can use it by name.

    Bad::

    ```dockerfile
    FROM alpine:3.22
    MAINTAINER Ann Example <ann@example.com>
    #^^^^^^^^^ MAINTAINER is deprecated
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

    How to fix: use the label ``org.opencontainers.image.authors``.

    Fix safety: safe, because the label holds the same text. The image's ``Author`` field stays empty. The fix is only
    offered if the stage does not have the label yet.

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
    edit = Edit(keyword.start, argument.end, f'{label} {_AUTHORS}="{quoted}"')
    fix = Fix(f"Replace MAINTAINER with label '{_AUTHORS}'", [edit], safe=True)
    yield Finding.at(
        keyword,
        f"MAINTAINER is deprecated. Use the label '{_AUTHORS}' instead.",
        fix=None if _gets_authors_elsewhere(stage, maintainer) else fix,
    )


def _gets_authors_elsewhere(stage: Stage | None, maintainer: Maintainer) -> bool:
    """Whether the stage has the label already, or gets it from the fix of another MAINTAINER above."""
    if stage is None:
        return False
    labels = (label for label in stage.of("LABEL") if isinstance(label, Pairs))
    has_label = any(pair.name == _AUTHORS for label in labels for pair in label.pairs)
    return has_label or stage.of("MAINTAINER")[0] is not maintainer
