"""Many files to findings, each with its own configuration, in one process or several."""

from __future__ import annotations

import sys

from dockerlint_rules.engine.time_limit import UNTIMED, FileClock, TimeLimitReached, time_limit_text
from dockerlint_rules.files.interrupts import raise_if_interrupted
from dockerlint_rules.findings.results import FileReport, RunError
from dockerlint_rules.syntax.source import Source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from dockerlint_rules.engine.rule_caller import FileResult
    from dockerlint_rules.engine.settings import Settings
    from dockerlint_rules.findings.finding import Finding

    Work = Callable[[list[str], FileClock], Iterable[FileReport]]
    """Reports of some files in their order; each is final once it is given."""

BATCH = 32  # files per call: enough to start ShellCheck rarely, few enough to show progress
POOL_FROM = 64  # files: for fewer a pool costs more than it saves
LARGE = 1 << 18  # bytes; such a file is linted in a process of its own, which can be ended


def lint_file(
    path: str,
    data: bytes,
    settings: Settings,
    *,
    clock: FileClock = UNTIMED,
    verbose: bool = False,
) -> FileReport:
    """Findings of one file's bytes.  A rule that raises becomes an error, and the other rules go on."""
    (report,) = lint_files([(path, data, settings)], clock=clock, verbose=verbose)
    if not report.read:
        free_memory()
    return report


def lint_files(
    files: list[tuple[str, bytes, Settings]],
    *,
    clock: FileClock = UNTIMED,
    verbose: bool = False,
) -> list[FileReport]:
    """Findings of several files, so that ShellCheck is started once for all of them."""
    from dockerlint_rules.engine.lint import lint_sources

    try:
        results = lint_sources(
            [(Source.from_bytes(data, path), settings) for path, data, settings in files],
            clock=clock,
        )
    except (Exception, TimeLimitReached) as error:  # an own bug, no memory, or too slow
        if len(files) == 1:
            return [failed_report(files[0][0], error, clock.seconds, verbose=verbose)]
        slow = error.path if isinstance(error, TimeLimitReached) else None
        failed = None if slow is None else failed_report(slow, error, clock.seconds)
    else:
        return [
            _report(path, result, verbose=verbose)
            for (path, _, _), result in zip(files, results, strict=True)
        ]
    # One by one, outside of the except block: it keeps everything alive that was made from the files.
    clock.forget()
    free_memory()
    return [
        failed
        if failed is not None and path == slow
        else lint_file(path, data, settings, clock=clock, verbose=verbose)
        for path, data, settings in files
    ]


def free_memory() -> None:
    """Give back what an attempt that failed has left: documents refer to themselves in circles."""
    import gc

    gc.collect()


def failed_report(
    path: str, error: BaseException, seconds: float, *, verbose: bool = False
) -> FileReport:
    """The report of a file that could not be linted at all."""
    report = FileReport(path)
    report.read = False
    from dockerlint_rules.syntax.required_packages import MissingPackage

    if isinstance(error, MissingPackage):
        report.incomplete = [str(error)]
        return report
    if isinstance(error, TimeLimitReached):
        message = time_limit_text(seconds)
    else:
        from dockerlint_rules.engine.rule_failures import file_failure_text

        message = file_failure_text(error, verbose=verbose)
    report.errors.append(RunError(path, message, "internal"))
    return report


def _report(path: str, result: FileResult, *, verbose: bool) -> FileReport:
    report = FileReport(path)
    report.findings = result.findings
    report.drop_targets()
    report.shellcheck = result.shellcheck
    # perf: the module is loaded where something is missing.
    packages = sys.modules.get("dockerlint_rules.syntax.required_packages")
    if packages is not None:
        report.incomplete = list(packages.missing.values())
    if result.failures:
        from dockerlint_rules.engine.rule_failures import failure_error
        from dockerlint_rules.syntax.required_packages import MissingPackage

        report.errors = [
            failure_error(failure, verbose=verbose)
            for failure in result.failures
            if not isinstance(failure.error, MissingPackage)
        ]
    if result.problem is not None:
        report.errors.append(
            RunError(path, result.problem, "internal" if result.dockerfile else "config")
        )
    return report


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
    yield from Pool(work, paths, size, jobs, seconds).reports()


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
