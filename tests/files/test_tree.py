"""What lies in the linted tree, and which links lead out of it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from dockerlint_rules.files.tree import NamedPaths, leads_out, lies_in_tree_of, real_path


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with the current directory below its root, and a folder outside of it."""
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "file").write_text("FROM a\n")
    work = tmp_path / "repository" / "work"
    work.mkdir(parents=True)
    (tmp_path / "repository" / ".git").mkdir()
    (tmp_path / "repository" / "file").write_text("FROM b\n")
    (work / "file").write_text("FROM c\n")
    monkeypatch.chdir(work)
    return tmp_path


# name, target, leads out to read, leads out to write
LINKS = [
    ("link", "file", False, False),
    ("link", "../file", False, True),
    ("link", "../../outside/file", True, True),
    ("link", "../../outside/missing", True, True),
    ("link", "/proc/self/environ", True, True),
    ("link", "second", True, True),
]


@pytest.mark.parametrize(("name", "target", "out", "out_to_write"), LINKS, ids=lambda one: str(one))
@pytest.mark.parametrize("way", ["relative", "dotted", "absolute", "roundabout"])
def test_link(place: Path, name: str, target: str, out: bool, out_to_write: bool, way: str) -> None:
    Path("second").symlink_to("../../outside/file")
    Path(name).symlink_to(target)
    Path("folder").mkdir()
    path = {
        "relative": name,
        "dotted": f"./{name}",
        "absolute": str(Path.cwd() / name),
        "roundabout": f"folder/../{name}",
    }[way]
    assert leads_out(path) is out
    assert leads_out(path, to_write=True) is out_to_write
    assert leads_out(path, [str(place)], to_write=True) is target.startswith("/proc")


@pytest.mark.parametrize("path", ["folder/file", "folder/../file", "./folder/./file"])
def test_link_in_the_middle(place: Path, path: str) -> None:
    Path("folder").symlink_to("../../outside", target_is_directory=True)
    (place / "file").write_text("FROM d\n")
    assert leads_out(path)


def test_an_inner_repository_does_not_widen_the_tree(place: Path) -> None:
    (place / "outside" / ".git").mkdir()
    Path("folder").symlink_to("../../outside", target_is_directory=True)
    Path("inner").mkdir()
    Path("inner/.git").mkdir()
    Path("inner/link").symlink_to("../file")
    assert leads_out("folder/file")
    assert not leads_out("inner/link")


def test_a_repository_of_the_home_directory_is_no_tree(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (place / ".git").mkdir()
    (place / "repository" / ".git").rmdir()
    Path("link").symlink_to("../../outside/file")
    assert not leads_out("link")
    monkeypatch.setenv("HOME", str(place))
    assert leads_out("link")


@pytest.mark.parametrize("elsewhere", ["/", "/usr", "~"])
def test_elsewhere(place: Path, monkeypatch: pytest.MonkeyPatch, elsewhere: str) -> None:
    if elsewhere == "~":
        monkeypatch.setenv("HOME", str(place))
        elsewhere = str(place)
    Path("link").symlink_to("../file")
    Path("out").symlink_to("../../outside/file")
    path = Path.cwd()
    (place / "mine").mkdir()
    (place / "mine" / "link").symlink_to("../outside/file")
    (place / "system").symlink_to("repository", target_is_directory=True)
    monkeypatch.chdir(elsewhere)
    assert not leads_out(str(path / "link"), to_write=True)
    assert leads_out(str(path / "out"))
    assert not leads_out(str(place / "mine" / "link"))  # in no tree: the user's own
    assert leads_out(str(place / "mine" / "link"), to_write=True)
    assert not leads_out(str(place / "system/work/file"), to_write=True)
    assert leads_out(str(place / "system/work/out"))


@pytest.mark.parametrize("path", ["no\0ne", "\ud800", "loop", "x" * 5000, "", "missing"])
def test_what_is_no_path(place: Path, path: str) -> None:
    Path("loop").symlink_to("loop")
    assert not leads_out(path) or path == "loop"
    assert not lies_in_tree_of(".", path) or path in ("", "missing", "loop", "x" * 5000)
    assert NamedPaths([path]).real_path_of("file") is None


def test_standard_output_is_no_link_of_a_tree() -> None:
    assert not leads_out("/dev/stdout", to_write=True)
    assert not leads_out("/dev/fd/1", to_write=True)


def test_real_path_of_what_no_file_system_allows() -> None:
    assert real_path("no\0ne") is None
    assert real_path("\ud800") is None


@pytest.mark.parametrize(
    ("named", "path", "held"),
    [
        (["."], "file", True),
        (["."], "link-in", True),
        (["."], "link-up", False),
        (["."], "link-out", False),
        (["file"], "file", True),
        (["link-in"], "link-in", True),
        (["link-up"], "link-up", False),
        (["link-out"], "link-out", False),
        (["link-out", "../../outside"], "link-out", True),
        (["link-out", "../../outside/file"], "link-out", True),
        (["sub"], "sub/link-beside", False),
        (["sub/link-beside"], "sub/link-beside", True),
        (["folder-out"], "folder-out/file", False),
        (["folder-out/file"], "folder-out/file", False),
        (["../../outside"], "../../outside/file", True),
        (["../../outside/file"], "../../outside/file", True),
        (["."], "link-git", False),
        (["link-git"], "link-git", False),
        (["sub"], "file", False),
    ],
    ids=str,
)
def test_what_may_be_fixed(place: Path, named: list[str], path: str, held: bool) -> None:
    Path("link-in").symlink_to("file")
    Path("link-up").symlink_to("../file")
    Path("link-out").symlink_to("../../outside/file")
    Path("folder-out").symlink_to("../../outside", target_is_directory=True)
    Path("sub").mkdir()
    Path("sub/link-beside").symlink_to("../file")
    Path(".git").mkdir()
    Path(".git/config").write_text("FROM a\n")
    Path("link-git").symlink_to(".git/config")
    found = NamedPaths(named).real_path_of(path)
    assert found == (os.path.realpath(path) if held else None)
    absolute = NamedPaths([os.path.abspath(one) for one in named])
    assert absolute.real_path_of(os.path.abspath(path)) == found
