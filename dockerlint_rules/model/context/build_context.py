"""The build context: rules look at files next to the Dockerfile only through this module.

It never looks outside the context, whatever path a linted file names.
"""

from __future__ import annotations

import os

from dockerlint_rules.files.reading import entries_of, read_side_text
from dockerlint_rules.files.tree import is_inside, real_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from dockerlint_rules.model.context.ignore_file import IgnoreFile

_MAX_DEPTH, _MAX_ENTRIES = 3, 5000  # of a search through the context
_MAX_CHILDREN = 200  # names that completion offers


class BuildContext:
    """A directory that ``docker build`` would send to the builder.

    *directory* is None for a text without one (standard input).
    """

    __slots__ = ("_ignore", "_real", "directory", "dockerfile", "facts", "has_unknown_ignore")

    def __init__(
        self,
        directory: str | None,
        dockerfile: str | None = None,
        ignore: IgnoreFile | None = None,
    ) -> None:
        self.directory = directory
        self.dockerfile = dockerfile
        self.facts: dict[object, bool] = {}
        """What was found out about its files, so that each is searched once however many instructions use it."""
        self._real = real_path(directory) if directory else None
        self._ignore: IgnoreFile | bool | None = ignore or False
        self.has_unknown_ignore = (
            False  # after "ignore" was asked for: there is one that cannot be read
        )

    @property
    def ignore(self) -> IgnoreFile | None:
        """The ignore file that applies: the Dockerfile's own, else that of the context; None if there is none."""
        if self._ignore is False:
            self._ignore = self._read_ignore()
        assert not isinstance(self._ignore, bool)
        return self._ignore

    def _read_ignore(self) -> IgnoreFile | None:
        if self.directory is None:
            return None
        paths = [os.path.join(self.directory, ".dockerignore")]
        if self.dockerfile:
            paths.insert(0, f"{self.dockerfile}.dockerignore")
        for path in paths:
            text = text_of(path)
            if text is None and os.path.lexists(path):
                self.has_unknown_ignore = True
                return None
            if text is not None:
                from dockerlint_rules.model.context.ignore_file import IgnoreFile

                return IgnoreFile(text, path)
        return None

    def exists(self, path: str) -> bool | None:
        """Whether a path of the context exists; None if there is no context.

        A path that leaves the context, through ``..`` or a symbolic link, counts as missing.
        """
        if self.directory is None:
            return None
        real = self._inside(path)
        return real is not None and os.path.exists(real)

    def _inside(self, path: str) -> str | None:
        """A path with its links resolved; None if it leads out of the context."""
        if self._real is None:
            return None
        real = real_path(os.path.join(self._real, path.lstrip("/")))
        return real if real is not None and is_inside(real, self._real) else None

    def children(self, directory: str, prefix: str = "") -> list[tuple[str, bool]]:
        """Names in a directory of the context that a build would see, and whether each is a directory itself.

        Names without *prefix*, names that the ignore file excludes, and links that lead out of the context are left
        out.  At most 200 names; none if the directory does not exist or is outside the context.
        """
        try:
            real = self._inside(directory)
            if real is None or self._real is None:
                return []
            parent = os.path.relpath(real, self._real).replace(os.sep, "/")
            entries = [one for one in entries_of(real, _MAX_ENTRIES) if one.name.startswith(prefix)]
            listed = [
                (entry.name, entry.is_dir(), entry.is_symlink())
                for entry in entries[:_MAX_CHILDREN]
            ]
        except (OSError, ValueError):  # ValueError: a name that no file system allows
            return []
        children = []
        for name, is_directory, is_link in listed:
            path = name if parent == "." else f"{parent}/{name}"
            if not self._excludes(path, is_directory) and not (is_link and not self.exists(path)):
                children.append((name, is_directory))
        return children

    def _excludes(self, path: str, is_directory: bool) -> bool:
        ignore = self.ignore
        if ignore is None or (is_directory and ignore.has_exceptions):
            return False  # an exception may include a path below it
        return ignore.ignores(path)

    def named(self, names: set[str]) -> list[str]:
        """Paths of the context with one of these file names, the nearest first.

        The search ends after three levels or 5,000 entries. It does not follow links, and it does not go below a
        path that has one of the names.
        """
        matches: list[str] = []
        level = [""]
        left = _MAX_ENTRIES
        for _ in range(_MAX_DEPTH):
            below: list[str] = []
            for directory in level:
                for entry in self._entries(directory):
                    left -= 1
                    path = f"{directory}/{entry.name}" if directory else entry.name
                    if entry.name in names:
                        matches.append(path)
                    elif not entry.name.startswith(".") and entry.is_dir(follow_symlinks=False):
                        below.append(path)
                    if left <= 0:
                        return matches
            level = below
        return matches

    def _entries(self, directory: str) -> list[os.DirEntry[str]]:
        try:
            return entries_of(os.path.join(self.directory or "", directory), _MAX_ENTRIES)
        except (OSError, ValueError):
            return []

    def text(self, path: str) -> str | None:
        """The whole text of a file of the context; None if it is missing, outside, or no file of at most 1 MiB."""
        real = self._inside(path)
        return None if real is None else text_of(real)

    def is_unknown(self, path: str) -> bool:
        """Whether something lies at a path of the context whose text cannot be read: nothing follows from it."""
        return bool(self.exists(path)) and self.text(path) is None


def text_of(path: str) -> str | None:
    """The whole text of a regular file; None if it is unreadable, over 1 MiB, or a link out of its directory."""
    if os.path.islink(path):
        directory, real = real_path(os.path.dirname(path) or "."), real_path(path)
        if directory is None or real is None or not is_inside(real, directory):
            return None
    return read_side_text(path)


def context_of(filename: str, options: Any) -> BuildContext:
    """The context of a Dockerfile: the directory that the options name, else the one that the file is in."""
    directory = getattr(options, "context", None)
    dockerfile = filename if os.path.isfile(filename) else None
    if directory:
        return BuildContext(directory, dockerfile)
    return BuildContext((os.path.dirname(filename) or ".") if dockerfile else None, dockerfile)
