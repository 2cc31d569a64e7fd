"""The format ``junit``: findings as failed tests."""

from __future__ import annotations

from dockerlint_rules.formats import Report, in_order
from dockerlint_rules.formats.xml_text import DECLARATION, content, element

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dockerlint_rules.findings.finding import Finding
    from dockerlint_rules.findings.results import RunError, RunResult


class JUnit(Report):
    """A suite with a failed test for each finding, an error for each error, and a passed test for each clean file.

    The clean files are those that were passed to :meth:`beginning`.
    """

    def after_init(self) -> None:
        """Start without files."""
        self._files: list[str] = []

    def beginning(self, path: str) -> None:
        """Remember the file."""
        self._files.append(path)

    def render(self, result: RunResult) -> str:
        """Return the document."""
        hit = {finding.path for finding in result.findings}
        hit.update(error.path for error in result.errors if error.path)
        clean = [path for path in dict.fromkeys(self._files) if path not in hit]
        tests = len(clean) + len(result.findings) + len(result.errors)
        suite: dict[str, object] = {
            "name": "dockerlint",
            "tests": tests,
            "failures": len(result.findings),
            "errors": len(result.errors),
            "time": f"{result.seconds:.3f}",
        }
        lines = [DECLARATION, "<testsuites>", f"  <{element('testsuite', suite)}>"]
        for error in result.errors:
            lines += _error(error)
        for finding in in_order(result.findings):
            lines += _failure(finding)
        for path in clean:
            lines.append(f"    <{element('testcase', {'classname': path, 'name': 'dockerlint'})}/>")
        return "\n".join([*lines, "  </testsuite>", "</testsuites>"])


def _failure(finding: Finding) -> list[str]:
    place = f"{finding.line}:{finding.column}"
    case: dict[str, object] = {
        "classname": finding.path,
        "name": f"{finding.code} {finding.name} at {place}",
        "file": finding.path,
        "line": finding.line,
    }
    failure: dict[str, object] = {"type": finding.severity, "message": finding.message}
    text = f"{finding.path}:{place}: {finding.code} {finding.severity}: {finding.message}"
    return [
        f"    <{element('testcase', case)}>",
        f"      <{element('failure', failure)}>{content(text)} ({content(finding.name)})</failure>",
        "    </testcase>",
    ]


def _error(error: RunError) -> list[str]:
    case: dict[str, object] = {"classname": error.path or "dockerlint", "name": error.kind}
    problem: dict[str, object] = {"type": error.kind, "message": error.message}
    return [
        f"    <{element('testcase', case)}>",
        f"      <{element('error', problem)}/>",
        "    </testcase>",
    ]
