"""Rooms import only rooms below them, modules never import each other in a circle, and a run imports only what it
needs.
"""

from __future__ import annotations

import ast
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "dockerlint_rules"
# The rooms, lowest first: a room imports itself and rooms above it in this list.
ROOMS = (
    "version", "files", "knowledge", "syntax", "findings", "model", "project", "fixes", "registry", "rules", "shellcheck",
    "formats", "config", "plugins", "engine", "layers", "server", "api", "testing", "cli", "pytest_examples", "__init__",
    "__main__",
)  # fmt: skip
# What a room may not import although it lies lower.
CLOSED = {
    "knowledge": {"files"},
    "syntax": {"knowledge"},
    "registry": {"model", "project", "fixes", "knowledge"},
    "formats": {"model", "project", "fixes", "registry", "rules", "shellcheck"},
    "rules": {"files"},
    "cli": {"server"},
}
MAY = {("cli/server.py", "server")}


def modules() -> list[Path]:
    return sorted(path for path in PACKAGE.rglob("*.py") if "compiled" not in path.parts)


def name_of(path: Path) -> str:
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" and len(parts) > 2 else parts)


KNOWN = {name_of(path): path for path in modules()}


@cache
def imported(path: Path, *, types: bool = False) -> frozenset[str]:
    """Modules of ours that a module imports anywhere in it; with *types* those for type checking as well."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    guarded = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and getattr(node.test, "id", "") == "TYPE_CHECKING"
        for inner in ast.walk(node)
    }
    found = set()
    for node in ast.walk(tree):
        if id(node) in guarded and not types:
            continue
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("dockerlint_rules"):
            inner = {f"{node.module}.{one.name}" for one in node.names}
            found |= {one if one in KNOWN else str(node.module) for one in inner}
        elif isinstance(node, ast.Import):
            found |= {one.name for one in node.names if one.name.startswith("dockerlint_rules.")}
    return frozenset(found)


def room_of(name: str) -> str:
    parts = name.split(".")
    return parts[1] if len(parts) > 1 else "__init__"


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_point_down(path: Path) -> None:
    room = room_of(name_of(path))
    place = str(path.relative_to(PACKAGE))
    below = set(ROOMS[: ROOMS.index(room) + 1]) - CLOSED.get(room, set())
    up = {
        one
        for one in imported(path)
        if room_of(one) not in below
        and one != "dockerlint_rules"
        and (place, room_of(one)) not in MAY
    }
    assert not up, f"{place} imports {', '.join(sorted(up))}"


def circles() -> list[list[str]]:
    """Groups of modules that import each other, the smallest first (Tarjan's strongly connected components)."""
    graph = {name: {one for one in imported(path) if one in KNOWN} for name, path in KNOWN.items()}
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    found: list[list[str]] = []

    def visit(name: str) -> None:
        index[name] = low[name] = len(index)
        stack.append(name)
        for one in graph[name]:
            if one not in index:
                visit(one)
                low[name] = min(low[name], low[one])
            elif one in stack:
                low[name] = min(low[name], index[one])
        if low[name] == index[name]:
            group = []
            while not group or group[-1] != name:
                group.append(stack.pop())
            if len(group) > 1 or name in graph[name]:
                found.append(sorted(group))

    for name in graph:
        if name not in index:
            visit(name)
    return sorted(found, key=len)


def test_no_modules_import_each_other_in_a_circle() -> None:
    assert circles() == []


def test_the_top_holds_five_modules() -> None:
    assert {path.name for path in PACKAGE.glob("*.py")} <= {
        "__init__.py", "__main__.py", "api.py", "version.py", "pytest_examples.py",
    }  # fmt: skip


def test_no_module_is_over_500_lines() -> None:
    long = {
        str(path.relative_to(PACKAGE)): lines
        for path in modules()
        if (lines := path.read_text(encoding="utf-8").count("\n")) > 500
    }
    assert not long


# perf: a small module costs 70 µs, so each new one on this path needs a reason.
MOST_MODULES = 125


SLOW = {
    "dataclasses", "inspect", "importlib.metadata", "asyncio", "concurrent.futures", "multiprocessing", "tomllib",
    "yaml", "rich", "jinja2", "dockerfile_parse", "configparser", "difflib", "subprocess", "tempfile",
}  # fmt: skip


def test_one_small_file_imports_nothing_slow(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text("FROM python:3.13\nRUN pip install -r a.txt\n")
    code = (
        "import sys; from dockerlint_rules.cli.main import run; run(['--isolated', '--no-shellcheck', 'Dockerfile']);"
        "print(*sorted(sys.modules), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    loaded = set(done.stderr.split())
    assert not loaded & SLOW
    assert not {name for name in loaded if name.startswith(("tree_sitter", "json"))}
    assert sum(name.startswith("dockerlint_rules") for name in loaded) <= MOST_MODULES


# Who touches the disk: files/ alone, so that every read has a bound and every write stays inside.  The exceptions never
# open what a linted tree holds: data of the installation, folders of our own, and the tools of developers.
OPENS = {
    "open",
    "os.open",
    "os.fdopen",
    "os.scandir",
    "os.listdir",
    "os.walk",
    "os.fwalk",
    "io.open",
}
OPENING_METHODS = {
    "read_text",
    "read_bytes",
    "write_text",
    "write_bytes",
    "iterdir",
    "glob",
    "rglob",
    "open",
}
MAY_OPEN = {
    "__main__.py": "os.open",  # the null device, in the place of a closed pipe
    "cli/terminal.py": "os.open",  # the null device
    "config/schema.py": "read_text",  # of the checkout
    "engine/leftovers.py": "os.listdir",  # of temporary folders, and of the system's processes
    "engine/pool_process.py": "os.fdopen os.open",  # pipes of our own, and the null device
    "knowledge/__main__.py": "read_text",
    "knowledge/compiler.py": "open write_text",
    "plugins/entry_points.py": "open os.listdir os.open",  # of the installed packages
    "rules/__init__.py": "glob",
    "rules/__main__.py": "read_text rglob write_text",
    "server/serve.py": "os.fdopen",  # the standard streams
    "shellcheck/call.py": "open",  # scripts in a folder of its own
    "testing/pages.py": "open",
}


def opens(path: Path) -> set[str]:
    """What a module calls to open, list or write files."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        called = ast.unparse(node.func)
        method = node.func.attr if isinstance(node.func, ast.Attribute) else ""
        if called in OPENS:
            found.add(called)
        elif method in OPENING_METHODS and called.partition(".")[0] not in ("folder", "held"):
            found.add(method)
    return found


def test_only_one_room_opens_files() -> None:
    outside = {
        place: " ".join(sorted(found))
        for path in modules()
        if not (place := str(path.relative_to(PACKAGE))).startswith("files/")
        and (found := opens(path))
    }
    assert outside == MAY_OPEN


def test_only_two_modules_of_that_room_open_files_to_read_them() -> None:
    readers = {path.name for path in (PACKAGE / "files").glob("*.py") if opens(path)}
    assert readers == {"reading.py", "writing.py", "folder.py"}


# The functions that escape what they write; whatever else has something to say calls them.
WRITERS = {"cli/terminal.py", "formats/context.py", "server/stderr.py"}
# These hand the streams to others or look at them, and write nothing.
NO_WRITERS = {"server/serve.py", "plugins/output_guard.py", "__main__.py", "rules/__main__.py"}


def writes(path: Path) -> list[str]:
    """Where a module writes to a standard stream, or hands one to something that may."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found = []
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        text = ast.unparse(node.func)
        is_writer = text in ("print", "warnings.showwarning", "traceback.print_exc")
        is_writer |= text.startswith(("sys.stdout.", "sys.stderr.", "sys.__std"))
        is_writer &= not text.endswith(".flush")
        is_writer |= text == "os.write" and ast.unparse(node.args[0]) in ("1", "2")
        if is_writer:
            found.append(f"{node.lineno}: {text}")
    return found


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_only_the_writers_write_to_standard_streams(path: Path) -> None:
    place = str(path.relative_to(PACKAGE))
    if place in WRITERS | NO_WRITERS or place.startswith(("testing/", "knowledge/__main__")):
        return
    assert not writes(path), f"{place}: use a function of one of {', '.join(sorted(WRITERS))}"
