"""Moves ShellCheck's findings along while the text changes, until ShellCheck has checked the new text."""

from __future__ import annotations

from dockerlint_rules.syntax.dockerfile.incremental import same_before, same_behind
from dockerlint_rules.syntax.source import Source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dockerlint_rules.findings.finding import Finding


def move_findings(findings: list[Finding], before: str, after: str) -> list[Finding]:
    """The findings in the text *before* that still hold in *after*: those of instructions that have not changed."""
    same = same_before(before, after)
    changed = len(before) - same_behind(before, after, same)
    shift = len(after) - len(before)
    old, new = Source(before), Source(after)
    moved = []
    for finding in findings:
        first, last = _instruction_lines(finding)
        start = old.offset(first)
        end = old.offset(last + 1)
        if end <= same:
            moved.append(finding)
        elif start >= changed:
            moved.append(_shifted(finding, shift, new))
    return moved


def _instruction_lines(finding: Finding) -> tuple[int, int]:
    """First and last line of the finding's instruction."""
    instruction = finding.instruction
    if instruction is None:
        return finding.line, finding.end_line
    return instruction["line"], instruction["end_line"]


def _shifted(finding: Finding, shift: int, source: Source) -> Finding:
    """A copy of a finding, *shift* characters further down in the new text."""
    copy = finding.moved(lambda offset: offset + shift)
    copy.line, copy.column = source.position(copy.start)
    copy.end_line, copy.end_column = source.position(copy.end)
    if finding.instruction is not None:
        lines = copy.line - finding.line
        copy.instruction = {
            **finding.instruction,
            "line": finding.instruction["line"] + lines,
            "end_line": finding.instruction["end_line"] + lines,
        }
    return copy
