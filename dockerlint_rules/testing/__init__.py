"""For authors of rules: lint a text with one rule, and check what a rule's page promises.

- ``assert_findings(rule, text)``: the carets in *text* say where findings are, to the character; text beside the
  carets is a part of the message.
- ``assert_fix(rule, before, after)``: fixing the one text gives the other.
- ``assert_examples(rule)``: the ``Bad`` blocks of the docstring have findings, ``Good`` blocks have none, and ``Fixed``
  blocks show the fixes that the rule declares.
- ``lint(text, "ACM")``: findings of installed plugins, found through their entry points.

A *rule* is a function with ``@rule``, or a function or class of flake8's shape.  In a ``conftest.py``,
``pytest_plugins = ["dockerlint_rules.pytest_examples"]`` and ``dockerlint_examples = ["my_module"]`` in pytest's
configuration give one test for each rule of the module.
"""

from __future__ import annotations

from dockerlint_rules.registry.page import Example
from dockerlint_rules.syntax.source import Source
from dockerlint_rules.testing.one_rule import TODAY, lint_alone, rule_of
from dockerlint_rules.testing.pages import (
    CARET_TEXT,
    LONG_TEXT,
    Problem,
    message_differences,
    page_problems,
    span_difference,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType
    from typing import Any

    from dockerlint_rules.findings.finding import Finding
    from dockerlint_rules.registry.rule import Rule

__all__ = [
    "LONG_TEXT", "TODAY", "Problem", "assert_examples", "assert_findings", "assert_fix", "check_examples", "lint",
    "lint_alone", "page_problems", "rule_of", "rules_in",
]  # fmt: skip


def rules_in(module: ModuleType) -> list[Rule]:
    """The rules of a module and of those below it that it imports, by code."""
    from dockerlint_rules.plugins.adapters import declared_rules

    return declared_rules(module)


def lint(text: str, *codes: str, filename: str = "Dockerfile", **options: Any) -> list[Finding]:
    """Findings of a text by the rules that *codes* select, plugins found through their entry points.

    *options* are those of the command line or a configuration, with underscores; no file is read.
    """
    from dockerlint_rules.api import lint_text

    config = {"today": TODAY, **options}
    if codes:
        config["select"] = list(codes)
    return lint_text(text, filename, config)


def assert_findings(rule: Rule | Callable[..., Any], text: str, **more: Any) -> list[Finding]:
    """Fail unless the rule finds exactly what the caret lines in *text* mark; answer the findings.

    A line ``#    ^^^^`` marks what is above it, as in a rule's page; a text without one is to be
    silent.  *more* goes to :func:`lint_alone`, such as ``options``.
    """
    example = Example("Bad", "", dedent(text))
    result = lint_alone(rule, example.text, **more)
    for failure in result.failures:
        raise AssertionError(f"{failure.rule.code} failed: {failure.error!r}") from failure.error
    difference = span_difference(example, result.findings, result.source)
    if difference:
        said = "".join(
            f"\n  {one.line}:{one.column}: {one.code} {one.message}" for one in result.findings
        )
        raise AssertionError(f"{difference}{said}\n{example.text}")
    wrong = list(message_differences(example, result.findings, result.source))
    if wrong:
        raise AssertionError("\n".join(wrong))
    return result.findings


def assert_fix(
    rule: Rule | Callable[..., Any], before: str, after: str, *, unsafe: bool = True, **more: Any
) -> None:
    """Fail unless fixing *before* gives *after*; without *unsafe* by safe fixes alone."""
    from dockerlint_rules.fixes.apply import apply_fixes

    one = rule_of(rule)

    def findings(source: Source) -> list[Finding]:
        return lint_alone(one, source.text, **more).findings

    fixed = apply_fixes(Source(dedent(before), "Dockerfile"), findings, unsafe=unsafe)
    for finding, why in fixed.rejected:
        raise AssertionError(f"the fix of line {finding.line} was left out: {why}")
    if fixed.source.text != dedent(after):
        raise AssertionError(f"the fix gives\n{fixed.source.text}instead of\n{dedent(after)}")


def assert_examples(rule: Rule | Callable[..., Any]) -> None:
    """Fail with everything that is wrong with the rule's page and its examples."""
    wrong = check_examples(rule)
    if wrong:
        raise AssertionError("\n".join(wrong))


def check_examples(rule: Rule | Callable[..., Any]) -> list[str]:
    """What is wrong with a rule's page, each with file and line; an empty list when it is good.

    A part of the message beside the carets is checked where there is one.
    """
    return [str(one) for one in page_problems(rule_of(rule)) if one.kind != CARET_TEXT]


def dedent(text: str) -> str:
    """A text without the indentation of its lines, and without a first line that is empty."""
    from textwrap import dedent

    return dedent(text.removeprefix("\n"))
