"""Findings as the protocol's diagnostics."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from dockerlint_rules.findings.finding import Finding
    from dockerlint_rules.server.open_file import OpenFile
    from dockerlint_rules.server.session import Session

_MOST_DIAGNOSTICS = 10_000  # of one file; each takes 2 KB until it is written
_SEVERITIES = {"error": 1, "warning": 2, "info": 3, "style": 4}
_UNNECESSARY, _DEPRECATED = 1, 2
# Editors grey out what is unnecessary and strike through what is deprecated.
_TAGS = {
    **dict.fromkeys(("DF091", "DF603", "DF604", "DF605", "DF706", "DF715"), _UNNECESSARY),
    **dict.fromkeys(("DF247", "DF653", "DF801"), _DEPRECATED),
}


def diagnostics_of(file: OpenFile, session: Session) -> list[dict[str, Any]]:
    """A file's findings and, on its first line, problems such as a wrong configuration."""
    findings = file.all_findings()
    diagnostics = [diagnostic(finding, file, session) for finding in findings[:_MOST_DIAGNOSTICS]]
    first_line = file.text.range(0, len(file.text.line(0)))
    diagnostics += [
        {"range": first_line, "severity": 1, "source": "dockerlint", "message": problem}
        for problem in [*file.problems, *_left_out(len(findings))]
    ]
    return diagnostics


def _left_out(count: int) -> list[str]:
    if count <= _MOST_DIAGNOSTICS:
        return []
    return [f"only the first {_MOST_DIAGNOSTICS} of {count} findings are shown"]


def diagnostic(finding: Finding, file: OpenFile, session: Session) -> dict[str, Any]:
    """One finding."""
    made: dict[str, Any] = {
        "range": file.text.range(finding.start, finding.end),
        "severity": _SEVERITIES.get(str(finding.severity), 2),
        "code": finding.code,
        "source": "dockerlint",
        "message": f"{finding.message} ({finding.name})",
        "data": {"code": finding.code, "fixable": finding.fix is not None},
    }
    if finding.url:
        made["codeDescription"] = {"href": finding.url}
    tag = _TAGS.get(finding.code)
    if tag:
        made["tags"] = [tag]
    if finding.related and session.can("textDocument", "publishDiagnostics", "relatedInformation"):
        made["relatedInformation"] = [
            {
                "location": {"uri": file.uri, "range": file.text.range(one.start, one.end)},
                "message": one.message,
            }
            for one in finding.related
        ]
    return made
