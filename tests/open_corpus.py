"""Where the open corpus of real Dockerfiles lies, if it is at hand; it is no part of the project."""

from __future__ import annotations

import json
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

SHARED = Path(__file__).resolve().parents[2] / "shared"


@cache
def folder() -> Path | None:
    """The unpacked corpus (``files/ID.Dockerfile`` and tables beside it); None where there is none."""
    unpack = SHARED / "tools" / "corpus"
    if not unpack.exists():
        return None
    said = subprocess.run([unpack], capture_output=True, text=True, check=False)
    return Path(said.stdout.strip()) if said.returncode == 0 else None


def reviewed(name: str = "review_open.jsonl") -> list[dict[str, Any]]:
    """The reviewers' records, as they stand in the file."""
    with (SHARED / "corpus" / name).open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def file_of(identifier: str) -> Path:
    """A Dockerfile by its record's ``id``."""
    found = folder()
    assert found is not None, "ask folder() first"
    return found / "files" / f"{identifier}.Dockerfile"
