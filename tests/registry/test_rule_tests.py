"""Each rule has tests besides its page, and every test under ``tests/rules`` is found by its rule's code."""

from __future__ import annotations

import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from dockerlint_rules.registry.index import ROWS

ROOT = Path(__file__).parent.parent.parent
# Tests of all rules at once, and of what rules share.
OF_ALL_RULES = ("tests/rules/test_growth.py", "tests/rules/syntax/test_problems.py")
CODES = [row["code"] for row in ROWS if row["code"] != "SC"]  # tests/shellcheck is about SC


@cache
def collected_ids() -> list[str]:
    """The ids of all tests under tests/rules but those of the pages."""
    command = [
        sys.executable, "-m", "pytest", "--collect-only", "-q", "-o", "addopts=--import-mode=importlib",
        "-p", "no:hypothesispytest", "-p", "no:pytest-lsp", "tests/rules",
    ]  # fmt: skip
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    pages = "tests/rules/test_pages.py"
    return [one for one in done.stdout.splitlines() if "::" in one and not one.startswith(pages)]


@cache
def codes_with_tests() -> frozenset[str]:
    return frozenset(re.findall(r"DF\d{3}", "\n".join(collected_ids()).upper()))


@pytest.mark.parametrize("code", CODES)
def test_each_rule_has_a_test_besides_its_page(code: str) -> None:
    assert code in codes_with_tests(), f"write a test whose id holds {code} under tests/rules"


def test_every_test_of_a_rule_names_its_code() -> None:
    without = {
        one.partition("[")[0]
        for one in collected_ids()
        if not one.startswith(OF_ALL_RULES) and not re.search(r"DF\d(\d\d|xx)", one, re.I)
    }
    assert not without, "name them test_df123_… or give the code as first parameter"
