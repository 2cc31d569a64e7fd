"""Files that a stranger may put where dockerlint reads one, and a guard that ends what hangs."""

from __future__ import annotations

import os
import resource
import signal
import socket
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SECRET = "s3cret-of-the-machine"
HUGE = 10 << 30
_MEMORY = 1 << 30
_SECONDS = 20.0


def _socket(path: Path) -> None:
    here = Path.cwd()
    os.chdir(path.parent)  # its path may have only 107 bytes
    with socket.socket(socket.AF_UNIX) as one:
        one.bind(path.name)
    os.chdir(here)


def _huge(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(HUGE)


def _link_out(path: Path, outside: Path) -> None:
    """A link to a file outside of the tree with a secret on each of its lines, whatever reads it."""
    secret = outside / "secret"
    secret.write_text(
        f'FROM {SECRET}:{SECRET}\n[dockerlint]\n{SECRET} = {SECRET}\n{SECRET}: {SECRET}\n[remote "origin"]\n'
        f"url = https://{SECRET}.example.org/a\nref: refs/heads/{SECRET}\n"
    )
    path.symlink_to(secret)


def _loop(path: Path) -> None:
    path.symlink_to(path.name)


def _link_to_pipe(path: Path, outside: Path) -> None:
    os.mkfifo(outside / "pipe")
    path.symlink_to(outside / "pipe")


HOSTILE: dict[str, Callable[[Path, Path], None]] = {
    "fifo": lambda path, _: os.mkfifo(path),
    "socket": lambda path, _: _socket(path),
    "zero": lambda path, _: path.symlink_to("/dev/zero"),
    "terminal": lambda path, _: path.symlink_to("/dev/stdin"),
    "environment": lambda path, _: path.symlink_to("/proc/self/environ"),
    "kernel-log": lambda path, _: path.symlink_to("/proc/kmsg"),
    "memory": lambda path, _: path.symlink_to("/proc/self/mem"),
    "directory": lambda path, _: path.mkdir(),
    "huge": lambda path, _: _huge(path),
    "loop": lambda path, _: _loop(path),
    "dangling": lambda path, _: path.symlink_to("nothing"),
    "link-out": _link_out,
    "link-to-pipe": _link_to_pipe,
    "nothing-but-nuls": lambda path, _: _fill(path, b"\0" * 4096),
    "no-utf-8": lambda path, _: _fill(path, b"\xff\xfe[\xed\xa0\x80" * 100),
    "empty": lambda path, _: _fill(path, b""),
}
"""What makes each kind at a path; the second argument is a folder outside of the tree."""


def _fill(path: Path, data: bytes) -> None:
    path.write_bytes(data)


@contextmanager
def ended_when_it_hangs() -> Iterator[None]:
    """Fail what waits for ever, and what wants more than a GiB of memory."""

    def stop(*_: object) -> None:
        raise TimeoutError(f"did not end within {_SECONDS:.0f} seconds")

    before = signal.signal(signal.SIGALRM, stop)
    limits = resource.getrlimit(resource.RLIMIT_AS)
    with open("/proc/self/statm", encoding="ascii") as file:
        used = int(file.read().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (used + _MEMORY, limits[1]))
    signal.setitimer(signal.ITIMER_REAL, _SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
        resource.setrlimit(resource.RLIMIT_AS, limits)
