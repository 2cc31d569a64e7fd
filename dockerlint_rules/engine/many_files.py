"""Many files to findings, in one process or several."""

from __future__ import annotations

from dockerlint_rules.engine.time_limit import FileClock
from dockerlint_rules.files.interrupts import raise_if_interrupted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from dockerlint_rules.findings.finding import Finding
    from dockerlint_rules.findings.results import FileReport, RunError

    Work = Callable[[list[str], FileClock], Iterable[FileReport]]
    """Reports of some files in their order; each is final once it is given."""

BATCH = 32  # files per call: enough to start ShellCheck rarely, few enough to show progress
POOL_FROM = 64  # files: for fewer a pool costs more than it saves
LARGE = 1 << 18  # bytes; such a file is linted in a process of its own, which can be ended


def lint_in_order(
    work: Work, paths: list[str], jobs: int, seconds: float = 0.0, *, watched: bool = False
) -> Iterator[FileReport]:
    """Reports of all paths in their order, from a pool of processes where that is faster.

    *seconds* is the time that one file may take, 0 for any.  With *watched* few files, too, are linted in another
    process, which can be ended and whose end is not that of the run.
    """
    if not watched and (jobs < 2 or len(paths) < POOL_FROM):
        yield from _lint_here(work, paths, seconds)
        return
    from dockerlint_rules.engine.pool import Pool

    if len(paths) < POOL_FROM:
        jobs = 1
    size = max(1, min(BATCH, len(paths) // (jobs * 4) if jobs > 1 else BATCH))
    yield from Pool(work, paths, size, jobs, seconds, can_fork=can_fork()).reports()


def _lint_here(work: Work, paths: list[str], seconds: float) -> Iterator[FileReport]:
    """Reports of all paths, from this process.  A KeyboardInterrupt gets ``files_written``."""
    with FileClock(seconds) as clock:
        try:
            for at in range(0, len(paths), BATCH):
                clock.forget()
                for report in work(paths[at : at + BATCH], clock):
                    raise_if_interrupted()
                    yield report
        except KeyboardInterrupt as error:
            error.files_written = clock.files_written  # type: ignore[attr-defined]
            raise


def can_fork() -> bool:
    """Whether new processes start with everything that is loaded here."""
    import sys

    return sys.platform == "linux"


def collect_reports(reports: Iterable[FileReport]) -> tuple[list[Finding], list[RunError], int]:
    """All findings and errors, sorted as every format shows them, and the number of files read."""
    findings: list[Finding] = []
    errors: list[RunError] = []
    files = 0
    for report in reports:
        findings += report.findings
        errors += report.errors
        files += report.read
    findings.sort(key=lambda finding: finding.sort_key)
    return findings, errors, files
