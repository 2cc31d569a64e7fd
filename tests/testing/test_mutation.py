"""``benchmarks/mutation.py``: which changes it makes, and how they get into running code."""

from __future__ import annotations

import importlib.util
import inspect
import sys
from pathlib import Path
from types import ModuleType

import pytest

pytest.importorskip("mutmut", reason="pip install -e '.[mutation]'")

PROGRAM = Path(__file__).parents[2] / "benchmarks" / "mutation.py"
MODULE = '''
"""A module."""

LIMIT = 1 + 2


def rule(function):
    return function


@rule
def decorated(a, *, b=1):
    """A docstring."""
    return a + b


class Kind:
    @property
    def size(self):
        return len("four") - 1 if self else 0
'''


@pytest.fixture(scope="module")
def bench() -> ModuleType:
    spec = importlib.util.spec_from_file_location("mutation_bench", PROGRAM)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def changes(
    bench: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> list[tuple[str, str]]:
    """Line before and after each change of the module."""
    monkeypatch.setattr(bench, "PACKAGE", tmp_path)
    (tmp_path / "module.py").write_text(MODULE)
    return [
        (one.before.strip(), one.after.strip()) for one in bench.mutants_of(tmp_path / "module.py")
    ]


def test_functions_with_decorators_and_defaults_are_changed(changes: list[tuple[str, str]]) -> None:
    assert ("return a + b", "return a - b") in changes
    assert ("def decorated(a, *, b=1):", "def decorated(a, *, b=2):") in changes
    assert any(before.startswith("return len(") for before, _ in changes)


def test_modules_docstrings_and_decorators_are_not(changes: list[tuple[str, str]]) -> None:
    touched = {before for before, _ in changes}
    assert touched == {
        "return a + b",
        "def decorated(a, *, b=1):",
        'return len("four") - 1 if self else 0',
    }
    assert len(changes) == len({after for _, after in changes})


def test_a_change_gets_into_functions_that_exist(
    bench: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bench, "PACKAGE", tmp_path)
    path = tmp_path / "mutated_module.py"
    path.write_text(MODULE)
    monkeypatch.syspath_prepend(str(tmp_path))
    module = importlib.import_module("mutated_module")
    try:
        functions = bench.functions_of(str(path))
        mutants = {one.after.strip(): one for one in bench.mutants_of(path)}
        sum_, default = mutants["return a - b"], mutants["def decorated(a, *, b=2):"]
        bench.put_in(functions[sum_.function], sum_.new)
        assert module.decorated(5) == 4
        bench.put_in(functions[default.function], default.new)
        assert module.decorated(5) == 3
        size = mutants['return len("four") + 1 if self else 0']
        bench.put_in(functions[size.function], size.new)
        assert module.Kind().size == 5
    finally:
        sys.modules.pop("mutated_module")


def test_a_test_notices_when_it_executes_one_of_these_lines(
    bench: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bench, "PACKAGE", tmp_path)
    (tmp_path / "module.py").write_text(MODULE)
    lines = {one.after.strip(): one.lines for one in bench.mutants_of(tmp_path / "module.py")}
    number = MODULE.splitlines().index("    return a + b") + 1
    assert lines["return a - b"] == {number}
    assert number in lines["def decorated(a, *, b=2):"]


def test_groups_name_modules_and_tests_that_are_there(bench: ModuleType) -> None:
    for name, group in bench.GROUPS.items():
        assert bench.modules_of(name), name
        for place in group.tests:
            assert (bench.ROOT / place).exists(), place
    assert inspect.getdoc(bench)
