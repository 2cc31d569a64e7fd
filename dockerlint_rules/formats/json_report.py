"""The format ``json``: everything dockerlint knows, for other programs."""

from __future__ import annotations

from dockerlint_rules.formats import Report, in_order
from dockerlint_rules.formats.terminal_text import json_without_commands

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from dockerlint_rules.findings.finding import Finding, Fix
    from dockerlint_rules.findings.results import RunError, RunResult
    from dockerlint_rules.syntax.source import Source


class Json(Report):
    """One JSON object; docs/json.md describes its structure."""

    def render(self, result: RunResult) -> str:
        """Return the object on one line.

        It is pure ASCII, so every encoding of the stream can hold it, and a byte that is not UTF-8 (a lone
        surrogate here) is written as ``\\udcXX`` and can be read back.
        """
        import json

        report = {
            "version": self.options.version,
            "findings": [self._finding(finding) for finding in in_order(result.findings)],
            "errors": [_error(error) for error in result.errors],
            "summary": result.summary,
        }
        return json_without_commands(json.dumps(report))

    def _finding(self, finding: Finding) -> dict[str, Any]:
        return {
            "path": finding.path,
            "line": finding.line,
            "column": finding.column,
            "end_line": finding.end_line,
            "end_column": finding.end_column,
            "code": finding.code,
            "name": finding.name,
            "severity": str(finding.severity),
            "message": finding.message,
            "aliases": self._aliases(finding),
            "instruction": finding.instruction,
            "stage": finding.stage,
            "url": finding.url,
            "fix": _fix(finding.fix, self.options.sources(finding.path)) if finding.fix else None,
        }

    def _aliases(self, finding: Finding) -> list[str]:
        """The finding's own aliases; all of the rule's when it did not narrow them."""
        if finding.aliases is not None:
            return list(finding.aliases)
        rule = self.options.rule_of(finding.code)
        return [] if rule is None else list(rule.aliases)


def _fix(fix: Fix, source: Source | None) -> dict[str, Any] | None:
    """Return a fix with lines and columns; None when it holds a secret, or the text that it refers to is missing."""
    if source is None or fix.holds_secret:
        return None
    edits = []
    for edit in fix.edits:
        line, column = source.position(edit.start)
        end_line, end_column = source.position(edit.end)
        edits.append(
            {
                "line": line,
                "column": column,
                "end_line": end_line,
                "end_column": end_column,
                "text": edit.text,
            }
        )
    return {"message": fix.message, "safety": fix.safety, "edits": edits}


def _error(error: RunError) -> dict[str, Any]:
    return {"path": error.path, "message": error.message, "kind": error.kind}
