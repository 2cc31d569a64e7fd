"""Many files to findings: each with its own configuration, in one process or in several."""

from __future__ import annotations

from dockerlint_rules.findings.results import RunError
from dockerlint_rules.syntax.source import Source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from dockerlint_rules.engine.lint import FileResult, RuleFailure, Settings
    from dockerlint_rules.findings.finding import Finding
    from dockerlint_rules.registry.rule import Rule

MOST_FAILURES = 3  # as in the engine
BATCH = 32  # files that are linted in one go: enough to start ShellCheck seldom, few enough to show progress
POOL_FROM = 64  # files: below it a pool costs more than it saves (29 ms to import)


class FileReport:
    """What a run keeps of one file."""

    __slots__ = (
        "diff",
        "errors",
        "findings",
        "from_stdin",
        "known",
        "mended",
        "mended_data",
        "path",
        "read",
        "shellcheck",
    )

    def __init__(self, path: str) -> None:
        self.path = path
        self.findings: list[Finding] = []
        self.errors: list[RunError] = []
        self.read = True
        self.shellcheck: str | None = None  # why ShellCheck's findings are missing
        self.from_stdin = False
        self.known = 0  # findings that the baseline holds
        self.mended = 0  # how many problems are mended, or would be with --diff
        self.mended_data: bytes | None = None
        self.diff = ""


def lint_file(path: str, data: bytes, settings: Settings, *, verbose: bool = False) -> FileReport:
    """Findings of one file's bytes; a rule that raises is an error and the others go on."""
    (report,) = lint_files([(path, data, settings)], verbose=verbose)
    return report


def lint_files(
    files: list[tuple[str, bytes, Settings]], *, verbose: bool = False
) -> list[FileReport]:
    """Findings of several files in one go, so that ShellCheck is started once for all of them."""
    from dockerlint_rules.engine.lint import lint_sources

    try:
        results = lint_sources(
            [(Source.from_bytes(data, path), settings) for path, data, settings in files]
        )
    except Exception as error:  # our own fault: say so, and lint the other files
        if len(files) > 1:
            return [
                lint_file(path, data, settings, verbose=verbose) for path, data, settings in files
            ]
        report = FileReport(files[0][0])
        report.errors.append(RunError(report.path, _told(error, verbose=verbose), "internal"))
        return [report]
    return [
        _report(path, result, verbose=verbose)
        for (path, _, _), result in zip(files, results, strict=True)
    ]


def _report(path: str, result: FileResult, *, verbose: bool) -> FileReport:
    report = FileReport(path)
    for finding in result.findings:
        finding.target = (
            0  # what it was made from is not needed, and would be sent between processes
        )
    report.findings = result.findings
    report.shellcheck = result.shellcheck
    report.errors = [failure_error(failure, verbose=verbose) for failure in result.failures]
    if result.problem is not None:
        report.errors.append(RunError(path, result.problem, "config"))
    return report


def failure_error(failure: RuleFailure, *, verbose: bool = False) -> RunError:
    """What a run says of a rule that raised."""
    rule = failure.rule
    kind = "internal" if rule.origin == "dockerlint" else "plugin"
    who = (
        f"rule {rule.code} ({rule.name})"
        if kind == "internal"
        else f"plugin {rule.origin} [{rule.code}]"
    )
    hint = "" if verbose else " (run again with --verbose for the traceback)"
    if kind == "plugin":
        return _plugin_error(failure, who, hint, verbose=verbose)
    return RunError(
        failure.path, f"{who} failed: {_told(failure.error, verbose=verbose)}{hint}", kind
    )


def _plugin_error(failure: RuleFailure, who: str, hint: str, *, verbose: bool) -> RunError:
    from dockerlint_rules.plugins.adapters import InvalidFinding, UnexpectedCode
    from dockerlint_rules.plugins.loading import error_line

    error, code = failure.error, failure.rule.code
    if isinstance(error, UnexpectedCode):
        return RunError(
            None, f"{who} {error}; such findings are left out", "plugin", rule=code, once=True
        )
    if isinstance(error, InvalidFinding):
        return RunError(failure.path, f"{who} {error}", "plugin", rule=code)
    if not verbose:
        return RunError(
            failure.path, f"{who} failed: {error_line(error)}{hint}", "plugin", rule=code
        )
    return RunError(
        failure.path, f"{who} failed: {_told(error, verbose=True)}", "plugin", rule=code
    )


def _told(error: BaseException, *, verbose: bool) -> str:
    if not verbose:
        return f"{type(error).__name__}: {error}"
    import traceback

    return "".join(traceback.format_exception(error)).rstrip()


class Strikes:
    """What is left of the reports once a plugin's rule that failed on too many files is switched off.

    Each process switches off what has failed often enough before its own eyes; seen over all files in
    their order that may be later than it is here, and the report must not depend on the number of processes.
    """

    def __init__(self, owner: Callable[[str], Rule | None]) -> None:
        self.owner = owner
        self.failed: dict[str, int] = {}
        self.off: set[str] = set()
        self.said: set[str] = set()

    def sift(self, report: FileReport) -> FileReport:
        """Take out of the next file's report what a rule that is switched off says; add what is new."""
        if self.off:
            report.findings = [one for one in report.findings if not self._is_off(one)]
        errors: list[RunError] = []
        for error in report.errors:
            if error.rule in self.off or (error.once and error.rule in self.said):
                continue
            if error.once:
                self.said.add(error.rule)
            errors.append(error)
        failed = {error.rule: error for error in report.errors if error.rule and not error.once}
        for error in failed.values():
            self._count(error, errors)
        report.errors = errors
        return report

    def _count(self, error: RunError, errors: list[RunError]) -> None:
        if error.rule in self.off:
            return
        count = self.failed[error.rule] = self.failed.get(error.rule, 0) + 1
        if count == MOST_FAILURES:
            self.off.add(error.rule)
            who = error.message.partition("]")[0]
            errors.append(
                RunError(
                    None,
                    f"{who}] failed on {count} files and is switched off for this run",
                    "plugin",
                )
            )

    def _is_off(self, finding: Finding) -> bool:
        owner = self.owner(finding.code)
        return owner is not None and owner.code in self.off


def in_order(
    work: Callable[[list[str]], list[FileReport]], paths: list[str], jobs: int
) -> Iterator[FileReport]:
    """Reports of all paths in their order, from a pool of processes where that pays."""
    if jobs < 2 or len(paths) < POOL_FROM:
        for at in range(0, len(paths), BATCH):
            yield from work(paths[at : at + BATCH])
        return
    from concurrent.futures import ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool
    from multiprocessing import get_context

    # fork: the rules are loaded already, and nothing of ours runs threads.
    context = get_context("fork") if can_fork() else None
    size = max(8, min(256, len(paths) // (jobs * 4)))
    chunks = [paths[at : at + size] for at in range(0, len(paths), size)]
    if context is not None:
        # The processes have it from their parent: it need not be sent, and what plugins are made of cannot be.
        _inherited.append(work)
        work = _do_inherited
    try:
        with ProcessPoolExecutor(jobs, mp_context=context) as pool:
            for reports in pool.map(work, chunks):
                yield from reports
    except BrokenProcessPool:
        yield _ended_early()
    finally:
        _inherited.clear()


def _ended_early() -> FileReport:
    """What there is to say when a process has been killed, or a plugin has ended it."""
    report = FileReport("")
    report.read = False
    message = (
        "a process ended before it had linted its files, so some are missing; "
        "--jobs 1 shows at which file"
    )
    report.errors.append(RunError(None, message, "internal"))
    return report


_inherited: list[Callable[[list[str]], list[FileReport]]] = []


def _do_inherited(paths: list[str]) -> list[FileReport]:
    return _inherited[-1](paths)


def can_fork() -> bool:
    """Whether processes begin with all that is loaded here."""
    import sys

    return sys.platform == "linux"


def total(reports: Iterable[FileReport]) -> tuple[list[Finding], list[RunError], int]:
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
