"""The rules about what BuildKit cannot parse, together over one text: each problem is one finding, of one rule."""

from __future__ import annotations

from dockerlint_rules.engine.lint import lint_source
from dockerlint_rules.engine.rule_caller import FileResult
from dockerlint_rules.engine.settings import Settings
from dockerlint_rules.model.build import Build
from dockerlint_rules.registry.indexed import builtin_rules
from dockerlint_rules.registry.plan import Plan
from dockerlint_rules.syntax.source import Source

SYNTAX_RULES = [
    rule for rule in builtin_rules() if "DF000" < rule.code < "DF011" or rule.code == "DF020"
]


def lint(text: str | bytes) -> FileResult:
    data = text.encode() if isinstance(text, str) else text
    return lint_source(Source.from_bytes(data), Settings(Plan(SYNTAX_RULES), Build()))


def found(text: str | bytes) -> list[tuple[str, int, int]]:
    """Code, line and column of all findings."""
    result = lint(text)
    assert not result.failures
    return [(finding.code, finding.line, finding.column) for finding in result.findings]
