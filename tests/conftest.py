"""Settings of the tests that make up their own input."""

from __future__ import annotations

import os
from pathlib import Path


def pytest_pycollect_makemodule(module_path: Path) -> None:
    """Choose hypothesis's settings before a module that uses it is imported.

    perf: hypothesis takes 0.3 s to import, a quarter of the time to run the tests of one rule.
    """
    if "hypothesis" in module_path.read_text(encoding="utf-8"):
        _choose_settings()


def _choose_settings() -> None:
    from hypothesis import settings

    # In CI the same examples every time; at home new ones, which is where a property test finds things.
    settings.register_profile("ci", derandomize=True, deadline=None)
    settings.register_profile("home", deadline=None)
    settings.load_profile("ci" if os.environ.get("CI") else "home")
