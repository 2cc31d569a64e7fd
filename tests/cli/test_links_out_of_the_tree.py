"""A link of the linted tree may name any file of the machine: such a file is neither read nor quoted."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from support.command import dockerlint

from dockerlint_rules.formats import BUILT_IN

CREDENTIALS = "[default]\nzanzibar9 = 0123\nEXPOSE zanzibar9\n"


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A tree with a Dockerfile and a link to a file above it."""
    (tmp_path / "credentials").write_text(CREDENTIALS)
    (tmp_path / "tree" / "sub").mkdir(parents=True)
    (tmp_path / "tree" / "sub" / "Dockerfile").write_text("FROM debian:12\nMAINTAINER me\n")
    return tmp_path / "tree"


def said(done: subprocess.CompletedProcess[bytes]) -> str:
    return (done.stdout + done.stderr).decode()


@pytest.mark.parametrize("target", ["../credentials", "/etc/passwd", "/proc/self/environ"])
@pytest.mark.parametrize("words", [".", "Dockerfile", "./Dockerfile sub", "sub/../Dockerfile ."])
def test_it_is_an_error_and_other_files_are_linted(words: str, target: str, tree: Path) -> None:
    (tree / "Dockerfile").symlink_to(target)
    done = dockerlint(*words.split(), cwd=tree)
    assert done.returncode == 2
    text = said(done)
    assert text.count("is a symbolic link that leads out of the tree, so it is not read") == 1
    assert ("DF801" in text) == (len(words.split()) > 1 or words == ".")
    for part in ("zanzibar9", "root:", "PYTHONPATH"):
        assert part not in text


@pytest.mark.parametrize("format_name", sorted(BUILT_IN))
@pytest.mark.parametrize("name", ["Dockerfile", "compose.yaml"])
def test_no_format_quotes_it(name: str, format_name: str, tree: Path) -> None:
    (tree / "sub" / name).unlink(missing_ok=True)
    (tree / "sub" / name).symlink_to("../../credentials")
    (tree / "Dockerfile").write_text("FROM debian:12\n")
    done = dockerlint("-f", format_name, "--show-source", ".", cwd=tree)
    assert done.returncode == 2 if name == "Dockerfile" else done.returncode in (0, 1, 2)
    assert "zanzibar9" not in said(done)


@pytest.mark.parametrize("words", ["parse", "layers", "--diff --unsafe-fixes", "baseline"])
def test_no_command_prints_it(words: str, tree: Path) -> None:
    (tree / "Dockerfile").symlink_to("../credentials")
    done = dockerlint(*words.split(), "Dockerfile", cwd=tree)
    assert done.returncode == 2
    assert "zanzibar9" not in said(done)


def test_a_folder_that_is_a_link_is_not_followed(tree: Path) -> None:
    (tree.parent / "other").mkdir()
    (tree.parent / "other" / "Dockerfile").write_text(CREDENTIALS)
    (tree / "other").symlink_to("../other")
    done = dockerlint(".", cwd=tree)
    assert "zanzibar9" not in said(done)
    done = dockerlint("other/Dockerfile", cwd=tree)
    assert done.returncode == 2
    assert "zanzibar9" not in said(done)


# -- links that are all right --------------------------------------------------------------------------


def test_a_link_inside_the_tree_is_linted(tree: Path) -> None:
    (tree / "Dockerfile").symlink_to("sub/Dockerfile")
    assert "Dockerfile:2:1: DF801" in said(dockerlint("Dockerfile", cwd=tree))


def test_a_link_inside_the_repository_is_linted(tree: Path) -> None:
    (tree / ".git").mkdir()
    (tree / "sub" / "other.Dockerfile").write_text("FROM debian:12\nMAINTAINER me\n")
    (tree / "more").mkdir()
    (tree / "more" / "Dockerfile").symlink_to("../sub/other.Dockerfile")
    assert "Dockerfile:2:1: DF801" in said(dockerlint(".", cwd=tree / "more"))


def test_a_link_into_the_current_directory_is_linted(tree: Path) -> None:
    (tree / "more").mkdir()
    (tree / "more" / "Dockerfile").symlink_to("../sub/Dockerfile")
    assert "more/Dockerfile:2:1: DF801" in said(dockerlint("more", cwd=tree))


def test_a_tree_that_is_named_by_a_link_is_linted(tree: Path) -> None:
    (tree.parent / "link").symlink_to("tree")
    assert "DF801" in said(dockerlint(str(tree.parent / "link"), cwd=tree.parent))


def test_the_system_s_own_links_are_linted(tree: Path) -> None:
    done = dockerlint("/dev/stdin", cwd=tree, stdin=b"FROM debian:12\n")
    assert "leads out" not in said(done)
