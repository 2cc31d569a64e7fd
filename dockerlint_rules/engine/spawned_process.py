"""A process of a pool on systems where a copy of this one cannot be made: it starts anew and is sent what it needs."""

from __future__ import annotations

import os
import time
from contextlib import suppress

from dockerlint_rules.engine.pool_process import NOWHERE, ending_text
from dockerlint_rules.engine.pool_worker import PATIENCE, do_tasks
from dockerlint_rules.files.interrupts import install

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from multiprocessing.connection import Connection
    from typing import Any

    from dockerlint_rules.engine.many_files import Work
    from dockerlint_rules.engine.pool import Task
    from dockerlint_rules.engine.pool_process import Message
    from dockerlint_rules.findings.results import FileReport


class SpawnedProcess:
    """As ForkedProcess, but its parent does not see where it is, so it is not ended where it cannot stop itself."""

    def __init__(self, work: Work, paths: list[str], seconds: float) -> None:
        from multiprocessing import get_context

        self.task: Task | None = None
        self.writes: dict[int, FileReport] = {}
        self.has_ended = False
        self.seen, self.seen_at = NOWHERE, time.monotonic()
        context = get_context("spawn")
        self._connection, its_connection = context.Pipe()
        its_life, self._life = context.Pipe(duplex=False)
        self._process = context.Process(
            target=_live, args=(work, paths, seconds, its_connection, its_life), daemon=True
        )
        self._process.start()
        its_connection.close()
        its_life.close()

    @staticmethod
    def wait_for(
        processes: Sequence[SpawnedProcess], timeout: float | None
    ) -> list[SpawnedProcess]:
        """The processes that said something or ended, after *timeout* seconds at the latest."""
        from multiprocessing.connection import wait

        by_end = {one._connection: one for one in processes}
        ready: list[Any] = wait(list(by_end), timeout)
        return [by_end[end] for end in ready]

    def send(self, indices: list[int]) -> None:
        """Give it a task."""
        with suppress(OSError):  # it has just ended
            self._connection.send(indices)

    def messages(self, *, to_the_end: bool = False) -> Iterator[Message]:
        """What it has said; *to_the_end* waits until it has ended."""
        while not self.has_ended and (to_the_end or self._connection.poll()):
            try:
                message: Message = self._connection.recv()
            except (EOFError, OSError):
                self.has_ended = True
                return
            yield message

    def place(self) -> tuple[int, int]:
        """Nowhere: it is not seen."""
        return NOWHERE

    def ask_to_end(self) -> None:
        """Let it end when it has cleaned up."""
        self._life.close()
        if self.task is None:
            with suppress(OSError):
                self._connection.send(None)
        else:
            self._process.terminate()

    def kill(self) -> None:
        """End it now."""
        self._process.kill()

    def wait(self) -> str:
        """Wait for its end and say what it was: "was ended by SIGKILL"."""
        self._process.join()
        return ending_text(self._process.exitcode or 0)

    def remove_leftovers(self) -> None:
        """Remove what it could not remove itself."""
        if self._process.exitcode and self._process.pid:
            from dockerlint_rules.engine.leftovers import remove_leftovers

            remove_leftovers(self._process.pid)


class _Channel:
    """The way to the parent, see ``pool_worker.py``."""

    def __init__(self, connection: Connection[Any, Any]) -> None:
        self._connection = connection

    def receive(self) -> list[int] | None:
        """The next task, or None when there are no more."""
        indices: list[int] | None = self._connection.recv()
        return indices

    def send(self, what: str, value: Any) -> None:
        """Say something.  Raises OSError where nobody listens any more."""
        self._connection.send((what, value))

    def set_place(self, number: int, index: int) -> None:
        """Show nothing."""


def _live(
    work: Work,
    paths: list[str],
    seconds: float,
    connection: Connection[Any, Any],
    life: Connection[Any, Any],
) -> None:
    """The life of the new process."""
    import _thread

    install()
    _thread.start_new_thread(_wait_for_parent, (life,))
    os._exit(do_tasks(_Channel(connection), work, paths, seconds))


def _wait_for_parent(life: Connection[Any, Any]) -> None:
    with suppress(EOFError, OSError):
        life.recv()
    time.sleep(PATIENCE)
    os._exit(1)
