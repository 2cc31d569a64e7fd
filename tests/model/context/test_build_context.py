"""The build context: its files and its ignore file, and nothing outside."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from support.hostile_files import HOSTILE, ended_when_it_hangs

from dockerlint_rules import lint
from dockerlint_rules.model.context.build_context import BuildContext, context_of


def test_paths_stay_inside(tmp_path: Path) -> None:
    (tmp_path / "outside").write_text("")
    inner = tmp_path / "context"
    inner.mkdir()
    (inner / "file").write_text("")
    (inner / "link-out").symlink_to("../outside")
    context = BuildContext(str(inner))
    assert context.exists("file") is True
    assert context.exists("/file") is True
    assert context.exists("nothing") is False
    assert context.exists("../outside") is False
    assert context.exists("link-out") is False


def test_no_context_for_standard_input() -> None:
    assert context_of("no/such/Dockerfile", None).exists("file") is None


def test_children_without_ignored_files(tmp_path: Path) -> None:
    inner = tmp_path / "context"
    (inner / "src" / "deep").mkdir(parents=True)
    (inner / "src" / "b.py").write_text("")
    (inner / "src" / "a.log").write_text("")
    (inner / "node_modules").mkdir()
    (inner / ".dockerignore").write_text("node_modules\n**/*.log\n")
    context = BuildContext(str(inner))
    assert context.children("") == [(".dockerignore", False), ("src", True)]
    assert context.children("src") == [("b.py", False), ("deep", True)]
    assert context.children("/src/./deep/..") == context.children("src/")
    assert context.children("src/b.py") == context.children("gone") == []


def test_children_stay_inside(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("")
    inner = tmp_path / "context"
    inner.mkdir()
    (inner / "a").write_text("")
    (inner / "near").symlink_to("a")
    (inner / "gone").symlink_to("nothing")
    (inner / "out").symlink_to("..")
    context = BuildContext(str(inner))
    assert context.children("") == [("a", False), ("near", False)]
    assert (
        context.children("..") == context.children("out") == context.children("../context/..") == []
    )
    assert (
        context.children("\0") == context.children("\ud800") == context.children("a" * 9999) == []
    )
    assert BuildContext(None).children("") == []


def test_directory_with_an_exception_below_is_a_child(tmp_path: Path) -> None:
    (tmp_path / "dist").mkdir()
    (tmp_path / "dist" / "app").write_text("")
    (tmp_path / "dist" / "map").write_text("")
    (tmp_path / ".dockerignore").write_text("dist\n!dist/app\n")
    context = BuildContext(str(tmp_path))
    assert ("dist", True) in context.children("")
    assert context.children("dist") == [("app", False)]


def test_ignore_file_of_the_dockerfile_takes_precedence(tmp_path: Path) -> None:
    file = tmp_path / "Dockerfile"
    file.write_text("FROM x\n")
    (tmp_path / ".dockerignore").write_text("a\n")
    ignore = BuildContext(str(tmp_path), str(file)).ignore
    assert ignore is not None
    assert ignore.ignores("a")
    (tmp_path / "Dockerfile.dockerignore").write_text("")
    ignore = BuildContext(str(tmp_path), str(file)).ignore
    assert ignore is not None
    assert not ignore.ignores("a")


def test_links_out_of_the_context_are_not_followed(tmp_path: Path) -> None:
    (tmp_path / "outside").write_text("a\n")
    (tmp_path / "context").mkdir()
    (tmp_path / "context" / ".dockerignore").symlink_to("../outside")
    assert BuildContext(str(tmp_path / "context")).ignore is None


# -- what a stranger may put there -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    ["no\0ne", "\ud800", "a/../..", "../outside", "/../outside", "x" * 5000, "loop", "loop/a"],
)
def test_paths_that_a_linted_file_may_name(tmp_path: Path, path: str) -> None:
    (tmp_path / "outside").write_text("secret")
    inner = tmp_path / "inner"
    inner.mkdir()
    (inner / "loop").symlink_to("loop")
    context = BuildContext(str(inner))
    assert not context.exists(path)
    assert context.text(path) is None
    assert context.is_unknown(path) is False
    assert context.children(path) in ([], [("loop", False)])


@pytest.mark.parametrize("directory", ["no\0ne", "\ud800", "missing", "x" * 5000])
def test_contexts_that_are_no_directory(directory: str) -> None:
    context = BuildContext(directory)
    assert not context.exists("a")
    assert context.text("a") is None
    assert context.children("") == []
    assert context.named({"a"}) == []
    assert context.ignore is None


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    inner, outside = tmp_path / "inner", tmp_path / "outside"
    inner.mkdir()
    outside.mkdir()
    monkeypatch.chdir(inner)
    for name in ("file", ".dockerignore"):
        HOSTILE[kind](inner / name, outside) if name == "file" else os.symlink("file", inner / name)
    context = BuildContext(".", "Dockerfile")
    is_file = kind in ("nothing-but-nuls", "no-utf-8", "empty")
    with ended_when_it_hangs():
        assert (context.text("file") is not None) is is_file
        assert context.is_unknown("file") is (bool(context.exists("file")) and not is_file)
        assert (context.ignore is not None) is is_file
        assert context.has_unknown_ignore is not is_file
        assert context.named({"file"}) == ["file"]
        context.children("")
        context.children("file")


def test_a_file_is_read_whole_or_not_at_all(tmp_path: Path) -> None:
    (tmp_path / "large").write_text("x" * ((1 << 20) + 1))
    (tmp_path / ".dockerignore").write_text("# x\n" * 300_000)
    context = BuildContext(str(tmp_path))
    assert context.text("large") is None
    assert context.is_unknown("large")
    assert context.ignore is None
    assert context.has_unknown_ignore


def codes(folder: Path) -> list[str]:
    return [one.code for one in lint(str(folder / "Dockerfile"))]


def test_nothing_follows_from_an_ignore_file_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text("FROM debian:13\nCOPY . /app\n")
    (tmp_path / ".git").mkdir()
    assert "DF342" in codes(tmp_path)
    os.mkfifo(tmp_path / ".dockerignore")
    assert "DF342" not in codes(tmp_path)


@pytest.mark.parametrize("kind", ["fifo", "directory", "huge"])
@pytest.mark.parametrize(
    ("manifest", "base", "install"),
    [("package.json", "node:24", "npm ci"), ("requirements.txt", "python:3.13", "pip install -r requirements.txt"),
     ("Gemfile", "ruby:3.4", "bundle install")],
)  # fmt: skip
def test_nothing_follows_from_a_manifest_that_cannot_be_read(
    tmp_path: Path, kind: str, manifest: str, base: str, install: str
) -> None:
    text = f"FROM {base}\nWORKDIR /app\nCOPY . .\nRUN {install}\n"
    (tmp_path / "Dockerfile").write_text(text)
    (tmp_path / manifest).write_text("{}" if manifest.endswith("json") else "\n")
    assert "DF301" in codes(tmp_path)
    (tmp_path / manifest).unlink()
    HOSTILE[kind](tmp_path / manifest, tmp_path)
    with ended_when_it_hangs():
        assert "DF301" not in codes(tmp_path)
