"""Findings of all rules about services and deployments in one text."""

from __future__ import annotations

from dockerlint_rules.engine.lint import lint_source
from dockerlint_rules.engine.rule_caller import FileResult
from dockerlint_rules.engine.settings import Settings
from dockerlint_rules.model.build import Build
from dockerlint_rules.registry.indexed import builtin_rules
from dockerlint_rules.registry.plan import Plan
from dockerlint_rules.syntax.source import Source

PLAN = Plan([rule for rule in builtin_rules() if rule.unit in ("service", "deployment")])


def run(text: str, path: str = "compose.yaml") -> FileResult:
    result = lint_source(Source(text, path), Settings(PLAN, Build(today="2026-11-25")))
    assert not result.failures, result.failures[0].error
    return result


def codes(text: str, path: str = "compose.yaml") -> list[str]:
    """Code and line of each finding."""
    return [f"{one.code}:{one.line}" for one in run(text, path).findings]


def service(*lines: str, name: str = "db", more: str = "") -> str:
    """A compose file with one service."""
    return f"services:\n  {name}:\n" + "".join(f"    {line}\n" for line in lines) + more
