"""Logical lines: continuations, the comments inside and above them, heredocs and their ends."""

from __future__ import annotations

import pytest

from dockerlint_rules.syntax.dockerfile.document import Document
from dockerlint_rules.syntax.dockerfile.logical_lines import Heredoc
from dockerlint_rules.syntax.source import Source


def read(text: str) -> Document:
    return Document(Source(text))


@pytest.mark.parametrize(
    ("text", "original", "end_line"),
    [
        ("RUN a \\\n  b", "RUN a   b", 2),
        ("RUN a\\\nb", "RUN ab", 2),
        ("RUN X\r\n", "RUN X", 1),
        ("RUN a \\ \t\n  b", "RUN a   b", 2),
        ("RUN a \\\\\nCMD b", "RUN a \\\\", 1),
        ("RUN a \\\n\n# c\n  b", "RUN a   b", 4),
        ("  RUN a", "RUN a", 1),
        ("\ufeffRUN a", "RUN a", 1),
        ("\ufeff\ufeffRUN a", "\ufeffRUN a", 1),
        ("RUN a \\", "RUN a ", 1),
        ("RUN a \\\n", "RUN a ", 1),
        ("RUN a \\\n\n\n", "RUN a ", 3),
        ("RUN a\r\nCMD b", "RUN a", 1),
        ("RUN a \\\r\n b\r\n", "RUN a  b", 2),
        ("# escape=`\nRUN a `\n b \\\n", "RUN a  b \\", 3),
        ("RUN a \\\v\n b", "RUN a \\", 1),
    ],
)
def test_joined_lines(text: str, original: str, end_line: int) -> None:
    first = read(text).instructions[0]
    assert first.original.rstrip("\v") == original
    assert first.end_line == end_line
    assert first.raw_line.text_end_line == end_line
    assert text[first.start] == original.lstrip("\ufeff")[0] or original.startswith("\ufeff")


def test_a_byte_order_mark_is_skipped_at_the_top_only() -> None:
    document = read("\ufeffFROM a\n\ufeffRUN b\n")
    assert [one.keyword for one in document.instructions] == ["FROM", "\ufeffRUN"]
    assert document.instructions[0].start == 1


def test_a_lone_escape_character_is_no_instruction() -> None:
    assert [one.keyword for one in read("FROM a\n\\\n\nRUN b\n").instructions] == ["FROM", "RUN"]


def test_empty_lines_in_a_continuation() -> None:
    line = read("FROM a\nRUN b \\\n\n  \t\n c\n").instructions[1].raw_line
    assert line.empty_continuation == [3, 4]
    assert (line.start_line, line.end_line) == (2, 5)


# -- comments --------------------------------------------------------------------------------------------


def test_comments_with_their_places() -> None:
    text = "# a \n\n \t#b\nRUN c \\\n # d\n e\n"
    document = read(text)
    assert [(one.text, one.line, text[one.start : one.end]) for one in document.comments] == [
        ("# a ", 1, "# a "),
        ("#b", 3, "#b"),
        ("# d", 5, "# d"),
    ]
    assert [one.inside is not None for one in document.comments] == [False, False, True]


@pytest.mark.parametrize(
    ("above", "comments"),
    [
        ("# b\n# c\n", ["b", "c"]),
        ("#b\n#\x1f\n", ["b", "\x1f"]),
        ("# b\n\n# c\n", ["b", "c"]),
        ("# b\n#\n# c\n", ["c"]),
        ("# b\n# \t\n", []),
        ("", []),
        ("# b\nUSER d\n# c\n", ["c"]),
    ],
)
def test_comments_above(above: str, comments: list[str]) -> None:
    assert read(f"FROM a\n{above}RUN e\n").instructions[-1].comments == comments


# -- directives ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "directives", "comments"),
    [
        ("# syntax=a\n# escape=`\nFROM b\n", ["syntax", "escape"], 0),
        ("# syntax=a\n# b\n# escape=`\n", ["syntax"], 2),
        ("\n# syntax=a\n", [], 1),
        ("FROM a\n# syntax=a\n", [], 1),
        ("# a\n# syntax=a\n", [], 2),
        ("x" * 70_000 + "\n# syntax=a\n", [], 1),
    ],
)
def test_directives_are_at_the_top(text: str, directives: list[str], comments: int) -> None:
    document = read(text)
    assert [one.name for one in document.directives] == directives
    assert len(document.comments) == comments


@pytest.mark.parametrize(
    ("text", "message", "line", "marked"),
    [
        ("# syntax=a\n # SYNTAX=b\nFROM c\n", "only one syntax parser directive can be used", 2, "# SYNTAX=b"),
        ("# escape=ab\nFROM c\n", "invalid escape token 'ab' does not match ` or \\", 1, "# escape=ab"),
        ("# escape=`\n# escape=\\\nFROM c `\n\n", "only one escape parser directive can be used", 2, "# escape=\\"),
    ],
)  # fmt: skip
def test_directives_that_are_refused(text: str, message: str, line: int, marked: str) -> None:
    (problem,) = read(text).errors
    assert (problem.message, problem.line) == (message, line)
    assert (text[problem.start : problem.end], problem.kind, problem.stage) == (
        marked,
        "directive",
        1,
    )


def test_escape_character() -> None:
    assert read("# escape=`\nFROM a\n").escape == "`"
    assert read("# escape=\\\nFROM a\n").escape == "\\"
    assert read("# escape=x\nFROM a\n").escape == "\\"
    assert read("# escape=`\n# escape=\\\nFROM a\n").escape == "`"


# -- long lines ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "is_long"),
    [
        ("RUN " + "x" * (65_535 - 4), False),
        ("RUN " + "x" * (65_535 - 3), True),
        ("RUN é" + "x" * (65_535 - 6), False),
        ("RUN é" + "x" * (65_535 - 5), True),
        ("RUN " + "😀" * 16_382 + "xxx", False),
        ("RUN " + "😀" * 16_383, True),
        ("# " + "x" * 65_535, True),
    ],
)
def test_length_in_bytes(line: str, is_long: bool) -> None:
    text = f"FROM a\n{line}\nRUN b\n"
    document = read(text)
    assert [(one.kind, one.line) for one in document.errors] == (
        [("long-line", 2)] if is_long else []
    )
    assert document.instructions[-1].original == "RUN b"
    if is_long:
        (problem,) = document.errors
        assert problem.message == "dockerfile line greater than max allowed size of 65535"
        assert (problem.start, problem.end) == (7, 8)


def test_long_lines_inside_an_instruction() -> None:
    document = read(
        "FROM a\nRUN b \\\n" + "x" * 70_000 + "\n c\nRUN <<E\n" + "y" * 70_000 + "\nz\nE\nCMD d\n"
    )
    assert [(one.kind, one.line) for one in document.errors] == [("long-line", 3), ("long-line", 6)]
    assert [one.keyword for one in document.instructions] == ["FROM", "RUN", "RUN", "CMD"]
    assert document.instructions[1].original == "RUN b  c"


# -- heredocs --------------------------------------------------------------------------------------------


def heredocs(line: str) -> list[Heredoc]:
    return read(f"FROM a\n{line}\n").instructions[1].heredocs


@pytest.mark.parametrize(
    ("line", "name", "fd", "expand", "chomp", "operator"),
    [
        ("RUN <<E", "E", 0, True, False, "<<E"),
        ("RUN <<-E_1.x-y", "E_1.x-y", 0, True, True, "<<-E_1.x-y"),
        ("RUN a << E", "E", 0, True, False, "<< E"),
        ("RUN 3<<E", "E", 3, True, False, "<<E"),
        ("RUN 99999999999999<<E", "E", 2**31 - 1, True, False, "<<E"),
        ("RUN <<'E F'", "E F", 0, False, False, "<<'E F'"),
        ('RUN <<"E"', "E", 0, False, False, '<<"E"'),
        ("RUN <<\\E", "E", 0, True, False, "<<\\E"),
        ("RUN <<E'F'", "EF", 0, False, False, "<<E'F'"),
        ("RUN <<é", "é", 0, True, False, "<<é"),
        ("COPY <<$E /b", "$E", 0, True, False, "<<$E"),
        ("RUN --network=none a <<E", "E", 0, True, False, "<<E"),
    ],
)  # fmt: skip
def test_operators(line: str, name: str, fd: int, expand: bool, chomp: bool, operator: str) -> None:
    text = f"FROM a\n{line}\nx\n{name}\n"
    document = read(text)
    (one,) = document.instructions[1].heredocs
    assert (one.name, one.fd, one.expand, one.chomp, one.terminated) == (
        name,
        fd,
        expand,
        chomp,
        True,
    )
    assert text[one.operator.start : one.operator.end] == operator
    assert one.content == text[one.start : one.end] == "x\n"
    assert text[one.terminator.start : one.terminator.end] == name
    assert document.errors == []


@pytest.mark.parametrize(
    "line",
    ["RUN a <<", "RUN <<<E", "RUN a<<<<E", "RUN <<''", "RUN <<'E", "RUN a<<E", "RUN '<<E'", "RUN <<-"],
)  # fmt: skip
def test_what_opens_no_heredoc(line: str) -> None:
    assert heredocs(line) == []


def test_two_heredocs_of_one_name() -> None:
    text = "FROM a\nRUN <<E 4<<E\nx\nE\ny\nz\nE\nCMD b\n"
    document = read(text)
    one, two = document.instructions[1].heredocs
    assert (one.content, two.content) == ("x\n", "y\nz\n")
    assert (one.operator.start, two.operator.start) == (11, 16)
    assert document.instructions[1].end_line == 7
    assert document.instructions[1].raw_line.text_end_line == 2
    assert document.instructions[2].line == 8


def test_a_body_without_its_tabs() -> None:
    text = "FROM a\nRUN <<-E\n\t\tx\n y\n\n\tE\n"
    (one,) = read(text).instructions[1].heredocs
    script = one.script()
    assert script.text == "x\n y\n\n"
    assert [text[script.offset(at)] for at in range(len(script.text))] == list(script.text)
    assert script.end_offset == one.end == text.index("\tE")
    assert one.content == "\t\tx\n y\n\n"
    assert text[one.terminator.start : one.terminator.end] == "\tE"


def test_an_empty_body() -> None:
    (one,) = read("FROM a\nRUN <<-E\nE\n").instructions[1].heredocs
    assert (one.content, one.start, one.end) == ("", 16, 16)
    assert one.script().text == ""
    assert one.script().end_offset == 16


@pytest.mark.parametrize("body", ["x\n  E\ny\n E\n", "x\n\tE\n E\n", "x\nE \n"])
def test_an_end_with_blanks_around_it_was_meant(body: str) -> None:
    text = f"FROM a\nRUN <<E\n{body}CMD b\n"
    document = read(text)
    (one,) = document.instructions[1].heredocs
    assert (one.content, one.terminated) == ("x\n", False)
    assert text[one.terminator.start : one.terminator.end].strip() == "E"
    assert document.instructions[1].end_line == 4
    (problem, *_) = document.errors
    assert (problem.message, problem.line, problem.kind) == ("unterminated heredoc", 2, "heredoc")
    assert text[problem.start : problem.end] == "<<E"


def test_heredocs_after_one_without_an_end() -> None:
    text = "FROM a\nRUN <<E\n E\nRUN <<F\nx\nF\nRUN <<-G\ny\n\tG\nRUN <<H\nz\n H\nRUN <<-E\nE \nRUN <<I\nu\n"
    document = read(text)
    found = [one.heredocs[0] for one in document.instructions[1:]]
    assert [(one.name, one.content, one.terminated) for one in found] == [
        ("E", "", False),
        ("F", "x\n", True),
        ("G", "y\n", True),
        ("H", "z\n", False),
        ("E", "", False),
        ("I", "u\n", False),
    ]
    assert [one.line for one in document.errors] == [2, 10, 13, 15]
    assert document.instructions[-1].end_line == 16


def test_an_end_above_the_heredoc_is_not_its_own() -> None:
    text = "FROM a\nRUN <<E\n E\nRUN <<E\nx\nCMD b\n"
    document = read(text)
    assert [(one.keyword, one.line, one.end_line) for one in document.instructions] == [
        ("FROM", 1, 1),
        ("RUN", 2, 3),
        ("RUN", 4, 6),
    ]
    last = document.instructions[-1].heredocs[0]
    assert (last.content, last.end, last.terminator.end) == ("x\nCMD b\n", len(text), len(text))


def test_a_heredoc_on_the_last_line() -> None:
    text = "FROM a\nRUN <<E"
    (one,) = read(text).instructions[1].heredocs
    assert (one.start, one.end, one.content, one.terminated) == (len(text), len(text), "", False)


@pytest.mark.parametrize("end", ["", "\n"])
def test_an_end_on_the_last_line_after_a_heredoc_without_one(end: str) -> None:
    document = read(f"FROM a\nRUN <<E\n E\nRUN <<F\nx\nF{end}")
    assert [one.line for one in document.errors] == [2]
    assert document.instructions[-1].heredocs[0].terminated
