"""A batch of files to their reports, in this process: whatever goes wrong with one of them costs only that file."""

from __future__ import annotations

import sys

from dockerlint_rules.engine.time_limit import UNTIMED, FileClock, TimeLimitReached, time_limit_text
from dockerlint_rules.findings.results import FileReport, RunError
from dockerlint_rules.syntax.source import Source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dockerlint_rules.engine.rule_caller import FileResult
    from dockerlint_rules.engine.settings import Settings


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
        clock.stop()  # or it would ring again in what follows
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
        kind = "config" if result.dockerfile is None else "internal"
        report.errors.append(RunError(path, result.problem, kind))
    return report
