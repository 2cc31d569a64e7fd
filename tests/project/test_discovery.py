"""Discovery: what a search finds, what is excluded, what is never opened."""

from __future__ import annotations

import os
import socket
import sys
from pathlib import Path

import pytest

from dockerlint_rules.files.globs import glob_matches
from dockerlint_rules.files.reading import read_bytes
from dockerlint_rules.project.discovery import (
    UnreadablePath,
    find_files,
    is_searched,
    kind_in_editor,
)
from dockerlint_rules.syntax.kinds import DOCKERFILE


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        *((name, True) for name in (
            "Dockerfile", "Dockerfile.dev", "dev.Dockerfile", "Containerfile", "Containerfile.dev", "foo.Containerfile",
            "app.dockerfile", "dockerfile", "DOCKERFILE", "Dockerfile-alpine", "Dockerfile_x",
        )),
        *((name, False) for name in (
            "Dockerfile.dockerignore", "Dockerfile.j2", "Dockerfile.py", ".dockerignore", "compose.yaml",
            "docker-bake.hcl", "Dockerfiles", "MyDockerfile", "Dockerfile.dev.swp", "README.md",
        )),
    ],
)  # fmt: skip
def test_names(name: str, wanted: bool) -> None:
    assert is_searched(name, DOCKERFILE) is wanted
    assert is_searched(f"some/where/{name}", DOCKERFILE) is wanted


@pytest.mark.parametrize(
    ("path", "language", "kind"),
    [
        ("Dockerfile", "dockerfile", "dockerfile"), ("build.txt", "dockerfile", "dockerfile"), ("x.yml", "dockerfile", None),
        ("Dockerfile", "plaintext", "dockerfile"), ("build.txt", "plaintext", None), ("compose.yaml", "yaml", "compose"),
        ("values.yaml", "yaml", None), ("stack.yml", "dockercompose", "compose"), ("Dockerfile", "dockercompose", None),
        ("Dockerrun.aws.json", "json", "dockerrun"), ("package.json", "json", None),
    ],
)  # fmt: skip
def test_the_kind_of_a_file_in_an_editor(path: str, language: str, kind: str | None) -> None:
    found = kind_in_editor(path, language)
    assert (found.name if found is not None else None) == kind


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A tree with Dockerfiles here and there, as the current directory."""
    for name in (
        "Dockerfile", "b/Dockerfile.dev", "a/x.dockerfile", "a/readme.md", ".git/Dockerfile", "node_modules/p/Dockerfile",
        ".venv/Dockerfile", "vendor/deep/Dockerfile", "other.txt",
    ):  # fmt: skip
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("FROM scratch\n")
    (tmp_path / "loop").symlink_to(tmp_path, target_is_directory=True)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("paths", "exclude", "force", "expected"),
    [
        (
            ["."],
            [],
            False,
            ["Dockerfile", "a/x.dockerfile", "b/Dockerfile.dev", "vendor/deep/Dockerfile"],
        ),
        (["."], ["vendor"], False, ["Dockerfile", "a/x.dockerfile", "b/Dockerfile.dev"]),
        (["."], ["vendor/**", "*.dev"], False, ["Dockerfile", "a/x.dockerfile"]),
        (["."], ["./a/", "b/*"], False, ["Dockerfile", "vendor/deep/Dockerfile"]),
        (["./a", "b"], [], False, ["a/x.dockerfile", "b/Dockerfile.dev"]),
        (["b/", "."], ["vendor"], False, ["b/Dockerfile.dev", "Dockerfile", "a/x.dockerfile"]),
        (["other.txt"], [], False, ["other.txt"]),
        (["vendor/deep/Dockerfile"], ["vendor"], False, ["vendor/deep/Dockerfile"]),
        (["vendor/deep/Dockerfile", "Dockerfile"], ["vendor"], True, ["Dockerfile"]),
        (["Dockerfile", "./Dockerfile"], [], False, ["Dockerfile"]),
        ([".git"], [], False, [".git/Dockerfile"]),
        (["a/readme.md/x"], [], False, [("a/readme.md/x", "no such file")]),
        (["nowhere", "Dockerfile"], [], False, [("nowhere", "no such file"), "Dockerfile"]),
    ],
)
@pytest.mark.usefixtures("tree")
def test_find(paths: list[str], exclude: list[str], force: bool, expected: list[object]) -> None:
    found = find_files(paths, exclude, force_exclude=force)
    assert [
        (one.path, one.message) if isinstance(one, UnreadablePath) else one for one in found
    ] == expected


def test_absolute_path_is_excluded_below_the_current_directory(tree: Path) -> None:
    path = str(tree / "vendor/deep/Dockerfile")
    assert list(find_files([path], ["vendor/"], force_exclude=True)) == []


@pytest.mark.parametrize(
    ("pattern", "path", "hit"),
    [
        ("[ab].x", "q/a.x", True), ("[!a].x", "a.x", False), ("a.x", "aqx", False), ("a/**/b", "a/b", True),
        ("a/**/b", "a/c/d/b", True), ("*", "a/b", True), ("a/*", "a/b/c", False), ("(", "(", True), ("[", "[", True),
    ],
)  # fmt: skip
def test_globs(pattern: str, path: str, hit: bool) -> None:
    assert glob_matches(pattern, path) is hit


def test_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("file").write_bytes(b"FROM x\r\n\xff")
    os.mkfifo("pipe")
    Path("link").symlink_to("link")
    with socket.socket(socket.AF_UNIX) as one:
        one.bind("sock")
    assert read_bytes("file") == b"FROM x\r\n\xff"
    assert read_bytes("pipe") == "is a named pipe"
    assert read_bytes("sock") == "is a socket"
    assert read_bytes(os.devnull) == "is a device"
    assert read_bytes(".") == "is a directory"
    assert read_bytes("none") == "no such file"
    assert read_bytes("no\0ne") == "no such file"
    assert read_bytes("x" * 5000) == "cannot be read: the path is too long"
    assert read_bytes("link") == "cannot be read: too many symbolic links"


def test_permission(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "Dockerfile"
    path.write_bytes(b"")

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("builtins.open", refuse)
    assert read_bytes(str(path)) == "cannot be read: permission denied"


def test_patterns_of_a_configuration_are_read_from_its_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "app" / "old").mkdir(parents=True)
    (tmp_path / "app" / "old" / "Dockerfile").touch()
    monkeypatch.chdir(tmp_path / "app")
    assert list(find_files(["."], ["app/old"])) == ["old/Dockerfile"]
    assert list(find_files(["."], ["app/old"], root=str(tmp_path))) == []


def test_a_search_may_go_deeper_than_calls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    deepest = ""
    for _ in range(300):
        deepest = os.path.join(deepest, "a")
        os.mkdir(deepest)
    Path(deepest, "Dockerfile").touch()
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(250)
    try:
        found = list(find_files(["."]))
    finally:
        sys.setrecursionlimit(limit)
    assert found == [f"{deepest}/Dockerfile"]
