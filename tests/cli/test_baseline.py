"""Baselines: their findings are hidden, and come back when their line changes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from support.command import dockerlint

TEXT = "FROM debian:latest\nRUN apt install -y a\nRUN apt install -y a\n"
SELECT = ("--select", "DF102,DF212")


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    (tmp_path / "web").mkdir()
    (tmp_path / "web" / "Dockerfile").write_text(TEXT)
    done = dockerlint("baseline", *SELECT, cwd=tmp_path)
    assert done.returncode == 0
    assert done.stderr.startswith(b".dockerlint-baseline.json: recorded 3 findings")
    return tmp_path


def lines(tree: Path, *words: str) -> list[str]:
    done = dockerlint(*SELECT, "--baseline", ".dockerlint-baseline.json", *words, cwd=tree)
    assert b"Traceback" not in done.stderr
    return [line.split(": ")[1].split(" ")[0] for line in done.stdout.decode().splitlines()]


def test_written_to_be_compared(tree: Path) -> None:
    data = json.loads((tree / ".dockerlint-baseline.json").read_text())
    assert data == {
        "version": 1,
        "findings": {
            "web/Dockerfile": [
                {"code": "DF102", "line": "FROM debian:latest"},
                {"code": "DF212", "line": "RUN apt install -y a", "count": 2},
            ]
        },
    }


def test_left_out_also_when_lines_move(tree: Path) -> None:
    assert lines(tree) == []
    file = tree / "web" / "Dockerfile"
    file.write_text("# new\n\nARG X\n" + TEXT.replace("RUN ", "RUN   "))
    assert lines(tree) == []


def test_new_findings_and_changed_lines_are_reported(tree: Path) -> None:
    file = tree / "web" / "Dockerfile"
    file.write_text(TEXT + "RUN apt install -y a\nRUN apt install -y b\n")
    assert lines(tree) == ["DF212", "DF212"]
    file.write_text(TEXT.replace("debian", "ubuntu"))
    assert lines(tree) == ["DF102"]


def test_the_summary_says_how_many(tree: Path) -> None:
    (tree / "web" / "Dockerfile").write_text(TEXT + "RUN apt install -y b\n")
    done = dockerlint(*SELECT, "--baseline", ".dockerlint-baseline.json", cwd=tree)
    assert done.stderr.rstrip().endswith(b"3 more in the baseline.")


def test_the_same_wherever_it_is_run_from(tree: Path) -> None:
    done = dockerlint(*SELECT, "--baseline", "../.dockerlint-baseline.json", cwd=tree / "web")
    assert (done.returncode, done.stdout) == (0, b"")


def test_from_the_configuration(tree: Path) -> None:
    (tree / ".dockerlint").write_text("[dockerlint]\nbaseline = .dockerlint-baseline.json\n")
    assert dockerlint(*SELECT, cwd=tree / "web").stdout == b""
    # Written again to where the configuration has it.
    (tree / "web" / "Dockerfile").write_text("FROM ubuntu:latest\n")
    assert dockerlint("baseline", *SELECT, cwd=tree).returncode == 0
    assert dockerlint(*SELECT, cwd=tree).stdout == b""


def test_what_is_in_the_baseline_is_not_fixed(tree: Path) -> None:
    file = tree / "web" / "Dockerfile"
    file.write_text(TEXT + "RUN apt install -y b\n")
    done = dockerlint(*SELECT, "--baseline", ".dockerlint-baseline.json", "--fix", cwd=tree)
    assert b"Fixed 1 of 1 problem in 1 file." in done.stderr
    assert file.read_text() == TEXT + "RUN apt-get install -y b\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{\n]", b"bad.json:2: the baseline is not valid JSON"),
        ("[1]", b"bad.json: is not a baseline"),
        ('{"version": 9, "findings": {}}', b"bad.json: the baseline has version 9"),
        ('{"version": 1, "findings": {"a": [1]}}', b"bad.json: is not a baseline"),
        (
            '{"version": 1, "findings": {"a": [{"code": "b", "line": "c", "count": "x"}]}}',
            b"is not a baseline",
        ),
        ("[" * 100_000, b"bad.json: the baseline is not valid JSON"),
        (None, b"bad.json: the baseline cannot be read: no such file"),
    ],
)
def test_a_broken_baseline_is_an_error(tree: Path, text: str | None, message: bytes) -> None:
    if text is not None:
        (tree / "bad.json").write_text(text)
    done = dockerlint("--baseline", "bad.json", cwd=tree)
    assert done.returncode == 2
    assert message in done.stderr


def test_it_cannot_be_written(tree: Path) -> None:
    done = dockerlint("baseline", "--output-file", "none/there.json", cwd=tree)
    assert done.returncode == 2
    assert b"cannot be written" in done.stderr
