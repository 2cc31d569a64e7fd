"""What the README prints is what the command prints."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

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
    assert f"<!-- rules -->{count}" in README


def test_the_fixed_example_is_real() -> None:
    done = dockerlint("--diff", "--unsafe-fixes", "examples/webapp/Dockerfile")
    shown = re.search(r"```diff\n(.*?)```", README, re.S)
    assert shown
    assert shown[1] == done.stdout


def test_the_number_of_fixes_is_real() -> None:
    rules = json.loads(dockerlint("rules", "--format", "json").stdout)
    assert f"<!-- fixes -->{sum(bool(rule['fix']) for rule in rules)} rules" in README


def test_the_table_of_layers_is_real(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "120")
    done = dockerlint("layers", "examples/webapp/Dockerfile")
    shown = re.search(
        r"```text\n(.*?)```", (ROOT / "docs/layers.md").read_text(encoding="utf-8"), re.S
    )
    assert shown
    assert shown[1] == done.stdout


def test_the_picture_of_the_layers_is_real() -> None:
    done = dockerlint("layers", "--format", "svg", "examples/webapp/Dockerfile")
    assert (ROOT / "docs/images/layers.svg").read_text(encoding="utf-8") == done.stdout


def test_links_lead_somewhere() -> None:
    pages = [
        ROOT / "README.md",
        ROOT / "CONTRIBUTING.md",
        ROOT / "SECURITY.md",
        *(ROOT / "docs").glob("*.md"),
    ]
    for page in pages:
        for link in re.findall(r"\]\(([^)#\s]+)", page.read_text(encoding="utf-8")):
            assert "://" in link or (page.parent / link).exists(), f"{page.name}: {link}"
