"""What keeps a run from being whole is a line on standard error and exit status 2; the other files' findings come out."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest
from support.command import ROOT, dockerlint

TEXT = "FROM debian:12\nMAINTAINER me\n"
# A rule that does what the variable ACT says at the files whose names begin with "bad".
PLUGIN = """
import itertools, os, signal, time
from dockerlint_rules import Finding, Severity, rule

ACTS = {
    "sleep": lambda: time.sleep(600),
    "spin": lambda: [None for _ in itertools.repeat(1)],
    "in-c": lambda: sum(itertools.repeat(1)),
    "exit": lambda: os._exit(0),
    "kill": lambda: os.kill(os.getpid(), signal.SIGKILL),
}

@rule("LOC001", "seen", severity=Severity.WARNING)
def seen(from_, filename):
    "Seen."
    if os.path.basename(filename).startswith("bad"):
        ACTS[os.environ["ACT"]]()
    yield Finding.at(from_, "seen")
"""
TOO_LONG = "was not linted within 2 s; allow more time with --time-limit"
ACTS = {
    "sleep": TOO_LONG,
    "spin": TOO_LONG,
    "in-c": TOO_LONG,
    "exit": "the process that linted this file exited with status 0",
    "kill": "the process that linted this file was ended by SIGKILL",
}


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    (tmp_path / "mine.py").write_text(PLUGIN)
    (tmp_path / "setup.cfg").write_text(
        "[dockerlint:local-plugins]\nextension =\n    LOC = mine\npaths = .\n"
    )
    return tmp_path


def with_plugin(tree: Path, act: str, *words: str, stdin: str = "") -> subprocess.CompletedProcess[str]:  # fmt: skip
    return subprocess.run(
        [
            sys.executable, "-m", "dockerlint_rules", "--local-plugins", "--select", "LOC001,DF801", "--no-shellcheck",
            "--time-limit", "2", *words,
        ],
        cwd=tree, env={**os.environ, "PYTHONPATH": str(ROOT), "NO_COLOR": "1", "ACT": act}, input=stdin,
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


@pytest.mark.parametrize(("act", "message"), ACTS.items(), ids=ACTS)
def test_one_bad_file_among_few(tree: Path, act: str, message: str) -> None:
    for name in ("a.Dockerfile", "bad.Dockerfile", "c.Dockerfile"):
        (tree / name).write_text(TEXT)
    done = with_plugin(tree, act, "--format", "json", ".")
    report = json.loads(done.stdout)
    assert done.returncode == 2
    assert [(one["path"], one["message"]) for one in report["errors"]] == [("bad.Dockerfile", message)]  # fmt: skip
    found = [(one["path"], one["code"]) for one in report["findings"]]
    assert found == [(name, code) for name in ("a.Dockerfile", "c.Dockerfile") for code in ("LOC001", "DF801")]  # fmt: skip
    assert done.stderr == f"dockerlint: bad.Dockerfile: {message}\n"
    assert report["summary"]["files"] == 2


@pytest.mark.parametrize("act", ["spin", "kill"])
def test_bad_files_among_many_while_fixing(tree: Path, act: str) -> None:
    names = [f"{'bad' if number in (0, 50) else 'good'}{number}.Dockerfile" for number in range(70)]
    for name in names:
        (tree / name).write_text(TEXT)
    done = with_plugin(tree, act, "--jobs", "2", "--fix", ".")
    assert done.returncode == 2
    assert done.stderr.startswith("Fixed 68 of 136 problems in 68 files. 68 remaining:\n")
    for name in names:
        assert ("MAINTAINER" in (tree / name).read_text()) == name.startswith("bad")
        assert (f"dockerlint: {name}: {ACTS[act]}\n" in done.stderr) == name.startswith("bad")
        assert done.stdout.count(f"{name}:1:1: LOC001") == (not name.startswith("bad"))


@pytest.mark.parametrize("act", ["spin", "exit"])
def test_standard_input_comes_out_as_it_went_in(tree: Path, act: str) -> None:
    """With --fix the output replaces the input, so a failure must not empty it."""
    done = with_plugin(tree, act, "--fix", "--stdin-filename", "bad.Dockerfile", "-", stdin=TEXT)
    assert done.returncode == 2
    assert done.stdout == TEXT
    assert f"dockerlint: bad.Dockerfile: {ACTS[act]}\n" in done.stderr
    good = with_plugin(tree, act, "--fix", "-", stdin=TEXT)
    assert good.stdout == 'FROM debian:12\nLABEL org.opencontainers.image.authors="me"\n'


def test_problems_of_plugins_are_said_by_every_process(tree: Path) -> None:
    (tree / "mine.py").write_text(
        "class Check:\n    name = 'x'\n    version = '1'\n"
        "    def __init__(self, from_): pass\n    def run(self): return ()\n"
        "    @classmethod\n    def parse_options(cls, options): raise ValueError('no')\n"
        "    @staticmethod\n    def add_options(parser): pass\n"
    )
    (tree / "setup.cfg").write_text(
        "[dockerlint:local-plugins]\nextension =\n    LOC = mine:Check\npaths = .\n"
    )
    for number in range(70):
        (tree / f"{number}.Dockerfile").write_text(TEXT)
    done = with_plugin(tree, "", "--select", "LOC", "--jobs", "2", ".")
    assert done.returncode == 2
    assert done.stderr.count("parse_options failed: ValueError: no\n") == 1


# -- memory --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("megabytes", [30, 60, 120])
def test_little_memory(tmp_path: Path, megabytes: int) -> None:
    """However it ends, what is missing is said, and there is no traceback."""
    (tmp_path / "big.Dockerfile").write_text("FROM debian:12\n" + "RUN echo a b c d e f\n" * 60_000)
    (tmp_path / "small.Dockerfile").write_text(TEXT)
    size = megabytes << 20
    done = subprocess.run(
        [
            sys.executable, "-m", "dockerlint_rules", "--isolated", "--select", "DF801", "--no-shellcheck", "--quiet",
            "--time-limit", "3", "big.Dockerfile", "small.Dockerfile",
        ],
        cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, timeout=60,
        check=False, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (size, size)),
    )  # fmt: skip
    assert "Traceback" not in done.stderr
    lines = done.stderr.splitlines()
    # The interpreter says by itself when not even its own hooks have memory.
    assert all(line.startswith(("dockerlint: ", "Exception ignored in")) for line in lines), lines
    if done.returncode == 2:
        assert any("big.Dockerfile: " in line or "not enough memory" in line for line in lines)
    else:
        assert (done.returncode, lines) == (1, [])
    assert "small.Dockerfile:2:1: DF801" in done.stdout or len(lines) == 2


# -- what nothing expected -----------------------------------------------------------------------------

RAISE = """
import sys
from dockerlint_rules.cli import main as command_line
def run(argv):
    raise {}
command_line.run = run
from dockerlint_rules.__main__ import main
sys.exit(main())
"""


def run_that_raises(error: str, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", RAISE.format(error), *words],
        env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("error", "line"),
    [
        ("ValueError('a\\nb')", "dockerlint: internal error: ValueError: a b (<string>:5)"),
        ("KeyError()", "dockerlint: internal error: KeyError (<string>:5)"),
        ("RecursionError('too deep')", "dockerlint: internal error: RecursionError: too deep (<string>:5)"),
        ("OSError(28, 'No space')", "dockerlint: internal error: OSError: [Errno 28] No space (<string>:5)"),
        ("MemoryError", "dockerlint: there is not enough memory, so the run is not complete"),
    ],
    ids=["value", "no-text", "recursion", "os", "memory"],
)  # fmt: skip
def test_an_unexpected_error_is_one_line_and_exit_2(error: str, line: str) -> None:
    hint = "" if error == "MemoryError" else "; run with --verbose for the traceback"
    done = run_that_raises(error, "Dockerfile")
    assert (done.returncode, done.stdout, done.stderr) == (2, "", f"{line}{hint}\n")


def test_commands_without_the_option_do_not_name_it() -> None:
    done = run_that_raises("ValueError('x')", "parse", "Dockerfile")
    assert (done.returncode, done.stderr) == (2, "dockerlint: internal error: ValueError: x (<string>:5)\n")  # fmt: skip


def test_verbose_shows_the_traceback() -> None:
    done = run_that_raises("ValueError('x')", "--verbose", "Dockerfile")
    assert done.returncode == 2
    assert "Traceback (most recent call last):" in done.stderr
    assert "ValueError: x" in done.stderr


def test_an_exit_of_the_argument_parser_is_its_own() -> None:
    done = dockerlint("--no-such-option", cwd=Path.cwd())
    assert done.returncode == 2
    assert run_that_raises("SystemExit(5)").returncode == 5
