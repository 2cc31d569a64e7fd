"""One call of ShellCheck for many scripts: their files, its process, its answer."""

from __future__ import annotations

import os
import subprocess  # perf: takes 8 ms; this module is imported only when there is a script
import threading
import time

from dockerlint_rules.files.interrupts import uninterrupted
from dockerlint_rules.shellcheck import program
from dockerlint_rules.shellcheck.program import running

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_MOST_FILES = 1000  # names on one command line, as system limits start at 128 KiB
_MISSING_FINDINGS = "so its findings are missing"


class ShellCheckProcess(subprocess.Popen[bytes]):
    """A process in a group of its own, known to ``program.running`` before it exists."""

    def __init__(self, words: list[str], folder: str) -> None:
        """Start it.  Raises OSError."""
        with running.lock, uninterrupted():
            running.check()
            running.processes.add(self)
            try:
                super().__init__(
                    words,
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.DEVNULL,
                    cwd=folder,
                    env=program.environment(),
                    process_group=0 if os.name == "posix" else None,
                )
            except BaseException:
                program.send_kill(self)
                running.processes.discard(self)
                raise
        _set_limits(self.pid)


def _set_limits(process_id: int) -> None:
    """Limit the program's memory, and its time in case that it outlives us.  Only Linux can do it from outside."""
    try:
        import resource

        seconds = int(program.MOST_SECONDS)
        resource.prlimit(process_id, resource.RLIMIT_CPU, (seconds, seconds))
        resource.prlimit(process_id, resource.RLIMIT_DATA, (program.MOST_MEMORY,) * 2)
    except (ImportError, AttributeError, OSError, ValueError):
        pass


class _Run:
    """A process, and the thread that starts it and reads its answer.

    A signal handler runs in the main thread, and may raise there between the start of a process and the moment when
    its number is known; in a thread of its own the start is whole or does not happen.
    """

    def __init__(self, words: list[str], folder: str, most: int) -> None:
        """Read at most one byte more than *most*."""
        self.words = words
        self.folder = folder
        self.most = most
        self.process: ShellCheckProcess | None = None
        self.error: OSError | None = None  # why it could not be started
        self.answer = b""
        self._is_closed = False
        self._thread = threading.Thread(target=self._start_and_read, daemon=True)
        self._thread.start()

    def _start_and_read(self) -> None:
        try:
            with running.lock:
                if self._is_closed:
                    return
                self.process = ShellCheckProcess(self.words, self.folder)
            assert self.process.stdout is not None
            self.answer = self.process.stdout.read(self.most + 1)
        except OSError as error:
            self.error = error
        except ValueError:
            pass  # it was closed

    def wait(self, seconds: float) -> bool:
        """Wait until there is an answer, or an error; False if there is none in time."""
        self._thread.join(max(0.0, seconds))
        return not self._thread.is_alive()

    def close(self) -> None:
        """End the process, also one that is about to start."""
        with running.lock:
            self._is_closed = True
        if self.process is None:
            return
        program.send_kill(self.process)
        program.reap(self.process)
        if self.wait(1.0) and self.process.stdout is not None:  # it ends with the process
            self.process.stdout.close()


class Call:
    """One call, which runs in the background; ``comments()`` waits for it.

    ``problem`` says what went wrong, and ``is_general`` whether it would go wrong for other scripts as well.
    """

    __slots__ = (
        "_comments", "_deadline", "_folder", "_names", "_options", "_path", "_run", "is_general", "problem",
    )  # fmt: skip

    def __init__(
        self, path: str, scripts: list[str], *, thorough: bool, seconds: float | None = None
    ) -> None:
        """*seconds* is a time limit instead of the usual one.  ``close`` must be called in every case."""
        # perf: without notes and data flow analysis it takes 11 ms for a file instead of 19.
        self._options = () if thorough else ("--severity=warning", "--extended-analysis=false")
        if seconds is None:
            seconds = program.SECONDS + program.SECONDS_A_SCRIPT * len(scripts)
        self._deadline = time.monotonic() + min(seconds, program.MOST_SECONDS)
        self._path = path
        self._folder = ""
        self._run: _Run | None = None
        self._comments: dict[int, list[Any]] | None = None
        self.problem: str | None = None
        self.is_general = False
        # ShellCheck follows "source" to the other files of its command line.  So that no script can name one of them,
        # their names hold 128 random bits.
        prefix = os.urandom(16).hex()
        self._names = [f"{prefix}-{number}.sh" for number in range(len(scripts))]
        try:
            self._write(scripts)
            self._start(0)
        except BaseException:  # an interrupt
            self.close()
            raise

    def _write(self, scripts: list[str]) -> None:
        try:
            self._folder = running.make_folder()
            for name, text in zip(self._names, scripts, strict=True):
                with open(os.path.join(self._folder, name), "xb") as file:
                    file.write(_bytes(text))
        except OSError as error:
            self._fail(
                f"scripts for ShellCheck cannot be written: {error.strerror or error}", general=True
            )

    def _start(self, first: int) -> None:
        """Start ShellCheck for the scripts from a number on."""
        if self.problem is not None:
            return
        words = [
            self._path,
            "--norc",
            "--format=json1",
            f"--exclude={','.join(program.EXCLUDED_CODES)}",
            *self._options,
            *self._names[first : first + _MOST_FILES],
        ]
        self._run = _Run(words, self._folder, program.MOST_BYTES)

    def comments(self) -> dict[int, list[Any]]:
        """ShellCheck's comments by the number of the script; empty where there is a problem."""
        if self._comments is None:
            self._comments = {}
            for first in range(0, len(self._names), _MOST_FILES):
                if first:
                    self._start(first)
                self._take_answer()
                if self.problem is not None:
                    self._comments = {}
                    break
            self.close()
        return self._comments

    def _take_answer(self) -> None:
        """Wait for the answer of the process that runs, and sort its comments by script."""
        run = self._run
        if self.problem is not None or run is None:
            return
        is_answered = run.wait(self._deadline - time.monotonic())
        if is_answered and (run.error is not None or run.process is None):
            why = (
                run.error.strerror or str(run.error) if run.error is not None else "it was stopped"
            )
            self._fail(f"{self._path} cannot be started: {why}", general=True)
            return
        if is_answered and len(run.answer) > program.MOST_BYTES:
            self._fail(f"ShellCheck's answer is longer than {program.MOST_BYTES >> 20} MB")
            return
        try:
            if not is_answered or run.process is None:
                raise subprocess.TimeoutExpired(self._path, 0.0)
            status = run.process.wait(max(0.1, self._deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            self._fail("ShellCheck did not finish in time and was stopped")
            return
        answer = run.answer
        self._end_process()
        # 1: there are findings.  Anything but 0 and 1 is an error of ShellCheck itself.
        if status not in (0, 1):
            self._fail(f"ShellCheck ended with status {status}")
        elif not self._sort(answer):
            self._fail("ShellCheck gave an answer that cannot be read")

    def _sort(self, answer: bytes) -> bool:
        """Add the comments of an answer to those of their scripts; whether the answer can be read."""
        import json

        assert self._comments is not None
        try:
            for one in json.loads(answer.decode("utf-8", "replace"))["comments"]:
                for key in ("line", "column", "endLine", "endColumn", "code"):
                    if not 0 <= int(one[key]) < 1 << 31:
                        return False
                # "<prefix>-<number>.sh"
                number = int(str(one["file"]).rpartition("-")[2].removesuffix(".sh"))
                if not 0 <= number < len(self._names):
                    return False
                self._comments.setdefault(number, []).append(one)
        except (ValueError, TypeError, KeyError, OverflowError, RecursionError):
            return False
        return True

    def _fail(self, problem: str, *, general: bool = False) -> None:
        self.problem = problem if general else f"{problem}, {_MISSING_FINDINGS}"
        self.is_general = general

    def close(self) -> None:
        """Stop the process and remove the folder."""
        self._end_process()
        if self._folder:
            program.remove_folder(self._folder)
            self._folder = ""

    def _end_process(self) -> None:
        if self._run is not None:
            self._run.close()
            self._run = None


def _bytes(text: str) -> bytes:
    """A script as bytes, where ``?`` replaces NUL and each byte that is not UTF-8."""
    return text.replace("\0", "?").encode("utf-8", "replace")


# -- a program that does not work ----------------------------------------------------------------------

_TRIVIAL = "#!/bin/sh\necho a\n"
_SECONDS_OF_TRIVIAL = 10.0
_known_faults: dict[str, str | None] = {}


def general_fault(path: str) -> str | None:
    """What is wrong with the program itself after a call has ended with a problem; None if it can do its work.

    It gets a script that it has to understand, once in the life of this process.
    """
    if path not in _known_faults:
        _known_faults[path] = None
        seconds = min(_SECONDS_OF_TRIVIAL, program.SECONDS + program.SECONDS_A_SCRIPT)
        call = Call(path, [_TRIVIAL], thorough=False, seconds=seconds)
        try:
            call.comments()
        finally:
            call.close()
        if call.problem is not None:
            _known_faults[path] = _version_fault(path) or call.problem
    return _known_faults[path]


def known_fault(path: str) -> str | None:
    """What is known to be wrong with the program."""
    return _known_faults.get(path)


def forget_faults() -> None:
    """Try the program again the next time."""
    _known_faults.clear()


def _version_fault(path: str) -> str | None:
    """What is wrong with the program's version; None where it says none."""
    import re

    run = _Run([path, "--version"], os.sep, 4096)
    try:
        run.wait(_SECONDS_OF_TRIVIAL)
    finally:
        run.close()
    found = re.search(rb"version: ([0-9]{1,4})\.([0-9]{1,4})\.([0-9]{1,4})", run.answer)
    if found is None:
        return None
    version = tuple(int(one) for one in found.groups())
    if version >= program.OLDEST_VERSION:
        return None
    oldest = ".".join(str(one) for one in program.OLDEST_VERSION)
    return (
        f"{path} is ShellCheck {'.'.join(str(one) for one in version)}, {_MISSING_FINDINGS}: "
        f"install {oldest} or newer, or use --no-shellcheck"
    )
