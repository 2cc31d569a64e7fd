"""The program ShellCheck: where it is, and one call for many scripts."""

from __future__ import annotations

import os
import sys

from dockerlint_rules.files.interrupts import uninterrupted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

# The time limit of a call, and what each script adds.  A script usually takes a few milliseconds.
SECONDS = 30.0
SECONDS_A_SCRIPT = 0.5
# ShellCheck's codes that do not apply to a RUN: it has no other files to follow, and is not an executable file.
EXCLUDED_CODES = ("SC1090", "SC1091", "SC2148", "SC2187", "SC2239")
_MOST_FILES = 1000  # names on one command line, as system limits start at 128 KiB

_found: list[str | None] = []
_open_calls: set[Call] = set()


def find_program() -> str | None:
    """Path of ShellCheck: beside this Python (where its wheel installs it), else on PATH; None where there is none."""
    if not _found:
        name = "shellcheck.exe" if sys.platform == "win32" else "shellcheck"
        folders = [os.path.dirname(sys.executable), *os.environ.get("PATH", "").split(os.pathsep)]
        candidates = (os.path.join(folder, name) for folder in folders if folder)
        _found.append(
            next(
                (one for one in candidates if os.access(one, os.X_OK) and os.path.isfile(one)), None
            )
        )
    return _found[0]


def forget_program() -> None:
    """Look for the program again the next time."""
    _found.clear()


def close_all() -> None:
    """Close every call that is still open: a run ends early, and nothing may stay behind."""
    for call in list(_open_calls):
        call.close()


class Call:
    """One running call; ``comments()`` waits for it."""

    __slots__ = ("_comments", "_deadline", "_folder", "_processes", "problem")

    def __init__(self, path: str, scripts: list[str], *, thorough: bool) -> None:
        import subprocess  # perf: takes 8 ms, and is needed only where there is a script
        import time
        from tempfile import mkdtemp

        # perf: without notes and data flow analysis it takes 11 ms for a file instead of 19.
        options = () if thorough else ("--severity=warning", "--extended-analysis=false")
        self.problem: str | None = None
        self._comments: dict[int, list[Any]] | None = None
        self._processes: list[tuple[Any, str]] = []
        self._deadline = time.monotonic() + SECONDS + SECONDS_A_SCRIPT * len(scripts)
        self._folder = ""
        _open_calls.add(self)
        try:
            # A new folder that only this user can enter, as the names of its files can be guessed.  It bears the number
            # of the process, so that what a killed one leaves behind can be removed (engine/leftovers.py).
            with uninterrupted():
                self._folder = mkdtemp(prefix=f"dockerlint-{os.getpid()}-")
            for number, text in enumerate(scripts):
                with open(os.path.join(self._folder, f"{number}.sh"), "wb") as file:
                    file.write(_bytes(text))
        except OSError as error:
            self.problem = f"scripts for ShellCheck cannot be written: {error.strerror or error}"
            return
        for first in range(0, len(scripts), _MOST_FILES):
            last = min(first + _MOST_FILES, len(scripts))
            names = [f"{number}.sh" for number in range(first, last)]
            answer = os.path.join(self._folder, f"answer-{first}.json")
            words = [
                path,
                "--norc",
                "--format=json1",
                f"--exclude={','.join(EXCLUDED_CODES)}",
                *options,
            ]
            try:
                with open(answer, "wb") as output, uninterrupted():
                    process = subprocess.Popen(
                        [*words, *names],
                        stdin=subprocess.DEVNULL,
                        stdout=output,
                        stderr=subprocess.DEVNULL,
                        cwd=self._folder,
                        env=_environment(),
                    )
                    self._processes.append((process, answer))
            except OSError as error:
                self.problem = f"{path} cannot be started: {error.strerror or error}"
                break

    def comments(self) -> dict[int, list[Any]]:
        """ShellCheck's comments by the number of the script."""
        if self._comments is None:
            self._comments = {}
            for process, answer in self._processes:
                self._read_answer(process, answer)
            self.close()
        return self._comments

    def _read_answer(self, process: Any, answer: str) -> None:
        import json
        import subprocess
        import time

        assert self._comments is not None
        try:
            status = process.wait(max(0.0, self._deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            self.problem = (
                "ShellCheck did not finish in time and was stopped, so its findings are missing"
            )
            return
        # 1: there are findings.  Anything but 0 and 1 is an error of ShellCheck itself.
        try:
            with open(answer, encoding="utf-8", errors="replace") as file:
                comments = json.load(file)["comments"]
            for one in comments:
                number = int(os.path.basename(str(one["file"])).partition(".")[0])
                (
                    int(one["line"]),
                    int(one["column"]),
                    int(one["endLine"]),
                    int(one["endColumn"]),
                    int(one["code"]),
                )
                self._comments.setdefault(number, []).append(one)
        except (ValueError, TypeError, KeyError, OSError, RecursionError):
            what = (
                f"ended with status {status}"
                if status not in (0, 1)
                else "gave an answer that cannot be read"
            )
            self.problem = f"ShellCheck {what}, so its findings are missing"

    def close(self) -> None:
        """Stop all processes and remove the folder."""
        for process, _ in self._processes:
            if process.poll() is None:
                process.kill()
                process.wait()
        self._processes = []
        if self._folder:
            import shutil

            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder = ""
        _open_calls.discard(self)  # at the end, so that close_all() does what a signal stopped here


def _environment() -> dict[str, str]:
    """The environment with UTF-8, without the variable that would change ShellCheck's options."""
    kept = {name: value for name, value in os.environ.items() if name != "SHELLCHECK_OPTS"}
    return {**kept, "LC_ALL": "C.UTF-8"}


def _bytes(text: str) -> bytes:
    """A script as bytes, where ``?`` replaces NUL and each byte that is not UTF-8."""
    return text.replace("\0", "?").encode("utf-8", "replace")
