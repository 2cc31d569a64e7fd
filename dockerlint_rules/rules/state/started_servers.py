"""Rules about started servers whose data is not on a volume."""

from __future__ import annotations

import posixpath

from dockerlint_rules.findings.finding import Finding, Related, Severity
from dockerlint_rules.model.images.defaults import is_bare
from dockerlint_rules.model.state.server_data import volumes_of
from dockerlint_rules.model.state.volumes import is_temporary, known_volumes
from dockerlint_rules.project.mounts import is_mounted, is_on_volume, mounted_directories
from dockerlint_rules.registry.rule import rule
from dockerlint_rules.syntax.dockerfile.instructions import Env
from dockerlint_rules.syntax.source import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.model.context.build_context import BuildContext
    from dockerlint_rules.model.stages import Stage
    from dockerlint_rules.syntax.dockerfile.instruction import Instruction
    from dockerlint_rules.syntax.dockerfile.instructions import Program, Volume
    from dockerlint_rules.syntax.shell.command import Command


# Programs of servers that keep data, with the flags that set the data directory.
_DIRECTORY_FLAGS = {
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


# The data directory without a flag, where it does not depend on the working directory or the package.
_DEFAULT_DIRECTORIES = {
    "clickhouse-server": "/var/lib/clickhouse",
    "influxd": "/var/lib/influxdb",
    "mariadbd": "/var/lib/mysql",
    "mongod": "/data/db",
    "mysqld": "/var/lib/mysql",
    "mysqld_safe": "/var/lib/mysql",
    "rabbitmq-server": "/var/lib/rabbitmq",
}


def _data_directory(command: Command) -> str | None:
    """The directory in which a server keeps its data, by its flags or by default; None where it is not known."""
    flags = _DIRECTORY_FLAGS[command.name]
    by_flag = command.value_of(*flags) if flags else None
    return by_flag or _DEFAULT_DIRECTORIES.get(command.name)


@rule("DF410", severity=Severity.WARNING, words=tuple(_DIRECTORY_FLAGS), on=("CMD", "ENTRYPOINT"))
def started_server_without_volume(
    instruction: Instruction, stage: Stage | None
) -> Iterator[Finding]:
    """Started database server has no volume for its data.

    What the server writes is lost when the container is removed. This rule reports servers that are not installed from
    a package; DF401 reports the others.

    Bad::

    ```dockerfile
    FROM debian:12
    COPY --from=build /opt/mongo/bin/mongod /usr/bin/mongod
    CMD ["mongod", "--dbpath", "/srv/db"]
    #    ^^^^^^^^ 'mongod' keeps its data in '/srv/db'
    ```

    Bad (the data directory is not known)::

    ```dockerfile
    FROM debian:12
    COPY --from=build /opt/redis/redis-server /usr/bin/redis-server
    CMD ["redis-server"]
    #    ^^^^^^^^^^^^^^ Declare its data directory as a VOLUME
    ```

    Good::

    ```dockerfile
    FROM debian:12
    COPY --from=build /opt/mongo/bin/mongod /usr/bin/mongod
    VOLUME /srv/db
    CMD ["mongod", "--dbpath", "/srv/db"]
    ```

    How to fix: declare the data directory as a VOLUME.

    Known problems: the rule does not read configuration files. Private base images are not checked, because they may
    declare the volume.

    Source: the programs' own documentation of their data directories.
    """
    if stage is None or not stage.is_final or stage.last(instruction.keyword) is not instruction:
        return
    base = stage.root.base
    if not (is_bare(base) or base.is_scratch) or volumes_of(stage):
        return
    if _installs_server_package(stage):
        return
    program: Program = instruction  # type: ignore[assignment]
    for command in program.commands:
        if command.name not in _DIRECTORY_FLAGS or command.nested:
            continue
        if any(word.value in ("--version", "--help", "--sentinel") for word in command.args):
            continue
        if command.name in ("redis-server", "valkey-server") and command.value_of("--save") == "":
            continue  # it never saves its data, so it is a cache
        directory = _data_directory(command)
        if directory is not None and is_temporary(directory):
            continue
        if (
            is_mounted(stage.dockerfile, directory)
            if directory
            else mounted_directories(stage.dockerfile)
        ):
            continue
        where = f"in '{directory}'" if directory else "in the container"
        remedy = (
            f"Add 'VOLUME {directory}'" if directory else "Declare its data directory as a VOLUME"
        )
        yield Finding.at(
            command.words[0],
            f"'{command.name}' keeps its data {where}, where it is lost when the container is removed. "
            f"{remedy}.",
        )
        return


def _installs_server_package(stage: Stage) -> bool:
    from dockerlint_rules import knowledge

    return any(
        record is not None and record.keeps_state
        for ancestor in stage.lineage()
        for call in ancestor.installs
        if call.action == "install"
        for package in call.packages
        for record in (knowledge.stateful_package(call.family, package.name),)
    )


_POSTGRES_VOLUME = "/var/lib/postgresql"
_OLD_POSTGRES_DATA = "/var/lib/postgresql/data"


@rule("DF412", severity=Severity.WARNING, words=(_OLD_POSTGRES_DATA,))
def outdated_postgres_volume(volume: Volume, stage: Stage | None) -> Iterator[Finding]:
    """VOLUME uses the data path of older postgres releases.

    Since release 18, postgres keeps its data in a directory of the release, such as ``/var/lib/postgresql/18/docker``,
    and the image declares ``/var/lib/postgresql``. A volume at the old path stays empty.

    Bad::

    ```dockerfile
    FROM postgres:18
    VOLUME /var/lib/postgresql/data
    #      ^^^^^^^^^^^^^^^^^^^^^^^^ so this volume stays empty
    ```

    Good::

    ```dockerfile
    FROM postgres:18
    ```

    Good (an older release)::

    ```dockerfile
    FROM postgres:17
    VOLUME /var/lib/postgresql/data
    ```

    How to fix: remove the VOLUME, and mount ``/var/lib/postgresql``.

    Source: Docker Hub, postgres, "PGDATA".
    """
    from dockerlint_rules import knowledge

    if stage is None or not stage.is_final:
        return
    base = stage.root.base
    record = knowledge.stateful_image(base.upstream, base.tag)
    if record is None or not base.is_tag_certain:
        return
    if record.data_dirs[:1] != (_POSTGRES_VOLUME,) or _sets_pgdata(stage):
        return
    for word in volume.paths:
        if word.value.rstrip("/") == _OLD_POSTGRES_DATA:
            yield Finding.at(
                word,
                f"Since release 18, postgres keeps its data elsewhere in '{_POSTGRES_VOLUME}', so this volume stays "
                "empty. Remove it, because the image declares its own volume.",
                related=[Related(stage.from_, "the base image is named here")],
            )


def _sets_pgdata(stage: Stage) -> bool:
    return any(
        pair.name == "PGDATA"
        for ancestor in stage.lineage()
        for env in ancestor.of("ENV")
        if isinstance(env, Env)
        for pair in env.pairs
    )


@rule(
    "DF415",
    severity=Severity.WARNING,
    on=("CMD", "ENTRYPOINT"),
    words=("supervisord", ".sh", "entrypoint", "/start", "/run"),
)
def scripted_server_without_volume(
    instruction: Instruction, stage: Stage | None, context: BuildContext
) -> Iterator[Finding]:
    """Server started by a script has no volume for its data.

    The Dockerfile does not name the server, so it is easy to overlook that the container runs a database. Its data is
    lost when the container is removed.

    Bad (start.sh: ``exec mongod``)::

    ```dockerfile
    FROM debian:12
    COPY start.sh /
    CMD ["/start.sh"]
    #   ^^^^^^^^^^^^^ 'start.sh' starts 'mongod', whose data in '/data/db' is lost
    ```

    Good (start.sh: ``exec mongod``)::

    ```dockerfile
    FROM debian:12
    COPY start.sh /
    VOLUME /data/db
    CMD ["/start.sh"]
    ```

    How to fix: declare the data directory as a VOLUME, or run the server as a separate service.

    Known problems: the rule reads the start script and supervisord's configuration in the build context, and no other
    files.

    Source: the programs' own documentation of their data directories.
    """
    if stage is None or not stage.is_final or instruction not in stage.start_commands[:1]:
        return
    from dockerlint_rules.model.programs.entry_scripts import commands_in_start_files
    from dockerlint_rules.model.state.server_data import server_data

    volumes = known_volumes(stage)
    if volumes is None:
        return
    packaged = {data.directory for data in server_data(stage, is_mounted)}  # DF401 reports those
    for command, script in commands_in_start_files(stage, context):
        if command.name not in _DIRECTORY_FLAGS:
            continue
        directory = _data_directory(command)
        if directory is None or "$" in directory or is_temporary(directory):
            continue
        if directory in packaged or is_on_volume(stage, posixpath.normpath(directory), volumes):
            continue
        yield Finding.at(
            _arguments_of(instruction),
            f"'{script}' starts '{command.name}', whose data in '{directory}' is lost when the container is removed. "
            "Declare a VOLUME there, or run it as a separate service.",
        )
        return


def _arguments_of(instruction: Instruction) -> Span:
    """The text of an instruction after its keyword."""
    text = instruction.source.text[instruction.keyword_word.end : instruction.end]
    start = instruction.keyword_word.end + len(text) - len(text.lstrip())
    return Span(start, instruction.end)
