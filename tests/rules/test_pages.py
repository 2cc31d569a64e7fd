"""Every rule does what the examples of its page promise: ``pytest "tests/rules/test_pages.py::test_page[DF240]"``."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module
from pathlib import Path
from traceback import extract_tb
from typing import Any

import pytest

from dockerlint_rules.registry.index import ROWS
from dockerlint_rules.registry.indexed import IndexedRule, index_row
from dockerlint_rules.registry.rule import RULES
from dockerlint_rules.registry.units import RuleError
from dockerlint_rules.rules import packages
from dockerlint_rules.rules.__main__ import COMMAND
from dockerlint_rules.testing import page_problems
from dockerlint_rules.testing.pages import shown_path


def loading_problem(row: dict[str, Any]) -> str:
    """Why a row of the index does not give the rule of a module, in one sentence; an empty text when it does."""
    code, name = row["code"], IndexedRule(row).module
    try:
        module = import_module(name)
    except RuleError as error:
        return str(error)
    except SyntaxError as error:
        return f"{shown_path(error.filename or name)}:{error.lineno}: {error.msg}"
    except Exception as error:
        if isinstance(error, ModuleNotFoundError) and f"{name}.".startswith(f"{error.name}."):
            return f"{code}: there is no module {name}; run {COMMAND}"
        frames = [
            one for one in extract_tb(error.__traceback__) if not one.filename.startswith("<")
        ]
        return f"{shown_path(frames[-1].filename)}:{frames[-1].lineno}: {error!r}"
    function = getattr(module, row["function_name"], None)
    if function is None:
        return f"{code}: {name} has no function {row['function_name']}; run {COMMAND}"
    if index_row(function.rule) != row:
        return f"{code}: the index has another declaration than {name}; run {COMMAND}"
    return ""


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["code"])
def test_page(row: dict[str, Any]) -> None:
    problem = loading_problem(row)
    if problem:
        pytest.fail(problem, pytrace=False)
    problems = page_problems(IndexedRule(row))
    if problems:
        pytest.fail("\n".join(map(str, problems)), pytrace=False)


# -- rules that cannot be loaded -----------------------------------------------------------------------


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
    assert loading_problem(row) == problem


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('@rule("DF299", severity="warn")\ndef lost(run):\n    pass\n', "DF299: severity='warn' is unknown"),
        ("\ndef lost(run)\n", "lost.py:3: expected ':'"),
        ("\nlist.lost\n", "lost.py:3: AttributeError("),
        ("\nimport lost_and_gone\n", "lost.py:3: ModuleNotFoundError("),
        ('@rule("DF299", severity="info")\ndef lost(run):\n    pass\n',
         f"DF299: the index has another declaration than dockerlint_rules.rules.packages.lost; run {COMMAND}"),
    ],
    ids=["refused", "syntax", "attribute", "import", "stale"],
)  # fmt: skip
def test_a_module_that_cannot_be_loaded_or_says_something_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, problem: str
) -> None:
    monkeypatch.setattr(packages, "__path__", [str(tmp_path)])
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    (tmp_path / "lost.py").write_text(f"from dockerlint_rules.registry.rule import rule\n{text}")
    row = {**ROWS[0], "code": "DF299", "module_name": "packages.lost", "function_name": "lost"}
    try:
        assert problem in loading_problem(row)
    finally:
        RULES.pop("DF299", None)
        sys.modules.pop(f"{packages.__name__}.lost", None)


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
