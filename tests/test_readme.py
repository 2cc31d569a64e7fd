"""What the README prints is what the command prints."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def dockerlint(*words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "dockerlint_rules", *words]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_the_output_for_the_example_is_real() -> None:
    done = dockerlint("examples/webapp/Dockerfile")
    assert done.returncode == 1
    shown = re.search(r"```text\n(.*?)```", README, re.S)
    assert shown
    assert shown[1] == done.stdout + done.stderr


def test_the_number_of_rules_is_real() -> None:
    count = len(json.loads(dockerlint("rules", "--format", "json").stdout))
    assert f"| rules today | {count} |" in README
