"""Rules about database files."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Finding, Severity
from dockerlint_rules.model.state.volumes import absolute_path, volumes_before
from dockerlint_rules.project.mounts import covered as is_mounted
from dockerlint_rules.registry.rule import rule
from dockerlint_rules.syntax.dockerfile.instructions import Copy, Env, Run

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.model.stages import Stage
    from dockerlint_rules.syntax.dockerfile.instructions import (
        Copy,
        Run,
    )
    from dockerlint_rules.syntax.shell.command import Command


@rule("DF404", severity=Severity.WARNING, words=("sqlite", "file:"))
def sqlite_database_without_volume(stage: Stage) -> Iterator[Finding]:
    """SQLite database is stored outside a volume.

    It is deleted with the container: the first new version of the image starts with an empty database.

    Bad::

    ```dockerfile
    FROM python:3.13
    ENV DATABASE_URL=sqlite:////app/data/app.db
    #                ^^^^^^^^^^^^^^^^^^^^^^^^^^
    CMD ["gunicorn", "app:app"]
    ```

    Good::

    ```dockerfile
    FROM python:3.13
    ENV DATABASE_URL=sqlite:////app/data/app.db
    VOLUME /app/data
    CMD ["gunicorn", "app:app"]
    ```

    How to fix: declare the folder as a VOLUME and mount a named volume there, or use a database server.

    Known problems: a volume that is only mounted when the container starts is seen in the compose file and the
    Dockerrun.aws.json beside the Dockerfile, and nowhere else.

    Source: SQLite documentation, "Appropriate uses"; Docker docs, "Volumes".
    """
    if not stage.is_final:
        return
    volumes = [path for at in stage.lineage() for path, _, _ in volumes_before(at)]
    if len(volumes) < len(stage.volumes):
        return  # one of them may be the place
    covered = set(volumes)
    for one in stage.of("ENV"):
        if not isinstance(one, Env):
            continue
        for pair in one.pairs:
            if pair.value is None:
                continue
            path = _database(pair.value.value)
            full = absolute_path(stage, one, path) if path is not None else None
            if full is None or full.startswith(("/tmp/", "/run/", "/dev/shm/")):
                continue  # not meant to last
            parts = full.split("/")
            above = {"/".join(parts[:depth]) or "/" for depth in range(1, len(parts) + 1)}
            if above.isdisjoint(covered) and not is_mounted(stage.dockerfile, full):
                yield Finding.at(
                    pair.value,
                    f"The database '{full}' is deleted with its container. Declare its folder as a VOLUME.",
                )


def _database(value: str) -> str | None:
    """The path of the SQLite file that a value names, relative or not; None for others and for one in memory."""
    scheme, sign, rest = value.partition("://")
    if sign:
        path = rest.partition("?")[0]
        if not scheme.partition("+")[0].lower().startswith("sqlite") or "memory" in rest:
            return None
        # Three strokes and a relative path, four and an absolute one.
        return "/" + path.lstrip("/") if path.startswith("//") else path.lstrip("/") or None
    if value.startswith("file:") and value.endswith((".db", ".sqlite", ".sqlite3")):
        return value[5:]  # Prisma's
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


_MIGRATES = tuple(sorted({action for _, action in _MIGRATIONS}))


@rule("DF407", severity=Severity.WARNING, words=_MIGRATES)
def database_migration_in_build(run: Run, stage: Stage | None) -> Iterator[Finding]:
    """Database is migrated during the build.

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
def database_file_in_image(copy: Copy, stage: Stage | None) -> Iterator[Finding]:
    """Local database file is copied into the image.

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
