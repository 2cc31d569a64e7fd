"""Find the simple commands of any shell script in its tree-sitter-bash syntax tree.

Loaded when a script is not plain.  Never raises for any text; the walk keeps its own stack, so that
depth of nesting costs no recursion.
"""

from __future__ import annotations

import sys

from dockerlint_rules.syntax.shell.grammar_walk import TreeWalk
from dockerlint_rules.syntax.shell.plain import PlainCommand

TYPE_CHECKING = False
if TYPE_CHECKING:
    import re
    from types import ModuleType

    from tree_sitter import Parser, Tree


PATIENCE = 5.0
"""Seconds of processor time for one long script: the grammar's error recovery is quadratic on some contrived texts.
Processor time, so that the result does not depend on what else the machine does."""
LONG = 4096
"""Scripts with more characters are parsed with a time limit."""

MOST_PIPES = 2000
"""Scripts with more ``|`` than this are not parsed: an unfinished pipeline of 20,000 members takes the
grammar 20 s in one step that ignores the time limit."""


class TooComplex(Exception):
    """A script that the grammar would need too long for."""


_parser: Parser | None = None
_reason: str | None = None


def _binding(package: str) -> ModuleType:
    """The compiled module of a package, without running the package's ``__init__``.

    perf: tree_sitter_bash imports importlib.resources (11 ms), tree_sitter imports typing (9 ms);
    the bindings need neither.
    """
    name = f"{package}._binding"
    if package in sys.modules or name in sys.modules:
        return _plain_import(package, name)
    folder = None
    for finder in sys.meta_path:
        find = getattr(finder, "find_spec", None)
        spec = find(name if folder else package, folder) if find else None
        if spec is not None and spec.submodule_search_locations:
            folder = list(spec.submodule_search_locations)
            spec = find(name, folder) if find else None
        if spec is not None and spec.loader is not None and folder:
            module: ModuleType | None = spec.loader.create_module(spec)
            if module is not None:
                sys.modules[name] = module
                spec.loader.exec_module(module)
                return module
    return _plain_import(package, name)


def _plain_import(package: str, name: str) -> ModuleType:
    if name not in sys.modules:
        __import__(package)
        __import__(name)
    return sys.modules[name]


def _load() -> Parser | None:
    global _parser, _reason
    if _parser is None and _reason is None:
        try:
            binding = _binding("tree_sitter")
            language = binding.Language(_binding("tree_sitter_bash").language())
            parser = binding.Parser(language)
            _parse_long(parser, b"a")  # an incompatible version may only fail here
            _parser = parser
        except Exception as error:  # a broken installation may raise anything
            from dockerlint_rules.syntax.required_packages import note_missing

            _reason = note_missing("tree_sitter", error)
    return _parser


def why_unavailable() -> str | None:
    """Why scripts that are not plain cannot be parsed; None if they can."""
    _load()
    return _reason


def read_grammar(text: str) -> tuple[list[PlainCommand], bool]:
    """The simple commands in order of the text, and whether a syntax error was seen.  Raises TooComplex."""
    tree = _parse(text)
    if tree is None:
        return [], True
    root = tree.root_node
    walk = TreeWalk(text)
    walk.run(root)
    walk.found.sort(key=_first)
    for group in {id(one.group): one.group for one in walk.found if len(one.group) > 1}.values():
        group.sort(key=_first)
    return walk.found, root.has_error


def _first(simple: PlainCommand) -> int:
    return simple.first


_HOPELESS = r"[<>&]{200}|(?:=\([^\s()]{0,20}){200}"


def _hopeless() -> re.Pattern[str]:
    """Texts that no shell accepts and that take the grammar quadratic time."""
    import re

    return re.compile(_HOPELESS)


def _parse(text: str) -> Tree | None:
    parser = _load()
    if parser is None:
        return None
    if text.count("|") > MOST_PIPES or (len(text) > LONG and _hopeless().search(text)):
        raise TooComplex
    # One byte for each code point keeps offsets equal.  "?" is not a letter, and in a shell's names no
    # character beyond ASCII is one.  NULs, which shells drop, make the grammar quadratic.
    data = text.encode("ascii", "replace").replace(b"\0", b"?")
    if len(data) <= LONG:
        return parser.parse(data)
    try:
        return _parse_long(parser, data)
    except ValueError:
        parser.reset()
        raise TooComplex from None


def _parse_long(parser: Parser, data: bytes) -> Tree:
    """Parse with a limit.  Raises ValueError if it takes too long."""
    from time import thread_time

    limit = thread_time() + PATIENCE

    def chunk(offset: int, _point: object) -> bytes:
        return data[offset : offset + 65536]

    def late(_offset: int, _error: bool) -> bool:
        return thread_time() > limit

    return parser.parse(chunk, progress_callback=late)
