"""Rules about build stages that nothing uses."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Finding, Severity
from dockerlint_rules.registry.rule import rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.model.stages import Dockerfile, Stage


# Parts of names that projects give to target stages, which are built on request.
_TARGET_NAMES = frozenset({
    "dev", "devel", "development", "debug", "test", "tests", "testing", "lint", "ci", "prod", "production", "release",
    "export", "docs", "run", "runtime", "final", "local", "staging", "check", "validate", "vendor", "update", "bin",
    "binary", "binaries", "artifact", "artifacts", "migrate", "migrations", "worker", "web", "server", "client",
    "cli", "all", "image", "e2e", "integration", "unit", "coverage", "shell",
})  # fmt: skip


@rule("DF706", severity=Severity.INFO, default=False)
def unused_stage(stage: Stage) -> Iterator[Finding]:
    """Build stage is not used by any other stage.

    A normal build skips the stage. Its files are in no image unless someone builds it with ``--target``.

    Bad::

    ```dockerfile
    FROM golang:1.25 AS tools
    #                   ^^^^^ Nothing uses stage 'tools'
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

    How to fix: remove the stage, or copy from it.

    Known problems: off by default, because bake files and ``--target`` use such stages. The rule ignores names
    that are common for target stages (``dev``, ``test``, ``prod`` …), and files with several unused stages.

    Source: Docker docs, "Multi-stage builds".
    """
    if stage.needed or stage.dockerfile.build.target:
        return
    name_parts = (stage.name or "").replace("_", "-").split("-")
    if any(part in _TARGET_NAMES for part in name_parts):
        return
    if _unused_stages(stage.dockerfile) == [stage.index]:
        yield Finding.at(
            stage.from_.name_word or stage.from_,
            f"Nothing uses stage '{stage.label}', so a normal build skips it. Remove it, or copy from it.",
        )


def _unused_stages(dockerfile: Dockerfile) -> list[int]:
    """Numbers of the stages that neither the final stage nor any other stage uses."""
    unused: list[int] | None = dockerfile.facts.get("unused-stages")
    if unused is None:
        used = set(dockerfile.needed)
        for stage in dockerfile.stages:
            used |= {source.index for source in stage.uses}
            if stage.parent:
                used.add(stage.parent.index)
        unused = [stage.index for stage in dockerfile.stages if stage.index not in used]
        dockerfile.facts["unused-stages"] = unused
    return unused
