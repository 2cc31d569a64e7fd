"""ShellCheck's comments as findings at their place in the Dockerfile, with its fixes."""

from __future__ import annotations

from bisect import bisect_right

from dockerlint_rules.findings.finding import Edit, Finding, Fix, Severity
from dockerlint_rules.syntax.source import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from dockerlint_rules.shellcheck.scripts import CheckedScript

_LEVELS = {
    "error": Severity.ERROR,
    "warning": Severity.WARNING,
    "info": Severity.INFO,
    "style": Severity.STYLE,
}


def findings_of(script: CheckedScript, comments: Iterable[Any]) -> list[Finding]:
    """The findings on one script, with their codes.  *comments* have ShellCheck's ``json1`` format."""
    lines = _Lines(script)
    found = []
    for comment in comments:
        line = int(comment["line"]) - script.lines
        if line < 1:
            continue  # about the lines that we added before it
        start = lines.index(line, int(comment["column"]))
        end = lines.index(int(comment["endLine"]) - script.lines, int(comment["endColumn"]))
        span = script.logical.span(start, max(start, end))
        if span.end <= span.start:
            span = script.logical.span(start, min(start + 1, len(script.logical.text)))
        text = str(comment.get("message", "")).strip()
        code = f"SC{int(comment['code']):04d}"
        finding = Finding.at(
            _visible_span(span, script),
            text if text.endswith((".", "?", "!")) else f"{text}.",
            fix=_fix(script, lines, comment.get("fix")),
            severity=_severity(script, code, comment),
            aliases=(),
        )
        finding.code = code
        found.append(finding)
    return found


def _severity(script: CheckedScript, code: str, comment: Any) -> Severity:
    """ShellCheck's level; a note for what POSIX lacks when the image's sh is not known."""
    if code.startswith("SC3") and not script.shell_known:
        return Severity.INFO
    return _LEVELS.get(str(comment.get("level")), Severity.WARNING)


def _visible_span(span: Span, script: CheckedScript) -> Span:
    """The span, or that of the instruction's keyword where the span is empty."""
    if span.end > span.start:
        return span
    word = script.instruction.keyword_word
    return Span(word.start, word.end)


class _Lines:
    """Lines and columns of a script as indices into its text."""

    __slots__ = ("_starts", "_text")

    def __init__(self, script: CheckedScript) -> None:
        self._text = script.logical.text
        self._starts = [0]
        at = self._text.find("\n")
        while at >= 0:
            self._starts.append(at + 1)
            at = self._text.find("\n", at + 1)

    def index(self, line: int, column: int) -> int:
        """Index of a line and column from 1; the end for a place beyond the text."""
        if line > len(self._starts):
            return len(self._text)
        return min(self._starts[max(line, 1) - 1] + max(column, 1) - 1, len(self._text))

    def line_of(self, index: int) -> int:
        """Number of the line, from 1, that holds an index."""
        return bisect_right(self._starts, index)


def _fix(script: CheckedScript, lines: _Lines, fix: Any) -> Fix | None:
    """ShellCheck's own fix, where the file has every part of it unchanged."""
    replacements = fix.get("replacements") if isinstance(fix, dict) else None
    if not replacements:
        return None
    edits = []
    try:
        ordered = sorted(
            replacements, key=lambda one: (one["line"], one["column"], one.get("precedence", 0))
        )
        for one in ordered:
            line = int(one["line"]) - script.lines
            if line < 1:
                return None
            start = lines.index(line, int(one["column"]))
            end = lines.index(int(one["endLine"]) - script.lines, int(one["endColumn"]))
            edits.append(_edit(script, start, end, str(one["replacement"])))
    except (KeyError, TypeError, ValueError, OverflowError):
        return None
    if any(edit is None for edit in edits):
        return None
    # Quoting changes the meaning where a script relies on word splitting.
    return Fix("Apply ShellCheck's fix.", [one for one in edits if one is not None], safe=False)


def _edit(script: CheckedScript, start: int, end: int, text: str) -> Edit | None:
    logical, source = script.logical, script.instruction.source.text
    if "\n" in text or "\r" in text:
        return None
    if start == end:
        # After the character before it, so that a line continuation stays where it is.
        at = logical.offset(start - 1) + 1 if start else logical.offset(0)
        return Edit(at, at, text)
    span = logical.span(start, end)
    if source[span.start : span.end] != logical.text[start:end]:
        return None  # a line continuation or a comment is inside
    return Edit(span.start, span.end, text)
