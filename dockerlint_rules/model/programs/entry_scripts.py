"""The programs that a container starts through a start script or supervisord's settings in the build context."""

from __future__ import annotations

import posixpath

from dockerlint_rules.model.interpreters import SHELLS
from dockerlint_rules.model.stages import join_path
from dockerlint_rules.syntax.dockerfile.instructions import Add, Copy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.model.context.build_context import BuildContext
    from dockerlint_rules.model.stages import Stage
    from dockerlint_rules.syntax.shell.command import Command

_MAX_LENGTH = 1 << 16  # of a start script, in characters
# Programs that start the program after them.
_LAUNCHERS = SHELLS | {"tini", "dumb-init", "gosu", "su-exec", "exec", "docker-entrypoint.sh"}


def commands_in_start_files(stage: Stage, context: BuildContext) -> Iterator[tuple[Command, str]]:
    """Yield the commands that a start script or supervisord of the stage runs, each with its file in the context.

    Scripts are parsed and never run. Files outside the context are not read.
    """
    if context.directory is None:
        return
    for program in stage.start_commands:
        words = (
            program.args
            if program.form == "json"
            else [word.value for command in program.commands for word in command.words]
        )
        for path in _started_files(words, stage):
            source = context_path(stage, path)
            text = context.text(source) if source is not None else None
            if source is not None and text is not None and len(text) <= _MAX_LENGTH:
                for command in _commands_of_script(text):
                    yield command, source
        if any(word.rpartition("/")[2] == "supervisord" for word in words):
            yield from _supervised_commands(words, stage, context)


def _started_files(words: list[str], stage: Stage) -> Iterator[str]:
    workdir = stage.workdir_before(None)
    for word in words[:4]:
        if word.rpartition("/")[2] in _LAUNCHERS or word.startswith("-"):
            continue
        if word.endswith(".sh") or "/" in word:
            yield posixpath.normpath(join_path(workdir, word))


def context_path(stage: Stage, path: str) -> str | None:
    """The path in the context from which a file of the image is copied; None if that is not certain."""
    for ancestor in stage.lineage():
        for copy in reversed(ancestor.of("COPY", "ADD")):
            if not isinstance(copy, Copy | Add) or copy.from_ or copy.destination is None:
                continue
            written = copy.destination.value
            target = posixpath.normpath(join_path(ancestor.workdir_before(copy), written))
            for word in copy.sources:
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


def _supervised_commands(
    words: list[str], stage: Stage, context: BuildContext
) -> Iterator[tuple[Command, str]]:
    """Yield the commands in supervisord's configuration files that are copied from the context."""
    named = [
        following
        for flag, following in zip(words, words[1:], strict=False)
        if flag in ("-c", "--configuration")
    ]
    sources = {context_path(stage, path): None for path in named}
    for ancestor in stage.lineage():
        for copy in ancestor.of("COPY", "ADD"):
            if not isinstance(copy, Copy | Add) or copy.from_ or copy.destination is None:
                continue
            if copy.destination.value.startswith("/etc/supervisor"):
                sources |= {word.value: None for word in copy.sources}
    for source in sources:
        text = context.text(source) if source and "*" not in source else None
        if source is None or text is None or len(text) > _MAX_LENGTH:
            continue
        for line in text.splitlines():
            name, sign, value = line.partition("=")
            if sign and name.strip() == "command":
                for command in _parse(value.strip()):
                    yield command, source


def _commands_of_script(text: str) -> list[Command]:
    first_line = text.split("\n", 1)[0]
    is_for_another_program = first_line.startswith("#!") and "sh" not in first_line
    return [] if "\0" in text or is_for_another_program else _parse(text)


def _parse(text: str) -> list[Command]:
    from dockerlint_rules.syntax.shell.script import read_script
    from dockerlint_rules.syntax.source import LogicalText

    return list(read_script(LogicalText([(text, 0)])).commands)
