"""What CONTRIBUTING.md shows is true: its rule passes, its code is free, its commands and messages are right."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from registry.test_messages import form_problems, title_problems
from registry.test_messages import page_problems as section_problems

from dockerlint_rules.registry.index import ROWS
from dockerlint_rules.registry.rule import FAMILY_FOLDERS, RULES, Rule
from dockerlint_rules.rules.__main__ import free_codes, registered_rules
from dockerlint_rules.testing import page_problems

ROOT = Path(__file__).parent.parent.parent
TEXT = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
[MODULE] = re.findall(r"<!-- a complete rule.*?-->\n```python\n(.*?)^```$", TEXT, re.M | re.S)
[TEST] = re.findall(r"<!-- a test of the rule.*?-->\n```python\n(.*?)^```$", TEXT, re.M | re.S)
[CODE] = re.findall(r'@rule\("(DF\d{3})"', MODULE)


@pytest.fixture
def rule(tmp_path: Path) -> Iterator[Rule]:
    """The rule of the page, as if its module were in the folder that the page names."""
    [(family, topic)] = re.findall(r"here `rules/(\w+)/(\w+)\.py`", TEXT)
    path = tmp_path / f"{topic}.py"
    path.write_text(MODULE)
    assert family == FAMILY_FOLDERS[CODE[2]]
    namespace = {"__name__": f"dockerlint_rules.rules.{family}.{topic}"}
    before = dict(RULES)
    try:
        exec(compile(MODULE, str(path), "exec"), namespace)
        yield RULES[CODE]
    finally:
        RULES.clear()
        RULES.update(before)


def test_the_rule_passes_and_has_everything_that_a_rule_needs(rule: Rule) -> None:
    assert [str(problem) for problem in page_problems(rule)] == []
    assert list(title_problems(rule.title)) == []


def test_the_words_of_its_page_and_messages(rule: Rule) -> None:
    assert list(section_problems(rule.doc, rule.fix)) == []


def test_the_test_of_the_rule_passes(rule: Rule) -> None:
    assert len(TEST[TEST.index("def ") :].splitlines()) <= 6
    namespace: dict[str, object] = {}
    exec(TEST, namespace)
    (test,) = (one for name, one in namespace.items() if name.startswith("test_df399_"))
    assert callable(test)
    test()


def test_its_code_is_free() -> None:
    assert CODE not in {row["code"] for row in ROWS}
    assert CODE in free_codes(FAMILY_FOLDERS[CODE[2]], registered_rules())


def test_the_ten_rules_keep_what_they_ask_for() -> None:
    section = TEXT.partition("## Ten rules for messages")[2].partition("\n## ")[0]
    items = re.split(r"\n\d+\. ", section)[1:]
    assert len(items) == 10
    for item in items:
        text = " ".join(item.split())
        good = re.search(r'but "([^"]+)"', text) or re.search(r'Not "[^"]+", but "([^"]+)"', text)
        assert good, text
        assert list(form_problems(good[1])) == []
        assert len(good[1]) <= 160


def test_the_files_and_folders_that_it_names_exist() -> None:
    for name in ("dockerlint_rules/registry/units.py", "benchmarks/try_rule.py", ".ci/run"):
        assert name in TEXT
        assert (ROOT / name).exists()
    assert "tests/rules/test_pages.py::test_page[" in TEXT
    assert (ROOT / "tests/rules/test_pages.py").exists()
    assert (ROOT / "tests/support/one_rule.py").exists()
    headings = (ROOT / "docs" / "design.md").read_text(encoding="utf-8").splitlines()
    for heading in re.findall(r"\(docs/design\.md#(\w+)\)", TEXT):
        assert f"## {heading}" in headings
