"""Rules about servers whose data is moved out of the volume of their image."""

from __future__ import annotations

import posixpath

from dockerlint_rules.findings.finding import Finding, Severity
from dockerlint_rules.model.layers.cleanup import is_in, without_slashes
from dockerlint_rules.model.state.volumes import absolute_path, declared_volumes
from dockerlint_rules.registry.rule import rule
from dockerlint_rules.syntax.dockerfile.instructions import Env
from dockerlint_rules.syntax.source import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.model.stages import Stage


@rule("DF406", severity=Severity.WARNING, words=("pgdata", "datadir", "dbpath"))
def data_directory_outside_volume(stage: Stage) -> Iterator[Finding]:
    """Data directory is moved outside the image's volume.

    The image declares a volume for its default data directory. Data in another directory is stored in the layer of the
    container, and is lost when the container is removed.

    Bad::

    ```dockerfile
    FROM postgres:17
    ENV PGDATA=/pgdata
    #   ^^^^^^^^^^^^^^ outside the image's volume '/var/lib/postgresql/data'
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

    How to fix: declare the new directory as a VOLUME, or use one below the image's volume.

    Source: Docker Hub, "postgres", PGDATA; "mysql", "Where to store data"; "mongo", "Where to store data".
    """
    if not stage.is_final:
        return
    base_volumes = _base_volumes(stage)
    if not base_volumes:
        return
    own_volumes = (
        path for ancestor in stage.lineage() for path, _, _ in declared_volumes(ancestor)
    )
    volumes = without_slashes((*base_volumes, *own_volumes))
    for target, path in _data_directories(stage):
        if not is_in(path, volumes):
            yield Finding.at(
                target,
                f"Data in '{path}' is outside the image's volume '{base_volumes[0]}' and may be lost with the "
                f"container. Declare '{path}' as a VOLUME.",
            )


def _base_volumes(stage: Stage) -> tuple[str, ...]:
    """The data directories for which the base image is known to declare volumes."""
    from dockerlint_rules import knowledge

    base = stage.root.base
    record = knowledge.stateful_image(base.upstream, base.tag) if base.is_name_certain else None
    if record is None or not record.keeps_state or not record.is_certain:
        return ()
    return record.data_dirs if record.declares_volume else ()


def _data_directories(stage: Stage) -> Iterator[tuple[Span, str]]:
    """Yield each data directory that the stage sets, by PGDATA or by a flag, with its place."""
    for env in stage.of("ENV"):
        for pair in env.pairs if isinstance(env, Env) else ():
            if pair.name == "PGDATA" and pair.value is not None:
                path = absolute_path(stage, env, pair.value.value)
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
