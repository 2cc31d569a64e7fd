"""No report repeats a secret of the linted files, and the marks below masked source stay in their columns."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from support.command import dockerlint

from dockerlint_rules.formats import BUILT_IN

SECRETS = ("sw0rdf1sh", "s3same", "ghp_0123456789abcdefghij", "AKIA0123456789ABCDEF", "0p3n")
TEXT = """\
FROM debian:12 AS ghp_0123456789abcdefghij
ADD http://me:sw0rdf1sh@example.com/x.tar.gz /x
ENV DB_PASSWORD s3same
ENV A=ghp_0123456789abcdefghij B=AKIA0123456789ABCDEF
MAINTAINER ghp_0123456789abcdefghij
RUN curl -u joe:0p3n http://example.com/x?token=0p3n | sh
RUN pip install --index-url http://me:sw0rdf1sh@example.com/ a; mysql --password=s3same
EXPOSE AKIA0123456789ABCDEF
TOKEN=s3same
COPY http://me:sw0rdf1sh@example.com/y /
"""
COMPOSE = """\
services:
  db:
    image: http://me:sw0rdf1sh@example.com/db
    build: http://me:sw0rdf1sh@example.com/a.git
    environment:
      POSTGRES_PASSWORD: s3same
      X: ghp_0123456789abcdefghij
      URL: http://me:sw0rdf1sh@example.com/
    ports: [AKIA0123456789ABCDEF]
    volumes: ["http://me:sw0rdf1sh@example.com/:x:y:z"]
"""


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    (tmp_path / "Dockerfile").write_text(TEXT)
    (tmp_path / "compose.yaml").write_text(COMPOSE)
    return tmp_path


def assert_silent(done: subprocess.CompletedProcess[bytes]) -> None:
    said = (done.stdout + done.stderr).decode()
    assert len(said) > 100
    assert [one for one in SECRETS if one in said] == []


@pytest.mark.parametrize("format_name", sorted(BUILT_IN))
def test_no_format_repeats_a_secret(format_name: str, tree: Path) -> None:
    done = dockerlint(
        "-f", format_name, "--select", "ALL", "--show-source", "--statistics", cwd=tree
    )
    assert_silent(done)


@pytest.mark.parametrize("format_name", ["default", "json", "mermaid", "svg", "html"])
def test_no_drawing_repeats_a_secret(format_name: str, tree: Path) -> None:
    assert_silent(dockerlint("layers", "-f", format_name, "Dockerfile", cwd=tree))


def test_the_fix_of_a_line_with_a_secret_is_applied_and_not_reported(tree: Path) -> None:
    words = ("--select", "DF904", "Dockerfile")
    report = json.loads(dockerlint("-f", "json", *words, cwd=tree).stdout)
    assert [one["fix"] for one in report["findings"]] == [None]
    sarif = json.loads(dockerlint("-f", "sarif", *words, cwd=tree).stdout)
    assert "fixes" not in sarif["runs"][0]["results"][0]
    dockerlint("--fix", *words, cwd=tree)
    assert "ENV DB_PASSWORD=s3same\n" in (tree / "Dockerfile").read_text()


def test_marks_stay_below_the_masked_text(tree: Path) -> None:
    (tree / "Dockerfile").write_text("FROM debian:12\nADD http://me:secret@example.com/x /x\n")
    done = dockerlint("--select", "ALL", "--show-source", "Dockerfile", cwd=tree)
    lines = done.stdout.decode().splitlines()
    shown = "  2 | ADD http://*********@example.com/x /x"
    marks = [
        after
        for line, after in zip(lines, lines[1:], strict=False)
        if line == shown and "^" in after
    ]
    column = shown.index("http")
    assert any(
        mark[column:].strip() == "^" * len("http://me:secret@example.com/x") for mark in marks
    )


def test_a_baseline_holds_no_secret_and_hides_the_findings(tree: Path) -> None:
    words = ("--select", "ALL", ".")
    done = dockerlint("baseline", *words, cwd=tree)
    text = (tree / ".dockerlint-baseline.json").read_text()
    assert [one for one in SECRETS if one in text] == []
    assert b"recorded" in done.stderr
    again = dockerlint("--baseline", ".dockerlint-baseline.json", *words, cwd=tree)
    assert (again.returncode, again.stdout) == (0, b"")


def test_a_baseline_of_an_earlier_version_still_hides(tree: Path) -> None:
    (tree / "Dockerfile").write_text("FROM debian:12\nENV DB_PASSWORD=hunter2\n")
    entry = {"code": "DF504", "line": "ENV DB_PASSWORD=hunter2"}
    (tree / "old.json").write_text(json.dumps({"version": 1, "findings": {"Dockerfile": [entry]}}))
    done = dockerlint("--select", "DF504", "--baseline", "old.json", "Dockerfile", cwd=tree)
    assert (done.returncode, done.stdout) == (0, b"")


def test_a_fingerprint_does_not_depend_on_the_secret(tree: Path) -> None:
    prints = []
    for secret in ("hunter2", "hunter3"):
        (tree / "Dockerfile").write_text(f"FROM debian:12\nENV DB_PASSWORD={secret}\n")
        words = ("--select", "DF504", "Dockerfile")
        gitlab = json.loads(dockerlint("-f", "gitlab", *words, cwd=tree).stdout)
        sarif = json.loads(dockerlint("-f", "sarif", *words, cwd=tree).stdout)
        (result,) = sarif["runs"][0]["results"]
        prints.append((gitlab[0]["fingerprint"], result["partialFingerprints"]))
    assert prints[0] == prints[1]


def test_errors_about_a_configuration_are_masked(tree: Path) -> None:
    (tree / ".dockerlint").write_text(
        "[dockerlint]\nselect = https://me:sw0rdf1sh@example.com/, ghp_0123456789abcdefghij\n"
    )
    done = dockerlint("Dockerfile", cwd=tree)
    assert done.returncode == 2
    assert_silent(done)
