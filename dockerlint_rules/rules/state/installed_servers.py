"""Rules about installed servers whose data is not on a volume."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Finding, Fix, Severity
from dockerlint_rules.fixes.edits import insert_below, instruction_like
from dockerlint_rules.model.state.server_data import server_data, volumes_of
from dockerlint_rules.project.mounts import is_mounted
from dockerlint_rules.registry.rule import rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.model.stages import Stage


@rule("DF401", severity=Severity.WARNING, fix="unsafe")
def installed_server_without_volume(stage: Stage) -> Iterator[Finding]:
    """Installed server has no volume for its data.

    Files that a container writes are stored in its own layer and are deleted when the container is removed. A database
    in such an image loses its data with the next version. A VOLUME keeps the data outside the container.

    Bad::

    ```dockerfile
    FROM debian:12
    RUN apt-get update && apt-get install -y --no-install-recommends nginx redis-server
    #                                                                      ^^^^^^^^^^^^ Declare a VOLUME
    ```

    Fixed::

    ```dockerfile
    FROM debian:12
    RUN apt-get update && apt-get install -y --no-install-recommends nginx redis-server
    VOLUME /var/lib/redis
    ```

    Bad (only the client may be needed)::

    ```dockerfile
    FROM python:3.13
    RUN apt-get update && apt-get install -y --no-install-recommends redis-server
    #                                                                ^^^^^^^^^^^^ nothing in this file starts it
    CMD ["gunicorn", "shop.wsgi"]
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

    How to fix: declare the directory as a VOLUME, or run the server as a separate service with a named volume.

    Known problems: the rule does not read configuration files that move the data. A server that the container does not
    seem to start is reported with severity info.

    Fix safety: unsafe, because each container then gets a volume.

    Source: Docker docs, "Dockerfile reference", VOLUME; the packages' own default paths.
    """
    if not stage.is_final or any("$" in path for path in volumes_of(stage)):
        return
    for data in server_data(stage, is_mounted):
        if data.is_covered or data.package is None:
            continue
        if _starts_only_applications(stage):
            yield Finding.at(
                data.package,
                f"'{data.owner}' keeps its data in '{data.directory}' without a VOLUME, and nothing in this file "
                "starts "
                "it. Install only the client, and run the server separately.",
                severity=Severity.INFO,
            )
            continue
        yield Finding.at(
            data.package,
            f"'{data.owner}' keeps its data in '{data.directory}', which is lost when the container is removed. "
            "Declare a VOLUME there, or run the server as a separate service.",
            fix=_volume_fix(stage, data.directory),
        )


# Programs that run an application and start no server next to it.
_APPLICATIONS = frozenset({
    "bundle", "celery", "dotnet", "flask", "gunicorn", "java", "node", "npm", "php", "php-fpm", "puma", "python",
    "python2", "python3", "rails", "ruby", "unicorn", "uvicorn", "uwsgi", "yarn",
})  # fmt: skip


# Texts in a Dockerfile that show that something else may start a server.
_SIGNS_OF_STARTERS = (
    "service ", "supervisor", "systemctl", "init.d", "runit", "s6-", "foreman", "honcho", "start.sh", "entrypoint",
)  # fmt: skip


def _starts_only_applications(stage: Stage) -> bool:
    """Whether a container clearly runs an application, and nothing else is started in it."""
    known: bool | None = stage.facts.get("starts-only-applications")
    if known is None:
        commands = [command for program in stage.start_commands for command in program.commands]
        known = bool(commands) and all(command.name in _APPLICATIONS for command in commands)
        if known:
            known = not any(
                sign in instruction.text
                for ancestor in stage.lineage()
                for instruction in ancestor.of("RUN", "COPY", "ADD", "CMD", "ENTRYPOINT")
                for sign in _SIGNS_OF_STARTERS
            )
        stage.facts["starts-only-applications"] = known
    return known


def _volume_fix(stage: Stage, directory: str) -> Fix | None:
    """Add a VOLUME after the last instruction of the stage."""
    if "$" in directory or "<" in directory or not stage.instructions:
        return None
    last = stage.instructions[-1]
    edit = insert_below(last, instruction_like(last, "VOLUME", directory))
    return Fix(f"Add 'VOLUME {directory}'", [edit], safe=False) if edit is not None else None
