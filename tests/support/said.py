"""What one rule says about a text, with each detail that its users see."""

from __future__ import annotations

from one_rule import run

from dockerlint_rules.findings.finding import Finding
from dockerlint_rules.fixes.apply import apply_edits
from dockerlint_rules.syntax.source import Source


def said(code: str, text: str) -> list[tuple[str, str]]:
    """The text that each finding marks, and its message."""
    return [(text[one.start : one.end], one.message) for one in found(code, text)]


def found(code: str, text: str) -> list[Finding]:
    """The findings of a rule."""
    return run(code, text).findings


def related(code: str, text: str) -> list[tuple[int, str, str]]:
    """The other places that findings refer to: line, marked text and message."""
    source = Source(text)
    return [
        (source.line_of(one.start), text[one.start : one.end], one.message)
        for finding in found(code, text)
        for one in finding.related
    ]


def fixes(code: str, text: str) -> list[tuple[str, str, str] | None]:
    """For each finding the title and safety of its fix, and the text with it alone."""
    return [
        one.fix and (one.fix.message, one.fix.safety, apply_edits(text, one.fix.edits))
        for one in found(code, text)
    ]
