"""What a killed process leaves behind: a running ShellCheck with its folder, and a half-written file."""

from __future__ import annotations

import os
from contextlib import suppress

from dockerlint_rules.files.reading import read_bytes


def remove_leftovers(pid: int) -> None:
    """End the programs that a process started in its scratch folders, and remove these."""
    from tempfile import gettempdir

    for folder in _owned(gettempdir(), f"dockerlint-{pid}-"):
        _end_programs_in(folder)
        import shutil

        shutil.rmtree(folder, ignore_errors=True)


def remove_scratch_files(path: str, text: bytes) -> None:
    """Remove what is left beside *path* of writing *text* to it, if the file is whole now (see ``files/writing.py``).

    To be called when nobody writes any more.
    """
    if read_bytes(path) != text:
        return
    for scratch in _owned(os.path.dirname(os.path.realpath(path)), ".dockerlint-"):
        written = read_bytes(scratch)
        if isinstance(written, bytes) and text.startswith(written):
            with suppress(OSError):
                os.unlink(scratch)


def _owned(folder: str, prefix: str) -> list[str]:
    """The entries of a folder with this prefix that belong to this user."""
    found = []
    with suppress(OSError):
        for name in os.listdir(folder or os.curdir):
            if name.startswith(prefix):
                path = os.path.join(folder, name)
                if os.lstat(path).st_uid == os.geteuid():
                    found.append(path)
    return found


def _end_programs_in(folder: str) -> None:
    """Kill the programs whose current directory lies in a folder, where the system tells (Linux)."""
    real = os.path.realpath(folder)
    with suppress(OSError):
        for number in os.listdir("/proc"):
            if number.isdigit():
                with suppress(OSError):
                    place = os.readlink(f"/proc/{number}/cwd")
                    if place == real or place.startswith(real + os.sep):
                        os.kill(int(number), 9)
