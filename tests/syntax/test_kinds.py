"""A kind of file, and what a document is without anything of its own."""

from __future__ import annotations

import re
from typing import Any

import pytest

from dockerlint_rules.syntax.comment_lines import comment_lines
from dockerlint_rules.syntax.dockerfile.logical_lines import Comment
from dockerlint_rules.syntax.kinds import (
    LAST_LINE,
    Kind,
    LintedDocument,
    kind_of,
    search_pattern,
    skip_pattern,
)
from dockerlint_rules.syntax.source import Source


class Tasks(LintedDocument):
    """A file of a made-up kind."""

    def __init__(self, source: Source, build: Any = None) -> None:
        self._source = source
        self._build = build

    @property
    def source(self) -> Source:
        return self._source

    @property
    def build(self) -> Any:
        return self._build

    @property
    def comments(self) -> list[Comment]:
        return list(comment_lines(self.source))

    @classmethod
    def read(cls, source: Source, build: Any = None) -> Tasks:
        return cls(source, build)


def tasks() -> Kind:
    """A row with nothing but what it needs."""
    home = f"{__name__}:Tasks"
    return Kind(
        "tasks", searched="tasks", fence="tasks", example="tasks", home=home, units=("task",)
    )


def notes() -> Kind:
    """A row that says everything."""
    return Kind(
        "notes",
        searched=r"notes(\.[a-z]+)?",
        fence="notes",
        example="a.notes",
        home="x.y:Notes",
        units=("note", "page"),
        languages=("notes-language",),
        endings=(".notes",),
        skipped="bak|old",
        sarif_language="note",
        needs_dockerfile=False,
    )


def test_what_a_row_says() -> None:
    assert [getattr(notes(), name) for name in Kind.__slots__] == [
        (".notes",), "a.notes", "notes", "x.y:Notes", ("notes-language",), "notes", False, "note",
        r"notes(\.[a-z]+)?", "bak|old", ("note", "page"),
    ]  # fmt: skip
    assert [
        getattr(tasks(), name) for name in ("endings", "languages", "skipped", "sarif_language")
    ] == [(), (), "", ""]
    assert tasks().needs_dockerfile is True
    assert repr(notes()) == "<Kind notes>"


def test_endings_of_several_kinds_that_a_search_leaves_out() -> None:
    other = Kind("x", searched="x", skipped="tmp", fence="x", example="x", home="x:X", units=())
    for ending in ("bak", "old", "tmp"):
        assert re.search(skip_pattern([notes(), other]), f"a.{ending}")


def test_a_comment_at_the_end_covers_the_line_below() -> None:
    document = Tasks(Source("# a\nb"))
    (comment,) = document.comments
    assert document.lines_of_comment(comment) == (2, 2)
    document = Tasks(Source("# a\n\n#"))
    assert document.lines_of_comment(document.comments[0]) == (4, 4)


def test_reading_a_document(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys
    from types import SimpleNamespace

    monkeypatch.setitem(sys.modules, __name__, SimpleNamespace(Tasks=Tasks))  # type: ignore[arg-type]
    assert tasks().document_class() is Tasks
    source = Source("a", "b/tasks")
    document = tasks().read(source, "the build")
    assert isinstance(document, Tasks)
    assert (document.source, document.build) == (source, "the build")
    assert tasks().read(source).build is None


@pytest.mark.parametrize(
    ("path", "searched", "skipped"),
    [
        ("tasks", True, False),
        ("a/TASKS", True, False),
        ("a/notes.old", True, True),
        ("notes.BAK", True, True),
        ("xtasks", False, False),
        ("tasks/a", False, False),
        ("a.bakery", False, False),
        ("old", False, False),
    ],
)
def test_patterns_of_a_search(path: str, searched: bool, skipped: bool) -> None:
    assert bool(re.search(search_pattern([tasks(), notes()]), path)) is searched
    assert bool(re.search(skip_pattern([tasks(), notes()]), path)) is skipped


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("compose.yaml", "compose"),
        ("A.YML", "compose"),
        ("x/Dockerrun.AWS.json", "dockerrun"),
        ("x.json", "dockerfile"),
        ("yaml", "dockerfile"),
        ("", "dockerfile"),
    ],
)
def test_kind_of_a_path(path: str, name: str) -> None:
    assert kind_of(path).name == name


# -- a document without anything of its own ------------------------------------------------------------


TEXT = "# one\n# two\n\n \t# three\nfirst\nsecond\n# last\n"


@pytest.mark.parametrize(("line", "covered"), [(1, 5), (2, 5), (4, 5), (7, 8)])
def test_a_comment_covers_the_next_line_of_text(line: int, covered: int) -> None:
    document = Tasks(Source(TEXT))
    (comment,) = [one for one in document.ignore_comments() if one.line == line]
    assert document.lines_of_comment(comment) == (covered, covered)
    assert document.lines_of_comment(comment, whole_stage=True) == (line, LAST_LINE)


def test_the_rest() -> None:
    document = Tasks(Source(TEXT, "a/tasks"))
    assert document.filename == "a/tasks"
    assert document.problem is None
    assert document.is_refused is False
    assert document.is_read_by_hadolint is False
    assert document.syntax_errors() == (0,)
    assert list(document.units({"task"})) == []
    assert document.element_at(1) is None
    assert list(document.ignore_directives()) == []


def test_a_file_that_cannot_be_read() -> None:
    class Broken(Tasks):
        problem = "line 1: it is broken"  # type: ignore[assignment]

    assert Broken(Source("")).is_refused is True
    assert Broken(Source("")).syntax_errors() == (1,)
