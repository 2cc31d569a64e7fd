"""Collect one test for each rule: its page's examples (``rules::DF101``)."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from dockerlint_rules.registry import builtin_rules
from dockerlint_rules.testing import check_examples

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.registry import Rule


# In CI the same examples every time; at home new ones, which is where a property test finds things.
settings.register_profile("ci", derandomize=True, deadline=None)
settings.register_profile("home", deadline=None)
settings.load_profile("ci" if os.environ.get("CI") else "home")


class PageFailure(Exception):
    """A rule's page and its code disagree."""


class RuleItem(pytest.Item):
    """The examples of one rule's page."""

    def __init__(self, *, rule: Rule, **kwargs: object) -> None:
        super().__init__(**kwargs)  # type: ignore[arg-type]
        self.rule = rule

    def runtest(self) -> None:
        """Fail with everything that is wrong with the page."""
        wrong = check_examples(self.rule)
        if wrong:
            raise PageFailure("\n".join(wrong))

    def repr_failure(
        self, excinfo: pytest.ExceptionInfo[BaseException], style: object = None
    ) -> str:
        """Show the sentences alone, without a traceback."""
        if isinstance(excinfo.value, PageFailure):
            return str(excinfo.value)
        return str(super().repr_failure(excinfo))

    def reportinfo(self) -> tuple[str, int, str]:
        """Where the rule stands."""
        code = self.rule.function.__code__
        return code.co_filename, code.co_firstlineno - 1, f"rules::{self.rule.code}"


class RuleCollector(pytest.File):
    """Gives one item for each built-in rule."""

    def collect(self) -> Iterator[RuleItem]:
        """Every rule, by code."""
        for rule in builtin_rules():
            yield RuleItem.from_parent(self, name=rule.code, rule=rule)


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Let this file stand for the pages of all rules."""
    if file_path == Path(__file__):
        collector: RuleCollector = RuleCollector.from_parent(parent, path=file_path, nodeid="rules")
        return collector
    return None
