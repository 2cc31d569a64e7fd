"""Edits that several rules make, each applied to a text."""

from __future__ import annotations

import pytest

from dockerlint_rules.findings.finding import Edit
from dockerlint_rules.fixes.apply import apply_edits
from dockerlint_rules.fixes.edits import (
    add_flag,
    insert_above,
    insert_below,
    insert_flag,
    instruction_like,
    is_item,
    remove_instruction,
    remove_word,
    replace_word,
)
from dockerlint_rules.model.stages import Dockerfile
from dockerlint_rules.syntax.dockerfile.document import Document
from dockerlint_rules.syntax.dockerfile.instruction import Instruction
from dockerlint_rules.syntax.dockerfile.instructions import Program
from dockerlint_rules.syntax.source import Source, Span


def instructions(text: str) -> list[Instruction]:
    return Dockerfile(Document(Source(text))).instructions


def program(text: str) -> Program:
    found = instructions(f"FROM i\n{text}\n")[1]
    assert isinstance(found, Program)
    return found


def edited(of: Instruction, *edits: Edit | None) -> str:
    return apply_edits(of.source.text, [edit for edit in edits if edit])


# -- words of a command --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("RUN apt-get install a", "RUN apt-get -y -q install a"),
        ('RUN ["apt-get", "install", "a"]', 'RUN ["apt-get", "-y", "-q", "install", "a"]'),
        ('RUN ["sh", "-c", "apt-get install a"]', 'RUN ["sh", "-c", "apt-get -y -q install a"]'),
        ('RUN "apt-get" install a', 'RUN "apt-get" -y -q install a'),
    ],
    ids=["shell", "json", "script-in-json", "quotes-in-shell"],
)
def test_a_flag_after_a_word(text: str, expected: str) -> None:
    run = program(text)
    word = run.commands[-1].words[0]
    assert edited(run, insert_flag(word, "-y -q", run)) == f"FROM i\n{expected}\n"


@pytest.mark.parametrize(
    ("text", "expected", "item"),
    [
        ("RUN a b", "RUN a new", False),
        ('RUN a "b"', "RUN a new", False),
        ('RUN ["a", "b"]', 'RUN ["a", "new"]', True),
        ('RUN ["sh", "-c", "a b"]', 'RUN ["sh", "-c", "a new"]', False),
    ],
    ids=["shell", "quotes-in-shell", "json", "script-in-json"],
)
def test_another_word(text: str, expected: str, item: bool) -> None:
    run = program(text)
    word = run.commands[-1].words[1]
    assert is_item(word, run) is item
    assert edited(run, replace_word(word, "new", run)) == f"FROM i\n{expected}\n"


@pytest.mark.parametrize(
    ("text", "place", "expected"),
    [
        ("RUN a -b c", 1, "RUN a c"),
        ("RUN a \t -b c", 1, "RUN a c"),
        ("RUN a -b", 1, "RUN a"),
        ("RUN a \\\n  -b c", 1, None),
        ("RUN a \\\n-b c", 1, None),
        ("RUN a;-b c", -2, None),
        ('RUN ["a", "-b", "c"]', 1, None),
    ],
    ids=["one-blank", "blanks-and-tab", "last", "indented", "line-start", "no-blank", "json"],
)
def test_a_word_less(text: str, place: int, expected: str | None) -> None:
    run = program(text)
    words = [word for command in run.commands for word in command.words]
    edit = remove_word(words[place], run)
    assert (edit and edited(run, edit)) == (expected and f"FROM i\n{expected}\n")


def test_no_word_at_the_beginning_of_the_file_is_removed() -> None:
    run = program("RUN a")
    assert remove_word(Span(0, 4), run) is None


# -- instructions --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("COPY a b", "COPY --link --chown=1 a b"),
        ("COPY --from=x a b", "COPY --from=x --link --chown=1 a b"),
        ("COPY  --from=x --chmod=1 a b", "COPY  --from=x --chmod=1 --link --chown=1 a b"),
    ],
)
def test_flags_of_an_instruction(text: str, expected: str) -> None:
    copy = instructions(f"FROM i\n{text}\n")[1]
    assert edited(copy, add_flag(copy, "--link", "--chown=1")) == f"FROM i\n{expected}\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("FROM i\nRUN a\n", "FROM i\nUSER b\nUSER c\nRUN a\n"),
        (
            "FROM i\n# why\n  # and how\nRUN a\n",
            "FROM i\nUSER b\nUSER c\n# why\n  # and how\nRUN a\n",
        ),
        ("FROM i\n# other\n\n# why\nRUN a\n", "FROM i\n# other\n\nUSER b\nUSER c\n# why\nRUN a\n"),
        ("FROM i\r\nRUN a\r\n", "FROM i\r\nUSER b\r\nUSER c\r\nRUN a\r\n"),
        ("# syntax=a\n# b\nRUN a\n", "# syntax=a\n# b\nUSER b\nUSER c\nRUN a\n"),
        ("RUN a\n", "USER b\nUSER c\nRUN a\n"),
    ],
    ids=["plain", "its-comments", "other-comments", "crlf", "directives", "first-line"],
)
def test_lines_above_an_instruction(text: str, expected: str) -> None:
    last = instructions(text)[-1]
    assert edited(last, insert_above(last, "USER b", "USER c")) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("FROM i\nRUN a\nCMD b\n", "FROM i\nRUN a\nUSER b\nUSER c\nCMD b\n"),
        ("FROM i\nRUN a", "FROM i\nRUN a\nUSER b\nUSER c"),
        ("FROM i\r\nRUN a\r\n", "FROM i\r\nRUN a\r\nUSER b\r\nUSER c\r\n"),
        ("FROM i\nRUN <<E\na\nE\nCMD b\n", "FROM i\nRUN <<E\na\nE\nUSER b\nUSER c\nCMD b\n"),
        ("FROM i\nRUN a \\\n  b\n", "FROM i\nRUN a \\\n  b\nUSER b\nUSER c\n"),
        ("FROM i\nRUN a \\", None),
        ("FROM i\nRUN a \\  \n", None),
        ("# escape=`\nFROM i\nRUN a `\n", None),
    ],
    ids=["plain", "no-line-end", "crlf", "heredoc", "continued", "escape", "escape-blanks", "backtick"],
)  # fmt: skip
def test_lines_below_an_instruction(text: str, expected: str | None) -> None:
    run = instructions(text)[1]
    edit = insert_below(run, "USER b", "USER c")
    assert (edit and edited(run, edit)) == expected


@pytest.mark.parametrize(
    ("like", "expected"),
    [
        ("RUN a", "VOLUME /data"),
        ("run a", "volume /data"),
        ("Run a", "VOLUME /data"),
        ("RUN         a", "VOLUME      /data"),
        ("run         a", "volume      /data"),
        ("RUN  a", "VOLUME /data"),
        ("RUN\ta", "VOLUME /data"),
        ("  RUN     a", "VOLUME  /data"),
    ],
)
def test_style_of_a_new_instruction(like: str, expected: str) -> None:
    run = instructions(f"FROM i\n{like}\n")[1]
    assert instruction_like(run, "VOLUME", "/data") == expected


def test_alignment_by_one_more_blank() -> None:
    run = instructions("FROM i\nRUN  a\n")[1]
    assert instruction_like(run, "CMD", "b") == "CMD  b"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("FROM i\n# why\nRUN a\nCMD b\n", "FROM i\n# why\nCMD b\n"),
        ("FROM i\nRUN a \\\n  b\nCMD b\n", "FROM i\nCMD b\n"),
        ("FROM i\nRUN <<E\na\nE\nCMD b\n", "FROM i\nCMD b\n"),
        ("FROM i\nRUN a", "FROM i\n"),
        ("FROM i\nRUN a\n", "FROM i\n"),
        ("FROM i\n  RUN a\n\nCMD b\n", "FROM i\n\nCMD b\n"),
    ],
    ids=["comment-stays", "continued", "heredoc", "no-line-end", "last", "indented"],
)
def test_an_instruction_less(text: str, expected: str) -> None:
    run = instructions(text)[1]
    assert edited(run, remove_instruction(run)) == expected
