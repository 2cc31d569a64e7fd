"""Written files."""

from __future__ import annotations

import posixpath
from itertools import islice

from dockerlint_rules.model.programs.downloads import saved_as
from dockerlint_rules.model.stages import join_path
from dockerlint_rules.syntax.dockerfile.instructions import Add, Copy, Run
from dockerlint_rules.syntax.source import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.model.stages import Stage
    from dockerlint_rules.syntax.dockerfile.instructions import Instruction, Word


GLOB = frozenset("*?[")


# Programs after which a file is gone from where it was; those of Windows as well.
REMOVERS = frozenset({"rm", "mv", "unlink", "find", "del", "erase", "remove-item", "shred"})


class WrittenFile:
    """A file or folder that an instruction put into the image: its path, who and where."""

    __slots__ = ("by", "path", "word")

    def __init__(self, path: str, word: Span, by: Instruction) -> None:
        self.path = path
        self.word = word
        self.by = by


class WrittenFiles:
    """What the instructions so far put into the image, by path and by the folders above it."""

    __slots__ = ("_below", "by_path")

    def __init__(self) -> None:
        self.by_path: dict[str, WrittenFile] = {}
        self._below: dict[str, dict[str, WrittenFile]] = {}

    def add(self, one: WrittenFile) -> None:
        """Note a file; the latest of a path counts."""
        self.by_path[one.path] = one
        for folder in folders_above(one.path):
            self._below.setdefault(folder, {})[one.path] = one

    def at(self, path: str) -> list[WrittenFile]:
        """Give what lies at a path itself."""
        found = self.by_path.get(path)
        return [found] if found is not None else []

    def below(self, path: str, most: int | None = None) -> list[WrittenFile]:
        """Give what lies at a path or below it, in the order it came; no more than *most*."""
        return [*self.at(path), *islice(self._below.get(path, {}).values(), most)]

    def drop(self, found: list[WrittenFile]) -> None:
        """Forget files that are gone."""
        for one in found:
            self.by_path.pop(one.path, None)
            for folder in folders_above(one.path):
                self._below.get(folder, {}).pop(one.path, None)


def folders_above(path: str) -> Iterator[str]:
    """Folders above a path; of a path without end only the nearest and the outermost."""
    parts = path.split("/")
    for depth in range(2, min(len(parts), 12)):
        yield "/".join(parts[:depth])


def absolute_path(stage: Stage, at: Instruction, path: str) -> str | None:
    """A path of the image in full; None where it cannot be told."""
    if not path or "$" in path or GLOB & set(path):
        return None
    if path.startswith("~"):
        return None
    if not path.startswith("/"):
        base = stage.workdir_before(at)
        if base is None:
            return posixpath.normpath(f"?/{path}")  # as in _in
        if "$" in base:
            return None
        path = join_path(base, path)
    return posixpath.normpath(path)


def copied_paths(stage: Stage, one: Copy | Add) -> Iterator[tuple[str, Word]]:
    """Paths in the image that a COPY or ADD makes, for sources that are plainly files or named folders."""
    destination = one.destination
    if destination is None:
        return
    target = destination.value
    many = len(one.sources) > 1
    for word in one.sources:
        source = word.value
        name = source.rstrip("/").rpartition("/")[2]
        if source.startswith("<<") or GLOB & set(name) or "$" in name:
            continue
        if not name or name in (".", "..") or (source.endswith("/") and not many):
            # What is in the folder goes below the target.
            found = None if many else absolute_path(stage, one, target)
            if found is not None and found.strip("/?"):
                yield found, word
            continue
        if "://" in source:
            name = name.partition("?")[0]
        if many or target.endswith("/") or target in (".", ".."):
            found = absolute_path(stage, one, posixpath.join(target, name))
        else:
            found = absolute_path(stage, one, target)
        if found is not None and found != "/":
            yield found, word


def written_by_run(stage: Stage, run: Run) -> Iterator[tuple[str, Span]]:
    """Files that a RUN downloads and does not remove itself."""
    at = stage.workdir_before(run)
    removed: set[str] = set()
    found: list[tuple[str, Span]] = []
    for command in run.commands:
        if command.name == "cd" and not command.nested:
            words = command.operands()
            at = join_path(at, words[0].value) if words and words[0].literal else "$"
        elif command.name in ("curl", "wget"):
            path = saved_as(command)
            full = joined_path(at, path)
            if full is not None:
                found.append((full, Span(command.start, command.end)))
        elif command.name.lower() in REMOVERS:
            removed.update(
                filter(None, (joined_path(at, word.value) for word in command.operands()))
            )
            if any(GLOB & set(word.value) for word in command.args):
                return  # may be meant for it
    for path, span in found:
        if path not in removed:
            yield path, span


def joined_path(at: str | None, path: str | None) -> str | None:
    """A literal path made absolute below the folder *at*; None where it is not known."""
    if not path or "$" in path or GLOB & set(path) or path.startswith(("~", "-")):
        return None
    if path.startswith("/"):
        return posixpath.normpath(path)
    if at is None:
        return posixpath.normpath(
            f"?/{path}"
        )  # wherever that is, it is the same for all of the stage
    return posixpath.normpath(join_path(at, path)) if "$" not in at else None
