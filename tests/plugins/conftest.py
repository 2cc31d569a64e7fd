"""Distributions made of a text, as pip would leave them, and the command as a process that sees them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import pytest

ROOT = Path(__file__).parent.parent.parent


class Site:
    """A folder of installed packages, and one with Dockerfiles."""

    def __init__(self, home: Path) -> None:
        self.packages = home / "site-packages"
        self.tree = home / "tree"
        self.packages.mkdir()
        self.tree.mkdir()
        self.write("Dockerfile", "FROM debian:13\nRUN true\n")

    def write(self, name: str, text: str) -> Path:
        """Write a file of the tree."""
        path = self.tree / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(text))
        return path

    def install(
        self, code: str, entries: str | None = None, *, name: str = "dockerlint-acme", version: str = "1.0",
        module: str | None = None, metadata: str = "",
    ) -> Path:  # fmt: skip
        """Install a distribution of one module; *entries* is its ``entry_points.txt``."""
        module = module or name.replace("-", "_")
        if entries is None:
            entries = f"[dockerlint.extension]\nACM = {module}:check\n"
        (self.packages / f"{module}.py").write_text(dedent(code))
        info = self.packages / f"{name.replace('-', '_')}-{version}.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(
            f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{metadata}"
        )
        (info / "entry_points.txt").write_text(dedent(entries))
        return info

    def run(
        self, *words: str, stdin: bytes = b"", **variables: str
    ) -> subprocess.CompletedProcess[str]:
        """Run the command in the tree."""
        path = os.pathsep.join([str(ROOT), str(self.packages)])
        return subprocess.run(
            [sys.executable, "-m", "dockerlint_rules", *words],
            cwd=self.tree,
            env={
                **os.environ, "PYTHONPATH": path, "DOCKERLINT_PLUGIN_PATH": str(self.packages), "NO_COLOR": "1",
                "COLUMNS": "100", **variables,
            },
            input=stdin.decode(), capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip

    def report(self, *words: str, **variables: str) -> dict:
        """The JSON report."""
        done = self.run("--format", "json", *words, **variables)
        assert done.stdout, done.stderr
        return json.loads(done.stdout)

    def codes(self, *words: str) -> list[tuple[str, int, int]]:
        """Code, line and column of each finding of a run without errors, those of plugins only."""
        report = self.report(*words)
        assert report["errors"] == []
        return [
            (one["code"], one["line"], one["column"])
            for one in report["findings"]
            if one["code"][:2] not in ("DF", "SC")
        ]

    def errors(self, *words: str) -> list[str]:
        """The messages of a run's errors, all of which are of plugins."""
        report = self.report(*words)
        assert {one["kind"] for one in report["errors"]} <= {"plugin"}
        return [one["message"] for one in report["errors"]]


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """An empty one, with a small Dockerfile."""
    return Site(tmp_path)
