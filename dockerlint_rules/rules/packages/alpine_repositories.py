"""Rules about the repositories that Alpine's packages come from."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Finding, Severity
from dockerlint_rules.registry.rule import rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.model.packages.calls import PackageCall
    from dockerlint_rules.model.stages import Stage


@rule("DF214", severity=Severity.WARNING, on=("apk",), words=("edge",))
def alpine_edge_repository(install: PackageCall, stage: Stage | None) -> Iterator[Finding]:
    """Packages are installed from the Alpine edge repository.

    Edge is built against other library versions than a release, and it changes daily. The install may pull in a newer
    musl or OpenSSL, and the same Dockerfile gives a different image the next day.

    Bad::

    ```dockerfile
    FROM alpine:3.22
    RUN apk add --no-cache --repository=https://dl-cdn.alpinelinux.org/alpine/edge/testing tool
    #                      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ change daily
    ```

    Good::

    ```dockerfile
    FROM alpine:3.22
    RUN apk add --no-cache --repository=https://dl-cdn.alpinelinux.org/alpine/v3.22/community tool
    ```

    How to fix: use the package of the release, use a newer release, or copy the program from an image that contains it.

    Source: Alpine wiki, "Repositories".
    """
    if install.action != "install" or (stage is not None and _may_be_edge(stage)):
        return
    for name, value, word in install.flags:
        if name in ("--repository", "-X") and value and "/edge" in value:
            yield Finding.at(
                word,
                "Packages from Alpine edge change daily and may need newer libraries than the base image has. "
                "Use the package of the release, or a newer release.",
            )
            return


def _may_be_edge(stage: Stage) -> bool:
    base = stage.root.base
    return base.tag == "edge" or not base.is_tag_certain
