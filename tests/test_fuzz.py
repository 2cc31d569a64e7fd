"""The fuzzer finds nothing in a few hundred inputs, and finds what is broken on purpose."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

FUZZ = Path(__file__).parents[1] / "benchmarks" / "fuzz.py"
BREAKS = {
    "crash": "import dockerlint_rules.engine.filtering as m; m.filter_findings = None",
    "place": "import dockerlint_rules.findings.finding as m; m.Finding.end_line = property(lambda self: 10**9, lambda self, value: None)",
    "bytes": "import dockerlint_rules.syntax.source as m; m.Source.to_bytes = lambda self: b''",
    "output": "import dockerlint_rules.formats.text as m; m.Default.format = m.PreCommit.format = lambda self, one: '\\x1b' + one.message",
}  # fmt: skip


def fuzz(*arguments: str, first: str = "pass") -> subprocess.CompletedProcess[str]:
    script = f"import sys, runpy; sys.path.insert(0, {str(FUZZ.parent)!r}); {first}\nsys.argv[0] = {str(FUZZ)!r}\nrunpy.run_path({str(FUZZ)!r}, run_name='__main__')"
    return subprocess.run(
        [sys.executable, "-c", script, *arguments], capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip


def test_nothing_is_broken() -> None:
    done = fuzz("--inputs", "300", "--seed", "tests", "--jobs", "1")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "300 inputs" in done.stdout


@pytest.mark.parametrize("kind", BREAKS)
def test_what_is_broken_is_found(kind: str) -> None:
    done = fuzz("--inputs", "50", "--seed", "tests", "--jobs", "1", first=BREAKS[kind])
    assert done.returncode == 1, done.stdout + done.stderr
    found = [line for line in done.stdout.splitlines() if f" {kind}: " in line]
    assert found, done.stdout
    # The number that was printed makes the input again.
    again = fuzz("--replay", found[0].split()[0], first=BREAKS[kind])
    assert again.returncode == 1
    assert f"{kind}: " in again.stdout
