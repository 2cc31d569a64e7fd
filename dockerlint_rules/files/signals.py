"""Signals that end the program wait until a write is whole and its scratch file is removed."""

from __future__ import annotations

import errno
from contextlib import contextmanager

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from signal import Signals

_NAMES = ("SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT")


class Interrupted(OSError):
    """A signal came before the file was written."""

    def __init__(self) -> None:
        super().__init__(errno.EINTR, "interrupted")


@contextmanager
def keep_signals_waiting() -> Iterator[None]:
    """Hold back signals; a waiting one takes effect at the end."""
    import signal  # perf: only where something is written

    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _held())
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def stop_if_interrupted() -> None:
    """Raise Interrupted if a signal is waiting: after it no file is written."""
    import signal

    if hasattr(signal, "sigpending") and signal.sigpending() & _held():
        raise Interrupted


def _held() -> set[Signals]:
    import signal

    return {getattr(signal, name) for name in _NAMES if hasattr(signal, name)}
