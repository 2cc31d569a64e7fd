"""Writes files: a file is replaced as a whole or stays as it was, and nothing but its content changes.

The data goes to a scratch file beside it that nobody can guess or open, which is then renamed.  A file whose hard
links, owner or attributes a new file cannot have is written in place, while its old content lies in a scratch file.
No symbolic link is followed between the decision to write and the write.
"""

from __future__ import annotations

import errno
import os
import stat
from contextlib import contextmanager, suppress

from dockerlint_rules.files.folder import Folder
from dockerlint_rules.files.metadata import copy_metadata, set_mode
from dockerlint_rules.files.signals import Interrupted, keep_signals_waiting, stop_if_interrupted
from dockerlint_rules.files.tree import is_system_path, leads_out, real_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

_CHANGED = "changed on disk while it was being fixed; nothing was written"
_LINK_OUT = "it is a symbolic link out of the tree that it lies in"
# The folder takes no new files, while the file itself may be writable.
_CLOSED_FOLDER = {errno.EACCES, errno.EPERM, errno.EROFS}
_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class WriteError(OSError):
    """A path that is not written to; the text says why."""

    def __init__(self, reason: str) -> None:
        super().__init__(errno.EPERM, reason)


class _Changed(Exception):
    """The file is not what it was when it was read."""


class _ClosedFolder(Exception):
    """The folder takes no new files, or not in the place of this one."""


class _NotRestored(Exception):
    """The file is neither old nor new; the text says where the old content is."""


def write_atomically(path: str, data: bytes) -> None:
    """Write a file whole, such as a report.  Raises OSError.

    An existing file keeps everything but its content.  A symbolic link stays a link, and one that leads out of the
    tree that it lies in is not followed.  A path that is not a regular file, such as ``/dev/stdout``, is written to
    directly.
    """
    real = real_path(path)
    if real is None:
        raise WriteError("no such file")
    # Resolved again afterwards: what was judged is what is written.
    if (
        leads_out(path, to_write=True)
        or real != real_path(path)
        or (os.path.islink(path) and ".git" in real.lower().split(os.sep))
    ):
        raise WriteError(_LINK_OUT)
    if is_system_path(path) or (os.path.exists(path) and not os.path.isfile(path)):
        _write_to_device(path, data)
        return
    try:
        with keep_signals_waiting(), Folder(os.path.dirname(real)) as folder:
            _replace(folder, os.path.basename(real), data, None)
    except (_Changed, _NotRestored) as problem:
        raise WriteError(str(problem)) from None


def replace_file(path: str, data: bytes, expected: bytes) -> str | None:
    """Replace a file's content if it is still *expected*. Give the reason if that is not possible, else None.

    *path* is a real path: no link in it is followed, so that none can be put there after the path was judged.
    """
    try:
        with keep_signals_waiting(), Folder(os.path.dirname(path)) as folder:
            _replace(folder, os.path.basename(path), data, expected)
    except _Changed:
        return _CHANGED
    except _NotRestored as problem:
        return f"cannot be written: {problem}"
    except Interrupted:
        return "was not written, because the run was interrupted"
    except PermissionError:
        return "is read-only; nothing was written"
    except ValueError:
        return "cannot be written: no such file"
    except OSError as error:
        if error.errno in (errno.ELOOP, errno.ENOTDIR):
            return _CHANGED  # a part of the real path has become a link
        return f"cannot be written: {(error.strerror or str(error)).lower()}"
    return None


def append_text(path: str, text: str) -> None:
    """Add text to the end of a file that the environment names.  Raises OSError."""
    with open(path, "a", encoding="utf-8", newline="\n", opener=_open_without_waiting) as file:
        _wait_again(file.fileno())
        file.write(text)


def _open_without_waiting(path: str, flags: int) -> int:
    more = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0)
    try:
        return os.open(path, flags | more, 0o666)
    except OSError as error:
        if error.errno == errno.ENXIO:
            raise WriteError("it is a pipe or a socket that nobody reads") from None
        raise


def _wait_again(handle: int) -> None:
    """Undo O_NONBLOCK, so that a slow reader is waited for."""
    if os.name != "nt":
        os.set_blocking(handle, True)


def _write_to_device(path: str, data: bytes) -> None:
    with open(path, "wb", opener=_open_without_waiting) as file:
        _wait_again(file.fileno())
        file.write(data)


def _replace(folder: Folder, name: str, data: bytes, expected: bytes | None) -> None:
    try:
        handle = folder.open(name, os.O_RDWR)
    except FileNotFoundError:
        if expected is not None:
            raise
        with _scratch_file(folder, data, 0o666) as (_, scratch):  # less what the umask takes away
            folder.rename(scratch, name)
        return
    try:
        status = os.fstat(handle)
        if not stat.S_ISREG(status.st_mode):
            raise _Changed("it is not a regular file")
        if expected is not None and (
            status.st_size != len(expected) or _content(handle, status) != expected
        ):
            raise _Changed
        # Windows renames no open file, and a closed one may be swapped.
        is_in_place = status.st_nlink > 1 or os.name == "nt"
        if is_in_place or not _rename_over(folder, name, data, handle, status):
            _overwrite(folder, data, handle, status)
    finally:
        os.close(handle)


def _content(handle: int, status: os.stat_result) -> bytes:
    os.lseek(handle, 0, os.SEEK_SET)
    pieces = []
    while piece := os.read(handle, max(status.st_size + 1, 1 << 16)):
        pieces.append(piece)
    return b"".join(pieces)


def _rename_over(
    folder: Folder, name: str, data: bytes, handle: int, status: os.stat_result
) -> bool:
    """Put a new file in the place of the open one; False where a new file cannot be all that the old one is."""
    try:
        # At no time may anybody read the new file who may not read the old one.
        with _scratch_file(folder, data, status.st_mode & 0o600) as (new, scratch):
            if not copy_metadata(handle, new, status):
                return False
            os.fsync(new)
            if _identity(folder.status(name)) != _identity(status):
                raise _Changed("it changed while it was being written")
            try:
                folder.rename(scratch, name)
            except PermissionError:  # others' files in a folder such as /tmp
                return False
    except _ClosedFolder:
        return False
    return True


def _identity(status: os.stat_result) -> tuple[int, ...]:
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns


def _overwrite(folder: Folder, data: bytes, handle: int, status: os.stat_result) -> None:
    """Write into the open file.  Its old content is on the disk until the new one is."""
    old, mode = _content(handle, status), status.st_mode & 0o600
    try:
        with _scratch_file(folder, old, mode):
            _write_in_place(handle, data, old, status)
    except _ClosedFolder:
        import tempfile  # perf: only for a folder that takes no new files

        with (
            Folder(os.path.realpath(tempfile.gettempdir())) as other,
            _scratch_file(other, old, mode),
        ):
            _write_in_place(handle, data, old, status)


def _write_in_place(handle: int, data: bytes, old: bytes, status: os.stat_result) -> None:
    stop_if_interrupted()
    try:
        if hasattr(os, "posix_fallocate") and len(data) > len(old):
            _reserve(handle, len(data))
        _write_whole(handle, data)
        os.fsync(handle)
    except BaseException:
        try:
            _write_whole(handle, old)
            os.fsync(handle)
        except OSError as error:
            raise _NotRestored(str(error.strerror).lower()) from None
        raise
    if os.fstat(handle).st_mode != status.st_mode:
        set_mode(handle, status)  # the kernel clears setuid at a write


def _reserve(handle: int, size: int) -> None:
    """Notice a full disk before anything is lost."""
    try:
        os.posix_fallocate(handle, 0, size)
    except OSError as error:
        if error.errno in _NO_ROOM:  # else the file system cannot tell
            raise


def _write_whole(handle: int, data: bytes) -> None:
    """Make *data* the whole content of an open file."""
    os.lseek(handle, 0, os.SEEK_SET)
    view = memoryview(data)
    while view:
        view = view[os.write(handle, view) :]
    os.ftruncate(handle, len(data))


@contextmanager
def _scratch_file(folder: Folder, data: bytes, mode: int) -> Iterator[tuple[int, str]]:
    """A new file of the folder with the data, on the disk: descriptor and name.  It is removed if it is still there."""
    name = f".dockerlint-{os.urandom(16).hex()}"
    try:
        handle = folder.open(name, os.O_RDWR | os.O_CREAT | os.O_EXCL, mode)
    except OSError as error:
        if error.errno in _CLOSED_FOLDER:
            raise _ClosedFolder(
                f"the folder takes no new files: {error.strerror}".lower()
            ) from None
        raise
    is_kept = False
    try:
        _write_whole(handle, data)
        os.fsync(handle)
        yield handle, name
    except _NotRestored as problem:
        is_kept = True  # the only copy
        kept = os.path.join(folder.path, name)
        raise _NotRestored(f"{problem}; its old content is in '{kept}'") from None
    finally:
        os.close(handle)
        if not is_kept:
            with suppress(FileNotFoundError):
                folder.remove(name)
