"""What docs/security.md says about secrets is what happens to them, and what SECURITY.md names exists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from dockerlint_rules.findings.secrets import masked

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
TABLE = PAGE.partition("## What counts as a secret")[2].partition("\n## ")[0]
ROWS = [re.findall(r"`([^`]+)`", line)[-2:] for line in TABLE.splitlines() if line.count("`") >= 4]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0][:40])
def test_the_examples_are_masked_as_the_page_shows(row: list[str]) -> None:
    example, shown = row
    assert masked(example) == shown


def test_the_table_has_examples() -> None:
    assert len(ROWS) == 9


def test_the_tests_that_are_named_exist() -> None:
    text = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
    named = re.findall(r"`(tests/[^`]+)`", text)
    assert len(named) >= 8
    assert [one for one in named if not (ROOT / one).exists()] == []


def test_the_rules_about_secrets_exist() -> None:
    codes = re.findall(r"DF\d{3}", PAGE)
    assert codes
    assert [one for one in codes if not (ROOT / "docs" / "rules" / f"{one}.md").exists()] == []
