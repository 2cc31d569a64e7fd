"""What is made from the rules is current; the index says what their modules say; and what it leaves out finds
nothing.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from dockerlint_rules.registry import index
from dockerlint_rules.registry.indexed import IndexedRule, builtin_rules, index_row
from dockerlint_rules.registry.page import Page
from dockerlint_rules.registry.rule import Rule
from dockerlint_rules.rules import FOLDERS
from dockerlint_rules.rules import __main__ as maker
from dockerlint_rules.testing import lint_alone

DECLARED = (
    "aliases", "code", "default", "fix", "gives_own_codes", "home", "module", "name", "needs_syntax_errors", "on", "option",
    "origin", "parameters", "preview", "profiles", "security_severity", "severity", "tags", "unit", "words",
)  # fmt: skip


def test_everything_that_is_made_from_the_rules_is_current() -> None:
    stale = maker.stale_paths(maker.generated_texts())
    assert not stale, f"run {maker.COMMAND}: {[str(path) for path in stale]}"


def test_the_index_has_each_rule_of_the_modules_and_no_other() -> None:
    in_modules = {one.code for one in maker.registered_rules()}
    in_index = {row["code"] for row in index.ROWS}
    assert in_index == in_modules, f"run {maker.COMMAND}"


def test_a_rule_that_is_missing_in_the_index_and_a_row_without_rule_make_it_stale() -> None:
    rules = maker.registered_rules()
    current = maker.index_text(rules)
    assert maker.index_text(rules[1:]) != current
    assert Path(index.__file__).read_text(encoding="utf-8") == current, f"run {maker.COMMAND}"


@pytest.mark.parametrize("rule", maker.registered_rules(), ids=lambda rule: rule.code)
def test_a_rule_out_of_the_index_is_the_rule_of_its_module(rule: Rule) -> None:
    indexed = IndexedRule(index_row(rule))
    for name in DECLARED:
        assert getattr(indexed, name) == getattr(rule, name), name
    assert indexed.function is rule.function


def test_a_row_leaves_out_what_is_the_default() -> None:
    for row in index.ROWS:
        left_out = {name for name in DECLARED if hasattr(Rule, name)} - {*row}
        indexed = IndexedRule(row)
        for name in left_out - {"module"}:
            assert getattr(indexed, name) == getattr(Rule, name)


# -- where modules lie ---------------------------------------------------------------------------------

MODULE = '''from dockerlint_rules.registry.rule import rule


@rule("DF299", severity="info")
def lost(from_):
    """Lost."""
'''


@pytest.fixture
def package(tmp_path: Path) -> Path:
    made = tmp_path / "dockerlint_rules"
    for folder in FOLDERS.values():
        (made / "rules" / folder).mkdir(parents=True)
        (made / "rules" / folder / "__init__.py").write_text("")
    return made


def write(path: Path, text: str = MODULE) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def test_a_module_in_a_familys_folder_is_found(package: Path) -> None:
    write(package / "rules" / "packages" / "lost.py")
    assert list(maker.misplaced_modules(package)) == []


@pytest.mark.parametrize(
    ("place", "problem"),
    [
        ("rules/package/lost.py", "is never imported: move it to one of rules/ syntax, base_images, packages"),
        ("rules/packages/deeper/lost.py", "is never imported: move it to one of"),
        ("model/lost.py", "is never imported: move it to one of"),
        ("lost.py", "is never imported: move it to one of"),
        ("rules/packages/__init__.py", "is never imported: move the rule to a module of its topic"),
    ],
)  # fmt: skip
def test_a_module_that_nothing_finds_is_refused(package: Path, place: str, problem: str) -> None:
    write(package / place)
    (said,) = maker.misplaced_modules(package)
    assert said.startswith(f"dockerlint_rules/{place} holds a rule and ")
    assert problem in said


def test_a_folder_that_is_not_installed_is_refused(package: Path) -> None:
    write(package / "rules" / "packages" / "lost.py")
    (package / "rules" / "packages" / "__init__.py").unlink()
    (said,) = maker.misplaced_modules(package)
    assert said.endswith("is not installed: its folder has no __init__.py")


def test_a_module_without_a_rule_may_lie_anywhere(package: Path) -> None:
    write(package / "model" / "words.py", '"""Text with @rule(…) in it."""\nx = "@rule("\n')
    assert list(maker.misplaced_modules(package)) == []


def rule_in(module: str, code: str, name: str = "lost") -> Rule:
    def lost(from_: object) -> None:
        """Lost."""

    lost.__module__ = f"dockerlint_rules.rules.{module}"
    return Rule(lost, code, name, severity="info")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("module", "code", "problem"),
    [
        ("packages.apt", "DF299", None),
        ("shellcheck", "SC", None),
        ("packages.apt", "DF399", "DF399 is in rules/packages: rules DF3xx belong in rules/layers/apt.py, or take a free code "
         "of packages (python -m dockerlint_rules.rules --free packages)"),
        ("apt", "DF299", "DF299 is in rules/.: rules DF2xx belong in rules/packages/apt.py"),
    ],
)  # fmt: skip
def test_a_rule_lies_in_the_folder_of_its_hundred(
    module: str, code: str, problem: str | None
) -> None:
    said = list(maker.misplaced_rules([rule_in(module, code)]))
    assert len(said) == (problem is not None)
    assert problem is None or problem in said[0]


def test_two_rules_of_one_name_are_refused() -> None:
    two = [rule_in("packages.apt", "DF298"), rule_in("packages.apt", "DF299")]
    assert list(maker.misplaced_rules(two)) == [
        "DF299 has the name 'lost' of DF298; choose another"
    ]


def test_the_command_refuses_a_lost_module_and_writes_nothing(
    package: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write(package / "rules" / "package" / "lost.py")
    monkeypatch.setattr(maker, "PACKAGE", package)
    monkeypatch.setattr(maker, "INDEX", package / "index.py")
    assert maker.main([]) == 1
    assert "package/lost.py holds a rule and is never imported" in capsys.readouterr().err
    assert not (package / "index.py").exists()


def test_the_command_writes_what_is_stale_and_removes_pages_of_no_rule(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    docs = tmp_path / "docs"
    (docs / "rules").mkdir(parents=True)
    (docs / "rules" / "DF999.md").write_text("gone")
    shutil.copy(maker.GENERATE_DOCS, docs / "generate.py")
    editor = Path("editors", "vscode")
    (tmp_path / editor).mkdir(parents=True)
    for name in ("package.json", "extension.js"):
        shutil.copy(maker.PACKAGE.parent / editor / name, tmp_path / editor / name)
    (tmp_path / "README.md").write_text("<!-- rules -->1 rules, <!-- fixes --> with a fix\n")
    monkeypatch.setattr(maker, "GENERATE_DOCS", docs / "generate.py")
    monkeypatch.setattr(maker, "PACKAGE", tmp_path / "dockerlint_rules")
    monkeypatch.setattr(maker, "INDEX", tmp_path / "index.py")
    monkeypatch.setattr(maker, "misplaced_modules", lambda package: [])
    assert maker.main(["--check"]) == 1
    assert "README.md is stale: run python -m dockerlint_rules.rules" in capsys.readouterr().err
    assert maker.main([]) == 0
    assert maker.main(["--check"]) == 0
    assert not (docs / "rules" / "DF999.md").exists()
    rules = builtin_rules()
    fixes = sum(rule.fix is not None for rule in rules)
    numbers = f"<!-- rules -->{len(rules)} rules, <!-- fixes -->{fixes} with a fix\n"
    assert (tmp_path / "README.md").read_text() == numbers


def test_the_readme_counts_rules_and_fixes() -> None:
    text = (maker.PACKAGE.parent / "README.md").read_text(encoding="utf-8")
    assert "<!-- rules -->" in text
    assert "<!-- fixes -->" in text


def test_free_codes(capsys: pytest.CaptureFixture[str]) -> None:
    assert maker.main(["--free", "packages"]) == 0
    codes = capsys.readouterr().out.split()
    assert codes == sorted(codes)
    assert "DF240" not in codes
    assert {code[:3] for code in codes} == {"DF2"}
    taken = {rule.code for rule in builtin_rules() if rule.code.startswith("DF2")}
    assert len(codes) + len(taken) == 100
    assert not taken & {*codes}


# -- what the index lets a run leave out ---------------------------------------------------------------


def conditional() -> list[Rule]:
    return [one for one in maker.registered_rules() if one.words or one.needs_syntax_errors]


@pytest.mark.parametrize("rule", conditional(), ids=lambda rule: rule.code)
def test_every_bad_example_holds_the_words_that_its_rule_asks_for(rule: Rule) -> None:
    for example in Page(rule.doc).examples_of("Bad"):
        assert not rule.words or any(word in example.text.lower() for word in rule.words)


def test_a_file_without_the_words_is_not_even_looked_at() -> None:
    asked: list[str] = []
    rule = next(one for one in maker.registered_rules() if one.code == "DF503")
    indexed = IndexedRule(index_row(rule))
    indexed.call = lambda *values: asked.append(indexed.code)
    lint_alone(indexed, "FROM a\nRUN true\n")
    assert not asked
    lint_alone(indexed, "FROM a\nRUN sudo true\n")
    assert asked == ["DF503"]
