"""Every rule does what the examples of its page promise: ``pytest "tests/rules/test_pages.py::test_page[DF240]"``."""

from __future__ import annotations

import pytest

from dockerlint_rules.registry.index import ROWS
from dockerlint_rules.registry.indexed import IndexedRule
from dockerlint_rules.testing import page_problems


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["code"])
def test_page(row: dict[str, object]) -> None:
    problems = page_problems(IndexedRule(row))
    if problems:
        pytest.fail("\n".join(map(str, problems)), pytrace=False)
