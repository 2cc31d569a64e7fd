"""--fix and --diff as a user sees them."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from support.command import dockerlint

TEXT = "FROM debian:12\nMAINTAINER me\nRUN apt install -y a\nRUN curl http://example.com/x | sh\n"
SELECT = ("--select", "DF801,DF212,DF241")
FIXED = 'FROM debian:12\nLABEL org.opencontainers.image.authors="me"\nRUN apt-get install -y a\nRUN curl http://example.com/x | sh\n'


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    (tmp_path / "Dockerfile").write_text(TEXT)
    return tmp_path


def test_the_summary_says_what_was_fixed_and_what_is_left(tree: Path) -> None:
    done = dockerlint(*SELECT, "--fix", cwd=tree)
    assert (tree / "Dockerfile").read_text() == FIXED
    assert [line.split(": ")[1].split()[0] for line in done.stdout.decode().splitlines()] == [
        "DF241"
    ]
    first = done.stderr.decode().splitlines()[0]
    assert first == "Fixed 2 of 3 problems in 1 file (1 more with --unsafe-fixes). 1 remaining:"


def test_exit_status_is_that_of_what_is_left(tree: Path) -> None:
    assert dockerlint("--select", "DF801", "--fix", cwd=tree).returncode == 0
    assert dockerlint("--select", "DF241", "--fix", cwd=tree).returncode == 1


def test_patch_takes_the_diff(tree: Path) -> None:
    (tree / "no-end.Dockerfile").write_bytes(TEXT.rstrip("\n").replace("\n", "\r\n").encode())
    done = dockerlint(*SELECT, "--diff", ".", cwd=tree)
    assert done.returncode == 1
    assert (tree / "Dockerfile").read_text() == TEXT
    subprocess.run(
        ["patch", "--binary", "-p1"], cwd=tree, input=done.stdout, check=True, capture_output=True
    )
    assert (tree / "Dockerfile").read_text() == FIXED
    expected = FIXED.rstrip("\n").replace("\n", "\r\n").encode()
    assert (tree / "no-end.Dockerfile").read_bytes() == expected


def test_the_diff_goes_into_the_output_file(tree: Path) -> None:
    done = dockerlint(*SELECT, "--diff", "--output-file", "x.diff", cwd=tree)
    assert done.stdout == b""
    assert (tree / "x.diff").read_text().startswith("--- a/Dockerfile\n+++ b/Dockerfile\n")


def test_nothing_to_fix_is_status_0_in_a_diff(tree: Path) -> None:
    done = dockerlint("--select", "DF241", "--diff", cwd=tree)
    assert (done.returncode, done.stdout) == (0, b"")


def test_standard_input_goes_to_standard_output(tree: Path) -> None:
    done = dockerlint(*SELECT, "--fix", "-", cwd=tree, stdin=TEXT.encode())
    assert done.stdout.decode() == FIXED
    # Nothing to fix: the text comes out as it is.
    again = dockerlint(*SELECT, "--fix", "-", cwd=tree, stdin=FIXED.encode())
    assert again.stdout.decode() == FIXED


def test_standard_input_stands_alone(tree: Path) -> None:
    done = dockerlint("--fix", "-", "Dockerfile", cwd=tree, stdin=TEXT.encode())
    assert done.returncode == 2
    assert (tree / "Dockerfile").read_text() == TEXT


@pytest.mark.parametrize("pragma", ["dockerlint: ignore=DF801 mine", "hadolint ignore=DL4000"])
def test_what_is_ignored_is_not_fixed(tree: Path, pragma: str) -> None:
    text = TEXT.replace("MAINTAINER", f"# {pragma}\nMAINTAINER")
    (tree / "Dockerfile").write_text(text)
    dockerlint("--select", "DF801", "--fix", cwd=tree)
    assert (tree / "Dockerfile").read_text() == text


def test_what_is_in_the_baseline_is_not_fixed(tree: Path) -> None:
    dockerlint("baseline", "--select", "DF801", cwd=tree)
    dockerlint(*SELECT, "--fix", "--baseline", ".dockerlint-baseline.json", cwd=tree)
    assert (tree / "Dockerfile").read_text() == TEXT.replace("apt install", "apt-get install")


def test_many_files_in_several_processes(tmp_path: Path) -> None:
    for number in range(40):
        (tmp_path / f"{number}.Dockerfile").write_text(TEXT)
    done = dockerlint(*SELECT, "--fix", "-j", "2", cwd=tmp_path)
    assert {path.read_text() for path in tmp_path.iterdir()} == {FIXED}
    assert done.stderr.decode().startswith("Fixed 80 of 120 problems in 40 files")


PLUGIN = """
from dockerlint_rules import Edit, Finding, Fix, Severity, rule

@rule("LOC001", "over", severity=Severity.WARNING, fix="safe")
def over(from_):
    "Overlaps."
    edits = [Edit(0, 6, "x"), Edit(3, 8, "y")]
    yield Finding.at(from_, "over", fix=Fix("m", edits, safe=True))
"""


def test_a_fix_of_a_plugin_that_overlaps_itself_is_named(tree: Path) -> None:
    (tree / "mine.py").write_text(PLUGIN)
    (tree / "setup.cfg").write_text(
        "[dockerlint:local-plugins]\nextension =\n    LOC = mine\npaths = .\n"
    )
    done = dockerlint("--local-plugins", "--select", "LOC,DF801", "--fix", "Dockerfile", cwd=tree)
    assert done.returncode == 2
    assert b"its edits overlap each other" in done.stderr
    assert b"LOC001" in done.stderr
    # The others are fixed all the same.
    assert b"LABEL" in (tree / "Dockerfile").read_bytes()
