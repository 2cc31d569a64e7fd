"""Findings as the protocol's diagnostics."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from dockerlint_rules.findings.finding import Finding
    from dockerlint_rules.server.session import OpenFile, Session

_LEVELS = {"error": 1, "warning": 2, "info": 3, "style": 4}
_UNNECESSARY, _DEPRECATED = 1, 2
# What editors grey out, and what they strike through.
_TAGS = {
    "DF091": _UNNECESSARY, "DF603": _UNNECESSARY, "DF604": _UNNECESSARY, "DF605": _UNNECESSARY, "DF706": _UNNECESSARY, "DF715": _UNNECESSARY,
    "DF653": _DEPRECATED, "DF801": _DEPRECATED, "DF247": _DEPRECATED,
}  # fmt: skip


def diagnostics_of(file: OpenFile, session: Session) -> list[dict[str, Any]]:
    """What is shown of a file: its findings, and on the first line what kept the server from finding more."""
    said = [diagnostic(finding, file, session) for finding in file.all_findings()]
    first = file.text.range(0, len(file.text.line(0)))
    said += [
        {"range": first, "severity": 1, "source": "dockerlint", "message": problem}
        for problem in file.problems
    ]
    return said


def diagnostic(finding: Finding, file: OpenFile, session: Session) -> dict[str, Any]:
    """One finding."""
    said: dict[str, Any] = {
        "range": file.text.range(finding.start, finding.end),
        "severity": _LEVELS.get(str(finding.severity), 2),
        "code": finding.code,
        "source": "dockerlint",
        "message": f"{finding.message} ({finding.name})",
        "data": {"code": finding.code, "fixable": finding.fix is not None},
    }
    if finding.url:
        said["codeDescription"] = {"href": finding.url}
    tag = _TAGS.get(finding.code)
    if tag:
        said["tags"] = [tag]
    if finding.related and session.can("textDocument", "publishDiagnostics", "relatedInformation"):
        said["relatedInformation"] = [
            {
                "location": {"uri": file.uri, "range": file.text.range(one.start, one.end)},
                "message": one.message,
            }
            for one in finding.related
        ]
    return said
