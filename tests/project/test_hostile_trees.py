"""Trees that a stranger made to exhaust a search: deep, wide, with odd names, with links."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from counted import calls
from support.command import dockerlint
from support.hostile_files import ended_when_it_hangs

from dockerlint_rules.project import discovery
from dockerlint_rules.project.discovery import UnreadablePath, find_files

if TYPE_CHECKING:
    from collections.abc import Iterator


def make_deep(root: Path, levels: int, name: str = "d") -> None:
    """Folders in each other, with a Dockerfile in each; deeper than a path can say."""
    handle = os.open(root, os.O_RDONLY)
    for _ in range(levels):
        os.close(os.open("Dockerfile", os.O_CREAT | os.O_WRONLY, dir_fd=handle))
        os.mkdir(name, dir_fd=handle)
        below = os.open(name, os.O_RDONLY | os.O_DIRECTORY, dir_fd=handle)
        os.close(handle)
        handle = below
    os.close(handle)


def remove_deep(root: Path, name: str = "d") -> None:
    """What pytest could not remove either."""
    while (root / name).exists():
        top, part = root / "top", root / name
        part.rename(top)
        cut, at = top, 0
        while at < 500 and (cut / name).is_dir():
            cut, at = cut / name, at + 1
        if (cut / name).is_dir() or cut != top:
            cut.rename(root / name)
        shutil.rmtree(top)


@pytest.fixture(scope="module")
def deep_tree(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    root = tmp_path_factory.mktemp("deep")
    make_deep(
        root, 2500
    )  # of which a path can name 2,000; 5,000 take as long to search, but longer to make
    yield root
    remove_deep(root)


@pytest.fixture
def deep(deep_tree: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(deep_tree)
    return deep_tree


@pytest.mark.parametrize("exclude", [[], ["nothing", "*/nothing/*"]], ids=["all", "excluded"])
def test_deep(deep: Path, exclude: list[str]) -> None:
    with ended_when_it_hangs():
        found = list(find_files(["."], exclude))
    problems = [one for one in found if isinstance(one, UnreadablePath)]
    assert [one.message for one in problems] == ["cannot be read: the path is too long"]
    assert len(found) > 2000
    assert found[0] == "Dockerfile"


def test_deep_from_the_command_line(deep: Path) -> None:
    done = dockerlint("--isolated", "--no-shellcheck", "--jobs", "1", "--select", "DF801", cwd=deep)
    assert done.returncode == 2
    assert b"d/d: cannot be read: the path is too long" in done.stderr
    assert b"Traceback" not in done.stderr


@pytest.mark.parametrize("exclude", [[], ["nothing"]], ids=["all", "excluded"])
@pytest.mark.parametrize("shape", ["deep", "wide", "folders"])
def test_work_grows_with_the_tree(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, shape: str, exclude: list[str]
) -> None:
    def make(folder: str, size: int) -> None:
        (tmp_path / folder).mkdir()
        if shape == "deep":
            make_deep(tmp_path / folder, size)
        for number in range(size if shape != "deep" else 0):
            at = tmp_path / folder / (f"Dockerfile.{number}" if shape == "wide" else f"{number}")
            if shape == "wide":
                at.touch()
            else:
                at.mkdir()
                (at / "Dockerfile").touch()

    make("few", 100)
    make("many", 400)
    monkeypatch.chdir(tmp_path)
    list(find_files(["few"], exclude))  # what is compiled once
    few = calls(lambda: list(find_files(["few"], exclude)))
    many = calls(lambda: list(find_files(["many"], exclude)))
    assert many <= 4.5 * few
    assert len(list(find_files(["many"], exclude))) == 400


def test_a_parent_is_compared_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work counted in calls of the matcher: one for each entry, not one for each part of its path."""
    make_deep(tmp_path, 200)
    monkeypatch.chdir(tmp_path)
    from dockerlint_rules.files import globs

    real, seen = globs.glob_matches, []

    def note(pattern: str, path: str) -> bool:
        seen.append(path)
        return real(pattern, path)

    monkeypatch.setattr(globs, "glob_matches", note)
    assert len(list(find_files(["."], ["nothing"]))) == 200
    assert len(seen) <= 402


@pytest.mark.parametrize(
    ("named", "exclude", "found"),
    [
        (["."], ["sub"], ["Dockerfile"]),
        (["sub"], ["sub"], []),
        (["sub/"], ["sub"], []),
        (["./sub"], ["sub/"], []),
        (["sub/in"], ["sub"], []),
        (["sub/in"], ["in"], []),
        (["sub/in/Dockerfile"], ["sub"], ["sub/in/Dockerfile"]),
        (["."], ["sub/in"], ["Dockerfile", "sub/Dockerfile"]),
        (["."], ["?"], ["Dockerfile", "sub/Dockerfile", "sub/in/Dockerfile"]),
        (["."], ["*"], []),
        ([".."], ["sub"], ["../tree/Dockerfile"]),
    ],
    ids=str,
)
def test_excluded_parents(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    named: list[str],
    exclude: list[str],
    found: list[str],
) -> None:
    tree = tmp_path / "tree"
    (tree / "sub" / "in").mkdir(parents=True)
    for folder in (tree, tree / "sub", tree / "sub" / "in"):
        (folder / "Dockerfile").touch()
    monkeypatch.chdir(tree)
    assert list(find_files(named, exclude)) == found


def test_wide(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(20_000):
        os.close(os.open(f"{tmp_path}/{number}", os.O_CREAT))
    (tmp_path / "Dockerfile").touch()
    monkeypatch.chdir(tmp_path)
    with ended_when_it_hangs():
        assert list(find_files(["."])) == ["Dockerfile"]
    shutil.rmtree(tmp_path)


NAMES = [b"Dockerfile.\xff", b"Dockerfile.a\nb", b"Dockerfile.\x1b[31m", b"Dockerfile. ", b"Dockerfile.::error::",
         b"Dockerfile.\xed\xa0\x80", "Dockerfile.\u202e".encode(), b"Dockerfile.'\"", b"Dockerfile.--fix"]  # fmt: skip


@pytest.mark.parametrize("name", NAMES, ids=repr)
def test_names_of_any_bytes(tmp_path: Path, name: bytes) -> None:
    path = os.fsencode(tmp_path) + b"/" + name
    with open(path, "wb") as file:
        file.write(b"FROM debian:13\nMAINTAINER me\n")
    done = dockerlint("--no-shellcheck", "--format", "json", ".", cwd=tmp_path)
    assert done.returncode == 1
    assert b"MaintainerDeprecated" in done.stdout
    fixed = dockerlint("--no-shellcheck", "--fix", "--unsafe-fixes", ".", cwd=tmp_path)
    assert fixed.returncode == 0
    with open(path, "rb") as file:
        assert b"MAINTAINER" not in file.read()


def test_linked_directories_are_not_searched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tree, outside = tmp_path / "tree", tmp_path / "outside"
    (tree / "sub").mkdir(parents=True)
    outside.mkdir()
    for folder in (tree, outside):
        (folder / "Dockerfile").touch()
    (tree / "out").symlink_to(outside)
    (tree / "sub" / "up").symlink_to(tree)
    (tree / "sub" / "self").symlink_to(".")
    (tree / "sub" / "Dockerfile").symlink_to(outside)
    monkeypatch.chdir(tree)
    assert list(find_files(["."])) == ["Dockerfile"]


def test_an_entry_that_cannot_be_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "Dockerfile").touch()
    monkeypatch.chdir(tmp_path)

    class Odd:
        name, path = "Dockerfile", "./Dockerfile"

        def is_dir(self, **_: bool) -> bool:
            raise OSError(5, "Input/output error")

        def is_file(self) -> bool:
            raise OSError(5, "Input/output error")

    monkeypatch.setattr(discovery, "entries_of", lambda _: [Odd()])
    assert list(find_files(["."])) == ["Dockerfile"]
