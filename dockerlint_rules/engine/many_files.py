"""Many files to findings, each with its own configuration, in one process or several."""

from __future__ import annotations

import sys

from dockerlint_rules.findings.results import FileReport, RunError
from dockerlint_rules.syntax.source import Source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from dockerlint_rules.engine.rule_caller import FileResult
    from dockerlint_rules.engine.settings import Settings
    from dockerlint_rules.findings.finding import Finding

BATCH = 32  # files per call: enough to start ShellCheck rarely, few enough to show progress
POOL_FROM = 64  # files: for fewer a pool costs more than it saves (29 ms to import)


def lint_file(path: str, data: bytes, settings: Settings, *, verbose: bool = False) -> FileReport:
    """Findings of one file's bytes.  A rule that raises becomes an error, and the other rules go on."""
    (report,) = lint_files([(path, data, settings)], verbose=verbose)
    return report


def lint_files(
    files: list[tuple[str, bytes, Settings]], *, verbose: bool = False
) -> list[FileReport]:
    """Findings of several files, so that ShellCheck is started once for all of them."""
    from dockerlint_rules.engine.lint import lint_sources

    try:
        results = lint_sources(
            [(Source.from_bytes(data, path), settings) for path, data, settings in files]
        )
    except Exception as error:  # our own bug: report it, and lint the other files
        if len(files) > 1:
            return [
                lint_file(path, data, settings, verbose=verbose) for path, data, settings in files
            ]
        report = FileReport(files[0][0])
        from dockerlint_rules.engine.rule_failures import error_text
        from dockerlint_rules.syntax.required_packages import MissingPackage

        if isinstance(error, MissingPackage):
            report.incomplete = [str(error)]
            report.read = False
            return [report]

        report.errors.append(RunError(report.path, error_text(error, verbose=verbose), "internal"))
        return [report]
    return [
        _report(path, result, verbose=verbose)
        for (path, _, _), result in zip(files, results, strict=True)
    ]


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
        report.errors.append(RunError(path, result.problem, "config"))
    return report


def lint_in_order(
    work: Callable[[list[str]], list[FileReport]], paths: list[str], jobs: int
) -> Iterator[FileReport]:
    """Reports of all paths in their order, from a pool of processes where that is faster."""
    if jobs < 2 or len(paths) < POOL_FROM:
        for at in range(0, len(paths), BATCH):
            yield from work(paths[at : at + BATCH])
        return
    from concurrent.futures import ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool
    from multiprocessing import get_context

    # fork: the rules are loaded already, and no threads of ours are running.
    context = get_context("fork") if can_fork() else None
    size = max(8, min(256, len(paths) // (jobs * 4)))
    chunks = [paths[at : at + size] for at in range(0, len(paths), size)]
    if context is not None:
        # The processes inherit it from their parent: the objects of plugins cannot be sent.
        _inherited.append(work)
        work = _work_inherited
    try:
        with ProcessPoolExecutor(jobs, mp_context=context) as pool:
            for reports in pool.map(work, chunks):
                yield from reports
    except BrokenProcessPool:
        yield _report_of_killed_process()
    finally:
        _inherited.clear()


def _report_of_killed_process() -> FileReport:
    """The report after a process was killed, or ended by a plugin."""
    report = FileReport("")
    report.read = False
    message = (
        "a process ended before it had linted its files, so some files are missing; "
        "run with --jobs 1 to see which file causes it"
    )
    report.errors.append(RunError(None, message, "internal"))
    return report


_inherited: list[Callable[[list[str]], list[FileReport]]] = []


def _work_inherited(paths: list[str]) -> list[FileReport]:
    return _inherited[-1](paths)


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
