"""Rules about server data."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Finding, Fix, Severity
from dockerlint_rules.fixes.edits import line_like, lines_below
from dockerlint_rules.model.state.server_data import kept_data, volumes_of
from dockerlint_rules.registry.rule import rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.model.stages import Stage


@rule("DF401", severity=Severity.WARNING, fix="unsafe")
def installed_server_without_volume(stage: Stage) -> Iterator[Finding]:
    """Installed server has no volume for its data.

    What a container writes goes into its own layer and is deleted with it. A database that is
    set up like that loses its data with the first new version of the image. VOLUME makes Docker
    keep the folder outside.

    Bad::

    ```dockerfile
    FROM debian:12
    RUN apt-get update && apt-get install -y --no-install-recommends nginx redis-server
    #                                                                      ^^^^^^^^^^^^
    ```

    Good::

    ```dockerfile
    FROM debian:12
    RUN apt-get update && apt-get install -y --no-install-recommends nginx redis-server
    VOLUME /var/lib/redis
    ```

    Good (only the client)::

    ```dockerfile
    FROM debian:12
    RUN apt-get update && apt-get install -y --no-install-recommends redis-tools
    ```

    Good (a stage that does not ship)::

    ```dockerfile
    FROM debian:12 AS test
    RUN apt-get update && apt-get install -y --no-install-recommends postgresql

    FROM debian:12
    COPY app /app
    ```

    How to fix: declare the folder as a VOLUME, or run the server as a service of its own with a
    named volume.

    Known problems: a configuration file that moves the data is not read. Where the container plainly runs another
    program, it is a note.

    Fix safety: unsafe, because each container then gets a volume.

    Source: Docker docs, "Dockerfile reference", VOLUME; the packages' own default paths.
    """
    if not stage.is_final or any("$" in one for one in volumes_of(stage)):
        return
    for data in kept_data(stage):
        if data.is_covered or data.package is None:
            continue
        if _starts_another(stage):
            yield Finding.at(
                data.package,
                f"{data.owner} keeps its data in {data.folder}, no VOLUME covers it, and nothing here starts it. Run the "
                "server as a service of its own, and install no more than its client.",
                severity=Severity.INFO,
            )
            continue
        yield Finding.at(
            data.package,
            f"{data.owner} keeps its data in {data.folder}, and no VOLUME covers it: the data are gone with the "
            "container. Declare the volume, or run the server as a service of its own.",
            fix=_declare(stage, data.folder),
        )


# Programs that run an application and start no server beside it.
_APPLICATIONS = frozenset({
    "bundle", "celery", "dotnet", "flask", "gunicorn", "java", "node", "npm", "php", "php-fpm", "puma", "python", "python2",
    "python3", "rails", "ruby", "unicorn", "uvicorn", "uwsgi", "yarn",
})  # fmt: skip


_STARTERS = ("service ", "supervisor", "systemctl", "init.d", "runit", "s6-", "foreman", "honcho", "start.sh", "entrypoint")  # fmt: skip


def _starts_another(stage: Stage) -> bool:
    """Whether a container plainly runs an application, and nothing else is started in it."""
    known: bool | None = stage.facts.get("starts-another")
    if known is None:
        commands = [command for program in stage.start_commands for command in program.commands]
        known = bool(commands) and all(one.name in _APPLICATIONS for one in commands)
        if known:
            known = not any(
                mark in one.text
                for place in stage.lineage()
                for one in place.of("RUN", "COPY", "ADD", "CMD", "ENTRYPOINT")
                for mark in _STARTERS
            )
        stage.facts["starts-another"] = known
    return known


def _declare(stage: Stage, folder: str) -> Fix | None:
    """Put a VOLUME behind the last instruction of the stage."""
    if "$" in folder or "<" in folder or not stage.instructions:
        return None
    last = stage.instructions[-1]
    edit = lines_below(last, line_like(last, "VOLUME", folder))
    return Fix(f"Declare VOLUME {folder}.", [edit], safe=False) if edit is not None else None
