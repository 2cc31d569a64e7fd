"""Writes files atomically: a file is replaced as a whole or stays as it was."""

from __future__ import annotations

import os
import tempfile


def write_atomically(path: str, data: bytes) -> None:
    """Write to a temporary file in the same directory, then rename it.  Raises OSError.

    An existing file keeps its mode, and a symbolic link stays a link.  A path that is not a regular file, such as
    ``/dev/stdout``, is written to directly.
    """
    if os.path.exists(path) and not os.path.isfile(path):
        with open(path, "wb") as file:
            file.write(data)
        return
    real = os.path.realpath(path)
    handle, scratch = tempfile.mkstemp(prefix=".dockerlint-", dir=os.path.dirname(real))
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        _copy_mode(real, scratch)
        os.replace(scratch, real)
    except OSError:
        os.unlink(scratch)
        raise


def _copy_mode(path: str, scratch: str) -> None:
    """Give the new file the mode and owner of the file that it replaces, or else the usual mode of a new file."""
    try:
        status = os.stat(path)
    except FileNotFoundError:
        umask = os.umask(0)  # the only way to read it is to set it
        os.umask(umask)
        os.chmod(scratch, 0o666 & ~umask)
        return
    os.chmod(scratch, status.st_mode & 0o7777)
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        os.chown(scratch, status.st_uid, status.st_gid)


def replace_file(path: str, data: bytes, expected: bytes) -> str | None:
    """Replace a file's content if it is still *expected*. Give the reason if that is not possible, else None."""
    try:
        with open(path, "rb") as file:
            if file.read() != expected:
                return "changed on disk while it was being fixed; nothing was written"
        if not os.access(os.path.realpath(path), os.W_OK):
            return "is read-only; nothing was written"
        write_atomically(path, data)
    except OSError as error:
        return f"cannot be written: {(error.strerror or str(error)).lower()}"
    return None
