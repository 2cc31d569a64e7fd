"""Every rule does what the examples of its page promise: ``pytest "tests/rules/test_pages.py::test_page[DF240]"``."""

from __future__ import annotations

import pytest
from registry.not_yet import excused

from dockerlint_rules.registry.index import ROWS
from dockerlint_rules.registry.indexed import IndexedRule
from dockerlint_rules.testing import page_problems
from dockerlint_rules.testing.pages import CARET_TEXT, FIX

EXCUSED = {CARET_TEXT: excused("caret_texts"), FIX: excused("fixes")}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["code"])
def test_page(row: dict[str, object]) -> None:
    problems = [
        problem
        for problem in page_problems(IndexedRule(row))
        if row["code"] not in EXCUSED.get(problem.kind, ())
    ]
    if problems:
        pytest.fail("\n".join(map(str, problems)), pytrace=False)
