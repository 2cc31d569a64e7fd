"""What a run writes for people: the progress bar, the summary, and what was fixed."""

from __future__ import annotations

import sys
import time

from dockerlint_rules.cli.terminal import wants_color, write_error, write_progress
from dockerlint_rules.engine.run import RunListener
from dockerlint_rules.formats.text import plural, summary_line

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dockerlint_rules.engine.run import LintRun
    from dockerlint_rules.findings.finding import Finding
    from dockerlint_rules.findings.results import RunResult

PROGRESS_AFTER = 1.0  # seconds that a run takes before it shows a bar
_BAR = 30  # columns


class ProgressBar(RunListener):
    """Notes on standard error, and a bar once the run has taken a second."""

    def __init__(self, *, verbose: bool = False) -> None:
        self.verbose = verbose
        self.started = time.monotonic()

    def note(self, text: str) -> None:
        """Write the line."""
        write_error(text, details=self.verbose)

    def progress(self, done: int, count: int) -> None:
        """Draw the bar; remove it at the end."""
        if time.monotonic() - self.started <= PROGRESS_AFTER:
            return
        if not count:
            write_progress("\r\x1b[K")
        elif done % 10 == 0 or done == count:
            filled = _BAR * done // count
            bar = "#" * filled + "." * (_BAR - filled)
            write_progress(f"\r[{bar}] {done} of {count} files")


def summary(run: LintRun, result: RunResult) -> str:
    """What was found, in a line."""
    color = not run.options.no_color and wants_color(sys.stderr)
    hidden = f" {run.baselined} more in the baseline." if run.baselined else ""
    return summary_line(result, color) + hidden


def fix_summary(run: LintRun, remaining: list[Finding]) -> str:
    """What was fixed, in a line: ``Fixed 9 of 15 problems in 1 file (2 more with --unsafe-fixes). 6 remaining:``."""
    options = run.options
    more = 0 if options.unsafe_fixes else sum(one.fix is not None for one in remaining)
    hint = f" ({more} more with --unsafe-fixes)" if more else ""
    total = plural(run.fixed + len(remaining), "problem")
    verb = "Would fix" if options.diff else "Fixed"
    rest = f" {len(remaining)} remaining:" if remaining and not options.diff else ""
    return f"{verb} {run.fixed} of {total} in {plural(run.fixed_files, 'file')}{hint}.{rest}"
