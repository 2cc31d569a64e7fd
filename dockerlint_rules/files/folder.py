"""A folder held open, so that what is done in it stays in it."""

from __future__ import annotations

import errno
import os
from contextlib import suppress

from dockerlint_rules.files.signals import stop_if_interrupted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Self


class Folder:
    """A real folder held open: its files are reached through it, even if a link takes the place of its path.

    Entering it raises OSError (ELOOP or ENOTDIR) if a part of the path has become a link.  Where the system knows no
    files relative to a folder, as Windows, paths are used.
    """

    __slots__ = ("_handle", "path")

    def __init__(self, path: str) -> None:
        self.path = path or os.curdir
        self._handle: int | None = None

    def __enter__(self) -> Self:
        if os.rename in os.supports_dir_fd and hasattr(os, "O_PATH"):
            self._handle = _open_folder(self.path)
        elif os.path.realpath(self.path) != os.path.abspath(self.path):
            raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), self.path)
        return self

    def __exit__(self, *error: object) -> None:
        if self._handle is not None:
            os.close(self._handle)

    def _at(self, name: str) -> str:
        return name if self._handle is not None else os.path.join(self.path, name)

    def open(self, name: str, flags: int, mode: int = 0o600) -> int:
        """Open a file of the folder that is no link, without waiting for anything."""
        for more in ("O_NOFOLLOW", "O_NONBLOCK", "O_NOCTTY", "O_CLOEXEC", "O_BINARY"):
            flags |= getattr(os, more, 0)
        return os.open(self._at(name), flags, mode, dir_fd=self._handle)

    def status(self, name: str) -> os.stat_result:
        """The status of a file of the folder, or of a link itself."""
        return os.stat(self._at(name), dir_fd=self._handle, follow_symlinks=False)

    def rename(self, name: str, new: str) -> None:
        """Put a file in the place of another one, on the disk.  Raises Interrupted if a signal is waiting."""
        stop_if_interrupted()
        os.replace(self._at(name), self._at(new), src_dir_fd=self._handle, dst_dir_fd=self._handle)
        with suppress(OSError):  # not every file system can
            self._sync()

    def _sync(self) -> None:
        path = self.path if self._handle is None else os.curdir
        handle = os.open(path, os.O_RDONLY, dir_fd=self._handle)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)

    def remove(self, name: str) -> None:
        """Remove a file of the folder.  Raises OSError."""
        os.unlink(self._at(name), dir_fd=self._handle)


def _open_folder(path: str) -> int:
    """A descriptor of a folder, each part of whose path is a folder and no link."""
    flags = os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC
    handle = os.open(os.sep, flags)
    for part in os.path.abspath(path).split(os.sep):
        if part:
            try:
                below = os.open(part, flags | os.O_NOFOLLOW, dir_fd=handle)
            finally:
                os.close(handle)
            handle = below
    return handle
