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


class Call:
    """One call, which runs in the background; ``comments()`` waits for it.

    ``problem`` says what went wrong, and ``is_general`` whether it would go wrong for other scripts as well.
    """

    __slots__ = (
        "_answer", "_comments", "_deadline", "_folder", "_names", "_options", "_path", "_process", "_reader",
        "is_general", "problem",
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
        self._process: ShellCheckProcess | None = None
        self._reader: threading.Thread | None = None
        self._answer: bytes = b""
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
        try:
            self._process = ShellCheckProcess(words, self._folder)
        except OSError as error:
            self._fail(f"{self._path} cannot be started: {error.strerror or error}", general=True)
            return
        # A thread, because Windows cannot wait for a pipe with a time limit.
        self._reader = threading.Thread(target=self._read, args=(self._process,), daemon=True)
        self._reader.start()

    def _read(self, process: ShellCheckProcess) -> None:
        """Take the answer, as far as it is allowed to be long."""
        assert process.stdout is not None
        try:
            self._answer = process.stdout.read(program.MOST_BYTES + 1)
        except (OSError, ValueError):
            self._answer = b""  # the call was closed

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
        process, reader = self._process, self._reader
        if self.problem is not None or process is None or reader is None:
            return
        reader.join(max(0.0, self._deadline - time.monotonic()))
        if not reader.is_alive() and len(self._answer) > program.MOST_BYTES:
            self._fail(f"ShellCheck's answer is longer than {program.MOST_BYTES >> 20} MB")
            return
        try:
            if reader.is_alive():
                raise subprocess.TimeoutExpired(self._path, 0.0)
            status = process.wait(max(0.1, self._deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            self._fail("ShellCheck did not finish in time and was stopped")
            return
        answer, self._answer = self._answer, b""
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
        process, self._process = self._process, None
        if process is None:
            return
        program.send_kill(process)
        program.reap(process)
        if self._reader is not None:
            self._reader.join(1.0)  # it ends with the process
            if not self._reader.is_alive() and process.stdout is not None:
                process.stdout.close()


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

    try:
        process = ShellCheckProcess([path, "--version"], os.sep)
    except OSError:
        return None
    try:
        killer = threading.Timer(_SECONDS_OF_TRIVIAL, program.send_kill, (process,))
        killer.daemon = True
        killer.start()
        assert process.stdout is not None
        said = process.stdout.read(4096)
        killer.cancel()
    finally:
        program.send_kill(process)
        program.reap(process)
    found = re.search(rb"version: ([0-9]{1,4})\.([0-9]{1,4})\.([0-9]{1,4})", said)
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
