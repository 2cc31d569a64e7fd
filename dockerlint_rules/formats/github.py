"""The format ``github``: annotations by workflow commands, and a table in the job's summary."""

from __future__ import annotations

from dockerlint_rules.formats import Report
from dockerlint_rules.formats.terminal_text import printable_char, printable_text, without_commands
from dockerlint_rules.formats.text import plural, summary_line

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dockerlint_rules.findings.finding import Finding
    from dockerlint_rules.findings.results import RunError, RunResult

_COMMANDS = {"error": "error", "warning": "warning", "info": "notice", "style": "notice"}

MOST_ROWS = 1000
"""Rows of the table, as GitHub rejects a step's summary of more than 1 MiB."""

_LONGEST_CELL = 500


class GitHub(Report):
    """Workflow commands, the most severe first, as GitHub shows ten of each level."""

    def render(self, result: RunResult) -> str:
        """Return the commands and a last line for people, and append to the job's summary."""
        from dockerlint_rules.formats.report_paths import report_paths, root_of

        root = root_of(self.options)
        paths = report_paths(result.findings, root)
        findings = sorted(result.findings, key=lambda one: (one.severity.rank, one.sort_key))
        lines = [_error_command(error, root) for error in result.errors]
        lines += [command(finding, paths[finding.path]) for finding in findings]
        if not self.options.quiet or not lines:
            lines.append(summary_line(result))
        self._append_summary(findings, paths, result)
        return "\n".join(lines)

    def _append_summary(
        self, findings: list[Finding], paths: dict[str, str], result: RunResult
    ) -> None:
        import os

        target = os.environ.get("GITHUB_STEP_SUMMARY")
        if not target:
            return
        from dockerlint_rules.files.writing import append_text

        try:
            append_text(target, markdown(findings, paths, result))
        except OSError as error:
            self.warn(f"GITHUB_STEP_SUMMARY cannot be written: {error.strerror}")


def command(finding: Finding, path: str) -> str:
    """Return the workflow command of one finding."""
    places = [f"file={in_property(path)}", f"line={finding.line}", f"endLine={finding.end_line}"]
    # GitHub drops the columns of a range over several lines, and sometimes the annotation.
    if finding.end_line == finding.line:
        places += [f"col={finding.column}", f"endColumn={finding.end_column}"]
    title = in_property(f"{finding.code} {finding.name}")
    level = _COMMANDS[finding.severity]
    return f"::{level} {','.join(places)},title={title}::{in_message(finding.message)}"


def _error_command(error: RunError, root: str) -> str:
    from dockerlint_rules.formats.report_paths import report_path

    place = f" file={in_property(report_path(error.path, root))}" if error.path else ""
    return f"::error{place}::{in_message(error.message)}"


def in_message(text: str) -> str:
    """Escape a command's message.  Line ends stay, other control characters become visible."""
    text = "".join(char if char in "\t\r\n" else printable_char(char) for char in text)
    if "##" in text or not text.isascii():
        text = without_commands(text)  # other servers obey these anywhere in a line
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def in_property(text: str) -> str:
    """Escape the value of a command's property."""
    return in_message(text).replace(":", "%3A").replace(",", "%2C")


def markdown(findings: list[Finding], paths: dict[str, str], result: RunResult) -> str:
    """Return the job's summary: a heading, the findings as a table, and the counts."""
    lines = ["### dockerlint", ""]
    if findings:
        lines += ["| Location | Severity | Rule | Message |", "| --- | --- | --- | --- |"]
        lines += [_row(finding, paths[finding.path]) for finding in findings[:MOST_ROWS]]
        lines.append("")
    if len(findings) > MOST_ROWS:
        lines += [f"… and {plural(len(findings) - MOST_ROWS, 'more problem')}.", ""]
    for error in result.errors:
        place = f"{_cell(error.path)}: " if error.path else ""
        lines += [f"- {place}{_cell(error.message)}"]
    if result.errors:
        lines.append("")
    return "\n".join([*lines, _cell(summary_line(result)), ""])


def _row(finding: Finding, path: str) -> str:
    place = _cell(f"{path}:{finding.line}:{finding.column}")
    rule = f"{_link(finding.code, finding.url)} {_cell(finding.name)}"
    return f"| {place} | {finding.severity} | {rule} | {_cell(finding.message)} |"


def _link(text: str, url: str) -> str:
    import re

    if re.fullmatch(r"https?://[\w./~%#?=&+\-]+", url):
        return f"[{_cell(text)}]({url})"
    return _cell(text)


def _cell(text: str) -> str:
    """Return text in which Markdown, HTML, mentions and bare links have no meaning."""
    import re

    if len(text) > _LONGEST_CELL:
        text = text[:_LONGEST_CELL] + "…"
    return re.sub(r"([\\`*_~\[\]()<>|#@&!$:])", r"\\\1", printable_text(text))
