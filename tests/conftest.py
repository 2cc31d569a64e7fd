"""Collect one test for each rule: its page's examples (``rules::DF101``)."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from dockerlint_rules.pytest_examples import RuleItem
from dockerlint_rules.registry.rule import builtin_rules

if TYPE_CHECKING:
    from collections.abc import Iterator


# Plugins that happen to be installed do not change the results of tests, here or in the processes that they start.
os.environ["DOCKERLINT_PLUGIN_PATH"] = ""

# In CI the same examples every time; at home new ones, which is where a property test finds things.
settings.register_profile("ci", derandomize=True, deadline=None)
settings.register_profile("home", deadline=None)
settings.load_profile("ci" if os.environ.get("CI") else "home")


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
