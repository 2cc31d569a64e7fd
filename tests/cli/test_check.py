"""The command as a process: exit statuses, bad input, and everybody else's findings."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from support.command import dockerlint

FAULTY = "FROM debian:latest\n"
CLEAN = 'FROM debian:13\nUSER 1000\nCMD ["true"]\n'


def report(*words: str, cwd: Path, stdin: bytes = b"") -> dict:
    return json.loads(dockerlint("--format", "json", *words, cwd=cwd, stdin=stdin).stdout)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    (tmp_path / "Dockerfile").write_text(FAULTY)
    (tmp_path / "clean").mkdir()
    (tmp_path / "clean" / "Dockerfile").write_text(CLEAN)
    return tmp_path


def test_findings_are_one_line_each_and_exit_1(tree: Path) -> None:
    done = dockerlint("--select", "DF102", cwd=tree)
    assert done.returncode == 1
    [line] = done.stdout.decode().splitlines()
    assert line.startswith("Dockerfile:1:6: DF102 warning: ")
    assert line.endswith(" (latest-base-image)")
    assert done.stderr.startswith(b"Found 1 problem in 1 of 2 files: ")


def test_nothing_found_is_silent_and_exit_0(tree: Path) -> None:
    done = dockerlint("clean", cwd=tree)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


@pytest.mark.parametrize(
    ("words", "status"),
    [
        pytest.param(["--failure-threshold", "error"], 0, id="below-the-threshold"),
        pytest.param(["--failure-threshold", "style"], 1, id="lower-threshold"),
        pytest.param(["--exit-zero"], 0, id="exit-zero"),
        pytest.param(["--ignore", "DL3007"], 0, id="ignored-by-alias"),
        pytest.param(
            ["--severity", "DF102=error", "--failure-threshold", "error"], 1, id="other-severity"
        ),
        pytest.param(["--select", "DF801"], 0, id="another-rule-selected"),
    ],
)
def test_exit_status(tree: Path, words: list[str], status: int) -> None:
    done = dockerlint("Dockerfile", "--ignore", "DF602,DF502", *words, cwd=tree)
    assert done.returncode == status, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("words", "message"),
    [
        pytest.param(["--select", "DF2O1"], b"DF2", id="unknown-code"),
        pytest.param(["--select", "stale-package-indx"], b"stale-package-index", id="unknown-name"),
        pytest.param(["--format", "jsn"], b"json", id="unknown-format"),
        pytest.param(["--nope"], b"--nope", id="unknown-option"),
        pytest.param(["--failure-threshold", "fatal"], b"fatal", id="unknown-level"),
        pytest.param(["--today", "tomorrow"], b"tomorrow", id="bad-date"),
        pytest.param(["--config", "missing.cfg"], b"missing.cfg", id="no-such-config"),
    ],
)
def test_usage_errors_are_one_line_and_exit_2(tree: Path, words: list[str], message: bytes) -> None:
    done = dockerlint(*words, cwd=tree)
    assert done.returncode == 2
    assert message in done.stderr
    assert b"Traceback" not in done.stderr
    assert done.stdout == b""


def test_a_broken_config_names_file_line_and_remedy(tree: Path) -> None:
    (tree / "setup.cfg").write_text("[metadata]\nname = x\n\n[dockerlint]\nselekt = DF1\n")
    done = dockerlint(".", cwd=tree)
    assert done.returncode == 2
    assert b"setup.cfg:5" in done.stderr
    assert b"select" in done.stderr


def test_the_nearest_configuration_counts(tree: Path) -> None:
    (tree / ".dockerlint").write_text("[dockerlint]\nselect = DF102\n")
    (tree / "clean" / ".dockerlint").write_text("[dockerlint]\nselect = DF801\n")
    (tree / "clean" / "Dockerfile").write_text(FAULTY)
    found = report(".", cwd=tree)["findings"]
    assert [(one["path"], one["code"]) for one in found] == [("Dockerfile", "DF102")]


@pytest.mark.parametrize(
    ("make", "message"),
    [
        pytest.param(lambda path: None, b"no such file", id="missing"),
        pytest.param(lambda path: os.mkfifo(path), b"named pipe", id="fifo"),
        pytest.param(lambda path: path.symlink_to(path), b"symbolic links", id="symlink-loop"),
        pytest.param(lambda path: path.symlink_to("/dev/null"), b"device", id="device"),
    ],
)
def test_what_cannot_be_read_hides_nothing_else(tree: Path, make, message: bytes) -> None:
    make(tree / "odd")
    done = dockerlint("odd", "Dockerfile", cwd=tree)
    assert done.returncode == 2
    assert b"dockerlint: odd: " in done.stderr
    assert message in done.stderr
    assert b"DF102" in done.stdout


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"", id="empty"),
        pytest.param(bytes(range(256)) * 40, id="binary"),
        pytest.param(b"x" * 5_000_000, id="one-line-of-5-MB"),
        pytest.param(b"\x00" * 5000, id="nuls"),
        pytest.param("services:\n  web:\n".encode("utf-16"), id="utf-16"),
    ],
)
def test_what_is_no_dockerfile_is_one_error(tree: Path, data: bytes) -> None:
    (tree / "Dockerfile").write_bytes(data)
    done = dockerlint("--format", "json", "Dockerfile", cwd=tree)
    assert done.returncode == 1
    data = json.loads(done.stdout)
    assert [one["severity"] for one in data["findings"]] == ["error"]
    assert data["findings"][0]["code"].startswith("DF0")
    assert data["errors"] == []


def test_standard_input_has_a_name(tree: Path) -> None:
    words = ["-", "--stdin-filename", "web/Dockerfile", "--select", "DF102"]
    done = dockerlint(*words, cwd=tree, stdin=FAULTY.encode())
    assert done.stdout.startswith(b"web/Dockerfile:1:6: DF102")


def test_nothing_to_lint_is_one_line_and_exit_0(tmp_path: Path) -> None:
    done = dockerlint(cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, b"dockerlint: no Dockerfile found\n")


def test_json_has_the_promised_shape(tree: Path) -> None:
    data = report("Dockerfile", "--select", "DF102", cwd=tree)
    assert set(data) == {"version", "findings", "errors", "summary"}
    [finding] = data["findings"]
    assert finding["instruction"] == {"keyword": "FROM", "line": 1, "end_line": 1}
    assert (finding["line"], finding["column"], finding["end_line"], finding["end_column"]) == (
        1,
        6,
        1,
        19,
    )
    assert finding["aliases"] == ["DL3007"]
    assert {"path", "name", "message", "stage", "url", "fix"} <= set(finding)
    assert data["summary"]["by_severity"]["warning"] == 1


def test_pragmas_silence(tree: Path) -> None:
    (tree / "Dockerfile").write_text("# dockerlint: ignore=DF102 nightly\nFROM debian:latest\n")
    assert report("Dockerfile", "--select", "DF102", cwd=tree)["findings"] == []


def test_fix_writes_and_diff_does_not(tree: Path) -> None:
    file = tree / "Dockerfile"
    file.write_bytes(b'FROM debian:13\r\nMAINTAINER me\r\nUSER 1000\r\nCMD ["true"]\r\n')
    before = file.read_bytes()
    diff = dockerlint("--diff", "Dockerfile", cwd=tree)
    assert diff.returncode == 1
    assert b"-MAINTAINER me" in diff.stdout
    assert file.read_bytes() == before
    fixed = dockerlint("--fix", "Dockerfile", cwd=tree)
    assert fixed.returncode == 0, fixed.stdout + fixed.stderr
    assert b"LABEL org.opencontainers.image.authors=" in file.read_bytes()
    assert file.read_bytes().count(b"\r\n") == 4
    assert dockerlint("--diff", "Dockerfile", cwd=tree).returncode == 0


def test_explain_knows_names_and_aliases(tree: Path) -> None:
    for word in ("DF201", "stale-package-index", "df201"):
        done = dockerlint("explain", word, cwd=tree)
        assert done.returncode == 0
        assert b"DF201" in done.stdout
        assert b"```dockerfile" in done.stdout
    wrong = dockerlint("explain", "stale-package-indx", cwd=tree)
    assert wrong.returncode == 2
    assert b"stale-package-index" in wrong.stderr


def test_rules_as_json(tree: Path) -> None:
    data = json.loads(dockerlint("rules", "--format", "json", cwd=tree).stdout)
    assert {"DF001", "DF201", "DF401"} <= {rule["code"] for rule in data}


def test_parse_prints_what_the_parser_sees(tree: Path) -> None:
    (tree / "Dockerfile").write_text("FROM a AS b\nRUN <<E\nx\nE\n")
    [document] = json.loads(dockerlint("parse", "Dockerfile", cwd=tree).stdout)
    assert document["accept"] is True
    assert document["stages"] == [{"name": "b", "base": "a", "line": 1}]
    assert document["instructions"][1]["heredocs"][0]["content"] == "x\n"


def test_version_and_help(tree: Path) -> None:
    assert dockerlint("--version", cwd=tree).stdout.startswith(b"dockerlint 0.1.0")
    text = dockerlint("--help", cwd=tree).stdout.decode()
    for word in ("--select", "--fix", "explain", "exit status"):
        assert word in text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("# dockerlint: ignore=DF1O2\nFROM debian:13\n", [("DF090", 22)], id="unknown"),
        pytest.param("# dockerlint: ignore=DF102\nFROM debian:13\n", [("DF091", 22)], id="unused"),
        pytest.param("# dockerlint: ignore=DF211\nFROM debian:13\n", [], id="rule-is-off"),
        pytest.param("# hadolint ignore=DL3007\nFROM debian:13\n", [], id="another-tool"),
        pytest.param("# dockerlint: ignore=DF102\nFROM debian:latest\n", [], id="used"),
    ],
)
def test_ignore_comments_are_looked_at(
    tree: Path, text: str, expected: list[tuple[str, int]]
) -> None:
    (tree / "Dockerfile").write_text(text)
    found = report("Dockerfile", "--ignore", "DF502,DF602", cwd=tree)["findings"]
    assert [(one["code"], one["column"]) for one in found] == expected


def test_a_plugin_that_must_be_there_and_is_not_is_an_error(tree: Path) -> None:
    done = dockerlint("--require-plugins", "dockerlint-acme", cwd=tree)
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"required plugin dockerlint-acme is not installed" in done.stderr
