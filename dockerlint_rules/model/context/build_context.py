"""The build context: the one place through which rules look at files beside the Dockerfile.

Nothing outside the context is ever looked at, whatever a linted file names.
"""

from __future__ import annotations

import os
from itertools import islice

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from dockerlint_rules.model.context.ignore_file import IgnoreFile

# An ignore file is a list of patterns for people; what is longer than this is none.
_LONGEST = 1 << 20
_DEPTH, _MOST_ENTRIES = 3, 5000  # of what is looked at in a context
_MOST_CHILDREN = 200  # that somebody might choose from


class Context:
    """A directory that ``docker build`` would send; None for a text without one (standard input)."""

    __slots__ = ("_ignore", "_real", "directory", "dockerfile")

    def __init__(
        self,
        directory: str | None,
        dockerfile: str | None = None,
        ignore: IgnoreFile | None = None,
    ) -> None:
        self.directory = directory
        self.dockerfile = dockerfile
        self._real = os.path.realpath(directory) if directory else ""
        self._ignore: IgnoreFile | bool | None = ignore or False

    @property
    def ignore(self) -> IgnoreFile | None:
        """The ignore file that counts: the Dockerfile's own, else that of the context; None without one."""
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
            if text is not None:
                from dockerlint_rules.model.context.ignore_file import IgnoreFile

                return IgnoreFile(text, path)
        return None

    def exists(self, path: str) -> bool | None:
        """Whether a path of the context exists; None where there is no context to look at.

        A path that leaves the context, by ``..`` or by a symbolic link, does not exist for us.
        """
        if self.directory is None:
            return None
        real = self._inside(path)
        return real is not None and os.path.exists(real)

    def _inside(self, path: str) -> str | None:
        """A path without links; None where it leads out of the context."""
        real = os.path.realpath(os.path.join(self._real, path.lstrip("/")))
        inside = real == self._real or real.startswith(self._real.rstrip(os.sep) + os.sep)
        return real if inside else None

    def children(self, folder: str, begins: str = "") -> list[tuple[str, bool]]:
        """Names in a folder of the context that a build would see, and whether each is a folder itself.

        Left out are those that begin otherwise, what the ignore file leaves out, and links that lead out of
        the context.  At most two hundred; empty for what is no folder, or is not in the context.
        """
        try:
            real = self._inside(folder) if self.directory is not None else None
            if real is None:
                return []
            below = os.path.relpath(real, self._real).replace(os.sep, "/")
            with os.scandir(real) as entries:
                named = [
                    one for one in islice(entries, _MOST_ENTRIES) if one.name.startswith(begins)
                ]
            named.sort(key=lambda one: one.name)
            seen = [(one.name, one.is_dir(), one.is_symlink()) for one in named[:_MOST_CHILDREN]]
        except (OSError, ValueError):  # ValueError: no file system has such a name
            return []
        found = []
        for name, is_folder, is_link in seen:
            path = name if below == "." else f"{below}/{name}"
            if not self._leaves_out(path, is_folder) and not (is_link and not self.exists(path)):
                found.append((name, is_folder))
        return found

    def _leaves_out(self, path: str, is_folder: bool) -> bool:
        ignore = self.ignore
        if ignore is None or (is_folder and ignore.has_exceptions):
            return False  # what lies below may be taken in again
        return ignore.ignores(path)

    def named(self, names: set[str]) -> list[str]:
        """Paths of the context whose last part is one of these, the nearest first; nothing below such a one.

        Looked at are three folders' depth and some thousand entries; links are not followed.
        """
        found: list[str] = []
        level = [""]
        left = _MOST_ENTRIES
        for _ in range(_DEPTH):
            below: list[str] = []
            for folder in level:
                for entry in self._entries(folder):
                    left -= 1
                    path = f"{folder}/{entry.name}" if folder else entry.name
                    if entry.name in names:
                        found.append(path)
                    elif not entry.name.startswith(".") and entry.is_dir(follow_symlinks=False):
                        below.append(path)
                    if left <= 0:
                        return found
            level = below
        return found

    def _entries(self, folder: str) -> list[os.DirEntry[str]]:
        try:
            with os.scandir(os.path.join(self.directory or "", folder)) as entries:
                return sorted(islice(entries, _MOST_ENTRIES), key=lambda one: one.name)
        except OSError:
            return []

    def text(self, path: str) -> str | None:
        """A file of the context, at most its first MiB; None where there is none, or where it lies outside."""
        if not self.exists(path):
            return None
        return text_of(os.path.realpath(os.path.join(self._real, path.lstrip("/"))))


def text_of(path: str) -> str | None:
    """A plain file's text; None where there is none to read, or where a link leads out of its folder."""
    if not os.path.isfile(path):
        return None
    if os.path.islink(path):
        folder = os.path.realpath(os.path.dirname(path) or ".")
        if not os.path.realpath(path).startswith(folder.rstrip(os.sep) + os.sep):
            return None
    try:
        with open(path, "rb") as file:
            return file.read(_LONGEST).decode("utf-8", "surrogateescape")
    except OSError:
        return None


def context_of(filename: str, options: Any) -> Context:
    """The context of a Dockerfile: what the options say, else the directory it lies in."""
    said = getattr(options, "context", None)
    own = filename if os.path.isfile(filename) else None
    if said:
        return Context(said, own)
    return Context((os.path.dirname(filename) or ".") if own else None, own)
