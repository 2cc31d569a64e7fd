"""Reads files, and explains why a file cannot be read.

This is the only way in which dockerlint opens a file to read it.  Only regular files are read, at most up to a
bound, and whole or not at all.
"""

from __future__ import annotations

import errno
import os
import stat
from itertools import islice

LARGEST_FILE = 5 << 20
"""Bytes of the largest file that is linted, unless ``--max-file-size`` says otherwise; the bound of a configuration."""

LARGEST_SIDE_FILE = 1 << 20
"""Bytes of the largest file that is only looked at for the sake of another one, such as a manifest."""

RAISE_LIMIT = "; raise the limit with --max-file-size"
"""What to do about a file that is too large, for those that the option is about."""

_SPECIAL_FILES = (
    (stat.S_ISDIR, "is a directory"),
    (stat.S_ISFIFO, "is a named pipe"),
    (stat.S_ISSOCK, "is a socket"),
    (stat.S_ISCHR, "is a device"),
    (stat.S_ISBLK, "is a device"),
)


class Unreadable(OSError):
    """A path that is not read: no regular file, or too large; ``strerror`` says why."""

    def __init__(self, reason: str) -> None:
        super().__init__(errno.EINVAL, reason)


def load(path: str, largest: int = LARGEST_FILE, remedy: str = "") -> bytes:
    """The bytes of a regular file.  Raises OSError, or ValueError for a name that no file system allows.

    Pipes, sockets and devices are not opened, and a file of more than *largest* bytes is not read; *remedy* is added
    to the reason in that case.
    """
    _check_regular(os.stat(path).st_mode)
    # The file may have become a pipe since; without O_NONBLOCK, opening it would wait for a writer.
    with open(path, "rb", opener=_open_without_waiting) as file:
        status = os.fstat(file.fileno())
        _check_regular(status.st_mode)
        size = status.st_size
        data = b""
        if size <= largest:
            data = file.read(size + 1)
            if data is None:  # a log of the kernel, which would be waited for
                raise Unreadable("is not a regular file")
            if len(data) > size:  # it grows, or lies in /proc, where no size is known
                data += file.read(max(largest + 1 - len(data), 0)) or b""
    if max(size, len(data)) > largest:
        raise Unreadable(f"is larger than {size_text(largest)}{remedy}")
    return data


def read_bytes(path: str, largest: int = LARGEST_FILE, remedy: str = "") -> bytes | str:
    """The bytes of a file, or the reason why it cannot be read; see :func:`load`."""
    try:
        return load(path, largest, remedy)
    except (OSError, ValueError) as error:
        return os_error_text(error)


def read_side_text(path: str) -> str | None:
    """The text of a file that is read for the sake of another one; None if it cannot be read whole."""
    data = read_bytes(path, LARGEST_SIDE_FILE)
    return None if isinstance(data, str) else data.decode("utf-8", "surrogateescape")


def entries_of(directory: str, most: int | None = None) -> list[os.DirEntry[str]]:
    """The entries of a directory, sorted by name; at most the first *most* that the system gives.

    Raises OSError, or ValueError for a name that no file system allows.
    """
    with os.scandir(directory) as scan:
        entries = list(islice(scan, most))
    entries.sort(key=lambda entry: entry.name)
    return entries


def size_text(size: int) -> str:
    """A number of bytes for people, as "5 MiB"."""
    for unit, name in ((1 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB")):
        if size >= unit and size % unit == 0:
            return f"{size // unit} {name}"
    return f"{size} {'byte' if size == 1 else 'bytes'}"


def _open_without_waiting(path: str, flags: int) -> int:
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0))


def _check_regular(mode: int) -> None:
    """Raise Unreadable for what is not a regular file."""
    if stat.S_ISREG(mode):
        return
    words = (words for test, words in _SPECIAL_FILES if test(mode))
    raise Unreadable(next(words, "is not a regular file"))


def write_error_text(error: OSError | ValueError) -> str:
    """The reason why a file cannot be written, to put after its path."""
    if isinstance(error, ValueError):
        return "cannot be written: not a path"  # a NUL in the name, or half of a surrogate pair
    return f"cannot be written: {(error.strerror or str(error)).lower()}"


def os_error_text(error: OSError | ValueError) -> str:
    """The reason for an error of the file system, to put after a path."""
    if isinstance(error, ValueError):
        return "no such file"  # a NUL in the name
    if isinstance(error, Unreadable):
        return str(error.strerror)
    known = {
        errno.ENOENT: "no such file",
        errno.ENOTDIR: "no such file",
        errno.EACCES: "cannot be read: permission denied",
        errno.EPERM: "cannot be read: permission denied",
        errno.EISDIR: "is a directory",
        errno.ELOOP: "cannot be read: too many symbolic links",
        errno.ENAMETOOLONG: "cannot be read: the path is too long",
    }
    return (
        known.get(error.errno or 0) or f"cannot be read: {(error.strerror or str(error)).lower()}"
    )
