"""``benchmarks/try_rule.py``: what it prints of a small folder."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = Path(__file__).parent.parent.parent / "benchmarks" / "try_rule.py"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for number in range(40):
        inner = tmp_path / f"{number:02}"
        inner.mkdir()
        moving = "FROM debian:12\n" if number % 4 else f"ARG A\n\tFROM image{number}:latest\n"
        (inner / "Dockerfile").write_text(moving)
    (tmp_path / "notes.txt").write_text("FROM a:latest\n")
    (tmp_path / "compose.yaml").write_text(
        "services:\n  a:\n    image: b:1\n    privileged: true\n"
    )
    return tmp_path


def run(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(PROGRAM), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_findings_with_their_source_lines(folder: Path) -> None:
    done = run("DF102", folder)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[0].endswith(": 10 findings in 10 of 40 files")
    assert lines[2] == f"1. {folder}/00/Dockerfile:2:7: warning"
    assert lines[3:5] == ["    \tFROM image0:latest", "    \t     ^^^^^^^^^^^^^"]
    assert "'image0:latest' moves" in lines[5]


def test_as_many_as_asked_for_spread_evenly_and_the_same_each_time(folder: Path) -> None:
    def files(seed: int) -> list[int]:
        out = run("DF102", folder, "--count", 5, "--seed", seed).stdout
        return [int(line.split("/")[-2]) for line in out.splitlines() if "/Dockerfile:" in line]

    assert files(1) == files(1)
    assert len(files(1)) == 5
    assert [number // 8 for number in files(1)] == [0, 1, 2, 3, 4]
    assert any(files(1) != files(seed) for seed in range(2, 6))


def test_rules_about_compose_files_read_those(folder: Path) -> None:
    out = run("DF542", folder).stdout
    assert out.startswith("DF542 ")
    assert "of 1 files" in out
    assert "compose.yaml:" in out


def test_an_unknown_rule(folder: Path) -> None:
    done = run("DF9999", folder)
    assert done.returncode == 2
    assert "unknown rule 'DF9999'; 'dockerlint rules' lists all" in done.stderr
    assert "python -m dockerlint_rules.rules" in done.stderr


def test_a_folder_that_does_not_exist(tmp_path: Path) -> None:
    done = run("DF102", tmp_path / "gone")
    assert done.returncode == 2
    assert f"the folder '{tmp_path}/gone' does not exist" in done.stderr
