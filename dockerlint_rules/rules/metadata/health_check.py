"""Images without a health check."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Finding, Severity
from dockerlint_rules.registry.rule import rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.model.stages import Dockerfile


@rule("DF816", severity=Severity.INFO, default=False, aliases=("DL3057",))
def missing_health_check(dockerfile: Dockerfile) -> Iterator[Finding]:
    """Image has no HEALTHCHECK.

    Docker and Swarm then only see whether the process runs, not whether it still answers.

    Bad::

    ```dockerfile
    FROM debian:12
    #    ^^^^^^^^^ No HEALTHCHECK is set
    CMD ["server"]
    ```

    Good::

    ```dockerfile
    FROM debian:12
    HEALTHCHECK CMD ["curl", "-f", "http://localhost/"]
    CMD ["server"]
    ```

    How to fix: add a HEALTHCHECK. If another system checks the container, write ``HEALTHCHECK NONE``.

    Known problems: off by default, because Kubernetes ignores HEALTHCHECK and many images do not run servers. The rule
    does not know whether the base image has a HEALTHCHECK.

    Source: Docker docs, "Dockerfile reference", HEALTHCHECK.
    """
    # A stage counts as checked if a stage that is built on it has a HEALTHCHECK.
    checked: set[int] = set()
    for stage in dockerfile.stages:
        if stage.of("HEALTHCHECK"):
            checked.update(ancestor.index for ancestor in stage.lineage())
    for stage in dockerfile.stages:
        if stage.is_final and stage.index not in checked and stage.last("HEALTHCHECK") is None:
            yield Finding.at(
                stage.from_.image or stage.from_,
                "No HEALTHCHECK is set, so Docker may not notice a program that runs but no longer answers. "
                "Add one, or write 'HEALTHCHECK NONE'.",
            )
