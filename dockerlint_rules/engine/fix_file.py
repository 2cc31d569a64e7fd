"""Fixing one file of a run: apply its fixes and write it, or make a diff, and say what was fixed."""

from __future__ import annotations

from dockerlint_rules.engine.lint import lint_source
from dockerlint_rules.engine.time_limit import UNTIMED, FileClock
from dockerlint_rules.files.interrupts import raise_if_interrupted, uninterrupted
from dockerlint_rules.files.writing import replace_file
from dockerlint_rules.findings.results import RunError
from dockerlint_rules.fixes.apply import apply_fixes, is_applicable
from dockerlint_rules.syntax.source import Source, encode

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dockerlint_rules.config.options import Options
    from dockerlint_rules.engine.baseline import Baseline
    from dockerlint_rules.engine.settings import Settings
    from dockerlint_rules.files.tree import NamedPaths
    from dockerlint_rules.findings.finding import Finding
    from dockerlint_rules.findings.results import FileReport

_LINK_OUT = "was not fixed: a symbolic link leads out of what the command line names; name its target to fix that"


def fix_file(
    path: str,
    data: bytes,
    settings: Settings,
    options: Options,
    report: FileReport,
    baseline: Baseline | None = None,
    clock: FileClock = UNTIMED,
    named: NamedPaths | None = None,
) -> None:
    """Fix one file and note in its report what was fixed, what is left, and what went wrong.

    With ``--diff`` nothing is written.  A text from standard input is left in ``report.fixed_bytes`` to be printed.
    Only files in *named* are fixed, with links resolved: a link of the tree may lead to any file of the machine.
    Raises TimeLimitReached before anything is written, and then the report is as it was.
    """
    unsafe = options.unsafe_fixes
    if not any(is_applicable(one, unsafe=unsafe) for one in report.findings):
        return
    real = named.real_path_of(path) if named is not None and not report.from_stdin else path
    if real is None:
        report.errors.append(RunError(path, _LINK_OUT, "io"))
        return

    def lint(source: Source) -> list[Finding]:
        found = lint_source(source, settings, clock=clock).findings
        clock.start(path)
        return found if baseline is None else baseline.new_findings(path, source, found)

    try:
        clock.start(path)
        before = Source.from_bytes(data, path)
        result = apply_fixes(before, lint, unsafe=unsafe)
        new = encode(result.source.text)
        diff = _diff(before, result.source) if options.diff and result.fixed else ""
    finally:
        clock.stop()
    report.errors += [_rejection(path, finding, why) for finding, why in result.rejected]
    if not result.fixed:
        return
    found = report.findings
    report.fixed_bytes, report.diff = new, diff
    report.fixed = len(result.fixed)
    report.findings = result.findings
    report.drop_targets()
    if options.diff or report.from_stdin:
        return
    clock.before_write(report)
    with uninterrupted():
        raise_if_interrupted()  # after a signal no file is written
        problem = replace_file(real, new, data)
        if problem:
            report.fixed_bytes, report.fixed = None, 0
            report.findings = found
            report.errors.append(RunError(path, problem, "io"))
        else:
            clock.after_write()


def _diff(before: Source, after: Source) -> str:
    from dockerlint_rules.fixes.diff import unified_diff

    return unified_diff(before, after)


def _rejection(path: str, finding: Finding, why: str) -> RunError:
    message = f"the fix for {finding.code} on line {finding.line} was not applied: {why}"
    return RunError(path, message, "internal")
