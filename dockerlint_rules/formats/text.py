"""The formats for people and for tools that read lines, and the summary that follows."""

from __future__ import annotations

from dockerlint_rules.formats import Format
from dockerlint_rules.formats.terminal_text import Paint, printable_text, without_commands

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dockerlint_rules.findings.finding import Finding
    from dockerlint_rules.findings.results import RunResult, Summary


class Default(Format):
    """``path:line:column: CODE severity: message (name)``, one line for each finding."""

    wants_summary = True

    def after_init(self) -> None:
        """Choose the colours."""
        self.paint = Paint(self.options.color)

    def format(self, finding: Finding) -> str:
        """Return the finding's line."""
        paint, severity = self.paint, str(finding.severity)
        place = f"{paint('path', shown_path(finding.path))}:{finding.line}:{finding.column}"
        code = paint(severity, f"{printable_text(finding.code)} {severity}:")
        text = f"{place}: {code} {printable_text(finding.message)} ({printable_text(finding.name)})"
        return text if text.isascii() and "##" not in text else without_commands(text)

    def show_source(self, finding: Finding) -> str | None:
        """Show the source with ``--show-source``."""
        if not self.options.show_source:
            return None
        from dockerlint_rules.formats.source_snippet import source_snippet

        return source_snippet(finding, self.options.sources(finding.path), self.options.color)

    def stop(self, result: RunResult) -> None:
        """Write the table of ``--statistics``."""
        if self.options.statistics and result.findings:
            self.write("", statistics(result.findings))


def shown_path(path: str) -> str:
    """The path for the start of a line, where ``::`` would begin a command of a CI server."""
    shown = printable_text(path)
    return f"./{shown}" if without_commands(shown).lstrip().startswith("\\::") else shown


class PreCommit(Default):
    """The same lines without colours and source, for hooks and problem matchers."""

    def after_init(self) -> None:
        """Leave out colours."""
        self.paint = Paint(False)

    def show_source(self, finding: Finding) -> None:
        """Show no source."""


def statistics(findings: list[Finding]) -> str:
    """Return a table with the number of findings and of fixes of each rule, the largest first."""
    counts: dict[tuple[str, str], list[int]] = {}
    for finding in findings:
        count = counts.setdefault(
            (printable_text(finding.code), printable_text(finding.name)), [0, 0]
        )
        count[0] += 1
        count[1] += finding.fix is not None
    rows = [("count", "code", "name", "fixable")]
    for (code, name), (count_, fixable) in sorted(
        counts.items(), key=lambda item: (-item[1][0], item[0])
    ):
        rows.append((str(count_), code, name, str(fixable)))
    wide = [max(len(row[column]) for row in rows) for column in range(4)]
    return "\n".join(
        f"{count:>{wide[0]}}  {code:<{wide[1]}}  {name:<{wide[2]}}  {fixable:>{wide[3]}}"
        for count, code, name, fixable in rows
    )


def summary_line(result: RunResult, color: bool = False) -> str:
    """Return one line that says what the run found and what to do next."""
    failures = len(result.errors)
    rest = f" Not everything could be checked ({plural(failures, 'error')})." if failures else ""
    if not result.findings:
        return f"No problems found in {plural(result.files, 'file')}.{rest}"
    summary, paint = result.summary, Paint(color)
    total = paint("path", f"Found {plural(summary['findings'], 'problem')}")
    worst = min(result.findings, key=lambda one: (one.severity.rank, one.sort_key))
    explain = f'Run "dockerlint explain {printable_text(worst.code)}" for details.'
    counts = _by_severity(summary, paint)
    return f"{total} in {_files(result)}: {counts}.{_fixable(result.findings)} {explain}{rest}"


def plural(count: int, noun: str) -> str:
    """Return ``1 file`` or ``2 files``."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def _files(result: RunResult) -> str:
    """Return ``3 files``, or ``3 of 12 files`` when the others are clean."""
    hit = len({finding.path for finding in result.findings})
    return plural(hit, "file") if hit >= result.files else f"{hit} of {result.files} files"


def _by_severity(summary: Summary, paint: Paint) -> str:
    """Return ``1 error, 8 warnings, 6 notes``, without levels that have no findings."""
    counts = summary["by_severity"]
    words = [
        ("error", counts["error"], "error"),
        ("warning", counts["warning"], "warning"),
        ("info", counts["info"] + counts["style"], "note"),
    ]
    return ", ".join(paint(color, plural(count, noun)) for color, count, noun in words if count)


def _fixable(findings: list[Finding]) -> str:
    """Return how many findings which options fix."""
    safe = sum(one.fix is not None and one.fix.safety == "safe" for one in findings)
    unsafe = sum(one.fix is not None for one in findings) - safe
    if safe:
        more = f", {unsafe} more with --unsafe-fixes" if unsafe else ""
        return f" {safe} fixable with --fix{more}."
    return f" {unsafe} fixable with --fix --unsafe-fixes." if unsafe else ""
