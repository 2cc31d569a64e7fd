"""Many files to findings: each with its own configuration, in one process or in several."""

from __future__ import annotations

from dockerlint_rules.results import RunError
from dockerlint_rules.syntax.source import Source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from dockerlint_rules.engine import RuleFailure, Settings
    from dockerlint_rules.findings import Finding

POOL_FROM = 64  # files: below it a pool costs more than it saves (29 ms to import)


class FileReport:
    """What a run keeps of one file."""

    __slots__ = ("errors", "findings", "path", "read")

    def __init__(self, path: str) -> None:
        self.path = path
        self.findings: list[Finding] = []
        self.errors: list[RunError] = []
        self.read = True


def lint_file(path: str, data: bytes, settings: Settings, *, verbose: bool = False) -> FileReport:
    """Findings of one file's bytes; a rule that raises is an error and the others go on."""
    from dockerlint_rules.engine import lint_source

    report = FileReport(path)
    try:
        result = lint_source(Source.from_bytes(data, path), settings)
    except Exception as error:  # our own fault: say so, and lint the other files
        report.errors.append(RunError(path, _told(error, verbose=verbose), "internal"))
        return report
    for finding in result.findings:
        finding.target = (
            0  # what it was made from is not needed, and would be sent between processes
        )
    report.findings = result.findings
    report.errors = [failure_error(failure, verbose=verbose) for failure in result.failures]
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
    return RunError(
        failure.path, f"{who} failed: {_told(failure.error, verbose=verbose)}{hint}", kind
    )


def _told(error: BaseException, *, verbose: bool) -> str:
    if not verbose:
        return f"{type(error).__name__}: {error}"
    import traceback

    return "".join(traceback.format_exception(error)).rstrip()


def in_order(
    work: Callable[[list[str]], list[FileReport]], paths: list[str], jobs: int
) -> Iterator[FileReport]:
    """Reports of all paths in their order, from a pool of processes where that pays."""
    if jobs < 2 or len(paths) < POOL_FROM:
        for path in paths:
            yield from work([path])
        return
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    # fork: the rules are loaded already, and nothing of ours runs threads.
    context = get_context("fork") if _can_fork() else None
    size = max(8, min(256, len(paths) // (jobs * 4)))
    chunks = [paths[at : at + size] for at in range(0, len(paths), size)]
    with ProcessPoolExecutor(jobs, mp_context=context) as pool:
        for reports in pool.map(work, chunks):
            yield from reports


def _can_fork() -> bool:
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
