"""Parsing of Dockerfiles: lines, continuation lines, comments, directives, heredocs, syntax errors."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dockerlint_rules.syntax.dockerfile.directives import SPACES, read_directive
from dockerlint_rules.syntax.dockerfile.document import Document
from dockerlint_rules.syntax.dockerfile.logical_lines import heredocs_of
from dockerlint_rules.syntax.source import LogicalText, Source


def read(text: str) -> Document:
    return Document(Source(text))


def shapes(text: str) -> list[tuple[str, int, int]]:
    return [(one.keyword, one.line, one.end_line) for one in read(text).instructions]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("FROM a\nRUN b\n", [("FROM", 1, 1), ("RUN", 2, 2)], id="plain"),
        pytest.param("from a\nrun b", [("FROM", 1, 1), ("RUN", 2, 2)], id="lower-case-no-newline"),
        pytest.param("FROM a\nRUN b \\\n  c\nCMD d\n", [("FROM", 1, 1), ("RUN", 2, 3), ("CMD", 4, 4)], id="continued"),
        pytest.param("FROM a\nRUN b \\\n# no\n\n  c\n", [("FROM", 1, 1), ("RUN", 2, 5)], id="comment-and-blank-inside"),
        pytest.param("FROM a\nRUN b \\  \t\n c\n", [("FROM", 1, 1), ("RUN", 2, 3)], id="blanks-after-escape"),
        pytest.param("FROM a\nRUN b \\\\\nCMD c\n", [("FROM", 1, 1), ("RUN", 2, 2), ("CMD", 3, 3)], id="two-escapes-end"),
        pytest.param("FR\\\nOM a\n", [("FROM", 1, 2)], id="keyword-on-two-lines"),
        pytest.param("FROM a\r\nRUN b \\\r\n c\r\n", [("FROM", 1, 1), ("RUN", 2, 3)], id="crlf"),
        pytest.param("FROM a\nRUN b \\\n\n\n", [("FROM", 1, 1), ("RUN", 2, 4)], id="escape-before-the-end"),
        pytest.param("# escape=`\nFROM a\nRUN b `\n c\n", [("FROM", 2, 2), ("RUN", 3, 4)], id="other-escape"),
        pytest.param("\ufeffFROM a\n", [("FROM", 1, 1)], id="byte-order-mark"),
        pytest.param("FROM a\nRUN <<E\nx \\\nE\nCMD y\n", [("FROM", 1, 1), ("RUN", 2, 4), ("CMD", 5, 5)], id="heredoc"),
        pytest.param("FROM a\nONBUILD RUN <<E\nx\nE\n", [("FROM", 1, 1), ("ONBUILD", 2, 4)], id="heredoc-in-onbuild"),
        pytest.param("FROM a\nCMD <<E\n", [("FROM", 1, 1), ("CMD", 2, 2)], id="no-heredoc-in-cmd"),
        pytest.param('FROM a\nRUN ["<<E"]\n', [("FROM", 1, 1), ("RUN", 2, 2)], id="no-heredoc-in-json"),
    ],
)  # fmt: skip
def test_lines(text: str, expected: list[tuple[str, int, int]]) -> None:
    assert shapes(text) == expected


def test_several_heredocs_in_order() -> None:
    copy = read("FROM a\nCOPY <<one <<-'two' /d/\n1\none\n\t2 $X\n\ttwo\n").instructions[1]
    assert [(h.name, h.content, h.expand, h.chomp) for h in copy.heredocs] == [
        ("one", "1\n", True, False),
        ("two", "\t2 $X\n", False, True),
    ]
    assert copy.heredocs[1].script().text == "2 $X\n"


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        pytest.param("", 1, "no instructions", id="empty"),
        pytest.param("# only\n", 1, "no instructions", id="only-comments"),
        pytest.param("RUN a\n", 1, "no build stage", id="before-from"),
        pytest.param("ARG A\n", 1, "no stages", id="only-arg"),
        pytest.param("FROM a\nRNU b\n", 2, "did you mean RUN?", id="misspelt"),
        pytest.param("FROM a\nRUN <<E\nx\n", 2, "unterminated heredoc", id="open-heredoc"),
        pytest.param("# escape=x\nFROM a\n", 1, "invalid escape token", id="bad-escape"),
        pytest.param("# escape=\\\n# escape=\\\nFROM a\n", 2, "only one escape", id="two-escapes"),
        pytest.param("FROM a\nENV A=b c\n", 2, "can't find = in", id="pair-without-equals"),
        pytest.param("FROM a\nCMD [1]\n", 2, "comprised of strings", id="json-of-numbers"),
        pytest.param("FROM a\nCOPY --chwon=b c d\n", 2, "did you mean chown?", id="flag"),
        pytest.param("FROM a\nHEALTHCHECK --interval=1x CMD b\n", 2, "unknown unit", id="duration"),
        pytest.param("FROM a\nRUN b" + "x" * 65536 + "\n", 2, "max allowed size", id="long-line"),
    ],
)
def test_refusals(text: str, line: int, words: str) -> None:
    document = read(text)
    assert not document.accepted
    assert [(one.line, words in one.message) for one in document.errors] == [(line, True)]


def test_parsing_continues_after_an_error() -> None:
    document = read("FROM a\nNOPE\nCOPY b\nRUN <<E\n E\nUSER c\n")
    assert [one.keyword for one in document.instructions] == ["FROM", "NOPE", "COPY", "RUN", "USER"]
    assert [one.line for one in document.errors] == [2, 3, 4]


def test_offsets_of_words_on_continuation_lines() -> None:
    text = "FROM a\nCOPY --chown=b \\\n  # c\n  one \\\n  two /three\n"
    document = read(text)
    words = document.instructions[1].words
    assert [
        (document.source.position(word.start), text[word.start : word.end]) for word in words
    ] == [
        ((4, 3), "one"),
        ((5, 3), "two"),
        ((5, 7), "/three"),
    ]


@given(
    st.text(
        alphabet=st.sampled_from(
            list("FROMRUNCPY abc<<-E'\"\\`#=\n\r\t[],{}$\ufeff\x00é\U0001f600")
        ),
        max_size=200,
    )
)
def test_pieces_make_up_the_text(text: str) -> None:
    document = read(text)
    assert "".join(piece.text for piece in document.pieces()) == text
    for one in document.instructions:
        for word in one.words:
            assert 0 <= word.start <= word.end <= len(text)


@given(st.binary(max_size=200))
def test_bytes_round_trip(data: bytes) -> None:
    source = Source.from_bytes(data)
    document = Document(source)
    assert "".join(piece.text for piece in document.pieces()) == source.text
    assert source.to_bytes() == data


def test_nested_onbuild_is_limited() -> None:
    document = Document(Source("FROM a\n" + "ONBUILD " * 5000 + "RUN b\n"))
    assert [problem.line for problem in document.errors] == [2]


@pytest.mark.parametrize(
    ("text", "message", "marked", "kind"),
    [
        ("# only\n", "file with no instructions", "", "empty"),
        ("ARG A\nARG B\n", "dockerfile contains no stages to build", "ARG", "no-from"),
        ("ARG A\n  USER b\n", "no build stage in current context", "USER", "before-from"),
    ],
)
def test_a_file_without_a_stage(text: str, message: str, marked: str, kind: str) -> None:
    (problem,) = read(text).errors
    assert problem.stage == (1 if kind == "empty" else 2)
    assert (problem.message, text[problem.start : problem.end], problem.kind) == (
        message,
        marked,
        kind,
    )


def test_each_instruction_before_the_first_from_is_an_error() -> None:
    document = read("ARG A\nUSER b\nNOPE\nENV\nCMD c\nFROM a\nFROM b\n")
    assert [(one.line, one.kind) for one in document.errors] == [
        (2, "before-from"),
        (3, "unknown"),
        (4, "arguments"),
        (5, "before-from"),
    ]
    assert [one.kind for one in read("NOPE\n").errors] == ["unknown"]


def test_where_buildkit_stops() -> None:
    document = read("FROM a\nCOPY b\nENV c d=\nENV e=f g\nRUN <<E\n")
    assert len(document.errors) == 3
    # The line parser reads the whole file before the instructions are looked at.
    assert document.refusal
    assert document.refusal.line == 4
    assert read("FROM a\nCOPY b\nUSER\n").refusal.line == 2  # type: ignore[union-attr]
    assert read("FROM a\n").refusal is None


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_pieces_with_their_lines(newline: str) -> None:
    lines = ["# syntax=a", "", "# b", "FROM c", "RUN <<E", "x", "E", "  ", "RUN d \\", "  e"]
    text = newline.join(lines)
    assert [(one.kind, one.line, one.end_line, one.text) for one in read(text).pieces()] == [
        ("directive", 1, 1, lines[0] + newline),
        ("blank", 2, 2, newline),
        ("comment", 3, 3, lines[2] + newline),
        ("instruction", 4, 4, lines[3] + newline),
        ("instruction", 5, 7, newline.join(lines[4:7]) + newline),
        ("blank", 8, 8, lines[7] + newline),
        ("instruction", 9, 10, newline.join(lines[8:])),
    ]


def test_an_empty_file_has_no_pieces() -> None:
    assert list(read("").pieces()) == []
    (problem,) = read("").errors
    assert (problem.line, problem.start, problem.end) == (1, 0, 0)


@pytest.mark.parametrize(
    ("line", "opens"),
    [
        ("RUN b <<E", True),
        ("copy <<E /c", True),
        ("ADD <<E /c", True),
        ("RUN --network=none <<E", True),
        ("ONBUILD RUN <<E", True),
        ("ONBUILD CMD <<E", False),
        ("ONBUILD", False),
        ("CMD <<E", False),
        ("ENV A=<<E", False),
        ('RUN ["a", "<<E"]', False),
        ("RUN [1] <<E", True),
        ('RUN [1, "<<E"]', False),
        ("RUN", False),
    ],
)
def test_which_instructions_open_heredocs(line: str, opens: bool) -> None:
    document = read(f"FROM a\n{line}\nE\n")
    assert ([one.end_line for one in document.instructions] == [1, 3]) is opens


def test_a_file_that_is_one_long_line_has_one_error() -> None:
    assert [one.kind for one in read("x" * 70_000).errors] == ["long-line"]
    assert [one.kind for one in read("x" * 70_000 + "\nFROM a\n").errors] == ["long-line"]
    assert [one.kind for one in read("# escape=x\n").errors] == ["directive", "empty"]


# -- long lines ------------------------------------------------------------------------------------


@given(st.text(" =\n\t\va", max_size=9))
@example("= ")
@example("=a \n")
def test_a_directive_is_that_of_the_plain_expression(rest: str) -> None:
    plain = rf"#[{SPACES}]*([A-Za-z][A-Za-z0-9]*)[\t\n\f\r ]*=[\t\n\f\r ]*([^\n]+?)[\t\n\f\r ]*\Z"
    found = re.match(plain, f"#check{rest}")
    expected = ("check", found[2]) if found and found[1] == "check" else None
    assert read_directive(f"#check{rest}") == expected


class SearchedText(str):
    """A text that counts how much of it is searched in vain."""

    __slots__ = ("in_vain",)

    def find(self, sub: str, start: int = 0) -> int:  # type: ignore[override]
        found = super().find(sub, start)
        if found < 0:
            self.in_vain = getattr(self, "in_vain", 0) + len(self) - start
        return found


def test_words_that_an_expansion_makes_are_not_searched_for_without_end() -> None:
    def searched(size: int) -> int:
        line = LogicalText([("RUN <<E cat" + "".join(f" ${{x:-\\a{n}}}" for n in range(size)), 0)])
        line.text = text = SearchedText(line.text)
        assert [one.name for one in heredocs_of(line)] == ["E"]
        return text.in_vain

    assert 0 < searched(4000) <= 6 * searched(1000)
