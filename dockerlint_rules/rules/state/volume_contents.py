"""Rules about what a build writes to volumes."""

from __future__ import annotations

import posixpath
from itertools import islice

from dockerlint_rules.findings.finding import Finding, Related, Severity
from dockerlint_rules.model.layers.cleanup import is_in, without_slashes
from dockerlint_rules.model.stages import WILDCARDS, is_below
from dockerlint_rules.model.state.volumes import absolute_path, declared_volumes
from dockerlint_rules.registry.rule import rule
from dockerlint_rules.syntax.dockerfile.instructions import Add, Copy, Run
from dockerlint_rules.syntax.source import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.findings.finding import Spanned
    from dockerlint_rules.model.stages import Stage
    from dockerlint_rules.syntax.dockerfile.instruction import Instruction, Word
    from dockerlint_rules.syntax.shell.command import Command, ShellWord


_MAX_VOLUMES = 30  # more than any real file has; each write is compared with each volume


@rule("DF402", severity=Severity.INFO, words=("volume",))
def write_to_declared_volume(stage: Stage) -> Iterator[Finding]:
    """File is written to a volume after its declaration.

    A volume that already exists hides the file, and the classic builder discards what a RUN writes. So the content
    depends on the builder and on earlier containers.

    Bad::

    ```dockerfile
    FROM debian:12
    VOLUME /data
    RUN echo '{}' > /data/settings.json
    #               ^^^^^^^^^^^^^^^^^^^ is written to the VOLUME on line 2
    ```

    Good::

    ```dockerfile
    FROM debian:12
    RUN mkdir /data && echo '{}' > /data/settings.json
    VOLUME /data
    ```

    How to fix: write first and declare the VOLUME last, or write when the container starts.

    Source: Docker docs, "Dockerfile reference", VOLUME, "Changing the volume from within the Dockerfile".
    """
    volumes = list(islice(declared_volumes(stage), _MAX_VOLUMES))
    if not volumes or not stage.ships:
        return
    first = min(volume.start for _, _, volume in volumes)
    for instruction in stage.instructions:
        if instruction.start < first or instruction.errors:
            continue
        effect = "an existing volume hides it"
        if isinstance(instruction, Run):
            effect += " and the classic builder discards it"
        for target, path in _written_paths(stage, instruction):
            for directory, word, volume in volumes:
                is_declared = volume.start < instruction.start and directory != "/"
                if is_declared and is_below(path, directory):
                    yield Finding.at(
                        target,
                        f"'{path}' is written to the VOLUME on line {volume.line}, where {effect}. "
                        "Write it before the VOLUME.",
                        related=[Related(word, "the volume is declared here")],
                    )
                    break


def _written_paths(stage: Stage, instruction: Instruction) -> Iterator[tuple[Span, str]]:
    """Yield the absolute paths that an instruction clearly writes to, with their places."""
    if isinstance(instruction, Copy | Add):
        if instruction.destination is not None:
            path = absolute_path(stage, instruction, instruction.destination.value)
            if path is not None:
                yield instruction.destination, path
    elif isinstance(instruction, Run):
        for command in instruction.commands:
            if command.conditional or command.nested:
                continue
            for word in _written_words(command):
                path = posixpath.normpath(word.value)
                if word.value.startswith("/") and not _is_on_mount(instruction, path):
                    yield Span(word.start, word.end), path


def _written_words(command: Command) -> Iterator[ShellWord]:
    """Yield the words of a command that name what it writes: redirects, and the last operand of some programs."""
    for operator, word in command.redirects:
        if operator.endswith((">", ">>")):
            yield word
    if command.name in ("cp", "mv", "touch", "install", "mkdir", "tee"):
        operands = command.operands()
        if operands and operands[-1].literal:
            yield operands[-1]


def _is_on_mount(run: Run, path: str) -> bool:
    targets = run.facts.get("all-mount-targets")
    if targets is None:
        targets = without_slashes(mount.target for mount in run.mounts if mount.target)
        run.facts["all-mount-targets"] = targets
    return is_in(path, targets)


# Sources of COPY that usually are the application's code.
_CODE_SOURCES = frozenset({".", "./", "src", "src/", "./src", "app", "app/", "./app"})


@rule("DF408", severity=Severity.WARNING, words=("volume",))
def volume_over_application_code(stage: Stage) -> Iterator[Finding]:
    """VOLUME covers the application code.

    Docker fills a volume from the image only when the volume is new. A container that keeps its volume also keeps the
    old code, even with a new image.

    Bad::

    ```dockerfile
    FROM node:24
    WORKDIR /app
    COPY . .
    VOLUME /app
    #      ^^^^ an existing volume there keeps the old files
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

    How to fix: declare only the data directory. Mounting the code during development does not need a VOLUME.

    Source: Docker docs, "Dockerfile reference", VOLUME; "Volumes", "Populate a volume using a container".
    """
    if not stage.is_final:
        return
    volumes = list(declared_volumes(stage))
    if not volumes:
        return
    copied: dict[str, Word] = {}  # by destination: the source that is copied there first
    for copy in stage.of("COPY", "ADD"):
        if not isinstance(copy, Copy | Add) or copy.destination is None or copy.from_:
            continue
        if not any(word.value in _CODE_SOURCES for word in copy.sources):
            continue
        target = absolute_path(stage, copy, copy.destination.value)
        if target is not None:
            copied.setdefault(target, copy.sources[0])
    for directory, word, _ in volumes:
        if directory in copied:
            yield Finding.at(
                word,
                f"The application is copied to '{directory}', but an existing volume there keeps the old files. "
                "Declare only the data directory.",
                related=[Related(copied[directory], "the application is copied here")],
            )


# Programs of which _targets knows what they write.
_WRITERS = frozenset({
    "touch", "mkdir", "chown", "chmod", "cp", "mv", "ln", "install", "tar", "rsync",
})  # fmt: skip


@rule("DF413", severity=Severity.INFO, on=("COPY", "ADD", "RUN"))
def write_to_base_image_volume(instruction: Instruction, stage: Stage | None) -> Iterator[Finding]:
    """Build writes to a volume of the base image.

    The files only reach new volumes: a volume that already exists hides them. The classic builder silently discards
    what a RUN changes there.

    Bad::

    ```dockerfile
    FROM mysql:8.4
    COPY dump.sql /var/lib/mysql/
    #             ^^^^^^^^^^^^^^^ so changes by COPY only reach new volumes
    ```

    Good::

    ```dockerfile
    FROM mysql:8.4
    COPY dump.sql /docker-entrypoint-initdb.d/
    ```

    How to fix: put the files elsewhere, and copy them to the volume when the container starts. Database images have a
    directory for files that they read at the first start (``/docker-entrypoint-initdb.d``).

    Known problems: only volumes of well-known base images are checked. DF402 reports writes to volumes that the file
    itself declares.

    Source: Docker docs, "Dockerfile reference", VOLUME, "Notes about specifying volumes".
    """
    if stage is None or not stage.ships or instruction.errors:
        return
    volumes = _base_volumes(stage)
    if not volumes:
        return
    if isinstance(instruction, Copy | Add):
        destination = instruction.destination
        if destination is None:
            return
        path = absolute_path(stage, instruction, destination.value)
        if path is None or WILDCARDS & set(path):
            return
        volume = _volume_above(path, volumes)
        if volume is not None:
            yield _base_volume_finding(stage, destination, instruction.keyword, volume)
    elif isinstance(instruction, Run) and any(path in instruction.text for path in volumes):
        yield from _writes_of_run(stage, instruction, volumes)


def _base_volumes(stage: Stage) -> tuple[str, ...]:
    """The directories for which a well-known base image declares a VOLUME."""
    volumes: tuple[str, ...] | None = stage.facts.get("base-volumes")
    if volumes is None:
        from dockerlint_rules import knowledge

        base = stage.base
        is_known = stage.parent is None and base.is_name_certain
        record = knowledge.stateful_image(base.upstream, base.tag) if is_known else None
        declares = record is not None and record.declares_volume and record.is_certain
        volumes = record.data_dirs if record is not None and declares else ()
        stage.facts["base-volumes"] = volumes
    return volumes


def _volume_above(path: str, volumes: tuple[str, ...]) -> str | None:
    return next((volume for volume in volumes if is_below(path, volume)), None)


def _base_volume_finding(stage: Stage, target: Spanned, writer: str, volume: str) -> Finding:
    return Finding.at(
        target,
        f"'{volume}' is a volume of the base image, so changes by {writer} only reach new volumes. "
        "Write elsewhere, and copy the files when the container starts.",
        related=[Related(stage.from_, "the base image declares the volume")],
    )


def _writes_of_run(stage: Stage, run: Run, volumes: tuple[str, ...]) -> Iterator[Finding]:
    for command in run.commands:
        if command.name not in _WRITERS or command.nested:
            continue
        for word in _targets(command):
            if not word.value.startswith("/") or "$" in word.value:
                continue
            path = posixpath.normpath(word.value)
            volume = _volume_above(path, volumes)
            if volume is not None and not _is_on_mount(run, path):
                yield _base_volume_finding(stage, command, f"'{command.name}'", volume)
                return


def _targets(command: Command) -> list[ShellWord]:
    """The words of a command that name what it writes."""
    operands = command.operands()
    if command.name in ("cp", "mv", "ln", "install", "rsync"):
        return operands[-1:]
    if command.name in ("chown", "chmod"):
        return operands[1:]
    if command.name == "tar":
        directory = command.value_of("-C", "--directory")
        return [word for word in command.args if directory is not None and word.value == directory]
    return operands
