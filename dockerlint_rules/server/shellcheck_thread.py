"""ShellCheck's findings come late, from a thread of their own; meanwhile those of unchanged instructions move with the text."""

from __future__ import annotations

import threading

from dockerlint_rules.engine.lint import lint_source
from dockerlint_rules.syntax.dockerfile.incremental import same_before, same_behind
from dockerlint_rules.syntax.source import Source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from queue import SimpleQueue
    from typing import Any

    from dockerlint_rules.engine.settings import Settings
    from dockerlint_rules.findings.finding import Finding
    from dockerlint_rules.server.positions import Text
    from dockerlint_rules.server.session import OpenFile

_PATIENCE = 0.3  # seconds without a change before ShellCheck is asked


def moved(findings: list[Finding], before: str, after: str) -> list[Finding]:
    """The findings of *before* that hold in *after*: none of an instruction that the change touches."""
    same = same_before(before, after)
    changed = len(before) - same_behind(before, after, same)
    by = len(after) - len(before)
    old, new = Source(before), Source(after)
    found = []
    for one in findings:
        first, last = _lines(one)
        start = old.offset(first)
        end = old.offset(last + 1)
        if end <= same:
            found.append(one)
        elif start >= changed:
            found.append(_further_down(one, by, new))
    return found


def _lines(finding: Finding) -> tuple[int, int]:
    """The lines of the finding's instruction."""
    instruction = finding.instruction
    if instruction is None:
        return finding.line, finding.end_line
    return instruction["line"], instruction["end_line"]


def _further_down(one: Finding, by: int, source: Source) -> Finding:
    """A finding so many characters further down; the one at hand stays what it is."""
    made = one.moved(lambda offset: offset + by)
    made.line, made.column = source.position(made.start)
    made.end_line, made.end_column = source.position(made.end)
    if one.instruction is not None:
        down = made.line - one.line
        made.instruction = {
            **one.instruction,
            "line": one.instruction["line"] + down,
            "end_line": one.instruction["end_line"] + down,
        }
    return made


class Late:
    """A thread that lints for ShellCheck's findings alone, of each file only the newest text."""

    def __init__(self, inbox: SimpleQueue[tuple[str, Any]]) -> None:
        self.inbox = inbox
        self.jobs: dict[str, tuple[OpenFile, Text, Settings]] = {}
        self.lock = threading.Lock()
        self.news = threading.Event()
        threading.Thread(target=self._work, daemon=True).start()

    def put(self, file: OpenFile, settings: Settings) -> None:
        """Take the place of an older text of the file."""
        with self.lock:
            self.jobs[file.uri] = file, file.text, settings
        self.news.set()

    def _work(self) -> None:
        while True:
            self.news.wait()
            self.news.clear()
            while self.news.wait(_PATIENCE):
                self.news.clear()
            with self.lock:
                jobs, self.jobs = self.jobs, {}
            for file, text, settings in jobs.values():
                if file.text is not text:
                    continue  # there is a newer one, and another job for it
                try:
                    findings = lint_source(Source(text.text, file.path), settings).findings
                except Exception:  # its absence is no harm
                    findings = []
                self.inbox.put(("late", (file, text, settings, findings)))
