"""Which programs a container starts through files of the build context: a start script, supervisord's configuration."""

from __future__ import annotations

import posixpath

from dockerlint_rules.model.stages import join_path
from dockerlint_rules.syntax.dockerfile.instructions import Add, Copy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.model.context.build_context import Context
    from dockerlint_rules.model.stages import Stage
    from dockerlint_rules.syntax.shell.command import Command

_LONGEST = 1 << 16  # what is longer is no start script
_SHELLS = ("sh", "bash", "ash", "dash", "/bin/sh", "/bin/bash")
_PASSES = ("tini", "dumb-init", "gosu", "su-exec", "exec", "docker-entrypoint.sh")


def commands_in_start_files(stage: Stage, context: Context) -> Iterator[tuple[Command, str]]:
    """Commands that a start script or supervisord of the stage runs, each with the file of the context that says so.

    Scripts are read as text and never run; a file outside of the context does not exist.
    """
    if context.directory is None:
        return
    for program in stage.start_commands:
        words = (
            program.args
            if program.form == "json"
            else [word.value for one in program.commands for word in one.words]
        )
        for path in _files(words, stage):
            source = context_path(stage, path)
            text = context.text(source) if source is not None else None
            if source is not None and text is not None and len(text) <= _LONGEST:
                for command in _commands(path, text):
                    yield command, source
        if any(word.rpartition("/")[2] == "supervisord" for word in words):
            yield from _supervised(words, stage, context)


def _files(words: list[str], stage: Stage) -> Iterator[str]:
    at = stage.workdir_before(None)
    for word in words[:4]:
        if word in _SHELLS or word.rpartition("/")[2] in _PASSES or word.startswith("-"):
            continue
        if word.endswith(".sh") or "/" in word:
            yield posixpath.normpath(join_path(at, word))


def context_path(stage: Stage, path: str) -> str | None:
    """Where in the context a file of the image comes from; None where it does not, or that is not plain."""
    for place in stage.lineage():
        for one in reversed(place.of("COPY", "ADD")):
            if not isinstance(one, Copy | Add) or one.from_ or one.destination is None:
                continue
            written = one.destination.value
            target = posixpath.normpath(join_path(place.workdir_before(one), written))
            for word in one.sources:
                source = word.value.rstrip("/") or "."
                if "$" in source or "*" in source or "://" in source:
                    continue
                name = source.rpartition("/")[2]
                if path == target and not written.endswith("/"):
                    return source
                if path == posixpath.join(target, name) and (written.endswith("/") or "." in name):
                    return source
                if path.startswith(target.rstrip("/") + "/"):
                    return posixpath.normpath(
                        posixpath.join(source, path[len(target.rstrip("/")) + 1 :])
                    )
    return None


def _supervised(words: list[str], stage: Stage, context: Context) -> Iterator[tuple[Command, str]]:
    """Commands of the programs in supervisord's configuration, as far as that is copied from the context."""
    named = [
        after
        for flag, after in zip(words, words[1:], strict=False)
        if flag in ("-c", "--configuration")
    ]
    sources = {context_path(stage, path): None for path in named}
    for place in stage.lineage():
        for one in place.of("COPY", "ADD"):
            if isinstance(one, Copy | Add) and not one.from_ and one.destination is not None:
                target = one.destination.value
                if target.startswith(("/etc/supervisor", "/etc/supervisord")):
                    sources |= {word.value: None for word in one.sources}
    for source in sources:
        text = context.text(source) if source and "*" not in source else None
        if source is None or text is None or len(text) > _LONGEST:
            continue
        for line in text.splitlines():
            name, sign, said = line.partition("=")
            if sign and name.strip() == "command":
                for command in _read(said.strip()):
                    yield command, source


def _commands(path: str, text: str) -> list[Command]:
    first = text.split("\n", 1)[0]
    if "\0" in text or (first.startswith("#!") and not any(one in first for one in ("sh",))):
        return []
    return _read(text)


def _read(text: str) -> list[Command]:
    from dockerlint_rules.syntax.shell.script import read_script
    from dockerlint_rules.syntax.source import LogicalText

    return list(read_script(LogicalText([(text, 0)])).commands)
