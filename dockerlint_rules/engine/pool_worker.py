"""What a process of a pool does: it takes tasks, lints their files, and says what it found and what it writes.

Its messages: ``("writes", (index, report))`` before it writes a fixed file, with the report that is true from then on;
``("wrote", index)`` afterwards; ``("reports", [(index, report), …])`` with the other reports; ``("done", None)`` at the
end of a task; ``("interrupt", None)`` if code raised KeyboardInterrupt.
"""

from __future__ import annotations

import os
import sys
import time
from contextlib import suppress

from dockerlint_rules.engine.file_reports import failed_report, free_memory
from dockerlint_rules.engine.time_limit import FileClock, TimeLimitReached
from dockerlint_rules.files.interrupts import Interrupted, raise_if_interrupted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Protocol

    from dockerlint_rules.engine.many_files import Work
    from dockerlint_rules.findings.results import FileReport

    class Channel(Protocol):
        """The way to the parent."""

        def receive(self) -> list[int] | None:
            """The next task, or None when there are no more."""

        def send(self, what: str, value: Any) -> None:
            """Say something.  Raises OSError where nobody listens any more."""

        def set_place(self, number: int, index: int) -> None:
            """Show which file the process is at: its index, or -1."""


NO_MEMORY = 12  # exit status, as the system numbers this error
PATIENCE = 1.5  # seconds to clean up for a process whose parent is gone


class TaskClock(FileClock):
    """The clock of a process, which also shows its parent what it is at."""

    def __init__(self, channel: Channel, seconds: float) -> None:
        super().__init__(seconds)
        self.channel = channel
        self.indices: dict[str, int] = {}  # by path
        self.announced: set[int] = set()
        self._number = 0

    def begin_task(self, indices: list[int], paths: list[str]) -> None:
        """Give the files of a task their time."""
        self.forget()
        self.indices = {paths[index]: index for index in indices}

    def start(self, path: str) -> None:
        """Count the time from now on for this file."""
        super().start(path)
        self._number = (self._number + 1) & 0x7FFFFFFF
        self.channel.set_place(self._number, self.indices.get(path, -1))

    def stop(self) -> None:
        """Count the time for no file."""
        super().stop()
        self.channel.set_place(self._number, -1)

    def before_write(self, report: FileReport) -> None:
        """Say that a fixed file will be written, so that it is known even if this process ends in between."""
        index = self.indices[report.path]
        self.channel.send("writes", (index, report))
        self.announced.add(index)


def do_tasks(channel: Channel, work: Work, paths: list[str], seconds: float) -> int:
    """Do tasks until there are no more; the exit status of the process."""
    try:
        with TaskClock(channel, seconds) as clock:
            while (indices := channel.receive()) is not None:
                _do_task(channel, work, paths, indices, clock)
        return 0
    except Interrupted as error:
        return 128 + error.number
    except TimeLimitReached:  # between two files: its parent gives what is left to another process
        return 1
    except KeyboardInterrupt:
        # Not a signal: code says that the user wants to stop, and that holds for the whole run.
        with suppress(OSError):
            channel.send("interrupt", None)
        return 130
    except (OSError, EOFError):
        return 1  # nobody listens any more
    except MemoryError:
        return NO_MEMORY
    finally:
        _leave_nothing()


def _do_task(
    channel: Channel, work: Work, paths: list[str], indices: list[int], clock: TaskClock
) -> None:
    clock.announced.clear()
    error = _try(channel, work, paths, indices, clock)
    if error is not None:  # an own bug, no memory, or a report that cannot be sent
        free_memory()
        for index in indices:
            if index in clock.announced:
                continue  # its report has been sent
            error = _try(channel, work, paths, [index], clock)
            if error is not None:
                report = failed_report(paths[index], error, clock.seconds)
                channel.send("reports", [(index, report)])
    channel.send("done", None)


def _try(
    channel: Channel, work: Work, paths: list[str], indices: list[int], clock: TaskClock
) -> BaseException | None:
    """Lint files and send their reports; the error that kept it from that."""
    try:
        channel.send("reports", _reports(channel, work, paths, indices, clock))
    except (OSError, EOFError):
        raise
    except (Exception, TimeLimitReached) as error:
        clock.stop()  # or it would ring again in what follows
        return error.with_traceback(None)  # it would keep everything alive
    return None


def _reports(
    channel: Channel, work: Work, paths: list[str], indices: list[int], clock: TaskClock
) -> list[tuple[int, FileReport]]:
    """The reports of some files, without those of the files that were written."""
    clock.begin_task(indices, paths)
    reports = []
    done = work([paths[index] for index in indices], clock)
    for index, report in zip(indices, done, strict=True):
        raise_if_interrupted()
        if index in clock.announced and report.fixed_bytes is not None:
            channel.send("wrote", index)
            continue
        if not report.from_stdin:
            report.fixed_bytes = None  # only the file needs it
        reports.append((index, report))
    return reports


def _leave_nothing() -> None:
    """Close what a signal may have left open, and let nobody wait for what was printed."""
    program = sys.modules.get("dockerlint_rules.shellcheck.program")
    if program is not None:
        program.close_all()
    with suppress(OSError, ValueError, AttributeError):
        sys.stderr.flush()


# -- the end of the parent -------------------------------------------------------------------------


def end_with_parent(tasks: int) -> None:
    """Watch the pipe of the tasks in a thread, and end this process when its other end is closed.

    That happens when the parent has no more tasks, when it stops the run, and when it dies, whatever kills it.
    """
    import _thread

    with suppress(RuntimeError):  # no memory for its stack: the end is seen before the next task
        _thread.start_new_thread(_wait_for_parent, (tasks,))


def _wait_for_parent(tasks: int) -> None:
    import select
    import signal

    signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())  # they are for the main thread
    poll = select.poll()
    poll.register(tasks, 0)  # only the end, which is always told
    poll.poll()
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(PATIENCE)
    os._exit(1)
