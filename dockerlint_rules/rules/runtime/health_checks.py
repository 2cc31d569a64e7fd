"""Programs that a health check runs."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Finding, Severity
from dockerlint_rules.model.images.reference import distribution
from dockerlint_rules.registry.rule import rule
from dockerlint_rules.syntax.dockerfile.instructions import Copy, Healthcheck

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.model.stages import Stage


# Programs that the plain images of a distribution lack.
_MISSING_TOOLS = {
    "alpine": ("curl",),
    "debian": ("curl", "wget"),
    "ubuntu": ("curl", "wget"),
    "busybox": ("curl",),
}


@rule("DF637", severity=Severity.WARNING)
def missing_health_check_tool(healthcheck: Healthcheck, stage: Stage | None) -> Iterator[Finding]:
    """Health check uses a program that is not installed.

    Every check fails, so the container stays "unhealthy". Docker Swarm and some other orchestrators then replace it
    again and again.

    Bad::

    ```dockerfile
    FROM python:3.13-slim
    HEALTHCHECK CMD ["curl", "-f", "http://localhost:8000/"]
    #                ^^^^^^ 'python:3.13-slim' does not include 'curl'
    CMD ["gunicorn", "app:app"]
    ```

    Good::

    ```dockerfile
    FROM python:3.13-slim
    HEALTHCHECK CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://localhost:8000/')"]
    CMD ["gunicorn", "app:app"]
    ```

    How to fix: install the program, or use one that the image has.

    Known problems: only ``curl`` and ``wget`` are checked, on plain Alpine, BusyBox, Debian and Ubuntu images and on
    ``slim`` and ``alpine`` tags. The rule is silent if a RUN or COPY mentions the program, if files are copied from
    another stage or image, or if a variable stands for a package. It does not see what a script installs.

    Source: the Dockerfiles of the Docker official images.
    """
    if stage is None or healthcheck.kind == "NONE":
        return
    base = stage.root.base
    image = stage.root.from_.image
    if image is None or "$" in image.text or not base.is_name_certain or "/" in base.upstream:
        return
    tag = base.tag or ""
    is_plain = base.upstream in _MISSING_TOOLS or "slim" in tag or "alpine" in tag
    missing = _MISSING_TOOLS.get(distribution(base) or "", ()) if is_plain else ()
    for command in healthcheck.commands:
        if command.name in missing and not _may_add(stage, command.name):
            yield Finding.at(
                command.words[0],
                f"'{base.text}' does not include '{command.name}', and this file does not install it. "
                "Install it, or use a program that the image has.",
            )
            return


def _may_add(stage: Stage, tool: str) -> bool:
    """Whether the stage, or one that it is built from, may add the program to the image."""
    return any(
        any(tool in run.text for run in each.runs)
        or any(
            isinstance(copy, Copy) and (copy.from_ or tool in copy.text) for copy in each.of("COPY")
        )
        or any("$" in package.word.value for call in each.installs for package in call.packages)
        for each in stage.lineage()
    )
