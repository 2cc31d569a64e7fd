"""The command as a process."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent


def dockerlint(*words: str, cwd: Path, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """Run the checkout's own dockerlint."""
    command = [sys.executable, "-m", "dockerlint_rules", *words]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "NO_COLOR": "1"}
    return subprocess.run(
        command, cwd=cwd, input=stdin, env=environment, capture_output=True, timeout=60, check=False
    )
