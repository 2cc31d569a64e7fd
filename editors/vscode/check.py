"""Checks a packed extension: it must hold the bundled client, the settings, the license, and nothing else.

python editors/vscode/check.py FILE.vsix
"""

from __future__ import annotations

import json
import sys
import zipfile

EXPECTED = {"extension.js", "package.json", "LICENSE.txt", "readme.md"}


def check(path: str) -> None:
    """Raise AssertionError if the package would not work."""
    with zipfile.ZipFile(path) as package:
        names = {
            name.removeprefix("extension/")
            for name in package.namelist()
            if name.startswith("extension/")
        }
        assert names == EXPECTED, f"the package holds {sorted(names)}"
        script = package.read("extension/extension.js").decode()
        manifest = json.loads(package.read("extension/package.json"))
    assert "textDocument/publishDiagnostics" in script, "the client is not in the bundle"
    assert "dockerlint.lintWorkspace" in script, "extension.js is not in the bundle"
    assert manifest["main"] == "./extension.js", manifest["main"]


if __name__ == "__main__":
    for name in sys.argv[1:]:
        check(name)
        print(f"{name}: complete, with no other files")
