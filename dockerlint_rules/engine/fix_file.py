"""Mending in a run: one file mended and written, or shown as a diff, and what is said about it."""

from __future__ import annotations

from dockerlint_rules.engine.lint import lint_source
from dockerlint_rules.files.writing import replace_file
from dockerlint_rules.findings.results import RunError
from dockerlint_rules.fixes import apply as fixes
from dockerlint_rules.syntax.source import Source, encode

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dockerlint_rules.config.options import Options
    from dockerlint_rules.engine.baseline import Baseline
    from dockerlint_rules.engine.lint import Settings
    from dockerlint_rules.engine.many_files import FileReport
    from dockerlint_rules.findings.finding import Finding


def mend_file(
    path: str,
    data: bytes,
    settings: Settings,
    options: Options,
    report: FileReport,
    baseline: Baseline | None = None,
) -> None:
    """Mend one file and note in its report what was mended, what is left, and what went wrong.

    With ``--diff`` nothing is written.  A text from standard input is kept in ``report.mended_data`` for whoever prints it.
    """
    unsafe = options.unsafe_fixes
    if not any(fixes.is_wanted(one, unsafe=unsafe) for one in report.findings):
        return
    before = Source.from_bytes(data, path)

    def lint(source: Source) -> list[Finding]:
        found = lint_source(source, settings).findings
        return found if baseline is None else baseline.new_findings(path, source, found)

    mended = fixes.mend(before, lint, unsafe=unsafe)
    report.errors += [_left_out(path, finding, why) for finding, why in mended.dropped]
    if not mended.applied:
        return
    report.mended_data = encode(mended.source.text)
    if options.diff:
        report.diff = diff(before, mended.source)
    elif not report.from_stdin:
        problem = replace_file(path, report.mended_data, data)
        if problem:
            report.mended_data = None
            report.errors.append(RunError(path, problem, "io"))
            return
    report.mended = len(mended.applied)
    report.findings = mended.findings
    for finding in report.findings:
        finding.target = 0  # as in the runner: not to be sent between processes


def _left_out(path: str, finding: Finding, why: str) -> RunError:
    message = f"the fix of {finding.code} on line {finding.line} was left out, as {why}"
    return RunError(path, message, "internal")


def diff(before: Source, after: Source) -> str:
    """A unified diff that ``patch`` and ``git apply`` take; empty where the texts are equal."""
    from difflib import unified_diff

    path = before.filename.lstrip("/")
    out = []
    for line in unified_diff(_lines(before.text), _lines(after.text), f"a/{path}", f"b/{path}"):
        out.append(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n")
    return "".join(out)


def _lines(text: str) -> list[str]:
    """The lines with their ends; only a line feed ends one, as for ``patch``."""
    lines = text.split("\n")
    last = lines.pop()
    return [f"{line}\n" for line in lines] + ([last] if last else [])


def paint_diff(text: str) -> str:
    """The diff in the colours that ``git diff`` has."""
    colors = {"+": "32", "-": "31", "@": "36"}
    out = []
    for line in text.split("\n"):
        if line.startswith(("--- ", "+++ ")):
            out.append(f"\x1b[1m{line}\x1b[0m")
        elif line[:1] in colors:
            out.append(f"\x1b[{colors[line[0]]}m{line}\x1b[0m")
        else:
            out.append(line)
    return "\n".join(out)


def said(mended: int, left: list[Finding], files: int, *, unsafe: bool, diff: bool) -> str:
    """What was mended, in a line: ``Mended 9 of 15 problems in 1 file (2 more with --unsafe-fixes). 6 are left.``"""
    total = mended + len(left)
    more = 0 if unsafe else sum(one.fix is not None for one in left)
    hint = f" ({more} more with --unsafe-fixes)" if more else ""
    count = f"{total} problem" if total == 1 else f"{total} problems"
    where = "1 file" if files == 1 else f"{files} files"
    verb = "Would mend" if diff else "Mended"
    rest = "" if diff or not left else f" {len(left)} {'is' if len(left) == 1 else 'are'} left:"
    return f"{verb} {mended} of {count} in {where}{hint}.{rest}"
