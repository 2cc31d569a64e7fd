"""Every regular expression of the package takes linear time, whatever the text."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Callable, Iterator
from functools import cache
from itertools import groupby
from types import ModuleType
from typing import Any

import pytest

from dockerlint_rules.findings import secrets
from dockerlint_rules.formats import terminal_text
from dockerlint_rules.model.packages import local_dependencies
from dockerlint_rules.registry.index import ROWS
from dockerlint_rules.registry.indexed import IndexedRule
from dockerlint_rules.rules.metadata import label_schema
from dockerlint_rules.syntax.kinds import KINDS, search_pattern, skip_pattern
from dockerlint_rules.syntax.word_patterns import ShellPattern
from dockerlint_rules.testing import page_problems
from tests.support.matching_attacks import weakness
from tests.support.regular_expressions import Use, hidden_uses, modules, uses

# A pattern that is not linear, and what bounds the text that it is tried on.
EXCEPTIONS = {
    ("dockerlint_rules.config.toml_file", "_PART"): "keys that are whole rows of such parts",
    ("dockerlint_rules.findings.secrets", "_URL_PASSWORD"): "each try looks at 400 characters at most",
    ("dockerlint_rules.findings.secrets", "pattern"): "each try looks at some hundred characters at most",
    ("dockerlint_rules.syntax.shell.grammar", "_HOPELESS"): "each try looks at 4,400 characters at most",
    ("dockerlint_rules.config.schema", "pattern"): "the generator of documents; it reads two files of this repository",
}  # fmt: skip


def _shell_patterns(name: str) -> list[str]:
    made = [
        ShellPattern(text, greedy=greedy)
        for text in ("a", "a?b", "*", "a*", "*a", "a*b?c*", "*a*aa*b", "*\n*?a*\n")
        for greedy in (False, True)
    ]
    patterns = [found.pattern for one in made if (found := getattr(one, name))]
    return [one for one in patterns if not one.endswith(".*?")]  # which takes nothing


def _label_patterns() -> list[str]:
    checks = [one for _, _, one in label_schema._TYPES.values()] + [label_schema._has_scheme]
    return [one.__closure__[0].cell_contents for one in checks if one.__closure__]


# What others do with a pattern that they are given.
GIVEN_AWAY: dict[tuple[str, str], frozenset[str]] = {}

# Patterns that are put together when they are needed: the module, the source of the argument, and examples.
MADE: dict[tuple[str, str], Callable[[], list[str]]] = {
    ("dockerlint_rules.config.schema", "pattern"): lambda: [r"const SETTINGS = \[.*?\];"],
    ("dockerlint_rules.formats.terminal_text", "f'{mark}({_WITHOUT_WIDTH}*){mark}'"): lambda: [
        f"{mark}({terminal_text._WITHOUT_WIDTH}*){mark}" for mark in "#:"
    ],
    ("dockerlint_rules.findings.secrets", "pattern"): lambda: [one for _, one in secrets._COMMANDS],
    ("dockerlint_rules.findings.secrets", "f'(?<![{before}]){re.escape(start)}{rest}'"): lambda: [
        f"(?<![A-Za-z0-9]){re.escape(start)}{rest}" if "." not in rest else rf"(?<![\w-]){re.escape(start)}{rest}"
        for start, rest in secrets._TOKENS
    ],
    ("dockerlint_rules.findings.secrets", "re.escape(value)"): lambda: ["s3cret", r"a\*b"],
    ("dockerlint_rules.model.packages.local_dependencies", "_PATTERNS[kind]"): lambda: [*local_dependencies._PATTERNS.values()],
    ("dockerlint_rules.project.discovery", "search_pattern([kind])"): lambda: [search_pattern([one]) for one in KINDS],
    ("dockerlint_rules.project.discovery", "skip_pattern([kind])"): lambda: [skip_pattern([one]) for one in KINDS if one.skipped],
    ("dockerlint_rules.rules.metadata.label_schema", "pattern"): _label_patterns,
    ("dockerlint_rules.syntax.word_patterns", "head"): lambda: _shell_patterns("_head"),
    ("dockerlint_rules.syntax.word_patterns", """f"{steps}{('.*' if greedy else '.*?')}{last}\""""): lambda: _shell_patterns("_rest"),
    ("dockerlint_rules.syntax.words", "f'[^{re.escape(special)}]+'"): lambda: [r'[^\$"\\]+', r"[^\$<\\\}'\"]+"],
}  # fmt: skip


@cache
def all_uses() -> list[Use]:
    return list(uses(modules(), MADE))


def test_no_use_is_hidden_from_the_list() -> None:
    assert hidden_uses(modules()) == []


@pytest.mark.parametrize(
    "line", ["import re as r", "from re import match", "find = re.search", "map(re.compile, x)", "from fnmatch import fnmatch", "import glob"]
)  # fmt: skip
def test_hidden_uses_are_found(line: str) -> None:
    assert hidden_uses({"module": ast.parse(line)}) == ["module:1"]


def test_the_list_is_not_empty() -> None:
    assert len(all_uses()) > 100
    assert {one.module for one in all_uses()} >= {
        "dockerlint_rules.model.packages.local_dependencies",
        "dockerlint_rules.engine.suppressions",
    }


def test_every_made_pattern_and_exception_is_in_use() -> None:
    places = {(one.module, one.source) for one in all_uses()}
    assert set(MADE) <= places
    assert set(EXCEPTIONS) | set(GIVEN_AWAY) <= places


def _attacked() -> Iterator[Any]:
    """Each regular expression once, with the methods that any of its uses calls."""

    def key(use: Use) -> tuple[str, str, int]:
        return use.module, repr(use.pattern), use.flags

    for _, same in groupby(sorted(all_uses(), key=key), key):
        first, *others = same
        if (first.module, first.source) not in EXCEPTIONS:
            modes = first.modes.union(*(one.modes for one in others))
            modes = GIVEN_AWAY.get((first.module, first.source), modes)
            yield pytest.param(first.pattern, first.flags, modes, id=first.id)


@pytest.mark.parametrize(("pattern", "flags", "modes"), [*_attacked()])
def test_work_grows_with_the_text(pattern: str | bytes, flags: int, modes: frozenset[str]) -> None:
    assert weakness(pattern, flags, modes) is None


# -- does the list have all of them? ---------------------------------------------------------------


def test_every_compiled_pattern_is_in_the_list() -> None:
    known = {(one.module, one.pattern, one.flags) for one in all_uses()}
    listed = {one.module for one in all_uses()}
    for name, module in list(sys.modules.items()):
        if not name.startswith("dockerlint_rules"):
            continue
        for pattern in _patterns_in(module):
            given = re.compile(pattern.pattern, pattern.flags).flags
            alike = {
                (one, text) for one, text, flags in known
                if text == pattern.pattern and re.compile(text, flags).flags == given
            }  # fmt: skip
            assert alike or name in listed & {one for one, _ in MADE}, (name, pattern)


def _patterns_in(module: ModuleType) -> Iterator[re.Pattern[Any]]:
    waiting: list[Any] = [*vars(module).values()]
    seen: set[int] = set()
    while waiting:
        one = waiting.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        if isinstance(one, re.Pattern):
            yield one
        elif isinstance(one, (list, tuple, set, frozenset)):
            waiting += one
        elif isinstance(one, dict):
            waiting += one.values()


def test_what_the_examples_of_rules_compile_is_in_the_list(monkeypatch: pytest.MonkeyPatch) -> None:
    places = {
        (one.module, line) for one in all_uses() for line in range(one.line, one.last_line + 1)
    }
    compile_ = re._compile  # type: ignore[attr-defined]
    unknown = set()
    count = 0

    def note(pattern: Any, flags: Any) -> Any:
        nonlocal count
        frame = sys._getframe(2)  # of the caller of re.compile, re.match, …
        if frame.f_code.co_name == "_pattern" and frame.f_back is not None:
            frame = frame.f_back  # of its caller
        name = frame.f_globals.get("__name__", "")
        if name.startswith("dockerlint_rules"):
            count += 1
            if (name, frame.f_lineno) not in places:
                unknown.add((name, frame.f_lineno, str(pattern)))
        return compile_(pattern, flags)

    monkeypatch.setattr(re, "_compile", note)
    for row in ROWS:
        page_problems(IndexedRule(row))
    assert not unknown
    assert count > 0
