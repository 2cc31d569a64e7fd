"""The time that the main thread may take for one file or one request; what takes longer is stopped."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    import signal
else:
    import _signal as signal  # perf: signal itself makes enums of it, which takes 0.6 ms

SECONDS = 20.0
_AGAIN = 1.0  # seconds until the next try, where something caught TimeLimitReached or a message was being written


class TimeLimitReached(KeyboardInterrupt):
    """It took too long.  A KeyboardInterrupt, because what lets Ctrl-C pass must let this pass as well."""


class TimeLimit:
    """Raises TimeLimitReached in the main thread once a ``with`` block has used up its time.

    Only on systems with SIGALRM; Python code and regular expressions are stopped where they are.
    """

    def __init__(self, seconds: float = SECONDS) -> None:
        self.seconds = seconds
        self.is_held = False
        """While this is set nothing is raised: half a message must not be written."""
        self._depth = 0  # of blocks; the outermost one counts
        self._is_installed = False

    def __enter__(self) -> None:
        self._depth += 1
        if self._depth == 1 and hasattr(signal, "SIGALRM"):
            if not self._is_installed:
                try:
                    signal.signal(signal.SIGALRM, self._ring)
                except ValueError:
                    return  # another thread than the main one
                self._is_installed = True
            signal.setitimer(signal.ITIMER_REAL, self.seconds, _AGAIN)

    def __exit__(self, *_: object) -> None:
        self._depth -= 1
        if self._depth == 0 and self._is_installed:
            signal.setitimer(signal.ITIMER_REAL, 0.0)

    def _ring(self, number: int, frame: object) -> None:
        if self._depth and not self.is_held:
            raise TimeLimitReached
