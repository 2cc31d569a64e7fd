"""Rules about volume contents."""

from __future__ import annotations

import posixpath
from itertools import islice

from dockerlint_rules.findings.finding import Finding, Related, Severity
from dockerlint_rules.model.stages import is_below, join_path
from dockerlint_rules.model.state.volumes import absolute_path, volumes_before
from dockerlint_rules.model.variables import expand_known
from dockerlint_rules.registry.rule import rule
from dockerlint_rules.syntax.dockerfile.instructions import Add, Copy, Run
from dockerlint_rules.syntax.source import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dockerlint_rules.findings.finding import Spanned
    from dockerlint_rules.model.stages import Stage
    from dockerlint_rules.syntax.dockerfile.instructions import Instruction, Word


@rule("DF402", severity=Severity.INFO, words=("volume",))
def write_to_declared_volume(stage: Stage) -> Iterator[Finding]:
    """File is written to a volume after its declaration.

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
    volumes = list(islice(volumes_before(stage), 30))
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
            path = absolute_path(stage, one, one.destination.value)
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


@rule("DF408", severity=Severity.WARNING, words=("volume",))
def volume_over_application_code(stage: Stage) -> Iterator[Finding]:
    """VOLUME covers the application code.

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
    volumes = list(volumes_before(stage))
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
        target = absolute_path(stage, one, one.destination.value)
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


_GLOB = frozenset("*?[")


# Commands that write what they name last, or all that they name.
_WRITERS = frozenset({"touch", "mkdir", "chown", "chmod", "cp", "mv", "ln", "install", "tar", "unzip", "rsync"})  # fmt: skip


def path_of(stage: Stage, at: Instruction, text: str) -> str | None:
    """A path of the image with the variables put in that this file tells; None where it stays open."""
    if "$" in text:
        text = expand_known(text, stage.scope.before(at), at.escape)
    if not text or "$" in text or _GLOB & set(text):
        return None
    if not text.startswith("/"):
        folder = stage.workdir_before(at)
        if folder is None or "$" in folder or not folder.startswith("/"):
            return None
        text = join_path(folder, text)
    return posixpath.normpath(text)


@rule("DF413", severity=Severity.INFO, on=("COPY", "ADD", "RUN"))
def write_to_base_image_volume(instruction: Instruction, stage: Stage | None) -> Iterator[Finding]:
    """Build writes to a volume of the base image.

    They reach new volumes only: where one exists already, it hides them. The classic builder drops what a RUN changes
    there without a word.

    Bad::

    ```dockerfile
    FROM mysql:8.4
    COPY dump.sql /var/lib/mysql/
    #             ^^^^^^^^^^^^^^^
    ```

    Good::

    ```dockerfile
    FROM mysql:8.4
    COPY dump.sql /docker-entrypoint-initdb.d/
    ```

    How to fix: put them elsewhere, and let the container take them over when it starts. The images of databases have
    folders for files that are read at the first start (``/docker-entrypoint-initdb.d``).

    Known problems: only images of which it is known; DF402 speaks of volumes in the file itself.

    Source: Docker docs, "Dockerfile reference", VOLUME, "Notes about specifying volumes".
    """
    if stage is None or not stage.ships or instruction.errors:
        return
    folders = _of_base(stage)
    if not folders:
        return
    if isinstance(instruction, Copy | Add):
        word = instruction.destination
        path = path_of(stage, instruction, word.value) if word is not None else None
        found = _first_above(path, folders) if path is not None else None
        if word is not None and found is not None:
            yield _below_base(stage, word, instruction.keyword, found)
    elif isinstance(instruction, Run) and any(one in instruction.text for one in folders):
        yield from _changes(stage, instruction, folders)


def _of_base(stage: Stage) -> tuple[str, ...]:
    """Folders for which a known base image declares a VOLUME."""
    kept: tuple[str, ...] | None = stage.facts.get("base-volumes")
    if kept is None:
        from dockerlint_rules import knowledge

        base = stage.base
        known = stage.parent is None and base.is_name_certain
        record = knowledge.stateful_image(base.upstream, base.tag) if known else None
        is_sure = record is not None and record.declares_volume and record.is_certain
        kept = record.data_dirs if record is not None and is_sure else ()
        stage.facts["base-volumes"] = kept
    return kept


def _first_above(path: str, folders: Iterable[str]) -> str | None:
    return next((one for one in folders if is_below(path, one)), None)


def _below_base(stage: Stage, target: Spanned, what: str, folder: str) -> Finding:
    return Finding.at(
        target,
        f"'{folder}' is a volume of the base image, so what {what} puts there reaches new volumes only. "
        "Put it elsewhere, and let the container take it over when it starts.",
        related=[Related(stage.from_, "the base image declares the volume")],
    )


def _changes(stage: Stage, run: Run, folders: tuple[str, ...]) -> Iterator[Finding]:
    mounted = [mount.target.rstrip("/") for mount in run.mounts if mount.target]
    for command in run.commands:
        if command.name not in _WRITERS or command.nested:
            continue
        words = command.operands()
        if command.name in ("cp", "mv", "ln", "install", "rsync"):
            words = words[-1:]
        elif command.name in ("tar", "unzip"):
            said = command.value_of("-C", "--directory") if command.name == "tar" else None
            words = [word for word in command.args if said is not None and word.value == said]
        elif command.name in ("chown", "chmod"):
            words = words[1:]
        for word in words:
            if not word.value.startswith("/") or "$" in word.value:
                continue
            path = posixpath.normpath(word.value)
            found = _first_above(path, folders)
            if found is not None and not any(is_below(path, it) for it in mounted):
                yield _below_base(stage, command, f"'{command.name}'", found)
                return
