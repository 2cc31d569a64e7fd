"""The one writer of files: whole or not at all."""

from __future__ import annotations

import os
import tempfile


def write_atomically(path: str, data: bytes) -> None:
    """Write a file under a temporary name beside it and move it into place.  Raises OSError.

    The mode of a file that exists and a symbolic link stay.  What is not a file, such as ``/dev/stdout``, is written
    to directly.
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
    """Give the new file the mode and owner of the one that it replaces, or the mode of any new file."""
    try:
        status = os.stat(path)
    except FileNotFoundError:
        umask = os.umask(0)  # it can only be read by setting it
        os.umask(umask)
        os.chmod(scratch, 0o666 & ~umask)
        return
    os.chmod(scratch, status.st_mode & 0o7777)
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        os.chown(scratch, status.st_uid, status.st_gid)


def replace_file(path: str, data: bytes, expected: bytes) -> str | None:
    """Replace the content of a file that still is as *expected*; a sentence if that is not possible."""
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
