"""The format ``sarif``: SARIF 2.1.0 for GitHub code scanning and SARIF validators."""

from __future__ import annotations

from bisect import bisect_left

from dockerlint_rules.formats import Report, in_order
from dockerlint_rules.formats.terminal_text import json_without_commands, well_formed
from dockerlint_rules.syntax.kinds import kind_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from dockerlint_rules.findings.finding import Finding, Fix
    from dockerlint_rules.findings.results import RunError, RunResult
    from dockerlint_rules.formats.context import ReportContext
    from dockerlint_rules.formats.sarif_rules import RuleTable
    from dockerlint_rules.syntax.source import Source

SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)

# GitHub's limits: it rejects a file beyond the first and the last, and shows as many results as the second.
MOST_RESULTS = 25_000
SHOWN_RESULTS = 5_000
MOST_RELATED = 100
LARGEST_UPLOAD = 10_000_000

_LONGEST_CONTEXT = 4096
MOST_SNIPPETS = 50_000_000
"""Characters of context in one log; thousands of findings on one long line would repeat it thousands of times."""

_LONGEST_SNIPPET = 1 << 16
"""Characters, as a snippet is for people to read and a hostile line may be megabytes long."""


class Sarif(Report):
    """One run in one log.  The same input gives the same bytes."""

    def render(self, result: RunResult) -> str:
        """Return a log that GitHub accepts: with less in it where GitHub would reject it."""
        findings = self._chosen(result.findings)
        log = self._log(findings, result, lean=False)
        if not _is_too_large(log):
            return log
        self.warn("the SARIF file is too large for GitHub; source snippets are left out")
        log = self._log(findings, result, lean=True)
        while findings and _is_too_large(log):
            findings = _worst_first(findings)[: len(findings) // 2]
            self.warn(f"the SARIF file is too large for GitHub; cut to {len(findings)} results")
            log = self._log(findings, result, lean=True)
        return log

    def _chosen(self, findings: list[Finding]) -> list[Finding]:
        if len(findings) <= SHOWN_RESULTS:
            return in_order(findings)
        self.warn(
            f"{len(findings)} results; GitHub shows {SHOWN_RESULTS} of them, the most severe first"
        )
        if len(findings) > MOST_RESULTS:
            self.warn(f"GitHub rejects more than {MOST_RESULTS} results; the others are left out")
        return _worst_first(findings)[:MOST_RESULTS]

    def _log(self, findings: list[Finding], result: RunResult, *, lean: bool) -> str:
        import json

        run = RunBuilder(self.options, lean).run(findings, result.errors)
        if any(artifact["location"]["uri"].startswith("file:") for artifact in run["artifacts"]):
            self.warn("some files are outside the repository; GitHub may reject this SARIF file")
        if not run["artifacts"]:
            del run["artifacts"]
        log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
        # Pure ASCII is UTF-8 in every encoding of the stream.
        return json_without_commands(json.dumps(log, separators=(",", ":")))


class RunBuilder:
    """Builds the one run of a log."""

    def __init__(self, options: ReportContext, lean: bool) -> None:
        from dockerlint_rules.formats.report_paths import root_of

        self.options = options
        self.lean = lean
        self.root = root_of(options)
        self.artifacts: list[dict[str, Any]] = []
        self._left = MOST_SNIPPETS
        self._locations: dict[str, dict[str, Any]] = {}
        self._texts: dict[str, FileText] = {}

    def run(self, findings: list[Finding], errors: list[RunError]) -> dict[str, Any]:
        """Build the ``run`` object; its key ``artifacts`` may be empty."""
        from dockerlint_rules.formats.sarif_rules import RuleTable

        rules = RuleTable(self.options, findings)
        results = [self._result(finding, rules) for finding in findings]
        invocation: dict[str, Any] = {"executionSuccessful": not errors}
        if errors:
            invocation["toolExecutionNotifications"] = [self._notification(e) for e in errors]
        category = well_formed(self.options.category) or "dockerlint"
        run = {
            "tool": rules.tool(),
            "invocations": [invocation],
            "automationDetails": {"id": f"{category.rstrip('/')}/"},
            "originalUriBaseIds": {
                # No uri: it would reveal a path on this machine.
                "%SRCROOT%": {
                    "description": {"text": "The root of the checked-out repository."},
                },
            },
            "artifacts": self.artifacts,
            "columnKind": "utf16CodeUnits",
            "results": results,
        }
        return self._with_provenance(run)

    def _with_provenance(self, run: dict[str, Any]) -> dict[str, Any]:
        from dockerlint_rules.formats.report_paths import provenance

        found = provenance(self.root)
        if found is not None:
            run["versionControlProvenance"] = [
                {
                    "repositoryUri": found[0],
                    "revisionId": found[1],
                    "mappedTo": {"uriBaseId": "%SRCROOT%"},
                }
            ]
        return run

    def _text(self, finding: Finding) -> FileText:
        text = self._texts.get(finding.path)
        if text is None:
            text = self._texts[finding.path] = FileText(self.options.sources(finding.path))
        return text

    def _artifact(self, path: str) -> dict[str, Any]:
        """The location of a file, which this adds to the artifacts of the run."""
        location = self._locations.get(path)
        if location is None:
            location = artifact_location(path, self.root)
            location["index"] = len(self.artifacts)
            self._locations[path] = location
            artifact: dict[str, Any] = {"location": location}
            language = kind_of(path).sarif_language
            if language and not path.endswith(".dockerignore"):
                artifact["sourceLanguage"] = language
            self.artifacts.append(artifact)
        return location

    def _result(self, finding: Finding, rules: RuleTable) -> dict[str, Any]:
        text = self._text(finding)
        result = {
            **rules.reference(finding.code),
            "kind": "fail",
            "level": LEVELS[finding.severity],
            "message": rules.message(finding),
            "locations": [self._location(finding, text)],
        }
        fingerprint = text.fingerprint(finding.line)
        if fingerprint is not None:
            result["partialFingerprints"] = {"primaryLocationLineHash": fingerprint}
        if finding.related and text.source is not None:
            result["relatedLocations"] = self._related(finding, text)
        fix = self._fix(finding, text)
        if fix is not None:
            result["fixes"] = [fix]
        return result

    def _location(self, finding: Finding, text: FileText) -> dict[str, Any]:
        physical: dict[str, Any] = {"artifactLocation": self._artifact(finding.path)}
        if text.source is None:
            physical["region"] = {
                "startLine": finding.line,
                "startColumn": finding.column,
                "endLine": finding.end_line,
                "endColumn": finding.end_column,
            }
            return {"physicalLocation": physical}
        is_lean = self.lean or self._left < 0
        physical["region"] = text.region(finding.start, finding.end, snippet=not is_lean)
        context = None if is_lean else text.context(finding.start, finding.end)
        if context is not None:
            physical["contextRegion"] = context
            self._left -= len(context["snippet"]["text"])
        return {"physicalLocation": physical}

    def _related(self, finding: Finding, text: FileText) -> list[dict[str, Any]]:
        return [
            {
                "id": number,
                "physicalLocation": {
                    "artifactLocation": self._artifact(finding.path),
                    "region": text.region(related.start, related.end, snippet=not self.lean),
                },
                "message": {"text": well_formed(related.message)},
            }
            for number, related in enumerate(finding.related[:MOST_RELATED], 1)
        ]

    def _fix(self, finding: Finding, text: FileText) -> dict[str, Any] | None:
        fix = finding.fix
        # SARIF cannot hold an edit with an undecodable byte, so the fix is left out.
        if fix is None or not fix.edits or text.source is None or not _is_text(fix):
            return None
        replacements = []
        for edit in fix.edits:
            replacement: dict[str, Any] = {"deletedRegion": text.range(edit.start, edit.end)}
            if edit.text:
                replacement["insertedContent"] = {"text": edit.text}
            replacements.append(replacement)
        change = {
            "artifactLocation": self._artifact(finding.path),
            "replacements": replacements,
        }
        return {
            "description": {"text": well_formed(fix.message)},
            "artifactChanges": [change],
            "properties": {"safety": fix.safety},
        }

    def _notification(self, error: RunError) -> dict[str, Any]:
        notification: dict[str, Any] = {
            "descriptor": {"id": error.kind},
            "level": "error",
            "message": {"text": well_formed(error.message)},
        }
        if error.path:
            place = {"artifactLocation": artifact_location(error.path, self.root)}
            notification["locations"] = [{"physicalLocation": place}]
        return notification


LEVELS = {"error": "error", "warning": "warning", "info": "note", "style": "note"}


class FileText:
    """A file's text with positions in UTF-16 code units."""

    __slots__ = ("_astral", "_hashes", "_units", "source")

    def __init__(self, source: Source | None) -> None:
        self.source = source
        self._hashes: list[str] | None = None
        self._units: list[int] | None = None
        self._astral: list[int] | None = None  # offsets of what takes two code units

    def fingerprint(self, line: int) -> str | None:
        """Return the hash of a line (from 1)."""
        if self.source is None:
            return None
        if self._hashes is None:
            from dockerlint_rules.formats.line_hashes import source_hashes

            self._hashes = source_hashes(self.source)
        return self._hashes[min(line, len(self._hashes)) - 1]

    def range(self, start: int, end: int) -> dict[str, Any]:
        """Return lines and columns of a span of offsets."""
        start_line, start_column = self._position(start)
        end_line, end_column = self._position(end)
        return {
            "startLine": start_line,
            "startColumn": start_column,
            "endLine": end_line,
            "endColumn": end_column,
        }

    def region(self, start: int, end: int, *, snippet: bool) -> dict[str, Any]:
        """Return a span with its offsets and, unless it is huge, its text."""
        region = self.range(start, end)
        region["charOffset"] = self._offset(start)
        region["charLength"] = self._offset(end) - self._offset(start)
        if snippet and 0 < end - start <= _LONGEST_SNIPPET:
            region["snippet"] = {"text": well_formed(self._source.text[start:end])}
        return region

    def context(self, start: int, end: int) -> dict[str, Any] | None:
        """Return the lines around a span; None when they are the span itself, or huge."""
        source = self._source
        first = max(source.line_of(start) - 1, 1)
        last = min(source.line_of(end) + 1, source.line_count)
        low, high = source.offset(first), max(source.line_span(last).end, end)
        if high - low <= end - start or high - low > _LONGEST_CONTEXT:
            return None
        return {
            **self.range(low, high),
            "snippet": {"text": well_formed(source.text[low:high])},
        }

    @property
    def _source(self) -> Source:
        assert self.source is not None
        return self.source

    def _position(self, offset: int) -> tuple[int, int]:
        line, column = self._source.position(offset)
        text = self._source.text
        if text.isascii():
            return line, column
        if self._astral is None:
            self._astral = [at for at, char in enumerate(text) if char > "\uffff"]
        start = offset - column + 1
        # perf: counting along the line would be quadratic for thousands of findings on one long line.
        return line, column + bisect_left(self._astral, offset) - bisect_left(self._astral, start)

    def _offset(self, offset: int) -> int:
        """UTF-16 units before an offset, counted once for each line and not for each finding."""
        source = self._source
        if source.text.isascii():
            return offset
        if self._units is None:
            self._units = [0]
            for low, high in zip(source.line_starts, source.line_starts[1:], strict=False):
                self._units.append(self._units[-1] + _utf16_length(source.text[low:high]))
        line, column = self._position(offset)
        return self._units[line - 1] + column - 1


def _utf16_length(text: str) -> int:
    if text.isascii():
        return len(text)
    return len(text) + sum(char > "\uffff" for char in text)


def artifact_location(path: str, root: str) -> dict[str, Any]:
    """Return a file's URI: relative to the repository, or absolute when it is outside."""
    import os
    from urllib.parse import quote_from_bytes

    from dockerlint_rules.formats.report_paths import relative_path
    from dockerlint_rules.syntax.source import encode

    relative = relative_path(path, root)
    if relative is not None:
        return {"uri": quote_from_bytes(encode(relative)), "uriBaseId": "%SRCROOT%"}
    real = os.path.realpath(path).replace(os.sep, "/")
    return {"uri": "file://" + quote_from_bytes(encode("/" + real.lstrip("/")), "/:")}


def _is_text(fix: Fix) -> bool:
    """Whether a report can hold the edits: they are text, and none of it is a secret."""
    return not fix.holds_secret and all(well_formed(edit.text) == edit.text for edit in fix.edits)


def _worst_first(findings: list[Finding]) -> list[Finding]:
    return sorted(findings, key=lambda finding: (finding.severity.rank, finding.sort_key))


def _is_too_large(log: str) -> bool:
    """Whether GitHub would reject the file.  It limits the compressed size."""
    if len(log) <= LARGEST_UPLOAD:
        return False
    import zlib

    return len(zlib.compress(log.encode("ascii"))) + 32 > LARGEST_UPLOAD
