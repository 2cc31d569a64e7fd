"""What is read from ``.git``, and paths relative to the repository."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from dockerlint_rules.formats.report_paths import (
    provenance,
    public_address,
    relative_path,
    repository_root,
)

if TYPE_CHECKING:
    from pathlib import Path

COMMIT = "0123456789abcdef0123456789abcdef01234567"
CONFIG = (
    '[core]\n\tbare = false\n[remote "origin"]\n\turl = https://me:s3cret@example.org/a/b.git\n'
)


def make(root: Path, head: str = "ref: refs/heads/main\n", config: str = CONFIG) -> Path:
    git = root / ".git"
    (git / "refs/heads").mkdir(parents=True)
    (git / "HEAD").write_text(head)
    (git / "config").write_text(config)
    (git / "refs/heads/main").write_text(COMMIT + "\n")
    return git


def test_branch_and_address_without_credentials(tmp_path: Path) -> None:
    make(tmp_path)
    assert provenance(str(tmp_path)) == ("https://example.org/a/b.git", COMMIT)


def test_detached_head(tmp_path: Path) -> None:
    make(tmp_path, head="f" * 40 + "\n")
    assert provenance(str(tmp_path)) == ("https://example.org/a/b.git", "f" * 40)


def test_packed_branch(tmp_path: Path) -> None:
    git = make(tmp_path)
    (git / "refs/heads/main").unlink()
    (git / "packed-refs").write_text(f"# pack-refs\n{'e' * 40} refs/heads/main\n^{COMMIT}\n")
    assert provenance(str(tmp_path)) == ("https://example.org/a/b.git", "e" * 40)


def test_worktree(tmp_path: Path) -> None:
    git = make(tmp_path / "main")
    own = git / "worktrees/w"
    own.mkdir(parents=True)
    (own / "HEAD").write_text("ref: refs/heads/main\n")
    (own / "commondir").write_text("../..\n")
    (own / "gitdir").write_text(f"{tmp_path / 'w/.git'}\n")
    tree = tmp_path / "w"
    tree.mkdir()
    (tree / ".git").write_text(f"gitdir: {own}\n")
    assert repository_root(str(tree)) == str(tree)
    assert provenance(str(tree)) == ("https://example.org/a/b.git", COMMIT)


@pytest.mark.parametrize(
    ("head", "config"),
    [
        ("ref: refs/heads/../../../secret\n", CONFIG),
        ("ref: /etc/passwd\n", CONFIG),
        ("\x00rubbish", CONFIG),
        ("ref: refs/heads/unborn\n", CONFIG),
        ("ref: refs/heads/main\n", ""),
        ("ref: refs/heads/main\n", '[remote "origin"]\nurl = /srv/git/a\n'),
    ],
    ids=["upward", "absolute", "rubbish", "unborn", "no-remote", "local-remote"],
)
def test_nothing_is_made_up(tmp_path: Path, head: str, config: str) -> None:
    make(tmp_path, head, config)
    assert provenance(str(tmp_path)) is None


def test_no_repository(tmp_path: Path) -> None:
    assert provenance(str(tmp_path)) is None


@pytest.mark.parametrize(
    ("url", "public"),
    [
        ("https://example.org/a/b.git", "https://example.org/a/b.git"),
        ("https://token@example.org:8443/a", "https://example.org:8443/a"),
        ("https://u:p@ss@example.org/a", "https://example.org/a"),
        ("git@example.org:a/b.git", "ssh://example.org/a/b.git"),
        ("ssh://git@example.org:22/a", "ssh://example.org:22/a"),
        ("https://example.org/a?token=x", None),
        ("https://example.org/a\x1b[0m", None),
        ("file:///home/me/a", None),
        ("../a", None),
        ("C:/Users/me/a", None),
        ("/home/me/a", None),
    ],
)
def test_address_that_may_be_shown(url: str, public: str | None) -> None:
    assert public_address(url) == public


def test_path_from_a_folder_below(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make(tmp_path)
    (tmp_path / "sub").mkdir()
    monkeypatch.chdir(tmp_path / "sub")
    root = repository_root()
    assert root == str(tmp_path)
    assert relative_path("./Dockerfile", root) == "sub/Dockerfile"
    assert relative_path("../../other", root) is None
    assert relative_path("../..hidden", root) == "..hidden"


def test_symbolic_links_are_resolved(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    assert relative_path(str(tmp_path / "link/Dockerfile"), str(tmp_path)) == "real/Dockerfile"


# -- a stranger's .git ------------------------------------------------------------------------------------

SECRET = "https://secret.example.org/a.git"


@pytest.fixture
def other(tmp_path: Path) -> Path:
    """Another repository of the machine."""
    return make(
        tmp_path / "other", config=CONFIG.replace("https://me:s3cret@example.org/a/b.git", SECRET)
    )


def test_pointer_to_another_repository(tmp_path: Path, other: Path) -> None:
    tree = tmp_path / "tree"
    tree.mkdir()
    for written in (str(other), "../other/.git"):
        (tree / ".git").write_text(f"gitdir: {written}\n")
        assert provenance(str(tree)) is None


def test_git_folder_is_a_link_to_another_repository(tmp_path: Path, other: Path) -> None:
    tree = tmp_path / "tree"
    tree.mkdir()
    (tree / ".git").symlink_to(other)
    assert provenance(str(tree)) is None


@pytest.mark.parametrize("name", ["HEAD", "config", "packed-refs", "refs/heads/main", "refs"])
def test_file_of_git_is_a_link_out(tmp_path: Path, other: Path, name: str) -> None:
    git = make(tmp_path / "tree")
    if name == "packed-refs":
        (git / "refs/heads/main").unlink()
        (other / name).write_text(f"{'d' * 40} refs/heads/main\n")
    (other / "HEAD").write_text("d" * 40)
    path = git / name
    if path.is_dir():
        path.rename(tmp_path / "moved")
    else:
        path.unlink(missing_ok=True)
    path.symlink_to(other / name)
    assert provenance(str(tmp_path / "tree")) is None


def test_common_folder_of_another_repository(tmp_path: Path, other: Path) -> None:
    git = make(tmp_path / "tree")
    (git / "refs/heads/main").unlink()
    for common in (str(other), "../../other/.git", "/", ".."):
        (git / "commondir").write_text(f"{common}\n")
        assert provenance(str(tmp_path / "tree")) is None


def test_submodule(tmp_path: Path) -> None:
    own = tmp_path / "main/.git/modules/sub"
    (own / "refs/heads").mkdir(parents=True)
    (own / "HEAD").write_text("ref: refs/heads/main\n")
    (own / "refs/heads/main").write_text(COMMIT)
    (own / "config").write_text(CONFIG.replace("[core]\n", "[core]\n\tworktree = ../../../sub\n"))
    tree = tmp_path / "main/sub"
    tree.mkdir()
    (tree / ".git").write_text("gitdir: ../.git/modules/sub\n")
    assert provenance(str(tree)) == ("https://example.org/a/b.git", COMMIT)
    (own / "config").write_text(CONFIG)
    assert provenance(str(tree)) is None
