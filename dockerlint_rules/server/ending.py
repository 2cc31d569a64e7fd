"""Ends the process, whatever the main thread is doing: at a signal, and when the client is gone."""

from __future__ import annotations

import os
import sys
import threading
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    import select
    import signal
    from typing import NoReturn, Protocol

    class Watched(Protocol):
        """What the main thread does."""

        progress: int
        """Grows with everything that it has done."""

        def exit_status(self) -> int:
            """The exit status once the client is gone."""
else:
    import _signal as signal  # perf: signal itself makes enums of it, which takes 0.6 ms
    import select

# Seconds without progress that the main thread has left: once nothing more can come, or nobody can read its answers.
_PATIENCE_AFTER_INPUT, _PATIENCE_ALONE = 5.0, 1.0
_LOOK = 0.1  # seconds between two looks whether there is progress
_SIGNALS = ("SIGTERM", "SIGINT", "SIGHUP")
_INPUT_ENDED = (
    b"\0"  # what the reading thread writes to the watching one; signals write their number
)
_HALF_CLOSED = (
    0x2000 if sys.platform == "linux" else 0
)  # POLLRDHUP: the other side of a socket writes no more


def end_process(status: int) -> NoReturn:
    """End the process at once: no running ShellCheck and no folder of its scripts stays behind."""
    program = sys.modules.get("dockerlint_rules.shellcheck.program")  # else it was never used
    if program is not None:
        program.close_all(for_good=True)
    os._exit(status)


class Watch:
    """A thread that ends the process when a signal comes, or its pipes are closed and the main thread does not end.

    The main thread may be busy or blocked: it lints, or it waits for a client that does not read.
    """

    def __init__(self, streams: tuple[int, int], watched: Watched) -> None:
        """*streams* are the descriptors of input and output."""
        self.input, self.output = streams
        self.watched = watched
        self._signals, self._wake = -1, -1

    def start(self) -> None:
        """Begin to watch, on POSIX systems; elsewhere Ctrl-C and the end of the input are left to the main thread."""
        if os.name != "posix":
            return
        self._signals, self._wake = os.pipe()
        os.set_blocking(self._wake, False)
        for name in _SIGNALS:
            number = getattr(signal, name)
            if signal.getsignal(number) != signal.SIG_IGN:  # nohup stays in force
                # The number also goes to the pipe, even while the main thread is blocked and the handler has to wait.
                signal.signal(number, _end)
        signal.set_wakeup_fd(self._wake, warn_on_full_buffer=False)
        threading.Thread(target=self._run, daemon=True).start()

    def input_ended(self) -> None:
        """Say that nothing more will be read: the client has said ``exit`` or closed the stream."""
        if self._wake >= 0:
            os.write(self._wake, _INPUT_ENDED)

    def _run(self) -> None:
        poll = select.poll()
        poll.register(self._signals, select.POLLIN)
        # Only the end of a stream, which poll always tells.
        poll.register(self.input, _HALF_CLOSED)
        poll.register(self.output, 0)
        has_input, has_output = True, True
        seen, since = self.watched.progress, time.monotonic()
        while True:
            waiting = None if has_input and has_output else _LOOK * 1000
            for descriptor, event in poll.poll(waiting):
                if descriptor == self._signals:
                    has_input = self._take_signals() and has_input
                    continue
                poll.unregister(descriptor)
                if not event & select.POLLNVAL:  # which macOS says of devices
                    has_input = has_input and descriptor != self.input
                    has_output = has_output and descriptor != self.output
                since = time.monotonic()
            if has_input and has_output:
                continue
            if self.watched.progress != seen and has_output:  # else nobody waits for the progress
                seen, since = self.watched.progress, time.monotonic()
            patience = _PATIENCE_AFTER_INPUT if has_output else _PATIENCE_ALONE
            if time.monotonic() - since > patience:
                end_process(self.watched.exit_status())

    def _take_signals(self) -> bool:
        """End the process if a signal has come; False if the input has ended."""
        found = os.read(self._signals, 512)
        for number in found:
            if number in {getattr(signal, name) for name in _SIGNALS}:
                end_process(128 + number)
        return _INPUT_ENDED[0] not in found


def _end(number: int, frame: object) -> None:
    end_process(128 + number)
