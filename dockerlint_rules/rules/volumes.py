"""VOLUME itself: paths that cannot be one, and what lies below one."""

from __future__ import annotations

import posixpath

from dockerlint_rules.findings.finding import Edit, Finding, Fix, Related, Severity
from dockerlint_rules.model.stages import is_below, is_windows, join_path
from dockerlint_rules.model.variables import expand_known
from dockerlint_rules.registry.rule import rule
from dockerlint_rules.syntax.dockerfile.instructions import Add, Copy, Run, Volume

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dockerlint_rules.findings.finding import Spanned
    from dockerlint_rules.model.stages import Stage
    from dockerlint_rules.syntax.dockerfile.instructions import Instruction

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


@rule("DF403", severity=Severity.ERROR, fix="unsafe", words=("volume",))
def relative_volume(volume: Volume, stage: Stage | None) -> Iterator[Finding]:
    """A VOLUME is no absolute path.

    It does not begin at the WORKDIR, as one may think. The image builds, and then a container does not start ("mount
    destination not absolute", "mount path must be absolute") or has the volume in the root folder. Single quotes do the
    same: ``['/data']`` is no JSON, so the brackets become part of the name.

    Bad::

    ```dockerfile
    FROM debian:12
    WORKDIR /srv
    VOLUME data
    #      ^^^^
    ```

    Bad (single quotes are no JSON)::

    ```dockerfile
    FROM debian:12
    VOLUME ['/data']
    #      ^^^^^^^^^
    ```

    Good::

    ```dockerfile
    FROM debian:12
    WORKDIR /srv
    VOLUME /srv/data
    ```

    How to fix: write the path from ``/`` on.

    Fix safety: unsafe; the volume lies elsewhere then.

    Source: OCI runtime specification, "Mounts": the destination must be an absolute path.
    """
    if volume.errors or (stage is not None and is_windows(stage.root.base)):
        return
    if any(mark in volume.text for mark in ("{{", "{%", "<%")):
        return  # a template
    for word in volume.paths:
        text = word.value
        if "$" in text:
            text = expand_known(text, stage.scope.before(volume) if stage else {}, volume.escape)
        if text.startswith(("/", "$", "%", "\\", "<", "{")) or text[1:2] == ":" or not text:
            continue
        if text.startswith("["):
            if "'" not in volume.text:
                continue
            yield Finding.at(
                word,
                f"The brackets become part of the path '{text}', because JSON wants double quotes. Write "
                f"'VOLUME {_as_json(volume)}'.",
                fix=Fix(
                    "Write JSON.",
                    [Edit(volume.paths[0].start, volume.paths[-1].end, _as_json(volume))],
                    safe=False,
                ),
            )
            return
        folder = stage.workdir_before(volume) if stage is not None else None
        whole = None
        if folder is not None and folder.startswith("/") and "$" not in folder:
            whole = posixpath.normpath(join_path(folder, text))
        advice = f"Write '{whole}'" if whole else "Write it from / on"
        is_plain = whole is not None and word.text == word.value == text
        yield Finding.at(
            word,
            f"The volume '{text}' is no absolute path, and no WORKDIR is put before it: containers fail to start. "
            f"{advice}.",
            fix=Fix("Write the whole path.", [Edit.replace(word, whole or "")], safe=False)
            if is_plain
            else None,
        )


def _as_json(volume: Volume) -> str:
    text = " ".join(word.value for word in volume.paths).strip()
    parts = [one.strip(" '\"") for one in text.strip("[]").split(",")]
    return "[" + ", ".join(f'"{one}"' for one in parts if one) + "]"


@rule("DF413", severity=Severity.INFO, on=("COPY", "ADD", "RUN"))
def data_below_base_volume(instruction: Instruction, stage: Stage | None) -> Iterator[Finding]:
    """Files are put below a volume that the base image declares.

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


@rule("DF411", severity=Severity.INFO, default=False, words=("volume",))
def volume_declared(volume: Volume, stage: Stage | None) -> Iterator[Finding]:
    """An image declares a volume.

    Each container that is started without a volume of its own then gets one without a name: they pile up, nobody
    finds the data again, and an image built on this one cannot take the declaration back.

    Bad::

    ```dockerfile
    FROM debian:12
    VOLUME /data
    #^^^^^
    ```

    Good::

    ```dockerfile
    FROM debian:12
    RUN mkdir /data
    ```

    How to fix: leave it out, and say in the documentation, in Compose or in the deployment what is to be mounted.

    Known problems: off by default; without a declaration data are lost when nobody reads that documentation, which
    DF401 speaks of.

    Source: Docker docs, "Volumes", "Named and anonymous volumes".
    """
    if stage is not None and stage.ships and volume.paths:
        yield Finding.at(
            volume.keyword_word,
            f"Each container without a volume for '{volume.paths[0].value}' gets one without a name. Leave it to whoever "
            "starts the container.",
        )
