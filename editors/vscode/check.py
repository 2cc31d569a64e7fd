"""Looks into a packed extension: one bundled file that holds the client, the settings, the licence, and nothing else.

python editors/vscode/check.py FILE.vsix
"""

from __future__ import annotations

import json
import sys
import zipfile

WANTED = {"extension.js", "package.json", "LICENSE.txt", "readme.md"}


def check(path: str) -> None:
    """Raise AssertionError for a package that would not work."""
    with zipfile.ZipFile(path) as package:
        held = {
            name.removeprefix("extension/")
            for name in package.namelist()
            if name.startswith("extension/")
        }
        assert held == WANTED, f"holds {sorted(held)}"
        script = package.read("extension/extension.js").decode()
        about = json.loads(package.read("extension/package.json"))
    assert "textDocument/publishDiagnostics" in script, "the client is not in the bundle"
    assert "dockerlint.lintWorkspace" in script, "our own part is not in the bundle"
    assert about["main"] == "./extension.js", about["main"]


if __name__ == "__main__":
    for name in sys.argv[1:]:
        check(name)
        print(f"{name}: all that it needs, and nothing else")
