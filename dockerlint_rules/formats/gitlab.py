"""The format ``gitlab``: a code quality report."""

from __future__ import annotations

from dockerlint_rules.formats import Report, in_order
from dockerlint_rules.formats.terminal_text import json_without_commands, well_formed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from dockerlint_rules.findings.finding import Finding
    from dockerlint_rules.findings.results import RunResult

_SEVERITIES = {"error": "critical", "warning": "major", "info": "minor", "style": "info"}


class GitLab(Report):
    """A JSON array, empty when nothing was found: GitLab rejects an empty file."""

    def after_init(self) -> None:
        """Set up what is kept of lines and hashes."""
        self._lines: dict[tuple[str, int], str] = {}
        self._hashes: dict[tuple[str, str, str], Any] = {}

    def render(self, result: RunResult) -> str:
        """Return the array on one line of pure ASCII."""
        import json

        from dockerlint_rules.formats.report_paths import report_paths, root_of

        root = root_of(self.options)
        paths = report_paths(result.findings, root)
        seen: dict[tuple[str, str, str], int] = {}
        entries = [
            self._entry(finding, paths[finding.path], seen) for finding in in_order(result.findings)
        ]
        return json_without_commands(json.dumps(entries))

    def _entry(
        self, finding: Finding, path: str, seen: dict[tuple[str, str, str], int]
    ) -> dict[str, Any]:
        return {
            "description": well_formed(finding.message),
            "check_name": well_formed(finding.code),
            "fingerprint": self._fingerprint(finding, path, seen),
            "severity": _SEVERITIES[finding.severity],
            "location": {
                "path": well_formed(path),
                "lines": {"begin": finding.line, "end": finding.end_line},
            },
        }

    def _fingerprint(
        self, finding: Finding, path: str, seen: dict[tuple[str, str, str], int]
    ) -> str:
        """Hash path, code, the line's text and how often that occurred before: unique and stable.

        GitLab hides findings with an equal fingerprint.  The line number is left out, so that a finding keeps its
        fingerprint when lines are inserted above it.
        """
        from hashlib import sha256

        # perf: a line is read once; thousands of findings may be on one long line.
        place = finding.path, finding.line
        if place not in self._lines:
            source = self.options.sources(finding.path)
            self._lines[place] = source.line(finding.line).strip() if source else ""
        key = path, finding.code, self._lines[place]
        if key not in self._hashes:
            self._hashes[key] = sha256("\0".join((*key, "")).encode("utf-8", "surrogatepass"))
        seen[key] = seen.get(key, 0) + 1
        digest = self._hashes[key].copy()
        digest.update(str(seen[key]).encode())
        return str(digest.hexdigest())
