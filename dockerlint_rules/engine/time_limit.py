"""The time that one file may take.  What takes longer is stopped, named in an error, and everything else goes on."""

from __future__ import annotations

import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    import signal
    from types import FrameType, TracebackType
    from typing import Any, Self

    from dockerlint_rules.findings.results import FileReport
else:
    import _signal as signal  # perf: signal itself makes enums of it, which takes 0.6 ms

_AGAIN = 1.0  # seconds until the next try, where something caught TimeLimitReached
_STUCK = 10.0  # seconds of processor time, beyond twice the limit, after which the system ends the process


class TimeLimitReached(KeyboardInterrupt):
    """The file *path* took too long.  A KeyboardInterrupt, because what lets Ctrl-C pass must let this pass as well."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.path = path


class FileClock:
    """Counts the time that each file of a batch takes, and raises TimeLimitReached when one has used up its own.

    *seconds* is the limit, 0 for none.  Only a main thread on a system with SIGALRM can be stopped; elsewhere nothing
    is raised.  Python code and regular expressions are stopped where they are, a call of other C code when it returns.
    """

    def __init__(self, seconds: float = 0.0) -> None:
        self.seconds = seconds
        self.path: str | None = None
        self.files_written = 0
        self._since = 0.0
        self._spent: dict[str, float] = {}
        self._before: Any = None
        self._is_on = False

    def __enter__(self) -> Self:
        if self.seconds and hasattr(signal, "SIGALRM"):
            try:
                self._before = signal.signal(signal.SIGALRM, self._ring)
            except ValueError:
                return self  # another thread than the main one
            self._is_on = True
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._is_on:
            self.stop()
            signal.signal(signal.SIGALRM, self._before)
            self._is_on = False

    def start(self, path: str) -> None:
        """Count the time from now on for this file."""
        if self._is_on:
            if self.path is not None:
                self.stop()
            self.path, self._since = path, time.monotonic()
            rest = self.seconds - self._spent.get(path, 0.0)
            signal.setitimer(signal.ITIMER_REAL, max(rest, 0.001), _AGAIN)
            # The system ends a process whose interpreter is stuck, as Python 3.11 can be when it has no memory left.
            signal.setitimer(signal.ITIMER_PROF, 2 * self.seconds + _STUCK)

    def stop(self) -> None:
        """Count the time for no file: a program runs that has a limit of its own, or what is done must be whole."""
        if self._is_on and self.path is not None:
            signal.setitimer(signal.ITIMER_REAL, 0.0)
            signal.setitimer(signal.ITIMER_PROF, 0.0)
            path, self.path = self.path, None
            self._spent[path] = self._spent.get(path, 0.0) + time.monotonic() - self._since

    def forget(self) -> None:
        """Give every file its whole time again, for the next batch or another try."""
        self.stop()
        self._spent.clear()

    def before_write(self, report: FileReport) -> None:
        """Take note that a fixed file will be written, and of the report that is true from then on."""

    def after_write(self) -> None:
        """Take note that it was."""
        self.files_written += 1

    def _ring(self, number: int, frame: FrameType | None) -> None:
        if self.path is not None:
            raise TimeLimitReached(self.path)


UNTIMED = FileClock()
"""A clock without a limit."""


def time_limit_text(seconds: float, verb: str = "linted") -> str:
    """What is said of a file that took too long, to put after its path."""
    return f"was not {verb} within {seconds:g} s; allow more time with --time-limit"
