"""Rules about health check."""

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

    Docker and Swarm can only tell whether the process is there, not whether it answers.

    Bad::

    ```dockerfile
    FROM debian:12
    #    ^^^^^^^^^
    CMD ["server"]
    ```

    Good::

    ```dockerfile
    FROM debian:12
    HEALTHCHECK CMD ["curl", "-f", "http://localhost/"]
    CMD ["server"]
    ```

    How to fix: add one, or ``HEALTHCHECK NONE`` where another system asks.

    Known problems: off by default; Kubernetes does not look at it, and many images are no servers.

    Source: Docker docs, "Dockerfile reference", HEALTHCHECK.
    """
    good: set[int] = set()
    for stage in dockerfile.stages:
        if stage.of("HEALTHCHECK"):
            good.update(one.index for one in stage.lineage())
    for stage in dockerfile.stages:
        if not stage.is_final or stage.index in good:
            continue
        if not any(one.index in good and one.of("HEALTHCHECK") for one in stage.lineage()):
            yield Finding.at(
                stage.from_.image or stage.from_,
                "Nothing here says how to tell that the container works. Add a HEALTHCHECK.",
            )
