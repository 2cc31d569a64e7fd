"""The format ``checkstyle``, which many CI servers read."""

from __future__ import annotations

from itertools import groupby

from dockerlint_rules.formats import Report, in_order
from dockerlint_rules.formats.xml_text import DECLARATION, element

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dockerlint_rules.findings.results import RunResult

_SEVERITIES = {"error": "error", "warning": "warning", "info": "info", "style": "info"}


class Checkstyle(Report):
    """Checkstyle's XML: files and the problems in each."""

    def render(self, result: RunResult) -> str:
        """Return the document.  An error of the run itself is an error on line 1."""
        rows: list[tuple[str, str]] = []
        for error in result.errors:
            place = {"line": 1, "column": 1, "severity": "error", "message": error.message}
            source = {"source": f"dockerlint.{error.kind}"}
            rows.append((error.path or "", element("error", {**place, **source})))
        for finding in in_order(result.findings):
            values: dict[str, object] = {
                "line": finding.line,
                "column": finding.column,
                "severity": _SEVERITIES[finding.severity],
                "message": finding.message,
                "source": f"dockerlint.{finding.code}",
            }
            rows.append((finding.path, element("error", values)))
        lines = [DECLARATION, '<checkstyle version="4.3">']
        for path, group in groupby(sorted(rows, key=lambda row: row[0]), key=lambda row: row[0]):
            lines.append(f"  <{element('file', {'name': path})}>")
            lines += [f"    <{row}/>" for _, row in group]
            lines.append("  </file>")
        return "\n".join([*lines, "</checkstyle>"])
