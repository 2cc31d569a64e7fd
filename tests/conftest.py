"""Settings of the tests that make up their own input."""

from __future__ import annotations

import os
import re

import pytest

# Plugins that happen to be installed do not change the results of tests, here or in the processes that they start.
os.environ["DOCKERLINT_PLUGIN_PATH"] = ""


@pytest.hookimpl(tryfirst=True)
def pytest_collection(session: pytest.Session) -> None:
    """Say what is missing when someone asks for the page of a rule that the index does not have."""
    asked = {
        code for one in session.config.args for code in re.findall(r"::test_page\[(\w+)\]$", one)
    }
    if not asked:
        return
    from dockerlint_rules.registry.index import ROWS

    for code in sorted(asked - {row["code"] for row in ROWS}):
        raise pytest.UsageError(
            f"{code} is not in the index of rules; run python -m dockerlint_rules.rules after you add a rule"
        )


def pytest_collectstart(collector: pytest.Collector) -> None:
    """Choose hypothesis's settings before a module that uses it is imported.

    perf: other modules do without it, so that the tests of one rule need not wait for its import.
    """
    if isinstance(collector, pytest.Module) and "hypothesis" in collector.path.read_text("utf-8"):
        _choose_settings()


def _choose_settings() -> None:
    from hypothesis import settings

    # In CI the same examples every time; at home new ones, which is where a property test finds things.
    settings.register_profile("ci", derandomize=True, deadline=None)
    settings.register_profile("home", deadline=None)
    settings.load_profile("ci" if os.environ.get("CI") else "home")
