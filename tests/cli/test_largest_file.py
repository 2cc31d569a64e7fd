"""``--max-file-size``: one clear line for a file that is larger, and the findings of all others."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from support.command import dockerlint

FAULTY = b"FROM debian:13\nMAINTAINER me\n"
MANY = b"# x\n" * 300
TOO_LARGE = b"is larger than 1 KiB; raise the limit with --max-file-size"


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    (tmp_path / "small").mkdir()
    (tmp_path / "small" / "Dockerfile").write_bytes(FAULTY)
    (tmp_path / "Dockerfile").write_bytes(FAULTY + MANY)
    return tmp_path


@pytest.mark.parametrize("name", ["Dockerfile", "compose.yaml", "Dockerrun.aws.json", "any"])
def test_file(tree: Path, name: str) -> None:
    (tree / name).write_bytes(FAULTY + MANY)
    done = dockerlint("--max-file-size", "1k", name, "small", cwd=tree)
    assert done.returncode == 2
    assert done.stderr.count(TOO_LARGE) == 1
    assert f"dockerlint: {name}: ".encode() in done.stderr
    assert b"small/Dockerfile:2" in done.stdout
    assert b"Traceback" not in done.stderr


def test_standard_input(tree: Path) -> None:
    done = dockerlint("--max-file-size", "1KiB", "-", cwd=tree, stdin=FAULTY + MANY)
    assert done.returncode == 2
    assert b"standard input " + TOO_LARGE in done.stderr
    assert dockerlint("--max-file-size", "1KiB", "-", cwd=tree, stdin=FAULTY).returncode == 1


def test_standard_input_that_does_not_end(tree: Path) -> None:
    with Path("/dev/zero").open("rb") as zero:
        import subprocess
        import sys

        from support.command import ROOT

        done = subprocess.run(
            [sys.executable, "-m", "dockerlint_rules", "-"], stdin=zero, cwd=tree, env={"PYTHONPATH": str(ROOT)},
            capture_output=True, timeout=60, check=False,
        )  # fmt: skip
    assert done.returncode == 2
    assert b"larger than 5 MiB" in done.stderr


def test_baseline(tree: Path) -> None:
    (tree / "known.json").write_text(json.dumps({"version": 1, "findings": {}}) + " " * 2000)
    done = dockerlint("--max-file-size", "1k", "--baseline", "known.json", "small", cwd=tree)
    assert done.returncode == 2
    assert TOO_LARGE in done.stderr
    assert dockerlint("--baseline", "known.json", "small", cwd=tree).returncode == 1


@pytest.mark.parametrize("text", ['{"version": 1, "findings": {"a": [{"code": "a", "line": "b", "count": 1e999}]}}',
                                  '{"version": ' + "9" * 5000 + "}", "[" * 100_000, '"\\ud800"', "\xff", "",
                                  '{"version": "' + "x" * 5000 + '"}'],
                         ids=["infinite", "digits", "deep", "surrogate", "no UTF-8", "empty", "long version"])  # fmt: skip
def test_hostile_baseline(tree: Path, text: str) -> None:
    (tree / "known.json").write_bytes(text.encode("latin-1", "backslashreplace"))
    done = dockerlint("--baseline", "known.json", "small", cwd=tree)
    assert done.returncode == 2
    assert done.stderr.count(b"\n") == 1
    assert len(done.stderr) < 300
    assert b"known.json" in done.stderr


@pytest.mark.parametrize("name", [".dockerlint", "setup.cfg", "pyproject.toml", ".hadolint.yaml"])
def test_configuration_has_a_bound_of_its_own(tree: Path, name: str) -> None:
    with (tree / name).open("wb") as file:
        file.write(b"# dockerlint\n")
        file.truncate(10 << 30)
    done = dockerlint("--max-file-size", "100GiB", "small", cwd=tree)
    assert done.returncode == 2
    assert f"dockerlint: {name}: is larger than ".encode() in done.stderr


@pytest.mark.parametrize(
    ("written", "is_right"),
    [("1", True), ("1000", True), ("5MiB", True), ("5 MiB", True), ("5m", True), ("5MB", True), ("2GiB", True),
     ("0", False), ("-1", False), ("x", False), ("1.5M", False), ("5TiB", False), ("", False), ("9" * 5000, False)],
)  # fmt: skip
def test_how_a_size_is_written(tree: Path, written: str, is_right: bool) -> None:
    done = dockerlint(f"--max-file-size={written}", "small", cwd=tree)
    assert (b"takes a size such as 5MiB" in done.stderr) is not is_right
    assert done.returncode == (2 if not is_right or written == "1" else 1)


def test_a_configuration_cannot_raise_it(tree: Path) -> None:
    (tree / ".dockerlint").write_text("[dockerlint]\nmax-file-size = 1\n")
    done = dockerlint("small", cwd=tree)
    assert done.returncode == 1
    assert b".dockerlint:2: option 'max-file-size' is ignored" in done.stderr
