"""Lists every regular expression of the package, with what is done with it."""

from __future__ import annotations

import ast
import importlib
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import dockerlint_rules

ROOT = Path(dockerlint_rules.__file__).parent
MODES = ("match", "fullmatch", "search", "finditer", "findall", "sub", "subn", "split")
_OTHERS = ("regex", "sre_compile", "fnmatch", "glob")  # which make regular expressions as well
_FLAGS_AT = {"compile": 1, "sub": 4, "subn": 4, "split": 3}


class Use(NamedTuple):
    """A regular expression and the place that compiles it."""

    module: str
    line: int
    last_line: int
    source: str  # of the argument
    pattern: str | bytes
    flags: int
    modes: frozenset[str]

    @property
    def id(self) -> str:
        """Names the use in test reports."""
        return f"{self.module.removeprefix('dockerlint_rules.')}:{self.line}"


@cache
def _nodes(tree: ast.Module) -> tuple[ast.AST, ...]:
    return tuple(ast.walk(tree))


def modules() -> dict[str, ast.Module]:
    """Every module of the package, parsed."""
    return {
        ".".join(("dockerlint_rules", *path.relative_to(ROOT).with_suffix("").parts)): ast.parse(path.read_text())
        for path in sorted(ROOT.rglob("*.py"))
    }  # fmt: skip


def hidden_uses(trees: dict[str, ast.Module]) -> list[str]:
    """Places that use ``re`` in a way that the list would not see: under another name, or a function of it as a value."""
    hidden = []
    for name, tree in trees.items():
        called = {id(node.func) for node in _nodes(tree) if isinstance(node, ast.Call)}
        for node in _nodes(tree):
            match node:
                case ast.Import(names=names):
                    found = any(
                        one.name in _OTHERS or (one.name == "re" and one.asname) for one in names
                    )
                case ast.ImportFrom(module="re" | "regex" | "fnmatch" | "glob"):
                    found = True
                case ast.Attribute(value=ast.Name(id="re"), attr=attr):
                    found = attr in (*MODES, "compile", "template") and id(node) not in called
                case _:
                    found = False
            if found:
                hidden.append(f"{name}:{node.lineno}")
    return hidden


def uses(
    trees: dict[str, ast.Module], made: dict[tuple[str, str], Callable[[], list[str]]]
) -> Iterator[Use]:
    """Every regular expression.

    *made* gives examples of those that are put together when they are needed, by module and source of the argument;
    KeyError for one that is missing there.
    """
    for name, tree in trees.items():
        parents = {child: node for node in _nodes(tree) for child in ast.iter_child_nodes(node)}
        for node in _nodes(tree):
            match node:
                case ast.Call(func=ast.Attribute(value=ast.Name(id="re"), attr=attr)):
                    if attr in (*MODES, "compile") and not _is_in_compiler(node, parents):
                        yield from _uses_of(name, trees, node, attr, parents, made)
                case ast.Call(func=ast.Name(id="_pattern")):
                    yield from _uses_of(name, trees, node, "compile", parents, made)


def _is_in_compiler(call: ast.Call, parents: dict[ast.AST, ast.AST]) -> bool:
    """Whether this is the body of ``_pattern(text, flags)``, which keeps compiled patterns; its calls are listed."""
    node: ast.AST | None = call
    while node is not None and not isinstance(node, ast.FunctionDef):
        node = parents.get(node)
    return (
        node is not None
        and node.name == "_pattern"
        and ast.unparse(call) == "re.compile(text, flags)"
    )


def _uses_of(
    module: str, trees: dict[str, ast.Module], call: ast.Call, attr: str, parents: dict[ast.AST, ast.AST], made: Any
) -> Iterator[Use]:  # fmt: skip
    names = vars(importlib.import_module(module)) | {"re": re}
    at = _FLAGS_AT.get(attr, 2)
    flags = [word.value for word in call.keywords if word.arg == "flags"] + call.args[at : at + 1]
    number = int(_evaluated(flags[0], names)) if flags else 0
    source = ast.unparse(call.args[0])
    if (module, source) in made:
        patterns: list[Any] = made[module, source]()
    else:
        try:
            patterns = [_evaluated(call.args[0], names | _locals(call, names, parents))]
        except NameError:
            raise KeyError(
                f"{module}:{call.lineno}: {source} is not in the table of made patterns"
            ) from None
    modes = frozenset([attr]) if attr != "compile" else _modes(module, trees, call, parents)
    for pattern in patterns:
        yield Use(
            module, call.lineno, call.end_lineno or call.lineno, source, pattern, number, modes
        )


def _evaluated(node: ast.expr, names: dict[str, Any]) -> Any:
    return eval(compile(ast.Expression(node), "<pattern>", "eval"), names)


def _locals(
    call: ast.Call, names: dict[str, Any], parents: dict[ast.AST, ast.AST]
) -> dict[str, Any]:
    """What the function around a call assigns, as far as it is constant."""
    function: ast.AST | None = call
    while function is not None and not isinstance(function, ast.FunctionDef):
        function = parents.get(function)
    out: dict[str, Any] = {}
    for node in ast.walk(function) if function else ():
        if isinstance(node, ast.Assign) and node.lineno < call.lineno and len(node.targets) == 1:
            target = node.targets[0]
            try:
                value = _evaluated(node.value, names | out)
            except Exception:
                continue
            if isinstance(target, ast.Name):
                out[target.id] = value
            elif isinstance(target, ast.Tuple):
                out.update(
                    zip(
                        (one.id for one in target.elts if isinstance(one, ast.Name)),
                        value,
                        strict=True,
                    )
                )
    return out


def _modes(
    module: str, trees: dict[str, ast.Module], call: ast.Call, parents: dict[ast.AST, ast.AST]
) -> frozenset[str]:
    """The methods that are called on a compiled pattern; also all of a module's where the pattern is only a value."""
    parent = parents[call]
    if isinstance(parent, ast.Attribute):
        return frozenset([parent.attr])
    target = parent.targets[0] if isinstance(parent, ast.Assign) else None
    if isinstance(target, ast.Attribute):
        name = ast.unparse(target)
        return frozenset(
            node.attr
            for node in _nodes(trees[module])
            if isinstance(node, ast.Attribute)
            and node.attr in MODES
            and ast.unparse(node.value) == name
        )
    if not isinstance(target, ast.Name):
        return frozenset(_all_modes(trees[module])) or frozenset(["finditer"])
    found: set[str] = set()
    for name, tree in trees.items():
        if name != module and not _imports(tree, module, target.id):
            continue
        used = [
            node for node in _nodes(tree) if isinstance(node, ast.Name) and node.id == target.id
        ]
        methods = {
            id(node.value): node.attr
            for node in _nodes(tree)
            if isinstance(node, ast.Attribute) and node.attr in MODES
        }
        found.update(methods[id(node)] for node in used if id(node) in methods)
        if any(isinstance(node.ctx, ast.Load) and id(node) not in methods for node in used):
            found.update(_all_modes(tree))
    return frozenset(found) or frozenset(["finditer"])


def _imports(tree: ast.Module, module: str, name: str) -> bool:
    return any(
        isinstance(node, ast.ImportFrom)
        and node.module == module
        and name in {one.name for one in node.names}
        for node in _nodes(tree)
    )


def _all_modes(tree: ast.Module) -> set[str]:
    """Every method that a module calls on patterns without a name of their own; not ``split``, which strings have."""
    named = {
        node.targets[0].id
        for node in _nodes(tree)
        if isinstance(node, ast.Assign)
        and isinstance(node.targets[0], ast.Name)
        and ast.unparse(node.value).startswith("re.compile(")
    }
    return {
        node.func.attr
        for node in _nodes(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in MODES
        and node.func.attr != "split"
        and ast.unparse(node.func.value) not in {"re", *named}
    }
