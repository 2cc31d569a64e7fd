"""Work counted instead of timed, with what hides inside one operation weighed by its length.

``with counted_package():`` puts a copy of dockerlint into ``sys.modules`` whose source was rewritten before it was
compiled: every call, loop pass, slice, membership test, concatenation, comparison and unpacking adds what it costs to
the line where it stands, and a built-in function adds the lengths of what it goes through.  So ``text.count(…)``,
``text[at:]`` or ``name in names`` for each of n elements is seen as the quadratic work that it is, whatever the machine
is doing.  Work inside other libraries (YAML, tree-sitter) counts as the length of what they get.
"""

from __future__ import annotations

import ast
import re
import sys
from contextlib import contextmanager
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import PathFinder, SourceFileLoader
from types import BuiltinFunctionType, FunctionType, MethodType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PACKAGE = "dockerlint_rules"
# Tables of plain values; nothing in them does work.
PLAIN = ("dockerlint_rules.knowledge.compiled.", "dockerlint_rules.registry.index")

SITES: list[tuple[str, int]] = []
"""Module and line of each place that counts."""
COUNTS: list[int] = []
"""Work done at each of them."""

_modules: dict[str, Any] = {}
_SIZED = (str, bytes, list, tuple, dict, set, frozenset)


@contextmanager
def counted_package() -> Iterator[None]:
    """Let imports of dockerlint give the copy that counts; afterwards everything is as it was."""
    before = {name: module for name, module in sys.modules.items() if _is_ours(name)}
    for name in before:
        del sys.modules[name]
    sys.modules.update(_modules)
    finder = _Finder()
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)
        for name in [name for name in sys.modules if _is_ours(name)]:
            _modules[name] = sys.modules.pop(name)
        sys.modules.update(before)


def work(function: Callable[..., object], *args: Any) -> int:
    """The work that a function of the counting copy does."""
    COUNTS[:] = [0] * len(SITES)
    function(*args)
    return sum(COUNTS)


def work_by_line() -> dict[str, int]:
    """The work that was last counted, by ``module:line``."""
    lines: dict[str, int] = {}
    for (module, line), count in zip(SITES, COUNTS, strict=False):
        if count:
            place = f"{module.removeprefix('dockerlint_rules.')}:{line}"
            lines[place] = lines.get(place, 0) + count
    return lines


def _is_ours(name: str) -> bool:
    return name == PACKAGE or name.startswith(PACKAGE + ".")


class _Finder(MetaPathFinder):
    def find_spec(self, name: str, path: Any, target: Any = None) -> Any:
        if not _is_ours(name) or name.startswith(PLAIN):
            return None
        spec = PathFinder.find_spec(name, path)
        if spec is not None and isinstance(spec.loader, SourceFileLoader):
            spec.loader = _CountingLoader(name, spec.loader.path)
        return spec


class _CountingLoader(SourceFileLoader, Loader):
    def get_code(self, fullname: str) -> Any:
        path = self.get_filename(fullname)
        tree = ast.parse(self.get_data(path))
        tree = ast.fix_missing_locations(_Rewriter(fullname).visit(tree))
        return compile(tree, path, "exec", dont_inherit=True)

    def exec_module(self, module: Any) -> None:
        vars(module).update(_OPERATIONS)
        super().exec_module(module)


# -- what the rewritten source calls ------------------------------------------------------------------


def _new_site(module: str, line: int) -> int:
    SITES.append((module, line))
    COUNTS.append(0)
    return len(SITES) - 1


def _tick(site: int) -> bool:
    COUNTS[site] += 1
    return True


def _made(site: int, value: Any) -> Any:
    """A value that was put together just now."""
    COUNTS[site] += len(value)
    return value


def _unpacked(site: int, value: Any) -> Any:
    if isinstance(value, _SIZED):
        COUNTS[site] += len(value)
    return value


def _slice(site: int, value: Any, *limits: Any) -> Any:
    part = value[slice(*limits)]
    COUNTS[site] += 1 + (len(part) if isinstance(part, _SIZED) else 0)
    return part


def _in(site: int, item: Any, container: Any) -> bool:
    kind = type(container)
    if kind is str:
        at = container.find(item)
        COUNTS[site] += 1 + (len(container) if at < 0 else at)
        return bool(at >= 0)
    if kind is list or kind is tuple:
        found = item in container
        COUNTS[site] += 1 + (container.index(item) if found and item == item else len(container))
        return found
    COUNTS[site] += 1
    return item in container


def _equal(site: int, left: Any, right: Any) -> Any:
    if isinstance(left, _SIZED) and isinstance(right, _SIZED) and len(left) == len(right):
        COUNTS[site] += len(left)
    return left == right


def _add(site: int, left: Any, right: Any) -> Any:
    value = left + right
    COUNTS[site] += 1 + (len(value) if isinstance(value, _SIZED) else 0)
    return value


def _union(site: int, left: Any, right: Any) -> Any:
    value = left | right
    COUNTS[site] += 1 + (len(value) if isinstance(value, _SIZED) else 0)
    return value


def _added(site: int, left: Any, right: Any) -> Any:
    """The right side of ``left += right``."""
    if isinstance(right, _SIZED):
        COUNTS[site] += 1 + len(right) + (0 if isinstance(left, list | set | dict) else len(left))
    return right


def _call(site: int, function: Any, /, *args: Any, **named: Any) -> Any:
    kind = type(function)
    if kind is FunctionType or kind is MethodType:
        if function.__module__ is not None and _is_ours(function.__module__):
            COUNTS[site] += 1
            return function(*args, **named)
        result = function(*args, **named)
        COUNTS[site] += 1 + _lengths(args) + _lengths(named.values())
        return result
    result = function(*args, **named)
    if kind is BuiltinFunctionType:
        COUNTS[site] += 1 + _weight(function.__self__, function.__name__, args, result)
    elif kind is type and function in _CONTAINERS:
        COUNTS[site] += 1 + len(result)
    else:
        COUNTS[site] += 1
    return result


def _lengths(values: Any) -> int:
    return sum(len(one) for one in values if isinstance(one, _SIZED))


_CONTAINERS = frozenset((str, bytes, list, tuple, dict, set, frozenset))
_AT_ONCE = frozenset(
    [
        "isascii",
        "append",
        "add",
        "discard",
        "get",
        "setdefault",
        "keys",
        "values",
        "items",
        "popitem",
        "clear",
        "__getitem__",
        "len",
        "isinstance",
        "issubclass",
        "id",
        "hash",
        "iter",
        "next",
        "getattr",
        "setattr",
        "hasattr",
        "callable",
        "type",
        "chr",
        "ord",
        "group",
        "start",
        "end",
        "span",
        "heappush",
        "heappop",
    ]
)


def _weight(owner: Any, name: str, args: tuple[Any, ...], result: Any) -> int:
    """How much a built-in function goes through."""
    if name in _AT_ONCE:
        return 0
    if isinstance(owner, str | bytes):
        return _weight_of_text(owner, name, args, result)
    if isinstance(owner, re.Pattern):
        return _weight_of_pattern(name, args, result)
    if isinstance(owner, list):
        if name == "pop":
            return len(owner) - args[0] if args and args[0] >= 0 else 0
        if name == "extend":
            return _lengths(args)
        return len(owner)
    if isinstance(owner, dict):
        return _lengths(args) if name in ("update", "pop") else len(owner)
    if isinstance(owner, set | frozenset):
        copied = name in ("union", "difference", "copy", "symmetric_difference", "issubset")
        return _lengths(args) + (len(owner) if copied else 0)
    if name.startswith(("bisect", "insort")):
        return 0
    return _lengths(args)


def _weight_of_text(owner: Any, name: str, args: tuple[Any, ...], result: Any) -> int:
    if name in ("startswith", "endswith"):
        return 0
    if name in ("join", "format", "translate"):
        return len(result)
    if name in ("strip", "lstrip", "rstrip", "removeprefix", "removesuffix"):
        return 0 if result is owner else len(owner)
    if name in ("find", "index", "rfind", "rindex", "count"):
        low, high, _ = slice(*(args[1:] if len(args) > 2 else (*args[1:], None))).indices(
            len(owner)
        )
        if name == "count" or result < 0:
            return max(high - low, 0)
        return result - low if name in ("find", "index") else high - result
    return len(owner)


def _weight_of_pattern(name: str, args: tuple[Any, ...], result: Any) -> int:
    if not args or not isinstance(args[0], str | bytes):
        return _lengths(args)
    low, high, _ = slice(*(args[1:] if len(args) > 2 else (*args[1:], None))).indices(len(args[0]))
    if name in ("match", "fullmatch"):
        return result.end() - low if result else 0
    if name == "search":
        return result.end() - low if result else max(high - low, 0)
    return max(high - low, 0)


_OPERATIONS = {
    "counted_tick__": _tick,
    "counted_made__": _made,
    "counted_unpacked__": _unpacked,
    "counted_slice__": _slice,
    "counted_in__": _in,
    "counted_equal__": _equal,
    "counted_add__": _add,
    "counted_union__": _union,
    "counted_added__": _added,
    "counted_call__": _call,
    "counted__": COUNTS,
}
# They look at the frame that calls them.
_FRAME_READERS = frozenset(("super", "locals", "globals", "vars", "_getframe"))


class _Rewriter(ast.NodeTransformer):
    """Makes the operations of a module count themselves."""

    def __init__(self, module: str) -> None:
        self.module = module

    def operation(self, name: str, node: Any, *args: Any) -> ast.Call:
        site = ast.Constant(_new_site(self.module, node.lineno))
        call = ast.Call(ast.Name(f"counted_{name}__", ast.Load()), [site, *args], [])
        return ast.copy_location(call, node)

    def tick(self, node: Any) -> ast.stmt:
        site = ast.Constant(_new_site(self.module, node.lineno))
        place = ast.Subscript(ast.Name("counted__", ast.Load()), site, ast.Store())
        return ast.copy_location(ast.AugAssign(place, ast.Add(), ast.Constant(1)), node)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> Any:
        # Annotations are never evaluated, and decorators and defaults once.
        node.body = [self.visit(one) for one in node.body]
        node.body.insert(0 if ast.get_docstring(node) is None else 1, self.tick(node))
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> Any:
        if node.value is not None:
            node.value = self.visit(node.value)
        return node

    def visit_For(self, node: ast.For | ast.While) -> Any:
        self.generic_visit(node)
        node.body.insert(0, self.tick(node))
        return node

    def visit_While(self, node: ast.While) -> Any:
        return self.visit_For(node)

    def visit_comprehension(self, node: ast.comprehension) -> Any:
        self.generic_visit(node)
        node.ifs.insert(0, self.operation("tick", node.target))
        return node

    def visit_Call(self, node: ast.Call) -> Any:
        self.generic_visit(node)
        name = getattr(node.func, "id", None) or getattr(node.func, "attr", None)
        if name in _FRAME_READERS:
            return node
        call = self.operation("call", node, node.func, *node.args)
        call.keywords = node.keywords
        return call

    def visit_Subscript(self, node: ast.Subscript) -> Any:
        self.generic_visit(node)
        if not isinstance(node.ctx, ast.Load) or not isinstance(node.slice, ast.Slice):
            return node
        limits = [node.slice.lower, node.slice.upper, node.slice.step]
        return self.operation(
            "slice", node, node.value, *(one or ast.Constant(None) for one in limits)
        )

    def visit_Compare(self, node: ast.Compare) -> Any:
        self.generic_visit(node)
        if len(node.ops) != 1:
            return node
        (operator,), (right,) = node.ops, node.comparators
        if isinstance(operator, ast.In | ast.NotIn):
            if isinstance(right, ast.Tuple | ast.Constant):
                return node
            found = self.operation("in", node, node.left, right)
        elif isinstance(operator, ast.Eq | ast.NotEq):
            if isinstance(right, ast.Constant) or isinstance(node.left, ast.Constant):
                return node
            found = self.operation("equal", node, node.left, right)
        else:
            return node
        if isinstance(operator, ast.NotIn | ast.NotEq):
            return ast.copy_location(ast.UnaryOp(ast.Not(), found), node)
        return found

    def visit_BinOp(self, node: ast.BinOp) -> Any:
        self.generic_visit(node)
        if isinstance(node.op, ast.Add):
            return self.operation("add", node, node.left, node.right)
        if isinstance(node.op, ast.BitOr):
            return self.operation("union", node, node.left, node.right)
        return node

    def visit_AugAssign(self, node: ast.AugAssign) -> Any:
        self.generic_visit(node)
        target = node.target
        if not isinstance(node.op, ast.Add) or isinstance(target, ast.Subscript):
            return node
        if isinstance(node.value, ast.Constant) and not isinstance(node.value.value, str):
            return node
        value: ast.expr = (
            ast.Name(target.id, ast.Load())
            if isinstance(target, ast.Name)
            else (ast.Attribute(target.value, target.attr, ast.Load()))
        )
        node.value = self.operation("added", node, value, node.value)
        return node

    def visit_JoinedStr(self, node: ast.JoinedStr) -> Any:
        self.generic_visit(node)
        return self.operation("made", node, node)

    def visit_FormattedValue(self, node: ast.FormattedValue) -> Any:
        node.value = self.visit(node.value)  # a format such as ":05" is no text of its own
        return node

    def visit_List(self, node: ast.List | ast.Tuple | ast.Set) -> Any:
        self.generic_visit(node)
        stored = isinstance(getattr(node, "ctx", None), ast.Store | ast.Del)
        if stored or not any(isinstance(one, ast.Starred) for one in node.elts):
            return node
        return self.operation("made", node, node)

    def visit_Tuple(self, node: ast.Tuple) -> Any:
        return self.visit_List(node)

    def visit_Set(self, node: ast.Set) -> Any:
        return self.visit_List(node)

    def visit_Dict(self, node: ast.Dict) -> Any:
        self.generic_visit(node)
        return self.operation("made", node, node) if None in node.keys else node

    def visit_Assign(self, node: ast.Assign) -> Any:
        self.generic_visit(node)
        if any(
            isinstance(target, ast.Tuple | ast.List)
            and any(isinstance(one, ast.Starred) for one in target.elts)
            for target in node.targets
        ):
            node.value = self.operation("unpacked", node, node.value)
        return node

    def visit_Delete(self, node: ast.Delete) -> Any:
        return node

    def visit_Match(self, node: ast.Match) -> Any:
        node.subject = self.visit(node.subject)
        for case in node.cases:
            case.body = [self.visit(one) for one in case.body]
        return node
