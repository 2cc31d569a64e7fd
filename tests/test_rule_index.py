"""The index of rules says what their modules say; and what it lets a run leave out finds nothing there."""

from __future__ import annotations

from pathlib import Path

import pytest

from dockerlint_rules.registry import index
from dockerlint_rules.registry.rule import LateRule, Rule, registered_rules, row_of
from dockerlint_rules.rules import __main__ as index_maker
from dockerlint_rules.testing import Page, lint_alone


def test_the_index_is_current() -> None:
    written = Path(index.__file__).read_text(encoding="utf-8")
    assert written == index_maker.text(), "run python -m dockerlint_rules.rules"


def test_a_rule_out_of_the_index_is_the_rule_of_its_module() -> None:
    for one in registered_rules():
        late = LateRule(row_of(one))
        for name in Rule.__slots__:
            if name not in ("call", "function", "failed_on"):
                assert getattr(late, name) == getattr(one, name), (one.code, name)
        assert late.function is one.function


def conditional() -> list[Rule]:
    return [one for one in registered_rules() if one.words or one.only_refused]


@pytest.mark.parametrize("rule", conditional(), ids=lambda rule: rule.code)
def test_every_bad_example_holds_the_words_that_its_rule_asks_for(rule: Rule) -> None:
    for example in Page(rule.doc).of("Bad"):
        assert not rule.words or any(word in example.text.lower() for word in rule.words)


def test_words_are_in_lower_case() -> None:
    assert all(word == word.lower() for one in conditional() for word in one.words)


def test_a_file_without_the_words_is_not_even_looked_at() -> None:
    asked: list[str] = []
    rule = next(one for one in registered_rules() if one.code == "DF503")
    late = LateRule(row_of(rule))
    late.call = lambda *values: asked.append(late.code)
    lint_alone(late, "FROM a\nRUN true\n")
    assert not asked
    lint_alone(late, "FROM a\nRUN sudo true\n")
    assert asked == ["DF503"]
