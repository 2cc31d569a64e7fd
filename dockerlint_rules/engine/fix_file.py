"""Fixing one file of a run: apply its fixes and write it, or make a diff, and say what was fixed."""

from __future__ import annotations

from dockerlint_rules.engine.lint import lint_source
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
    named: NamedPaths | None = None,
) -> None:
    """Fix one file and note in its report what was fixed, what is left, and what went wrong.

    With ``--diff`` nothing is written.  A text from standard input is left in ``report.fixed_bytes`` to be printed.
    Only files in *named* are fixed, with links resolved: a link of the tree may lead to any file of the machine.
    """
    unsafe = options.unsafe_fixes
    if not any(is_applicable(one, unsafe=unsafe) for one in report.findings):
        return
    real = named.real_path_of(path) if named is not None and not report.from_stdin else path
    if real is None:
        report.errors.append(RunError(path, _LINK_OUT, "io"))
        return
    before = Source.from_bytes(data, path)

    def lint(source: Source) -> list[Finding]:
        found = lint_source(source, settings).findings
        return found if baseline is None else baseline.new_findings(path, source, found)

    result = apply_fixes(before, lint, unsafe=unsafe)
    report.errors += [_rejection(path, finding, why) for finding, why in result.rejected]
    if not result.fixed:
        return
    report.fixed_bytes = encode(result.source.text)
    if options.diff:
        from dockerlint_rules.fixes.diff import unified_diff

        report.diff = unified_diff(before, result.source)
    elif not report.from_stdin:
        problem = replace_file(real, report.fixed_bytes, data)
        if problem:
            report.fixed_bytes = None
            report.errors.append(RunError(path, problem, "io"))
            return
    report.fixed = len(result.fixed)
    report.findings = result.findings
    report.drop_targets()


def _rejection(path: str, finding: Finding, why: str) -> RunError:
    message = f"the fix for {finding.code} on line {finding.line} was not applied: {why}"
    return RunError(path, message, "internal")
