"""One process of a pool: how it is started, what it is told and tells, and how it ends."""

from __future__ import annotations

import mmap
import os
import pickle
import time
from contextlib import suppress

from dockerlint_rules.engine.pool_worker import NO_MEMORY, do_tasks, end_with_parent
from dockerlint_rules.files.interrupts import begin_process, signal_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any, Protocol

    from dockerlint_rules.engine.many_files import Work
    from dockerlint_rules.engine.pool import Task
    from dockerlint_rules.findings.results import FileReport

    Message = tuple[str, Any]
    """What a process says, and about what: see ``pool_worker.py``."""

    class PoolProcess(Protocol):
        """A process that lints files."""

        task: Task | None
        """What it works at."""
        writes: dict[int, FileReport]
        """Reports of the fixed files that it said it would write, until it said that it did."""
        has_ended: bool
        """Whether it will say nothing more."""
        seen: tuple[int, int]
        """Its place when its parent last looked, and since when it has been there (``seen_at``)."""
        seen_at: float

        @staticmethod
        def wait_for(processes: Sequence[Any], timeout: float | None) -> list[Any]:
            """The processes that said something or ended, after *timeout* seconds at the latest."""

        def send(self, indices: list[int]) -> None:
            """Give it a task."""

        def messages(self, *, to_the_end: bool = False) -> Iterator[Message]:
            """What it has said; *to_the_end* waits until it has ended."""

        def place(self) -> tuple[int, int]:
            """A number that changes with each file, and the index of the file that it is at, or -1."""

        def ask_to_end(self) -> None:
            """Let it end when it has cleaned up."""

        def kill(self) -> None:
            """End it now."""

        def wait(self) -> str:
            """Wait for its end and say what it was: "was ended by SIGKILL"."""

        def remove_leftovers(self) -> None:
            """Remove what it could not remove itself."""


NOWHERE = (0, -1)
_SIGTERM, _SIGKILL = 15, 9
_LAST_WORDS = 1.0  # seconds to wait for what a killed process said


class ForkedProcess:
    """A process that begins with everything that is loaded here, so that plugins' objects need not be sent.

    Tasks and messages go through pipes.  The place where it is lies in memory that both share, which costs nothing.
    Raises OSError where no process can be started.
    """

    def __init__(
        self, work: Work, paths: list[str], seconds: float, others: Sequence[PoolProcess]
    ) -> None:
        self.task: Task | None = None
        self.writes: dict[int, FileReport] = {}
        self.has_ended = False
        self.seen, self.seen_at = NOWHERE, time.monotonic()
        self._ending = ""
        self._why = ""
        self._buffer = bytearray()
        self._place = memoryview(mmap.mmap(-1, mmap.PAGESIZE)).cast("i")
        self._place[0], self._place[1] = NOWHERE
        ends: list[int] = []
        try:
            for _ in range(2):
                ends += _pipe()
            tasks, self._tasks, self._results, results = ends
            self.pid = os.fork()
        except OSError:
            for one in ends:
                os.close(one)
            raise
        if not self.pid:
            status = 1
            try:
                ours = [self._tasks, self._results]
                for other in others:
                    ours += other.ends if isinstance(other, ForkedProcess) else ()
                for end in ours:
                    os.close(end)
                status = self._live(work, paths, seconds, tasks, results)
            except MemoryError:
                status = NO_MEMORY
            finally:
                os._exit(status)  # not as this process would end: it is a copy
        os.close(tasks)
        os.close(results)

    @property
    def ends(self) -> tuple[int, ...]:
        """This process's ends of the pipes; a new process closes its copies, or nobody would see them close."""
        return tuple(one for one in (self._tasks, self._results) if one >= 0)

    def _live(self, work: Work, paths: list[str], seconds: float, tasks: int, results: int) -> int:
        """The life of the new process; its exit status."""
        begin_process()
        with suppress(OSError):
            # Its parent owns standard input and output.
            null = os.open(os.devnull, os.O_RDONLY)
            os.dup2(null, 0)
            os.close(null)
            os.dup2(2, 1)
        end_with_parent(tasks)
        channel = _Channel(tasks, results, self._place)
        return do_tasks(channel, work, paths, seconds)

    @staticmethod
    def wait_for(processes: Sequence[ForkedProcess], timeout: float | None) -> list[ForkedProcess]:
        """The processes that said something or ended, after *timeout* seconds at the latest."""
        import select

        poll = select.poll()
        by_end = {one._results: one for one in processes}
        for end in by_end:
            poll.register(end, select.POLLIN)
        wait = None if timeout is None else max(0.0, timeout) * 1000
        return [by_end[end] for end, _ in poll.poll(wait)]

    def send(self, indices: list[int]) -> None:
        """Give it a task."""
        with suppress(BrokenPipeError):  # it has just ended, and its other pipe says so
            _write(self._tasks, indices)

    def messages(self, *, to_the_end: bool = False) -> Iterator[Message]:
        """What it has said; *to_the_end* waits until it has ended."""
        while not self.has_ended:
            if to_the_end and not self.wait_for([self], _LAST_WORDS):
                self.has_ended = True  # it has, but a program that it started holds the pipe
                return
            data = os.read(self._results, 1 << 20)
            self._buffer += data
            self.has_ended = not data
            yield from self._whole_messages()
            if not to_the_end:
                return

    def _whole_messages(self) -> Iterator[Message]:
        at = 0
        while len(self._buffer) >= at + 4:
            end = at + 4 + int.from_bytes(self._buffer[at : at + 4], "little")
            if len(self._buffer) < end:
                break
            try:
                message = pickle.loads(self._buffer[at + 4 : end])
            except Exception:
                # Such as an object of a plugin that can be sent and not received.
                self.kill()
                self._why = "sent a report that cannot be read"
                self.has_ended = True
                return
            yield message
            at = end
        del self._buffer[:at]

    def place(self) -> tuple[int, int]:
        """A number that changes with each file, and the index of the file that it is at, or -1."""
        return self._place[0], self._place[1]

    def ask_to_end(self) -> None:
        """Let it end when it has cleaned up."""
        self._close_tasks()
        if self.task is not None:
            self._signal(_SIGTERM)

    def kill(self) -> None:
        """End it now."""
        self._signal(_SIGKILL)

    def _signal(self, number: int) -> None:
        if not self._ending:
            with suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def wait(self) -> str:
        """Wait for its end and say what it was: "was ended by SIGKILL"."""
        if not self._ending:
            code = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
            self._ending = ending_text(code)
            self._close_tasks()
            os.close(self._results)
            self._results = -1
        return self._why or self._ending

    def _close_tasks(self) -> None:
        if self._tasks >= 0:
            os.close(self._tasks)
            self._tasks = -1

    def remove_leftovers(self) -> None:
        """Remove what it could not remove itself."""
        if self._ending != "exited with status 0":
            from dockerlint_rules.engine.leftovers import remove_leftovers

            remove_leftovers(self.pid)


def ending_text(code: int) -> str:
    """How a process ended: "was ended by SIGKILL"."""
    if code == NO_MEMORY:
        return "had not enough memory"
    return f"was ended by {signal_name(-code)}" if code < 0 else f"exited with status {code}"


class _Channel:
    """The way to the parent, see ``pool_worker.py``."""

    def __init__(self, tasks: int, results: int, place: memoryview[int]) -> None:
        self._tasks = os.fdopen(tasks, "rb")
        self._results = results
        self._place = place

    def receive(self) -> list[int] | None:
        """The next task, or None when there are no more."""
        size = self._tasks.read(4)
        if len(size) < 4:
            return None
        indices: list[int] = pickle.loads(self._tasks.read(int.from_bytes(size, "little")))
        return indices

    def send(self, what: str, value: Any) -> None:
        """Say something.  Raises OSError where nobody listens any more."""
        _write(self._results, (what, value))

    def set_place(self, number: int, index: int) -> None:
        """Show which file the process is at: its index, or -1."""
        self._place[1] = index
        self._place[0] = number


def _write(end: int, value: object) -> None:
    """Write an object and, before it, its length."""
    data = pickle.dumps(value, pickle.HIGHEST_PROTOCOL)
    rest = memoryview(len(data).to_bytes(4, "little") + data)
    while rest:
        rest = rest[os.write(end, rest) :]


def _pipe() -> tuple[int, int]:
    """The reading and the writing end of a pipe, both above the standard streams, even if one of those is closed."""
    ends = list(os.pipe())
    for at, end in enumerate(ends):
        if end <= 2:
            import fcntl

            ends[at] = fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, 3)
            os.close(end)
    return ends[0], ends[1]
