"""Runs ShellCheck in a thread of its own, because it takes longer than an editor should wait."""

from __future__ import annotations

import threading

from dockerlint_rules.engine.lint import lint_source
from dockerlint_rules.server import events
from dockerlint_rules.syntax.source import Source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from queue import SimpleQueue
    from typing import Any

    from dockerlint_rules.engine.settings import Settings
    from dockerlint_rules.findings.finding import Finding
    from dockerlint_rules.server.open_file import OpenFile
    from dockerlint_rules.server.positions import IndexedText

_PAUSE = 0.3  # seconds without a change before ShellCheck starts
_LONGEST_PAUSE = 10  # as many pauses: it starts even if something changes all the time


class ShellCheckThread:
    """A thread that lints for ShellCheck's findings only; of each file it keeps the newest text."""

    def __init__(self, inbox: SimpleQueue[tuple[str, Any]]) -> None:
        self.inbox = inbox
        self._waiting: dict[str, tuple[OpenFile, IndexedText, Settings]] = {}
        self._lock = threading.Lock()
        self._has_changed = threading.Event()
        threading.Thread(target=self._run, daemon=True).start()

    def put(self, file: OpenFile, settings: Settings) -> None:
        """Check a file's text soon, instead of an older text that still waits."""
        with self._lock:
            self._waiting[file.uri] = file, file.text, settings
        self._has_changed.set()

    def forget(self, uri: str) -> None:
        """Do not check a file that was closed."""
        with self._lock:
            self._waiting.pop(uri, None)

    def _run(self) -> None:
        while True:
            self._has_changed.wait()
            self._has_changed.clear()
            for _ in range(_LONGEST_PAUSE):
                if not self._has_changed.wait(_PAUSE):
                    break
                self._has_changed.clear()
            while (work := self._next()) is not None:
                file, text, settings = work
                if file.text is not text:
                    continue  # a newer text waits, or will soon
                value = (file, text, settings, *_check(text, file.path, settings))
                self.inbox.put((events.SHELLCHECK_FINISHED, value))

    def _next(self) -> tuple[OpenFile, IndexedText, Settings] | None:
        with self._lock:
            return self._waiting.pop(next(iter(self._waiting))) if self._waiting else None


def _check(text: IndexedText, path: str, settings: Settings) -> tuple[list[Finding], str]:
    """ShellCheck's findings, and why there are none."""
    try:
        result = lint_source(Source(text.text, path), settings)
    except Exception as error:  # the file is shown without ShellCheck's findings
        return [], f"{path}: ShellCheck: {type(error).__name__}: {error}"
    for finding in result.findings:
        finding.target = 0  # it would keep everything alive that was read from the text
    return result.findings, _problem_text(path, result.shellcheck)


def _problem_text(path: str, problem: str | None) -> str:
    from dockerlint_rules.shellcheck import MISSING, FileProblem

    if problem == MISSING:
        return "ShellCheck is not installed, so it does not check the scripts in RUN"
    if isinstance(problem, FileProblem):
        return f"{path}: {problem}"
    return problem or ""
