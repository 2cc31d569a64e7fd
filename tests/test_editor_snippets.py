"""The set-ups in docs/editors.md and the extension: what can be read without the editor is read."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / "docs" / "editors.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", TEXT, re.S)


@pytest.mark.parametrize("block", [text for language, text in BLOCKS if language == "json"])
def test_json(block: str) -> None:
    assert isinstance(json.loads(block), dict)


def test_toml() -> None:
    (block,) = [text for language, text in BLOCKS if language == "toml"]
    assert tomllib.loads(block)["language-server"]["dockerlint"]["args"] == ["server"]


@pytest.mark.tool
@pytest.mark.skipif(not shutil.which("nvim"), reason="Neovim is not installed")
@pytest.mark.parametrize("number", range(2))
def test_lua(tmp_path: Path, number: int) -> None:
    block = [text for language, text in BLOCKS if language == "lua"][number]
    (tmp_path / "block.lua").write_text(block)
    check = "lua local f, e = loadfile('block.lua'); if not f then io.stderr:write(e); vim.cmd('cquit') end"
    done = subprocess.run(
        ["nvim", "--headless", "-u", "NONE", "-n", "-c", check, "-c", "qall!"],
        cwd=tmp_path, capture_output=True, timeout=30, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


def test_elisp_has_its_parentheses() -> None:
    (block,) = [text for language, text in BLOCKS if language == "elisp"]
    assert block.count("(") == block.count(")")


def test_the_extension_offers_what_the_server_knows() -> None:
    package = json.loads((ROOT / "editors" / "vscode" / "package.json").read_text(encoding="utf-8"))
    settings = {
        name.removeprefix("dockerlint.")
        for name in package["contributes"]["configuration"]["properties"]
    }
    from dockerlint_rules.config.options import OPTIONS

    assert {one.replace("-", "_") for one in settings - {"path", "layers", "completion"}} <= set(
        OPTIONS
    )
    script = (ROOT / "editors" / "vscode" / "extension.js").read_text(encoding="utf-8")
    for command in package["contributes"]["commands"]:
        assert f'"{command["command"]}"' in script


def test_a_workspace_cannot_choose_the_program() -> None:
    package = json.loads((ROOT / "editors" / "vscode" / "package.json").read_text(encoding="utf-8"))
    path = package["contributes"]["configuration"]["properties"]["dockerlint.path"]
    assert path["scope"] == "machine"  # a committed .vscode/settings.json cannot set it
