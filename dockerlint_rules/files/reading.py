"""Reads files, and explains why a file cannot be read."""

from __future__ import annotations

import errno
import os
import stat

_SPECIAL_FILES = (
    (stat.S_ISFIFO, "is a named pipe"),
    (stat.S_ISSOCK, "is a socket"),
    (stat.S_ISCHR, "is a device"),
    (stat.S_ISBLK, "is a device"),
)


def read_bytes(path: str) -> bytes | str:
    """The bytes of a file, or the reason why it cannot be read.  Pipes, sockets and devices are not opened."""
    try:
        problem = _special_file(os.stat(path).st_mode)
        if problem:
            return problem
        # The file may have become a pipe since; without O_NONBLOCK, opening it would wait for a writer.
        with open(path, "rb", opener=_open_without_waiting) as file:
            return _special_file(os.fstat(file.fileno()).st_mode) or file.read()
    except (OSError, ValueError) as error:
        return os_error_text(error)


def _open_without_waiting(path: str, flags: int) -> int:
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def _special_file(mode: int) -> str:
    """Why a path with this mode is not a file, as "is a directory"; empty for a file."""
    if stat.S_ISDIR(mode):
        return "is a directory"
    return next((words for test, words in _SPECIAL_FILES if test(mode)), "")


def write_error_text(error: OSError | ValueError) -> str:
    """The reason why a file cannot be written, to put after its path."""
    if isinstance(error, ValueError):
        return "cannot be written: not a path"  # a NUL in the name, or half of a surrogate pair
    return f"cannot be written: {(error.strerror or str(error)).lower()}"


def os_error_text(error: OSError | ValueError) -> str:
    """The reason for an error of the file system, to put after a path."""
    if isinstance(error, ValueError):
        return "no such file"  # a NUL in the name
    known = {
        errno.ENOENT: "no such file",
        errno.ENOTDIR: "no such file",
        errno.EACCES: "cannot be read: permission denied",
        errno.EPERM: "cannot be read: permission denied",
        errno.EISDIR: "is a directory",
        errno.ELOOP: "cannot be read: too many symbolic links",
        errno.ENAMETOOLONG: "no such file",
    }
    return (
        known.get(error.errno or 0) or f"cannot be read: {(error.strerror or str(error)).lower()}"
    )
