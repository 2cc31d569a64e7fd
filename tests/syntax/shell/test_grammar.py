"""The grammar: how its binding is loaded, which texts it gets, and when it gives up."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

import pytest

from dockerlint_rules.syntax import required_packages
from dockerlint_rules.syntax.shell import grammar
from dockerlint_rules.syntax.shell.command import Command
from dockerlint_rules.syntax.shell.script import read_script
from dockerlint_rules.syntax.source import LogicalText


class Loader:
    """Makes a binding as an extension module's loader does; a package's own code must not run."""

    def __init__(self, *, makes: bool = True) -> None:
        self.makes = makes

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return ModuleType(spec.name) if self.makes else None

    def exec_module(self, module: ModuleType) -> None:
        module.executed = True  # type: ignore[attr-defined]


class Finder:
    """Finds one package with one binding."""

    def __init__(self, loader: Any, *, folder: bool = True) -> None:
        self.loader = loader
        self.folder = folder
        self.asked: list[tuple[str, list[str] | None]] = []

    def find_spec(
        self, name: str, path: list[str] | None = None, target: Any = None
    ) -> ModuleSpec | None:
        self.asked.append((name, path))
        if name == "made_up":
            spec = ModuleSpec(name, self.loader, is_package=self.folder)
            if spec.submodule_search_locations is not None:
                spec.submodule_search_locations.append("/made/up")
            return spec
        if name == "made_up._binding" and path:
            return ModuleSpec(name, self.loader)
        return None


@pytest.fixture(autouse=True)
def modules() -> Iterator[None]:
    yield
    for name in ("made_up", "made_up._binding"):
        sys.modules.pop(name, None)


def test_a_binding_is_loaded_without_its_package(monkeypatch: pytest.MonkeyPatch) -> None:
    finder = Finder(Loader())
    # A finder of the old kind has no find_spec.
    monkeypatch.setattr(sys, "meta_path", [object(), Finder(None, folder=False), finder])
    binding = grammar._binding("made_up")
    assert binding.__name__ == "made_up._binding"
    assert binding.executed is True
    assert sys.modules["made_up._binding"] is binding
    assert "made_up" not in sys.modules
    assert finder.asked == [("made_up", None), ("made_up._binding", ["/made/up"])]


def test_a_binding_that_is_loaded_already(monkeypatch: pytest.MonkeyPatch) -> None:
    finder = Finder(Loader())
    monkeypatch.setattr(sys, "meta_path", [finder])
    known = sys.modules["made_up._binding"] = ModuleType("made_up._binding")
    assert grammar._binding("made_up") is known
    assert finder.asked == []


def test_a_package_that_is_loaded_already_is_imported_as_usual() -> None:
    importlib.import_module("tree_sitter")
    assert grammar._binding("tree_sitter") is sys.modules["tree_sitter._binding"]


@pytest.mark.parametrize(
    "finder", [Finder(Loader(makes=False)), Finder(None), Finder(None, folder=False)]
)
def test_other_loaders_import_as_usual(monkeypatch: pytest.MonkeyPatch, finder: Finder) -> None:
    monkeypatch.setattr(sys, "meta_path", [finder])
    asked = []
    monkeypatch.setattr(grammar, "_plain_import", lambda *names: asked.append(names))
    grammar._binding("made_up")
    assert asked == [("made_up", "made_up._binding")]


def test_a_package_that_is_not_there() -> None:
    with pytest.raises(ImportError):
        grammar._binding("made_up")


@pytest.fixture
def unloaded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grammar, "_parser", None)
    monkeypatch.setattr(grammar, "_reason", None)


@pytest.mark.usefixtures("unloaded")
def test_loaded_once(monkeypatch: pytest.MonkeyPatch) -> None:
    assert grammar.why_unavailable() is None
    parser = grammar._load()
    assert parser is not None
    monkeypatch.setattr(grammar, "_binding", None)
    assert grammar._load() is parser


@pytest.mark.usefixtures("unloaded")
@pytest.mark.parametrize("error", [ImportError, OSError, AttributeError, ValueError, TypeError])
def test_a_broken_grammar_is_named_and_not_tried_again(
    monkeypatch: pytest.MonkeyPatch, error: type[Exception]
) -> None:
    tries = []

    def broken(package: str) -> ModuleType:
        tries.append(package)
        raise error("it is broken")

    monkeypatch.setattr(grammar, "_binding", broken)
    monkeypatch.setattr(required_packages, "missing", {})  # for the tests that follow
    reason = grammar.why_unavailable()
    assert reason is not None
    assert reason.startswith("tree-sitter or tree-sitter-bash cannot be loaded, so findings")
    assert f"({error.__name__}: it is broken)" in reason
    assert grammar.why_unavailable() == reason
    assert grammar.read_grammar("if a; then b; fi") == ([], True)
    assert tries == ["tree_sitter"]


def names(text: str) -> list[str]:
    found, _ = grammar.read_grammar(text)
    return [text[one.words[0][0] : one.words[0][1]] for one in found]


@pytest.mark.parametrize("size", [4_000, 5_000, 70_000, 140_000])
def test_long_scripts_are_read_to_their_end(monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    monkeypatch.setattr(grammar, "PATIENCE", 600.0)
    text = f"if a; then b; fi\n{'#' * size}\n(last)\n"
    assert names(text) == ["a", "b", "last"]


def test_no_more_time_than_there_is_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    long = "if a; then b; fi\n" * 4000
    monkeypatch.setattr(grammar, "PATIENCE", -1.0)
    with pytest.raises(grammar.TooComplex):
        grammar.read_grammar(long)
    # The parser can be used again, and short scripts are read whatever the time.
    assert names("(a)") == ["a"]
    monkeypatch.setattr(grammar, "PATIENCE", 600.0)
    assert len(names(long)) == 8000


def test_number_of_pipes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grammar, "MOST_PIPES", 3)
    assert names("(a | b | c | d)") == ["a", "b", "c", "d"]
    with pytest.raises(grammar.TooComplex):
        grammar.read_grammar("(a | b | c | d | e)")


def test_offsets_count_code_points_and_nul_is_no_letter() -> None:
    text = "(é 'ü' \0x; b)"
    found, error = grammar.read_grammar(text)
    assert [[text[start:end] for start, end, _ in one.words] for one in found] == [
        ["é", "'ü'", "\0x"],
        ["b"],
    ]
    assert error is False
    assert grammar.read_grammar("if (a; then")[1] is True


def test_commands_and_pipelines_in_the_order_of_the_text() -> None:
    text = "a $(b | c) | d `e` | while f; do g; done"
    found, _ = grammar.read_grammar(text)
    assert [one.first for one in found] == sorted(one.first for one in found)
    for one in found:
        assert [each.first for each in one.group] == sorted(each.first for each in one.group)


# -- what the walk makes of a tree ----------------------------------------------------------------------


def read(text: str) -> list[Command]:
    return read_script(LogicalText([(text, 0)])).commands


def test_depth_of_substitutions() -> None:
    text = "x " + "$(x " * 40 + ")" * 40
    assert len(names(text)) == 33  # MAX_DEPTH levels below the first
    assert len(names("a | { b " + "$(x " * 40 + ")" * 40 + "; }")) == 34


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("case $x in a) b;; c) d;& e) f;; esac; g", [";", ";", ";", ""]),
        ("if a; then b & fi; c", [";", "&", ""]),
        ("(a\nb); c", ["\n", "", ""]),
        ("a | (b && c) > d", ["|", "&&", ""]),
        ("! a && (b)", ["&&", ""]),
        ("a |& (b)", ["|", ""]),
    ],
)
def test_operators_after(text: str, after: list[str]) -> None:
    assert [one.after for one in read(text)] == after


@pytest.mark.parametrize(
    ("text", "conditional"),
    [
        ("while a; do b; done; c", [False, True, False]),
        ("until a; do b; done", [False, True]),
        ("if a; then b; elif c; then d; else e; fi", [False, True, True, True, True]),
        ("for x in $(a); do b; done", [False, True]),
        ("for ((;;)) { a; }", [True]),
        ("case $(a) in $(b)) c;; esac", [False, True, True]),
        ("f() { a; }; b", [True, False]),
        ("a || (b && c) && d", [False, True, True, False]),
        ("(a) || b | c", [False, True, True]),
    ],
)
def test_conditions(text: str, conditional: list[bool]) -> None:
    assert [one.conditional for one in read(text)] == conditional


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("${A:-b} c", ["${A}", "c"]),
        ("(a b\\\tc)", ["a", "b\tc"]),
        ("(a b\\ c d\\ \\ e)", ["a", "b c", "d  e"]),
        ("(a \\ b)", ["a", " b"]),
        ("(a $'b\\'$C' 'd' $E)", ["a", "b'$C", "d", "${E}"]),
        ("(a 'b\\'$C)", ["a", "b\\${C}"]),
        ("(a '$B' \"'$C'\" \\$D)", ["a", "$B", "'${C}'", "$D"]),
        ("(a ${B} ${#C} ${!D} ${E:-$F} ${G[1]} ${1} ${?})",
         ["a", "${B}", "${C}", "${D}", "${E}", "${G}", "${1}", "${?}"]),
        ("(a ${#} ${!} ${#B})", ["a", "${#}", "${!}", "${B}"]),
        ("(a $((1 + $B)) <(c))", ["a", "$(())", "<()"]),
        ("[ -n \"$A\" -a b ] && (c)", ["[", "-n", "${A}", "-a", "b", "]"]),
    ],
)  # fmt: skip
def test_values_of_words(text: str, values: list[str]) -> None:
    assert [word.value for word in read(text)[0].words] == values


@pytest.mark.parametrize(
    ("text", "redirects", "words"),
    [
        ("(a >b 2>&1 c)", [(">", "b"), ("2>&", "1")], ["a", "c"]),
        ("(a <<< b)", [("<<<", "b")], ["a"]),
        ("(a 2>&- b)", [("2>&", "-")], ["a", "b"]),
        ("{ a && b; } >c", [], ["a"]),
        ("(a) && b | (c) && d >e", [], ["a"]),
        ("(>b)", [], []),
    ],
)
def test_redirects(text: str, redirects: list[tuple[str, str]], words: list[str]) -> None:
    first = read(text)
    if not words:
        assert first == []
        return
    assert [(operator, word.text) for operator, word in first[0].redirects] == redirects
    assert [word.text for word in first[0].words] == words


def test_a_redirect_belongs_to_the_last_command_of_a_list() -> None:
    commands = read("(x); a && b | c >d 2>e")
    assert [[(operator, word.text) for operator, word in one.redirects] for one in commands] == [
        [],
        [],
        [],
        [(">", "d"), ("2>", "e")],
    ]
