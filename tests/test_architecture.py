"""Imports go one way, and a run imports only what it needs."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "dockerlint_rules"
# What each room may import of ours.
ALLOWED = {
    "syntax": {"syntax"},
    "knowledge": {"knowledge"},
    "model": {"syntax", "model", "knowledge", "findings"},
    "rules": {"syntax", "model", "knowledge", "rules", "findings", "registry"},
    "formats": {"formats", "findings", "results", "syntax", "version"},
    "findings": set(),
    "registry": {"findings", "pages", "rules"},
    "shellcheck": {"syntax", "model", "findings", "shellcheck"},
    "engine": {
        "shellcheck",
        "findings",
        "selection",
        "model",
        "registry",
        "syntax",
        "dockerfile_parse_bridge",
        "plugins",
    },
    "plugins": {"plugins", "findings", "registry", "syntax", "formats", "config"},
}


def modules() -> list[Path]:
    return sorted(path for path in PACKAGE.rglob("*.py") if "compiled" not in path.parts)


def imported(path: Path) -> set[str]:
    """Rooms of ours that a module imports at run time (type checking aside)."""
    rooms = set()
    tree = ast.parse(path.read_text(encoding="utf-8"))
    guarded = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and getattr(node.test, "id", "") == "TYPE_CHECKING"
        for inner in ast.walk(node)
    }
    for node in ast.walk(tree):
        if id(node) in guarded:
            continue
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("dockerlint_rules."):
            rooms.add((node.module or "").split(".")[1])
        elif isinstance(node, ast.Import):
            rooms |= {
                a.name.split(".")[1] for a in node.names if a.name.startswith("dockerlint_rules.")
            }
    return rooms


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_go_one_way(path: Path) -> None:
    room = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
    if room in ALLOWED:
        assert imported(path) <= ALLOWED[room]


SLOW = {
    "dataclasses", "inspect", "importlib.metadata", "asyncio", "concurrent.futures", "multiprocessing", "tomllib",
    "yaml", "rich", "jinja2", "dockerfile_parse", "configparser", "difflib", "subprocess", "tempfile",
}  # fmt: skip


def test_one_small_file_imports_nothing_slow(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text("FROM python:3.13\nRUN pip install -r a.txt\n")
    code = (
        "import sys; from dockerlint_rules.cli import run; run(['--isolated', '--no-shellcheck', 'Dockerfile']);"
        "print(*sorted(sys.modules), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    loaded = set(done.stderr.split())
    assert not loaded & SLOW
    assert not {name for name in loaded if name.startswith(("tree_sitter", "json"))}
