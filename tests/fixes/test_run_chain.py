"""Commands added to the ``&&`` chain of a RUN, in the layout that it has."""

from __future__ import annotations

import pytest

from dockerlint_rules.fixes.apply import apply_edits
from dockerlint_rules.fixes.run_chain import append_to_chain, insert_after, is_and_chain
from dockerlint_rules.model.stages import Dockerfile
from dockerlint_rules.syntax.dockerfile.document import Document
from dockerlint_rules.syntax.dockerfile.instructions import Program
from dockerlint_rules.syntax.source import Source


def program(text: str) -> Program:
    found = Dockerfile(Document(Source(text))).instructions[-1]
    assert isinstance(found, Program)
    return found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("RUN a", "RUN a && new"),
        ("RUN a && b", "RUN a && b && new"),
        ("RUN a \\\n  && b", "RUN a \\\n  && b \\\n  && new"),
        ("RUN a && \\\n\tb", "RUN a && \\\n\tb && \\\n\tnew"),
        ("RUN a \\\n&& b", "RUN a \\\n&& b \\\n    && new"),
        ("RUN \\\n  a", "RUN \\\n  a \\\n  && new"),
        ("RUN a \\\r\n  && b", "RUN a \\\r\n  && b \\\r\n  && new"),
        ("RUN a && \\\r\n  b", "RUN a && \\\r\n  b && \\\r\n  new"),
        ("RUN a && \\\n  b \\\n  && c", "RUN a && \\\n  b \\\n  && c \\\n  && new"),
        ("RUN a \\\n  && b && \\\n  c", "RUN a \\\n  && b && \\\n  c && \\\n  new"),
        ("RUN a \\\n  && b -c \\\n  d", "RUN a \\\n  && b -c \\\n  d \\\n  && new"),
        ("RUN a && \\\n  b && c", "RUN a && \\\n  b && c \\\n  && new"),
    ],
    ids=[
        "one", "one-line", "operator-first", "operator-last", "no-indentation", "one-on-its-own-line", "crlf-first",
        "crlf-last", "last-operator-first", "last-operator-last", "command-of-two-lines", "two-on-the-last-line",
    ],
)  # fmt: skip
def test_a_command_at_the_end(text: str, expected: str) -> None:
    newline = "\r\n" if "\r" in text else "\n"
    run = program(f"FROM i{newline}{text}{newline}")
    edit = append_to_chain(run, "new")
    assert edit
    assert apply_edits(run.source.text, [edit]) == f"FROM i{newline}{expected}{newline}"


def test_the_escape_character_of_the_file() -> None:
    run = program("# escape=`\nFROM i\nRUN a `\n  && b\n")
    edit = append_to_chain(run, "new")
    assert edit
    assert apply_edits(run.source.text, [edit]).endswith("RUN a `\n  && b `\n  && new\n")


@pytest.mark.parametrize(
    ("text", "place", "expected"),
    [
        ("RUN a \\\n  && b \\\n  && c", 0, "RUN a && new \\\n  && b \\\n  && c"),
        ("RUN a \\\n  && b \\\n  && c", 1, "RUN a \\\n  && b \\\n  && new \\\n  && c"),
        ("RUN a && \\\n  b && \\\n  c", 1, "RUN a && \\\n  b && \\\n  new && \\\n  c"),
        ("RUN a && \\\n  b \\\n  && c", 1, "RUN a && \\\n  b \\\n  && new \\\n  && c"),
        ("RUN a && b && c", 1, "RUN a && b && new && c"),
    ],
)
def test_a_command_in_the_middle(text: str, place: int, expected: str) -> None:
    run = program(f"FROM i\n{text}\n")
    edit = insert_after(run, run.commands[place], "new")
    assert edit
    assert apply_edits(run.source.text, [edit]) == f"FROM i\n{expected}\n"


def test_shells_of_windows_have_other_operators() -> None:
    run = program('FROM i\nSHELL ["cmd", "/S", "/C"]\nRUN yarn install\n')
    assert insert_after(run, run.commands[-1], "new") is None
    assert append_to_chain(run, "new") is None


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("RUN a", True),
        ("RUN a && b", True),
        ("RUN --network=none a && b", True),
        ("RUN a \\\n  # why\n  && b", True),
        ("RUN a; b", False),
        ("RUN a && b; c", False),
        ("RUN a || b", False),
        ("RUN a && b || c", False),
        ("RUN a && b &", False),
        ("RUN a;", False),
        ("RUN a | b", False),
        ("RUN a && $(b)", False),
        ("RUN a && sh -c 'b && c'", False),
        ("RUN if a; then b; fi", False),
        ("RUN (a && b)", False),
        ("RUN { a && b; }", False),
        ("RUN a && (b)", False),
        ("RUN ! a", False),
        ("RUN", False),
        ("RUN >x", False),
        ('RUN ["a", "b"]', False),
        ("RUN <<E\na\nE", False),
        ("RUN a <<E\nb\nE", False),
    ],
)
def test_what_is_an_and_chain(text: str, is_one: bool) -> None:
    run = program(f"FROM i\n{text}\n")
    assert is_and_chain(run) is is_one
    assert (append_to_chain(run, "new") is not None) is is_one
