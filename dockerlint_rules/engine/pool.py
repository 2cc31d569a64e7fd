"""A pool of processes that loses nothing: whatever ends a process, every file gets its report, once and in order.

The standard pool cannot say which file a process was at when it died, and gives up with it.  Here the unfinished files
of a process that ended are linted again, and one that may have ended it in a process of its own: only what ends that
one too is lost, and named.
"""

from __future__ import annotations

import time
from collections import deque
from contextlib import suppress

from dockerlint_rules.engine.pool_process import ForkedProcess
from dockerlint_rules.engine.time_limit import FileClock, time_limit_text
from dockerlint_rules.files.interrupts import raise_if_interrupted, uninterrupted
from dockerlint_rules.files.reading import read_bytes
from dockerlint_rules.findings.results import FileReport, RunError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.engine.many_files import Work
    from dockerlint_rules.engine.pool_process import Message, PoolProcess

TRIES = 2  # times that a file is linted alone: once may be bad luck, such as somebody's kill
PATIENCE = 2.0  # seconds that processes have to end themselves before they are killed


class Task:
    """Files for one process, as indices into the paths; *alone* counts the tries of one file by itself, from 1."""

    __slots__ = ("alone", "indices")

    def __init__(self, indices: list[int], alone: int = 0) -> None:
        self.indices = indices
        self.alone = alone


class Pool:
    """Processes that lint *paths*, *size* at a time, at most *jobs* at once; see ``reports()``."""

    def __init__(
        self,
        work: Work,
        paths: list[str],
        size: int,
        jobs: int,
        seconds: float,
        *,
        can_fork: bool = True,
    ) -> None:
        self.work = work
        self.paths = paths
        self.jobs = jobs
        self.seconds = seconds
        self.can_fork = can_fork
        self.tasks = deque(
            Task(list(range(at, min(at + size, len(paths))))) for at in range(0, len(paths), size)
        )
        self.processes: list[PoolProcess] = []
        self.finished: dict[int, FileReport] = {}  # that wait for an earlier one
        self.is_finished = bytearray(len(paths))
        self.cut_writes: list[
            tuple[str, bytes]
        ] = []  # files that a process wrote when it ended, and what
        # A process stops a slow file itself.  It is ended where it cannot, and is asked this often how far it is.
        self.hard_limit = seconds + max(1.0, seconds / 4)
        self.interval = min(1.0, self.hard_limit / 4) if seconds else None

    def reports(self) -> Iterator[FileReport]:
        """The reports of all paths in their order; no process is left at the end, however it comes.

        A KeyboardInterrupt, which a signal raises, gets ``finished``: the reports that had to wait for earlier ones.
        """
        given = 0
        try:
            while given < len(self.paths):
                raise_if_interrupted()
                self._assign_tasks()
                self._listen()
                while given in self.finished:
                    yield self.finished.pop(given)
                    given += 1
        except KeyboardInterrupt as error:
            self._end_all()
            error.finished = list(self.finished.values())  # type: ignore[attr-defined]
            raise
        finally:
            self._end_all()

    # -- tasks -----------------------------------------------------------------------------------

    def _assign_tasks(self) -> None:
        """Give every process that is free a task, and start processes while there are tasks for them."""
        while self.tasks:
            idle = next((one for one in self.processes if one.task is None), None)
            if idle is not None and self.tasks[0].alone:
                self._end([idle])  # a file that may end its process gets a new one
            elif idle is None and len(self.processes) >= self.jobs:
                return
            elif idle is not None:
                self._assign(idle)
            elif not self._start_process():
                if not self.processes:
                    self._work_here(self.tasks.popleft())
                return

    def _assign(self, process: PoolProcess) -> None:
        process.task = self.tasks.popleft()
        process.send(process.task.indices)

    def _start_process(self) -> bool:
        """Whether one more process could be started; it gets a task at once."""
        with uninterrupted():
            try:
                process = self._make_process()
            except (OSError, MemoryError):  # too many processes or open files, or no memory
                return False
            self.processes.append(process)
            self._assign(process)
        return True

    def _make_process(self) -> PoolProcess:
        if self.can_fork:
            return ForkedProcess(self.work, self.paths, self.seconds, self.processes)
        from dockerlint_rules.engine.spawned_process import SpawnedProcess

        return SpawnedProcess(self.work, self.paths, self.seconds)

    def _work_here(self, task: Task) -> None:
        """Do a task in this process, as there can be no other."""
        if task.alone:
            why = "the process that linted this file ended, and no other can be started"
            self._finish(task.indices[0], self._failure(task.indices[0], why))
            return
        with FileClock(self.seconds) as clock:
            reports = self.work([self.paths[at] for at in task.indices], clock)
            for index, report in zip(task.indices, reports, strict=True):
                self._finish(index, report)

    def _finish(self, index: int, report: FileReport) -> None:
        if not self.is_finished[index]:
            self.is_finished[index] = True
            self.finished[index] = report

    def _failure(self, index: int, why: str) -> FileReport:
        report = FileReport(self.paths[index])
        report.read = False
        report.errors.append(RunError(report.path, why, "internal"))
        return report

    # -- what processes say ----------------------------------------------------------------------

    def _listen(self) -> None:
        """Wait for the next messages and take them in; end processes that are at one file for too long."""
        if not self.processes:
            return
        asked = time.monotonic()
        ready = type(self.processes[0]).wait_for(self.processes, self.interval)
        for process in ready:
            for message in process.messages():
                self._take(process, message)
            if process.has_ended:
                self._take_end(process)
        if self.interval is not None:
            now = time.monotonic()
            # After a pause of all processes, such as Ctrl-Z, nobody is to blame for the time that went by.
            paused = now - asked > 2 * self.interval + 1.0
            for process in list(self.processes):
                self._check_time(process, now, paused=paused)

    def _take(self, process: PoolProcess, message: Message) -> None:
        what, value = message
        if what == "writes":
            index, report = value
            process.writes[index] = report
        elif what == "wrote":
            self._finish(value, _without_text(process.writes.pop(value)))
        elif what == "reports":
            for index, report in value:
                process.writes.pop(index, None)
                self._finish(index, report)
        elif what == "done":
            process.task = None
        elif what == "interrupt":
            raise KeyboardInterrupt

    def _check_time(self, process: PoolProcess, now: float, *, paused: bool) -> None:
        place = process.place()
        if place != process.seen or paused:
            process.seen, process.seen_at = place, now
        elif place[1] >= 0 and now - process.seen_at > self.hard_limit:
            process.kill()
            for message in process.messages(to_the_end=True):
                self._take(process, message)
            self._take_end(process, too_slow=place[1])

    def _take_end(self, process: PoolProcess, too_slow: int | None = None) -> None:
        """Put what a process has not finished back among the tasks."""
        self.processes.remove(process)
        how = process.wait()
        process.remove_leftovers()
        for index, report in process.writes.items():
            # It ended while it wrote a file: the file tells whether that was before or after.
            if report.fixed_bytes is None:
                continue
            self.cut_writes.append((report.path, report.fixed_bytes))
            if read_bytes(report.path) == report.fixed_bytes:
                self._finish(index, _without_text(report))
        task = process.task
        if task is None:
            return
        if too_slow is not None:
            self._finish(too_slow, self._failure(too_slow, time_limit_text(self.seconds)))
        left = [index for index in task.indices if not self.is_finished[index]]
        if task.alone >= TRIES:
            for index in left:
                why = f"the process that linted this file {how}"
                self._finish(index, self._failure(index, why))
            return
        # The file that it was at gets a process of its own; where it was at none, each of them.
        at = process.place()[1]
        alone = [one for one in left if one == at] or (left if too_slow is None else [])
        rest = [one for one in left if one not in alone]
        if rest:
            self.tasks.appendleft(Task(rest))
        self.tasks.extendleft(Task([one], task.alone + 1) for one in reversed(alone))

    # -- the end ---------------------------------------------------------------------------------

    def _end_all(self) -> None:
        self._end(self.processes)
        for path, text in self.cut_writes:
            from dockerlint_rules.engine.leftovers import remove_scratch_files

            remove_scratch_files(path, text)

    def _end(self, processes: list[PoolProcess]) -> None:
        """End processes: one that waits for a task at once, one that works as soon as it has cleaned up."""
        with uninterrupted():
            ending = list(processes)
            for process in ending:
                process.ask_to_end()
            until = time.monotonic() + PATIENCE
            while ending and time.monotonic() < until:
                for process in type(ending[0]).wait_for(ending, until - time.monotonic()):
                    self._take_last_words(process, process.messages())
                    if process.has_ended:
                        ending.remove(process)
            for process in ending:
                process.kill()
            for process in list(processes):
                self._take_last_words(process, process.messages(to_the_end=True))
                self._take_end(process)

    def _take_last_words(self, process: PoolProcess, messages: Iterator[Message]) -> None:
        with suppress(KeyboardInterrupt):  # the run ends anyway
            for message in messages:
                self._take(process, message)


def _without_text(report: FileReport) -> FileReport:
    """The report without the fixed text, which only the file needs."""
    report.fixed_bytes = None
    return report
