"""Databases in files and in unnamed places: what a container writes where no volume is."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Finding, Related, Severity
from dockerlint_rules.model.images.defaults import is_bare
from dockerlint_rules.model.state.server_data import volumes_of
from dockerlint_rules.project.mounts import is_mounted, mounted_folders
from dockerlint_rules.registry.rule import rule
from dockerlint_rules.syntax.dockerfile.instructions import Env

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.model.stages import Stage
    from dockerlint_rules.syntax.dockerfile.instructions import (
        Copy,
        Instruction,
        Program,
        Run,
        Volume,
    )
    from dockerlint_rules.syntax.shell.script import Command

# What is put there is not meant to last.
_PASSING = ("/tmp/", "/run/", "/dev/shm/", "/var/tmp/", "/var/run/")


_MIGRATIONS = (
    ("manage.py", "migrate"),
    ("manage.py", "syncdb"),
    ("django-admin", "migrate"),
    ("artisan", "migrate"),
    ("rails", "db:migrate"),
    ("rake", "db:migrate"),
    ("rails", "db:setup"),
    ("rake", "db:setup"),
    ("alembic", "upgrade"),
    ("flask", "upgrade"),
    ("prisma", "migrate"),
    ("sequelize", "db:migrate"),
    ("sequelize-cli", "db:migrate"),
    ("knex", "migrate:latest"),
    ("mix", "ecto.migrate"),
    ("diesel", "migration"),
    ("sqlx", "migrate"),
)
_MIGRATES = tuple(sorted({action for _, action in _MIGRATIONS}))


@rule("DF407", severity=Severity.WARNING, words=_MIGRATES)
def migration_in_build(run: Run, stage: Stage | None) -> Iterator[Finding]:
    """The database is migrated while the image is built.

    The database of the deployment is not there then: either the step fails, or it fills one that lies in the image and
    that no deployment uses, or that each container begins with anew.

    Bad::

    ```dockerfile
    FROM python:3.13
    COPY . /app
    RUN python /app/manage.py migrate
    #   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    ```

    Good::

    ```dockerfile
    FROM python:3.13
    COPY . /app
    ENTRYPOINT ["/app/migrate-then-start.sh"]
    ```

    How to fix: migrate when the container starts, or in a step of the release.

    Known problems: an image that ships a filled SQLite file on purpose is reported as well.

    Source: Django documentation, "Deployment checklist"; The Twelve-Factor App, "Admin processes".
    """
    if stage is None or not stage.ships or not any(one in run.text for one in _MIGRATES):
        return
    for command in run.commands:
        said = _migration(command)
        if said is not None:
            yield Finding.at(
                command,
                f"'{said}' works on a database that is there only while the image is built. Migrate when the container "
                "starts, or in a step of the release.",
            )
            return


def _migration(command: Command) -> str | None:
    if command.has_flag("--help", "--check", "--plan", "--version"):
        return None
    names = [word.value.rpartition("/")[2] for word in command.words[:6]]
    for program, action in _MIGRATIONS:
        if program in names and action in names[names.index(program) :]:
            return f"{program} {action}"
    return None


_DEVELOPERS = frozenset({
    "db.sqlite3", "db.sqlite", "database.sqlite", "database.sqlite3", "development.sqlite3", "dev.sqlite3", "dev.db",
    "test.sqlite3", "app.db", "local.db",
})  # fmt: skip


@rule("DF409", severity=Severity.WARNING, words=(".sqlite", "dev.db", "app.db", "local.db"))
def database_file_copied(copy: Copy, stage: Stage | None) -> Iterator[Finding]:
    """The database of a working copy is put into the image.

    Whoever gets the image gets the data of whoever built it; and each new container begins with that state.

    Bad::

    ```dockerfile
    FROM python:3.13
    COPY db.sqlite3 manage.py /app/
    #    ^^^^^^^^^^
    ```

    Good::

    ```dockerfile
    FROM python:3.13
    COPY manage.py /app/
    ```

    How to fix: leave it out, here and in ``.dockerignore``; let the program make its database in a volume.

    Source: Django documentation, "Deployment checklist"; Docker docs, "Building best practices".
    """
    if stage is None or not stage.ships or copy.from_ is not None:
        return
    for word in copy.sources:
        if word.value.rpartition("/")[2] in _DEVELOPERS:
            yield Finding.at(
                word,
                f"'{word.value}' is the database of a working copy, with all that is in it. Leave it out, and let the "
                "program make one in a volume.",
            )


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
def server_without_volume(instruction: Instruction, stage: Stage | None) -> Iterator[Finding]:
    """A database server is started, and no volume keeps its data.

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
        if is_mounted(stage.dockerfile, folder) if folder else mounted_folders(stage.dockerfile):
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


@rule("DF412", severity=Severity.WARNING, words=("/var/lib/postgresql/data",), on=("VOLUME",))
def volume_of_older_release(volume: Volume, stage: Stage | None) -> Iterator[Finding]:
    """A VOLUME lies where older releases had their data.

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
