"""Where data lie, against what VOLUME says: below it, beside it, or on top of what the image needs."""

from __future__ import annotations

import posixpath
from itertools import islice

from dockerlint_rules.findings.finding import Finding, Related, Severity
from dockerlint_rules.model.stages import is_below, join_path
from dockerlint_rules.model.variables import expand_known
from dockerlint_rules.project.mounts import is_mounted
from dockerlint_rules.registry.rule import rule
from dockerlint_rules.syntax.dockerfile.instructions import Add, Copy, Env, Run, Volume
from dockerlint_rules.syntax.source import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.model.stages import Stage
    from dockerlint_rules.syntax.dockerfile.instructions import Instruction, Word


def _full(stage: Stage, at: Instruction, path: str) -> str | None:
    """A path of the image in full, None where the file does not tell."""
    if "$" in path:
        path = expand_known(path, stage.scope.before(at), at.escape)
    if not path or "$" in path or path.startswith("~"):
        return None
    if not path.startswith("/"):
        here = stage.workdir_before(at)
        if here is None or "$" in here:
            return None
        path = join_path(here, path)
    return posixpath.normpath(path)


def _volumes_before(stage: Stage) -> Iterator[tuple[str, Word, Instruction]]:
    for one in stage.of("VOLUME"):
        if isinstance(one, Volume):
            for word in one.paths:
                path = _full(stage, one, word.value)
                if path is not None:
                    yield path, word, one


def _known_volumes(stage: Stage) -> tuple[list[str], list[str]]:
    """Data directories of the base image, and those of them that it declares as volumes."""
    from dockerlint_rules import knowledge

    base = stage.root.base
    record = knowledge.stateful_image(base.upstream, base.tag) if base.is_name_certain else None
    if record is None or not record.keeps_state or not record.is_certain:
        return [], []
    return list(record.data_dirs), list(record.data_dirs) if record.declares_volume else []


@rule("DF402", severity=Severity.INFO, words=("volume",))
def written_below_volume(stage: Stage) -> Iterator[Finding]:
    """A file is written below a VOLUME after it was declared.

    BuildKit keeps such a file, the older builder drops it, and a volume that exists already hides it: what the image
    holds there depends on who builds it and on who ran it before.

    Bad::

    ```dockerfile
    FROM debian:12
    VOLUME /data
    RUN echo '{}' > /data/settings.json
    #               ^^^^^^^^^^^^^^^^^^^
    ```

    Good::

    ```dockerfile
    FROM debian:12
    RUN mkdir /data && echo '{}' > /data/settings.json
    VOLUME /data
    ```

    How to fix: write first and declare the VOLUME last; or write when the container starts.

    Source: Docker docs, "Dockerfile reference", VOLUME, "Changing the volume from within the Dockerfile".
    """
    # No more than a file of any use has: each write is compared with each.
    volumes = list(islice(_volumes_before(stage), 30))
    if not volumes or not stage.ships:
        return
    first = min(one.start for _, _, one in volumes)
    for one in stage.instructions:
        if one.start < first or one.errors:
            continue
        for target, path in _writes(stage, one):
            for folder, word, volume in volumes:
                if volume.start < one.start and folder != "/" and is_below(path, folder):
                    yield Finding.at(
                        target,
                        f"'{path}' lies below the VOLUME of line {volume.line}: some builders drop it, and a volume that "
                        "exists hides it. Write it before the VOLUME is declared.",
                        related=[Related(word, "the volume is declared here")],
                    )
                    break


def _writes(stage: Stage, one: Instruction) -> Iterator[tuple[Span, str]]:
    """Paths that an instruction plainly writes to, with their place."""
    if isinstance(one, Copy | Add):
        if one.destination is not None:
            path = _full(stage, one, one.destination.value)
            if path is not None:
                yield one.destination, path
        return
    if not isinstance(one, Run):
        return
    mounted = [mount.target for mount in one.mounts if mount.target]
    for command in one.commands:
        if command.conditional or command.nested:
            continue
        for operator, word in command.redirects:
            if operator.endswith((">", ">>")) and word.value.startswith("/"):
                path = posixpath.normpath(word.value)
                if not any(is_below(path, it) for it in mounted):
                    yield Span(word.start, word.end), path
        if command.name in ("cp", "mv", "touch", "install", "mkdir", "tee"):
            words = command.operands()
            if words and words[-1].value.startswith("/") and words[-1].literal:
                path = posixpath.normpath(words[-1].value)
                if not any(is_below(path, it) for it in mounted):
                    yield Span(words[-1].start, words[-1].end), path


@rule("DF404", severity=Severity.WARNING, words=("sqlite", "file:"))
def sqlite_in_layer(stage: Stage) -> Iterator[Finding]:
    """A SQLite database lies in the container's own layer.

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
    volumes = [path for at in stage.lineage() for path, _, _ in _volumes_before(at)]
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
            full = _full(stage, one, path) if path is not None else None
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


@rule("DF405", severity=Severity.ERROR)
def volume_on_system_folder(volume: Volume) -> Iterator[Finding]:
    """VOLUME on a folder that the system needs.

    An empty or old volume in its place hides the system's own files.

    Bad::

    ```dockerfile
    FROM debian:12
    VOLUME /usr
    #      ^^^^
    ```

    Good::

    ```dockerfile
    FROM debian:12
    VOLUME /var/lib/app
    ```

    How to fix: declare the folder of the data alone.

    Source: Filesystem Hierarchy Standard 3.0; Docker docs, "Dockerfile reference", VOLUME.
    """
    for word in volume.paths:
        path = posixpath.normpath(word.value) if word.value.startswith("/") else ""
        if path in (
            "/",
            "/proc",
            "/sys",
            "/dev",
            "/bin",
            "/sbin",
            "/lib",
            "/lib64",
            "/usr",
            "/usr/bin",
            "/usr/lib",
            "/boot",
            "/etc",
        ):
            yield Finding.at(
                word,
                f"'{word.value}' holds the system itself, which a volume hides. Declare the folder of the data alone.",
            )
        elif path.endswith("/docker.sock"):
            yield Finding.at(
                word,
                f"A volume on '{word.value}' is an empty folder, not the socket of the host. Leave it out, and mount the "
                "socket when the container is started.",
            )


@rule("DF406", severity=Severity.WARNING, words=("pgdata", "datadir", "dbpath"))
def data_moved_off_volume(stage: Stage) -> Iterator[Finding]:
    """The data directory is moved away from the image's volume.

    The image declares a volume for its default directory. Data that are kept elsewhere lie in the container's layer and
    are deleted with it.

    Bad::

    ```dockerfile
    FROM postgres:17
    ENV PGDATA=/pgdata
    #   ^^^^^^^^^^^^^^
    ```

    Good::

    ```dockerfile
    FROM postgres:17
    ENV PGDATA=/pgdata
    VOLUME /pgdata
    ```

    Good (below the image's own volume)::

    ```dockerfile
    FROM postgres:17
    ENV PGDATA=/var/lib/postgresql/data/pgdata
    ```

    How to fix: declare the new directory as a VOLUME, or stay below the image's own.

    Source: Docker Hub, "postgres", PGDATA; "mysql", "Where to store data"; "mongo", "Where to store data".
    """
    if not stage.is_final:
        return
    folders, declared = _known_volumes(stage)
    if not declared:
        return
    covered = [*declared, *(path for at in stage.lineage() for path, _, _ in _volumes_before(at))]
    for target, path in _moved(stage):
        if not any(is_below(path, folder) for folder in covered):
            yield Finding.at(
                target,
                f"The data go to '{path}', which no volume covers: the image declares {folders[0]}. Declare the new one too.",
            )


def _moved(stage: Stage) -> Iterator[tuple[Span, str]]:
    for one in stage.of("ENV"):
        for pair in one.pairs if isinstance(one, Env) else ():
            if pair.name == "PGDATA" and pair.value is not None:
                path = _full(stage, one, pair.value.value)
                if path is not None:
                    yield pair, path
    for program in stage.start_commands:
        if program.stage is not stage:
            continue
        words = [word for command in program.commands for word in command.words]
        for at, word in enumerate(words):
            for flag in ("--datadir", "--dbpath"):
                value = ""
                if word.value.startswith(f"{flag}="):
                    value = word.value.partition("=")[2]
                elif word.value == flag and at + 1 < len(words):
                    value = words[at + 1].value
                if value.startswith("/"):
                    yield Span(word.start, word.end), posixpath.normpath(value)


@rule("DF408", severity=Severity.WARNING, words=("volume",))
def volume_covers_code(stage: Stage) -> Iterator[Finding]:
    """A VOLUME covers the program itself.

    A volume is filled from the image only when it is new. A container that keeps its volume goes on with the old code
    whatever the new image holds.

    Bad::

    ```dockerfile
    FROM node:24
    WORKDIR /app
    COPY . .
    VOLUME /app
    #      ^^^^
    CMD ["node", "server.js"]
    ```

    Good::

    ```dockerfile
    FROM node:24
    WORKDIR /app
    COPY . .
    VOLUME /app/data
    CMD ["node", "server.js"]
    ```

    How to fix: declare the folder of the data alone.

    Known problems: a folder that is meant to be mounted over while developing does not need a VOLUME for that.

    Source: Docker docs, "Dockerfile reference", VOLUME; "Volumes", "Populate a volume using a container".
    """
    if not stage.is_final:
        return
    volumes = list(_volumes_before(stage))
    if not volumes:
        return
    copied: dict[str, Word] = {}  # what the program is first copied to
    for one in stage.of("COPY", "ADD"):
        if not isinstance(one, Copy | Add) or one.destination is None or one.from_:
            continue
        if not any(
            word.value in (".", "./", "src", "src/", "./src", "app", "app/", "./app")
            for word in one.sources
        ):
            continue
        target = _full(stage, one, one.destination.value)
        if target is not None:
            copied.setdefault(target, one.sources[0])
    for folder, word, _ in volumes:
        if folder in copied:
            yield Finding.at(
                word,
                f"The program is copied to '{folder}', and a volume that exists keeps its old files there. "
                "Declare the folder of the data alone.",
                related=[Related(copied[folder], "the program is copied here")],
            )
