"""``dockerlint layers`` as a user runs it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from support.command import dockerlint

TEXT = "FROM a\nCOPY package.json ./\nRUN npm ci\nCOPY src ./src\n"


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    (tmp_path / "web" / "src").mkdir(parents=True)
    (tmp_path / "web" / "Dockerfile").write_text(TEXT)
    (tmp_path / "web" / "package.json").write_text("{}")
    (tmp_path / "web" / "src" / "a.js").write_text("")
    (tmp_path / "other").write_text("")
    return tmp_path


def rebuilt(tree: Path, *words: str, cwd: Path | None = None) -> list[int]:
    done = dockerlint("layers", *words, "--format", "json", cwd=cwd or tree)
    assert done.returncode == 0, done.stderr
    (stage,) = json.loads(done.stdout)["stages"]
    return [one["line"] for one in stage["instructions"] if one["rebuilt"]]


def test_changed_paths_are_of_here_or_of_the_context(tree: Path) -> None:
    assert rebuilt(tree, "web/Dockerfile", "--changed", "web/src/a.js") == [4]
    assert rebuilt(tree, "web/Dockerfile", "--changed", "src/a.js") == [4]
    assert rebuilt(tree, "web", "--changed", str(tree / "web" / "package.json")) == [2, 3, 4]
    assert rebuilt(tree, "Dockerfile", "--changed", "src/new.js", cwd=tree / "web") == [4]
    assert rebuilt(tree, "web/Dockerfile", "--changed", "web/README.md", "web/src/gone") == [4]


def test_the_context_and_its_ignore_file_count(tree: Path) -> None:
    (tree / "web" / ".dockerignore").write_text("src\n")
    assert rebuilt(tree, "web/Dockerfile", "--changed", "web/src/a.js") == []
    assert rebuilt(tree, "web/Dockerfile", "--context", ".", "--changed", "src/a.js") == [4]


def test_a_path_outside_of_the_context_is_said(tree: Path) -> None:
    done = dockerlint("layers", "web/Dockerfile", "--changed", "other", cwd=tree)
    assert done.returncode == 2
    assert b"other: is outside the build context web" in done.stderr


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("gone",), b"gone: no such file"),
        (("web/Dockerfile", "--target", "x"), b"web/Dockerfile: no stage 'x'; choose from 0"),
        (("web/Dockerfile", "--history", "other"), b"other: does not contain JSON"),
        (("web/Dockerfile", "--history", "gone"), b"gone: no such file"),
        (("web/Dockerfile", "--format", "png"), b"invalid choice: 'png'"),
        (("web/Dockerfile", "-o", "gone/x.svg"), b"gone/x.svg: cannot be written"),
        ((), b"the following arguments are required: FILE"),
    ],
)
def test_usage(tree: Path, words: tuple[str, ...], message: bytes) -> None:
    done = dockerlint("layers", *words, cwd=tree)
    assert done.returncode == 2
    assert message in done.stderr
    assert b"Traceback" not in done.stderr


def test_a_refused_file_is_drawn_as_far_as_it_is_read(tree: Path) -> None:
    (tree / "Dockerfile").write_text("FROM a\nCOPPY x y\nRUN z\n")
    done = dockerlint("layers", "Dockerfile", cwd=tree)
    assert done.returncode == 0
    assert b"dockerlint: Dockerfile:2: " in done.stderr
    assert b"RUN z" in done.stdout


def test_standard_input_and_output_file(tree: Path) -> None:
    for kind in ("default", "json", "mermaid", "svg", "html"):
        done = dockerlint("layers", "-", "-f", kind, "-o", "out", cwd=tree, stdin=TEXT.encode())
        assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
        assert ("npm ci" in (tree / "out").read_text(encoding="utf-8")) is (kind != "json")


def test_bytes_that_are_no_text(tree: Path) -> None:
    for kind in ("default", "json", "mermaid", "svg", "html"):
        done = dockerlint("layers", "-", "-f", kind, cwd=tree, stdin=b"FROM a\nRUN \xff\xfe\0x\n")
        assert done.returncode == 0, done.stderr
        done.stdout.decode()


def test_help_reads_well(tree: Path) -> None:
    done = dockerlint("layers", "--help", cwd=tree)
    assert done.returncode == 0
    for word in (b"--changed", b"--history", b"--target", b"--context", b"mermaid"):
        assert word in done.stdout
