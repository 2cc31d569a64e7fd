"""Rules about SQLite files and database migrations."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Finding, Severity
from dockerlint_rules.model.state.volumes import absolute_path, declared_volumes, is_temporary
from dockerlint_rules.project.mounts import is_mounted
from dockerlint_rules.registry.rule import rule
from dockerlint_rules.syntax.dockerfile.instructions import Env

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.model.stages import Stage
    from dockerlint_rules.syntax.dockerfile.instructions import Copy, Run
    from dockerlint_rules.syntax.shell.command import Command


@rule("DF404", severity=Severity.WARNING, words=("sqlite", "file:"))
def sqlite_database_without_volume(stage: Stage) -> Iterator[Finding]:
    """SQLite database is stored outside a volume.

    The database is lost when the container is removed, so the next version of the image starts with an empty one.

    Bad::

    ```dockerfile
    FROM python:3.13
    ENV DATABASE_URL=sqlite:////app/data/app.db
    #                ^^^^^^^^^^^^^^^^^^^^^^^^^^ '/app/data/app.db' is lost
    CMD ["gunicorn", "app:app"]
    ```

    Good::

    ```dockerfile
    FROM python:3.13
    ENV DATABASE_URL=sqlite:////app/data/app.db
    VOLUME /app/data
    CMD ["gunicorn", "app:app"]
    ```

    How to fix: declare the directory as a VOLUME and mount a named volume there, or use a database server.

    Known problems: a volume that is only mounted when the container starts is only seen in a Compose file or a
    Dockerrun.aws.json next to the Dockerfile.

    Source: SQLite documentation, "Appropriate uses"; Docker docs, "Volumes".
    """
    if not stage.is_final:
        return
    volumes = [path for ancestor in stage.lineage() for path, _, _ in declared_volumes(ancestor)]
    if len(volumes) < len(stage.volumes):
        return  # the path of one is unknown, and the database may be there
    volume_paths = set(volumes)
    for env in stage.of("ENV"):
        if not isinstance(env, Env):
            continue
        for pair in env.pairs:
            if pair.value is None:
                continue
            database = _database_path(pair.value.value)
            path = absolute_path(stage, env, database) if database is not None else None
            if path is None or is_temporary(path):
                continue
            is_on_volume = not volume_paths.isdisjoint(_path_and_parents(path))
            if not is_on_volume and not is_mounted(stage.dockerfile, path):
                yield Finding.at(
                    pair.value,
                    f"SQLite database '{path}' is lost when the container is removed. "
                    "Move it to a directory that is declared as a VOLUME.",
                )


def _path_and_parents(path: str) -> set[str]:
    parts = path.split("/")
    return {"/".join(parts[:depth]) or "/" for depth in range(1, len(parts) + 1)}


def _database_path(value: str) -> str | None:
    """The path of the SQLite file that a value names; None for other values and for databases in memory."""
    scheme, separator, rest = value.partition("://")
    if separator:
        path = rest.partition("?")[0]
        if not scheme.partition("+")[0].lower().startswith("sqlite") or "memory" in rest:
            return None
        # Three slashes precede a relative path, four an absolute one.
        return "/" + path.lstrip("/") if path.startswith("//") else path.lstrip("/") or None
    if value.startswith("file:") and value.endswith((".db", ".sqlite", ".sqlite3")):
        return value[5:]  # as Prisma writes it
    is_file = value.startswith(("/", "./")) and value.endswith((".sqlite", ".sqlite3"))
    return value if is_file and " " not in value else None


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


_MIGRATION_ACTIONS = tuple(sorted({action for _, action in _MIGRATIONS}))


@rule("DF407", severity=Severity.WARNING, words=_MIGRATION_ACTIONS)
def database_migration_in_build(run: Run, stage: Stage | None) -> Iterator[Finding]:
    """Database is migrated during the build.

    The build has no access to the database of the deployment. The migration fails, or it changes a database that is
    only in the image, so each new container starts with a copy of it.

    Bad::

    ```dockerfile
    FROM python:3.13
    COPY . /app
    RUN python /app/manage.py migrate
    #   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ 'manage.py migrate' runs during the build
    ```

    Good::

    ```dockerfile
    FROM python:3.13
    COPY . /app
    ENTRYPOINT ["/app/migrate-then-start.sh"]
    ```

    How to fix: migrate when the container starts, or in a release step.

    Known problems: an image that deliberately contains a filled SQLite database is reported as well.

    Source: Django documentation, "Deployment checklist"; The Twelve-Factor App, "Admin processes".
    """
    if stage is None or not stage.ships:
        return
    if not any(action in run.text for action in _MIGRATION_ACTIONS):
        return
    for command in run.commands:
        migration = _migration(command)
        if migration is not None:
            yield Finding.at(
                command,
                f"'{migration}' runs during the build, so it does not migrate the deployment's database. "
                "Run it when the container starts, or in a release step.",
            )
            return


def _migration(command: Command) -> str | None:
    """Program and action of a command that migrates a database."""
    if command.has_flag("--help", "--check", "--plan", "--version"):
        return None
    names = [word.value.rpartition("/")[2] for word in command.words[:6]]
    for program, action in _MIGRATIONS:
        if program in names and action in names[names.index(program) :]:
            return f"{program} {action}"
    return None


# Names that frameworks and developers give to the database of a working copy.
_LOCAL_DATABASES = frozenset({
    "db.sqlite3", "db.sqlite", "database.sqlite", "database.sqlite3", "development.sqlite3", "dev.sqlite3", "dev.db",
    "test.sqlite3", "app.db", "local.db",
})  # fmt: skip


@rule("DF409", severity=Severity.WARNING, words=(".sqlite", "dev.db", "app.db", "local.db"))
def database_file_in_image(copy: Copy, stage: Stage | None) -> Iterator[Finding]:
    """Local database file is copied into the image.

    Everyone who gets the image also gets the developer's data. Each new container starts with that data again.

    Bad::

    ```dockerfile
    FROM python:3.13
    COPY db.sqlite3 manage.py /app/
    #    ^^^^^^^^^^ 'db.sqlite3' looks like a local database
    ```

    Good::

    ```dockerfile
    FROM python:3.13
    COPY manage.py /app/
    ```

    How to fix: exclude the file here and in ``.dockerignore``, and let the program create its database in a volume.

    Known problems: a file is judged by its name.

    Source: Django documentation, "Deployment checklist"; Docker docs, "Building best practices".
    """
    if stage is None or not stage.ships or copy.from_ is not None:
        return
    for word in copy.sources:
        if word.value.rpartition("/")[2] in _LOCAL_DATABASES:
            yield Finding.at(
                word,
                f"'{word.value}' looks like a local database, whose data would ship with the image. "
                "Exclude it, and create the database in a volume.",
            )
