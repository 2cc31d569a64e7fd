"""The build context: its files and its ignore file, and nothing outside."""

from __future__ import annotations

from pathlib import Path

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
