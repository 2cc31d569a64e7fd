"""Rules about unused stages."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Finding, Severity
from dockerlint_rules.registry.rule import rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.model.stages import Stage


@rule("DF706", severity=Severity.INFO, default=False)
def unused_stage(stage: Stage) -> Iterator[Finding]:
    """Build stage is not used by any other stage.

    The build passes it over; what it makes is in no image unless it is asked for by ``--target``.

    Bad::

    ```dockerfile
    FROM golang:1.25 AS tools
    #                   ^^^^^
    RUN go install example.com/lint@v1.2.0
    FROM golang:1.25 AS build
    RUN go build -o /app .
    FROM alpine:3.22
    COPY --from=build /app /app
    ```

    Good::

    ```dockerfile
    FROM golang:1.25 AS build
    RUN go build -o /app .
    FROM alpine:3.22
    COPY --from=build /app /app
    ```

    How to fix: drop it, or copy from it.

    Known problems: off by default, since bake files and ``--target`` use such stages. Names that are targets by custom (``dev``, ``test``, ``prod`` …), and files where several
    stages lead nowhere, are left alone.

    Source: Docker docs, "Multi-stage builds".
    """
    if stage.needed or stage.dockerfile.build.target:
        return
    told = stage.dockerfile.facts.get("loose-stages")
    if told is None:
        needed = stage.dockerfile.needed
        used = {one.index for other in stage.dockerfile.stages for one in other.uses}
        used |= {other.parent.index for other in stage.dockerfile.stages if other.parent}
        told = [
            one.index
            for one in stage.dockerfile.stages
            if one.index not in needed and one.index not in used
        ]
        stage.dockerfile.facts["loose-stages"] = told
    if told != [stage.index] or any(
        part in _TARGETS for part in (stage.name or "").replace("_", "-").split("-")
    ):
        return
    yield Finding.at(
        stage.from_.name_word or stage.from_,
        f"Nothing needs stage '{stage.label}', so a build passes it over. Drop it, or copy from it.",
    )


_TARGETS = frozenset({
    "dev", "devel", "development", "debug", "test", "tests", "testing", "lint", "ci", "prod", "production", "release", "export", "docs", "run",
    "runtime", "final", "local", "staging", "check", "validate", "vendor", "update", "bin", "binary", "binaries", "artifact", "artifacts",
    "migrate", "migrations", "worker", "web", "server", "client", "cli", "all", "image", "e2e", "integration", "unit", "coverage", "shell",
})  # fmt: skip
