"""Rules about maintainer."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Edit, Finding, Fix, Severity
from dockerlint_rules.registry.rule import rule
from dockerlint_rules.syntax.dockerfile.instructions import Pairs

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.model.stages import Stage
    from dockerlint_rules.syntax.dockerfile.instructions import Maintainer


AUTHORS = "org.opencontainers.image.authors"


@rule("DF801", severity=Severity.WARNING, aliases=("DL4000", "MaintainerDeprecated"), fix="safe")
def deprecated_maintainer(maintainer: Maintainer, stage: Stage | None) -> Iterator[Finding]:
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
