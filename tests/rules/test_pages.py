"""Every rule does what the examples of its page promise: ``pytest "tests/rules/test_pages.py::test_page[DF240]"``."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from dockerlint_rules.registry.index import ROWS
from dockerlint_rules.registry.indexed import IndexedRule
from dockerlint_rules.registry.units import RuleError
from dockerlint_rules.rules.__main__ import COMMAND
from dockerlint_rules.testing import page_problems


def import_problem(rule: IndexedRule) -> str:
    """Why the rule's function cannot be imported, in one sentence; an empty text when it can."""
    try:
        rule.load()
    except RuleError as error:
        return str(error)
    except SyntaxError as error:
        return f"{error.filename}:{error.lineno}: {error.msg}"
    except ModuleNotFoundError as error:
        if error.name is None or not rule.module.startswith(error.name):
            raise
        return f"{rule.code}: there is no module {rule.module}; run {COMMAND}"
    except AttributeError:
        if rule.function_name in vars(sys.modules.get(rule.module, pytest)):
            raise
        return f"{rule.code}: {rule.module} has no function {rule.function_name}; run {COMMAND}"
    return ""


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["code"])
def test_page(row: dict[str, object]) -> None:
    rule = IndexedRule(row)
    problem = import_problem(rule)
    if problem:
        pytest.fail(problem, pytrace=False)
    problems = page_problems(rule)
    if problems:
        pytest.fail("\n".join(map(str, problems)), pytrace=False)


# -- rules that cannot be imported ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("module", "function", "problem"),
    [
        ("packages.gone", "gone", f"DF299: there is no module dockerlint_rules.rules.packages.gone; run {COMMAND}"),
        ("gone.gone", "gone", f"DF299: there is no module dockerlint_rules.rules.gone.gone; run {COMMAND}"),
        ("packages.apt", "gone", f"DF299: dockerlint_rules.rules.packages.apt has no function gone; run {COMMAND}"),
    ],
)  # fmt: skip
def test_a_rule_that_is_not_there_any_more(module: str, function: str, problem: str) -> None:
    row = {**ROWS[0], "code": "DF299", "module_name": module, "function_name": function}
    assert import_problem(IndexedRule(row)) == problem


def test_a_declaration_that_is_refused_and_a_syntax_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dockerlint_rules.rules import packages

    monkeypatch.setattr(packages, "__path__", [str(tmp_path)])
    (tmp_path / "refused.py").write_text(
        "from dockerlint_rules.registry.rule import rule\n\n\n"
        '@rule("DF299", severity="warn")\ndef refused(run):\n    pass\n'
    )
    (tmp_path / "broken.py").write_text("def broken(run)\n")
    row = {**ROWS[0], "code": "DF299"}
    refused = IndexedRule({**row, "module_name": "packages.refused", "function_name": "refused"})
    assert import_problem(refused).startswith("DF299: severity='warn' is unknown")
    broken = IndexedRule({**row, "module_name": "packages.broken", "function_name": "broken"})
    assert import_problem(broken) == f"{tmp_path}/broken.py:1: expected ':'"


def test_a_page_that_the_index_does_not_have() -> None:
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-n0",
        "-p",
        "no:cacheprovider",
        f"{__file__}::test_page[DF299]",
    ]
    root = Path(__file__).parent.parent.parent
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode == pytest.ExitCode.USAGE_ERROR
    assert "DF299 is not in the index of rules; run python -m dockerlint_rules.rules" in done.stderr
