"""Rules about server volumes."""

from __future__ import annotations

import posixpath

from dockerlint_rules.findings.finding import Finding, Related, Severity
from dockerlint_rules.model.images.defaults import is_bare
from dockerlint_rules.model.state.server_data import volumes_of
from dockerlint_rules.model.state.volumes import TEMPORARY_FOLDERS, known_volumes
from dockerlint_rules.project.mounts import covered as is_mounted
from dockerlint_rules.project.mounts import is_on_volume, mounted
from dockerlint_rules.registry.rule import rule
from dockerlint_rules.syntax.dockerfile.instructions import Env
from dockerlint_rules.syntax.source import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.model.context.build_context import Context
    from dockerlint_rules.model.stages import Stage
    from dockerlint_rules.syntax.dockerfile.instructions import (
        Instruction,
        Program,
        Volume,
    )


# What is put there is not meant to last.
_PASSING = ("/tmp/", "/run/", "/dev/shm/", "/var/tmp/", "/var/run/")


# What starts a server that keeps data, with the flags that say where.
SERVERS = {
    "clickhouse-server": (),
    "etcd": ("--data-dir", "-data-dir"),
    "influxd": (),
    "mariadbd": ("--datadir",),
    "meilisearch": ("--db-path",),
    "mongod": ("--dbpath",),
    "mysqld": ("--datadir",),
    "mysqld_safe": ("--datadir",),
    "neo4j": (),
    "postgres": ("-D",),
    "prometheus": ("--storage.tsdb.path",),
    "rabbitmq-server": (),
    "redis-server": ("--dir",),
    "valkey-server": ("--dir",),
}


WHERE = {
    "clickhouse-server": "/var/lib/clickhouse",
    "influxd": "/var/lib/influxdb",
    "mariadbd": "/var/lib/mysql",
    "mongod": "/data/db",
    "mysqld": "/var/lib/mysql",
    "mysqld_safe": "/var/lib/mysql",
    "rabbitmq-server": "/var/lib/rabbitmq",
}


@rule("DF410", severity=Severity.WARNING, words=tuple(SERVERS), on=("CMD", "ENTRYPOINT"))
def started_server_without_volume(
    instruction: Instruction, stage: Stage | None
) -> Iterator[Finding]:
    """Started database server has no volume for its data.

    The server came by another way than a package, so DF401 says nothing of it. What it writes is deleted with the
    container.

    Bad::

    ```dockerfile
    FROM debian:12
    COPY --from=build /opt/mongo/bin/mongod /usr/bin/mongod
    CMD ["mongod", "--dbpath", "/srv/db"]
    #    ^^^^^^^^
    ```

    Good::

    ```dockerfile
    FROM debian:12
    COPY --from=build /opt/mongo/bin/mongod /usr/bin/mongod
    VOLUME /srv/db
    CMD ["mongod", "--dbpath", "/srv/db"]
    ```

    How to fix: declare the folder as a VOLUME.

    Known problems: a configuration file is not read; and a base image of one's own may declare the volume.

    Source: the programs' own documentation of their data folders.
    """
    if stage is None or not stage.is_final or stage.last(instruction.keyword) is not instruction:
        return
    base = stage.root.base
    if not (is_bare(base) or base.is_scratch) or volumes_of(stage):
        return
    if _is_packaged(stage):
        return
    program: Program = instruction  # type: ignore[assignment]
    for command in program.commands:
        if command.name not in SERVERS or command.nested:
            continue
        if any(word.value in ("--version", "--help", "--sentinel") for word in command.args):
            continue
        if command.name in ("redis-server", "valkey-server") and command.value_of("--save") == "":
            continue  # a cache
        flags = SERVERS[command.name]
        folder = (command.value_of(*flags) if flags else None) or WHERE.get(command.name)
        if folder is not None and folder.startswith(_PASSING):
            continue
        if is_mounted(stage.dockerfile, folder) if folder else mounted(stage.dockerfile):
            continue
        where = f" in {folder}" if folder else ""
        yield Finding.at(
            command.words[0],
            f"{command.name} keeps its data{where}, and the image has no VOLUME: the data are gone with the container. "
            f"Declare {'VOLUME ' + folder if folder else 'the folder as a VOLUME'}.",
        )
        return


def _is_packaged(stage: Stage) -> bool:
    from dockerlint_rules import knowledge

    return any(
        record is not None and record.keeps_state
        for place in stage.lineage()
        for call in place.installs
        if call.action == "install"
        for package in call.packages
        for record in (knowledge.stateful_package(call.family, package.name),)
    )


@rule("DF412", severity=Severity.WARNING, words=("/var/lib/postgresql/data",))
def outdated_postgres_volume(volume: Volume, stage: Stage | None) -> Iterator[Finding]:
    """VOLUME uses the data path of older postgres releases.

    From release 18 on, postgres keeps its data in ``/var/lib/postgresql/18/docker`` and declares
    ``/var/lib/postgresql``: a volume at the old place stays empty.

    Bad::

    ```dockerfile
    FROM postgres:18
    VOLUME /var/lib/postgresql/data
    #      ^^^^^^^^^^^^^^^^^^^^^^^^
    ```

    Good::

    ```dockerfile
    FROM postgres:18
    ```

    Good::

    ```dockerfile
    FROM postgres:17
    VOLUME /var/lib/postgresql/data
    ```

    How to fix: leave it out, and mount ``/var/lib/postgresql``.

    Source: Docker Hub, postgres, "PGDATA".
    """
    from dockerlint_rules import knowledge

    if stage is None or not stage.is_final:
        return
    base = stage.root.base
    record = knowledge.stateful_image(base.upstream, base.tag)
    if (
        record is None
        or not base.is_tag_certain
        or record.data_dirs[:1] != ("/var/lib/postgresql",)
    ):
        return
    if any(
        pair.name == "PGDATA"
        for place in stage.lineage()
        for one in place.of("ENV")
        if isinstance(one, Env)
        for pair in one.pairs
    ):
        return
    for word in volume.paths:
        if word.value.rstrip("/") == "/var/lib/postgresql/data":
            yield Finding.at(
                word,
                "From release 18 on the data lie in '/var/lib/postgresql/18/docker', so this volume stays empty. "
                "Leave it out: the image declares '/var/lib/postgresql'.",
                related=[Related(stage.from_, "the base image is named here")],
            )


@rule(
    "DF415",
    severity=Severity.WARNING,
    on=("CMD", "ENTRYPOINT"),
    words=("supervisord", ".sh", "entrypoint", "/start", "/run"),
)
def scripted_server_without_volume(
    instruction: Instruction, stage: Stage | None, context: Context
) -> Iterator[Finding]:
    """Server started by a script has no volume for its data.

    The Dockerfile does not name the server, so nobody sees that the container has a database; its data are gone with it.

    Bad (start.sh: ``exec mongod``)::

    ```dockerfile
    FROM debian:12
    COPY start.sh /
    CMD ["/start.sh"]
    #   ^^^^^^^^^^^^^
    ```

    Good (start.sh: ``exec mongod``)::

    ```dockerfile
    FROM debian:12
    COPY start.sh /
    VOLUME /data/db
    CMD ["/start.sh"]
    ```

    How to fix: declare the folder as a VOLUME, or run the server as a service of its own.

    Known problems: looked at are the start script and supervisord's configuration as they lie in the build context.

    Source: the programs' own documentation of their data folders.
    """
    if stage is None or not stage.is_final or instruction not in stage.start_commands[:1]:
        return
    from dockerlint_rules.model.programs.entry_scripts import through_files
    from dockerlint_rules.model.state.server_data import kept_data

    volumes = known_volumes(stage)
    if volumes is None:
        return
    packaged = {data.folder for data in kept_data(stage)}  # DF401 speaks of those
    for command, source in through_files(stage, context):
        name = command.name
        if name not in SERVERS:
            continue
        flags = SERVERS[name]
        folder = (command.value_of(*flags) if flags else None) or WHERE.get(name)
        if (
            folder is None
            or "$" in folder
            or folder.startswith(TEMPORARY_FOLDERS)
            or folder in packaged
        ):
            continue
        if not is_on_volume(stage, posixpath.normpath(folder), volumes):
            text = instruction.source.text[instruction.keyword_word.end : instruction.end]
            start = instruction.keyword_word.end + len(text) - len(text.lstrip())
            yield Finding.at(
                Span(start, instruction.end),
                f"'{source}' starts {name}, which keeps its data in {folder}, and no VOLUME covers it. Declare the volume, or run the "
                "server as a service of its own.",
            )
            return
