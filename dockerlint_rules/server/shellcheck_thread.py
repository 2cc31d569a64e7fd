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
    from dockerlint_rules.server.open_file import OpenFile
    from dockerlint_rules.server.positions import IndexedText

_PAUSE = 0.3  # seconds without a change before ShellCheck starts


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

    def _run(self) -> None:
        while True:
            self._has_changed.wait()
            self._has_changed.clear()
            while self._has_changed.wait(_PAUSE):
                self._has_changed.clear()
            with self._lock:
                waiting, self._waiting = self._waiting, {}
            for file, text, settings in waiting.values():
                if file.text is not text:
                    continue  # a newer text waits, or will soon
                try:
                    findings = lint_source(Source(text.text, file.path), settings).findings
                except Exception:  # the file is shown without ShellCheck's findings
                    findings = []
                self.inbox.put((events.SHELLCHECK_FINISHED, (file, text, settings, findings)))
