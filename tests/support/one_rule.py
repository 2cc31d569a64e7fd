"""One rule over one text: what it finds, where, and the text with what it would mend."""

from __future__ import annotations

from dockerlint_rules.engine.lint import lint_source
from dockerlint_rules.engine.rule_caller import FileResult
from dockerlint_rules.engine.settings import Settings
from dockerlint_rules.fixes.apply import apply_edits
from dockerlint_rules.model.build import Build
from dockerlint_rules.registry.plan import Plan
from dockerlint_rules.registry.rule import RULES
from dockerlint_rules.rules import import_all
from dockerlint_rules.syntax.source import Source

import_all()


def run(code: str, text: str) -> FileResult:
    result = lint_source(Source(text), Settings(Plan([RULES[code]]), Build(today="2026-11-25")))
    assert not result.failures, result.failures[0].error
    return result


def lines(code: str, text: str) -> list[int]:
    return [finding.line for finding in run(code, text).findings]


def fixed(code: str, text: str) -> str:
    """The text with the fixes of all findings."""
    return apply_edits(
        text, [edit for one in run(code, text).findings if one.fix for edit in one.fix.edits]
    )
