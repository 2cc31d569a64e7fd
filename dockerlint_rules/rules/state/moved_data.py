"""Rules about moved data."""

from __future__ import annotations

import posixpath

from dockerlint_rules.findings.finding import Finding, Severity
from dockerlint_rules.model.stages import is_below
from dockerlint_rules.model.state.volumes import absolute_path, volumes_before
from dockerlint_rules.registry.rule import rule
from dockerlint_rules.syntax.dockerfile.instructions import Env
from dockerlint_rules.syntax.source import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.model.stages import Stage


def _known_volumes(stage: Stage) -> tuple[list[str], list[str]]:
    """Data directories of the base image, and those of them that it declares as volumes."""
    from dockerlint_rules import knowledge

    base = stage.root.base
    record = knowledge.stateful_image(base.upstream, base.tag) if base.is_name_certain else None
    if record is None or not record.keeps_state or not record.is_certain:
        return [], []
    return list(record.data_dirs), list(record.data_dirs) if record.declares_volume else []


@rule("DF406", severity=Severity.WARNING, words=("pgdata", "datadir", "dbpath"))
def data_directory_outside_volume(stage: Stage) -> Iterator[Finding]:
    """Data directory is moved outside the image's volume.

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
    covered = [*declared, *(path for at in stage.lineage() for path, _, _ in volumes_before(at))]
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
                path = absolute_path(stage, one, pair.value.value)
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
