"""The texts that rules show: messages of findings and fixes, found in the code of their modules.

A message is what ``Finding.at``, ``Finding`` or ``Fix`` is given: a literal, an f-string (a placeholder stands as
``⟨expression⟩``), one of several by condition, a name that the function assigns, or what a helper of the module
returns.  What comes from elsewhere is not seen here; the messages of the pages' examples are checked as well.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from itertools import product
from pathlib import Path

from dockerlint_rules.registry.index import ROWS

MOST = 40  # texts of one message; more come from many conditions in one literal
DEEPEST = 4  # names and helpers that are followed


class Module:
    """One module of rules: its functions, and which rule each text belongs to."""

    def __init__(self, name: str) -> None:
        path = import_module(f"dockerlint_rules.rules.{name}").__file__
        assert path is not None
        tree = ast.parse(Path(path).read_text(encoding="utf-8"))
        self.functions = {
            node.name: node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)
        }
        self.constants = {
            target.id: node.value
            for node in tree.body
            if isinstance(node, ast.Assign)
            for target in node.targets
            if isinstance(target, ast.Name)
        }

    def messages(self, function: str) -> Iterator[tuple[str, str]]:
        """Kind (``Finding`` or ``Fix``) and text of the messages that a function gives."""
        node = self.functions[function]
        for call in ast.walk(node):
            if not isinstance(call, ast.Call):
                continue
            called = ast.unparse(call.func)
            if called in ("Finding.at", "Finding") and len(call.args) > 1:
                for text in self.texts(call.args[1], node, DEEPEST):
                    yield "Finding", text
            elif called == "Fix" and call.args:
                for text in self.texts(call.args[0], node, DEEPEST):
                    yield "Fix", text

    def texts(self, node: ast.expr, inside: ast.FunctionDef, depth: int) -> list[str]:
        """The texts that an expression may give, at most ``MOST``."""
        return list(dict.fromkeys(self._texts(node, inside, depth)))[:MOST]

    def _texts(self, node: ast.expr, inside: ast.FunctionDef, depth: int) -> Iterator[str]:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
        elif isinstance(node, ast.JoinedStr):
            parts = [self._part(one, inside, depth) for one in node.values]
            for some, _ in zip(product(*parts), range(MOST), strict=False):
                yield "".join(some)
        elif isinstance(node, ast.IfExp):
            yield from self.texts(node.body, inside, depth)
            yield from self.texts(node.orelse, inside, depth)
        elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            left, right = (self.texts(one, inside, depth) for one in (node.left, node.right))
            for before, after in product(left or [_hole(node.left)], right or [_hole(node.right)]):
                yield before + after
        elif isinstance(node, ast.Name) and depth:
            for value in self._values(node.id, inside):
                yield from self.texts(value, inside, depth - 1)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and depth:
            helper = self.functions.get(node.func.id)
            for one in ast.walk(helper) if helper else ():
                if isinstance(one, ast.Return) and one.value is not None and helper:
                    yield from self.texts(one.value, helper, depth - 1)

    def _part(self, node: ast.expr, inside: ast.FunctionDef, depth: int) -> list[str]:
        if isinstance(node, ast.FormattedValue):
            # Only conditions are followed: a name is mostly what somebody wrote in their file.
            known = self.texts(node.value, inside, 0) if isinstance(node.value, ast.IfExp) else []
            return known or [_hole(node)]
        assert isinstance(node, ast.Constant)
        return [str(node.value)]

    def _values(self, name: str, inside: ast.FunctionDef) -> Iterator[ast.expr]:
        for one in ast.walk(inside):
            targets = one.targets if isinstance(one, ast.Assign) else []
            if any(isinstance(target, ast.Name) and target.id == name for target in targets):
                assert isinstance(one, ast.Assign)
                yield one.value
        if name in self.constants:
            yield self.constants[name]


def _hole(node: ast.expr) -> str:
    if isinstance(node, ast.FormattedValue):
        quote = "'" if node.conversion == ord("r") else ""
        return f"{quote}⟨{ast.unparse(node.value)}⟩{quote}"
    return f"⟨{ast.unparse(node)}⟩"


@cache
def module_of(name: str) -> Module:
    return Module(name)


def messages_of(code: str) -> list[tuple[str, str]]:
    """Kind and text of all messages of a rule, and of the helpers of its module that it calls."""
    (row,) = (row for row in ROWS if row["code"] == code)
    module = module_of(row["module_name"])
    found: list[tuple[str, str]] = []
    seen, waiting = set(), [row["function_name"]]
    while waiting:
        function = waiting.pop()
        if function in seen or function not in module.functions:
            continue
        seen.add(function)
        found += module.messages(function)
        waiting += {
            node.id
            for node in ast.walk(module.functions[function])
            if isinstance(node, ast.Name) and node.id in module.functions
        }
    return list(dict.fromkeys(found))
