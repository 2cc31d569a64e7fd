"""Rules about health checks."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Finding, Severity
from dockerlint_rules.model.images.reference import distribution
from dockerlint_rules.registry.rule import rule
from dockerlint_rules.syntax.dockerfile.instructions import Copy, Healthcheck

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.model.stages import Stage


_NO_TOOL = {
    # What the plain images of these do not have.
    "alpine": ("curl",),
    "debian": ("curl", "wget"),
    "ubuntu": ("curl", "wget"),
    "busybox": ("curl",),
}


@rule("DF637", severity=Severity.WARNING)
def missing_health_check_tool(healthcheck: Healthcheck, stage: Stage | None) -> Iterator[Finding]:
    """Health check uses a program that is not installed.

    The check fails every time, and the container is "unhealthy" for ever; some systems then stop it.

    Bad::

    ```dockerfile
    FROM python:3.13-slim
    HEALTHCHECK CMD ["curl", "-f", "http://localhost:8000/"]
    #                ^^^^^^
    CMD ["gunicorn", "app:app"]
    ```

    Good::

    ```dockerfile
    FROM python:3.13-slim
    HEALTHCHECK CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://localhost:8000/')"]
    CMD ["gunicorn", "app:app"]
    ```

    How to fix: install the program, or check with what is there.

    Known problems: only ``curl`` and ``wget`` on well-known slim and Alpine images are known; a file that installs the
    program, or copies anything from another image, is left alone.

    Source: the Dockerfiles of the Docker official images.
    """
    if stage is None or healthcheck.kind == "NONE":
        return
    base = stage.root.base
    image = stage.root.from_.image
    if image is None or "$" in image.text or not base.is_name_certain or "/" in base.upstream:
        return
    found = distribution(base)
    tag = base.tag or ""
    plain = (
        base.upstream in ("debian", "ubuntu", "alpine", "busybox")
        or "slim" in tag
        or "alpine" in tag
    )
    if found not in _NO_TOOL or not plain:
        return
    for command in healthcheck.commands:
        if command.name in _NO_TOOL[found] and not _is_brought(stage, command.name):
            yield Finding.at(
                command.words[0],
                f"'{base.text}' has no '{command.name}', so this check always fails. Install it, or check with what is there.",
            )
            return


def _is_brought(stage: Stage, tool: str) -> bool:
    for place in stage.lineage():
        if any(tool in run.text for run in place.runs):
            return True
        if any(
            isinstance(one, Copy) and (one.from_ or tool in one.text) for one in place.of("COPY")
        ):
            return True
        if any(
            call.packages and any("$" in package.word.value for package in call.packages)
            for call in place.installs
        ):
            return True
    return False
