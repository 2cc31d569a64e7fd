"""Signals that end a run: SIGINT, SIGTERM and SIGHUP.  After one nothing is written or left half done."""

from __future__ import annotations

import os
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    import signal
    from types import FrameType, TracebackType
else:
    import _signal as signal  # perf: signal itself makes enums of it, which takes 0.6 ms

_NAMES = ("SIGINT", "SIGTERM", "SIGHUP")
_IMPATIENT = 1.0  # seconds after which a second signal ends the process at once


class Interrupted(KeyboardInterrupt):
    """A signal asks the run to end; *number* is the signal's.

    It is a KeyboardInterrupt, so what lets Ctrl-C pass lets every signal pass: rules, and plugins that catch all else.
    """

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


class _State:
    """What came, and whether it may be raised; signal handlers and everything here run in the main thread."""

    received = 0  # number of the signal
    raised = False
    at = 0.0
    depth = 0  # of the sections that must not be left halfway


def install() -> None:
    """Let the signals raise Interrupted in the main thread.  An ignored one, as under nohup, stays ignored."""
    for number in _numbers():
        if signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, _receive)


def ignore() -> None:
    """Ignore the signals from now on: everything is done, and only the exit status is left to give."""
    for number in _numbers():
        if signal.getsignal(number) == _receive:
            signal.signal(number, signal.SIG_IGN)


def begin_process() -> None:
    """Start outside of all sections in a process that was forked inside one.

    SIGTERM is never ignored there: its parent ends it with that.
    """
    _State.depth, _State.raised = 0, False
    signal.signal(signal.SIGTERM, _receive)
    install()
    raise_if_interrupted()


def signal_name(number: int) -> str:
    """A signal's name, such as SIGTERM."""
    import signal as named

    try:
        return named.Signals(number).name
    except ValueError:
        return f"signal {number}"


def raise_if_interrupted() -> None:
    """Raise Interrupted after a signal, also inside a section and where somebody caught it before."""
    if _State.received:
        _State.raised = True
        raise Interrupted(_State.received)


class uninterrupted:  # noqa: N801 - reads as a word in a with statement
    """A section that a signal does not leave halfway: Interrupted is raised at its end.

    ``raise_if_interrupted()`` marks the places inside where it can be left.
    """

    __slots__ = ()

    def __enter__(self) -> None:
        _State.depth += 1

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        _State.depth -= 1
        if not _State.depth and _State.received and not _State.raised and error is None:
            raise_if_interrupted()


def _receive(number: int, frame: FrameType | None) -> None:
    if _State.received:
        if time.monotonic() - _State.at > _IMPATIENT:
            signal.signal(number, signal.SIG_DFL)
            os.kill(os.getpid(), number)
        return
    _State.received, _State.at = number, time.monotonic()
    if not _State.depth:
        raise_if_interrupted()


def _numbers() -> list[int]:
    """The numbers of the signals that this system has."""
    return [int(getattr(signal, name)) for name in _NAMES if hasattr(signal, name)]
