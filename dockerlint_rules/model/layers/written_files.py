"""Files and directories that the instructions of a stage write to the image, if the Dockerfile shows their paths."""

from __future__ import annotations

import posixpath
from itertools import islice

from dockerlint_rules.model.programs.downloads import saved_as
from dockerlint_rules.model.stages import WILDCARDS, join_path
from dockerlint_rules.syntax.source import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.model.stages import Stage
    from dockerlint_rules.syntax.dockerfile.instruction import Instruction, Word
    from dockerlint_rules.syntax.dockerfile.instructions import Add, Copy, Run
    from dockerlint_rules.syntax.shell.command import Command


# Programs that remove or move a file, including those of Windows.
REMOVERS = frozenset({"rm", "mv", "unlink", "find", "del", "erase", "remove-item", "shred"})


# Stands for a working directory that the base image sets. It is the same in the whole stage, so that relative paths
# can be compared with each other.
_UNKNOWN_WORKDIR = "?"


# Deeper directories are not indexed, so that a very long path costs no more than others.
_MAX_DEPTH = 10


class WrittenFile:
    """A file or directory in the image: its path, the instruction that wrote it, and the place in that instruction."""

    __slots__ = ("instruction", "path", "place")

    def __init__(self, path: str, place: Span, instruction: Instruction) -> None:
        self.path = path
        self.place = place
        self.instruction = instruction


class WrittenFiles:
    """The files that the instructions so far wrote to the image, by path and by the directories above them."""

    __slots__ = ("_below", "by_path")

    def __init__(self) -> None:
        self.by_path: dict[str, WrittenFile] = {}
        self._below: dict[str, dict[str, WrittenFile]] = {}

    def add(self, file: WrittenFile) -> None:
        """Record a file; it replaces an earlier one at the same path."""
        self.by_path[file.path] = file
        for directory in _directories_above(file.path):
            self._below.setdefault(directory, {})[file.path] = file

    def at(self, path: str) -> list[WrittenFile]:
        """List what was written to exactly this path: one file or none."""
        file = self.by_path.get(path)
        return [file] if file is not None else []

    def below(self, path: str, limit: int | None = None) -> list[WrittenFile]:
        """List what was written to a path and, up to *limit* files, below it, in the order of writing."""
        return [*self.at(path), *islice(self._below.get(path, {}).values(), limit)]

    def remove(self, files: list[WrittenFile]) -> None:
        """Forget files that were deleted."""
        for file in files:
            self.by_path.pop(file.path, None)
            for directory in _directories_above(file.path):
                self._below.get(directory, {}).pop(file.path, None)


def _directories_above(path: str) -> Iterator[str]:
    parts = path.split("/")
    for depth in range(2, min(len(parts), _MAX_DEPTH + 2)):
        yield "/".join(parts[:depth])


def resolve_path(directory: str | None, path: str | None) -> str | None:
    """Make a literal path absolute below *directory*.

    None if the path is not known: it contains a variable, a wildcard or ``~``, or it is relative and the directory
    contains a variable. If *directory* is None, the base image sets it, and a relative path begins with ``?/``.
    """
    if not path or "$" in path or WILDCARDS & set(path) or path.startswith(("~", "-")):
        return None
    if path.startswith("/"):
        return posixpath.normpath(path)
    if directory is None:
        return posixpath.normpath(f"{_UNKNOWN_WORKDIR}/{path}")
    return posixpath.normpath(join_path(directory, path)) if "$" not in directory else None


def commands_with_directories(stage: Stage, run: Run) -> Iterator[tuple[Command, str | None]]:
    """Yield each command of a RUN with the directory that it runs in, as WORKDIR and ``cd`` set it.

    The directory is None if the base image sets it, and "$" after a ``cd`` with an unknown target.
    """
    directory = stage.workdir_before(run)
    for command in run.commands:
        if command.name == "cd" and not command.nested:
            operands = command.operands()
            is_known = bool(operands) and operands[0].literal
            directory = join_path(directory, operands[0].value) if is_known else "$"
        yield command, directory


def copied_paths(stage: Stage, copy: Copy | Add) -> Iterator[tuple[str, Word]]:
    """Yield each path in the image that a COPY or ADD writes, with its source.

    Patterns and heredocs are left out.
    """
    if copy.destination is None:
        return
    target = copy.destination.value
    workdir = stage.workdir_before(copy)
    has_several_sources = len(copy.sources) > 1
    for word in copy.sources:
        source = word.value
        name = source.rstrip("/").rpartition("/")[2]
        if source.startswith("<<") or WILDCARDS & set(name) or "$" in name:
            continue
        if not name or name in (".", "..") or (source.endswith("/") and not has_several_sources):
            # The content of the directory goes below the destination.
            path = None if has_several_sources else resolve_path(workdir, target)
            if path is not None and path.strip("/?"):
                yield path, word
            continue
        if "://" in source:
            name = name.partition("?")[0]
        if has_several_sources or target.endswith("/") or target in (".", ".."):
            path = resolve_path(workdir, posixpath.join(target, name))
        else:
            path = resolve_path(workdir, target)
        if path is not None and path != "/":
            yield path, word


def downloaded_files(stage: Stage, run: Run) -> Iterator[tuple[str, Span]]:
    """Yield the path of each file that a RUN downloads and does not remove itself, with the download's place."""
    removed: set[str] = set()
    downloaded: list[tuple[str, Span]] = []
    for command, directory in commands_with_directories(stage, run):
        if command.name in ("curl", "wget"):
            path = resolve_path(directory, saved_as(command))
            if path is not None:
                downloaded.append((path, Span(command.start, command.end)))
        elif command.name.lower() in REMOVERS:
            operands = command.operands()
            removed.update(filter(None, (resolve_path(directory, one.value) for one in operands)))
            if any(WILDCARDS & set(word.value) for word in command.args):
                return  # the pattern may match the download
    for path, place in downloaded:
        if path not in removed:
            yield path, place
