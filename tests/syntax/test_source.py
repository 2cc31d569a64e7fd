"""Offsets, lines and columns; text joined from pieces; bytes that come back unchanged."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dockerlint_rules.syntax.source import LogicalText, Source, Span, encode


def test_spans() -> None:
    span = Span(2, 5)
    assert span == Span(2, 5)
    assert span != Span(2, 6)
    assert span != Span(1, 5)
    assert span != (2, 5)
    assert {span: 1}[Span(2, 5)] == 1
    assert hash(span) != hash(Span(5, 2))
    span.move(3)
    assert (span.start, span.end) == (5, 8)
    assert repr(span) == "Span(5, 8)"


@pytest.mark.parametrize(
    ("text", "starts", "count", "newline"),
    [
        ("", [0], 1, "\n"),
        ("a", [0], 1, "\n"),
        ("\n", [0, 1], 1, "\n"),
        ("a\n", [0, 2], 1, "\n"),
        ("a\nb", [0, 2], 2, "\n"),
        ("a\nb\n\n", [0, 2, 4, 5], 3, "\n"),
        ("a\r\nb\n", [0, 3, 5], 2, "\r\n"),
        ("\r\nb\n", [0, 2, 4], 2, "\r\n"),
        ("a\nb\r\n", [0, 2, 5], 2, "\n"),
        ("a\rb\u2028c", [0], 1, "\n"),
        ("a\r", [0], 1, "\n"),
    ],
)
def test_lines_end_at_line_feeds(text: str, starts: list[int], count: int, newline: str) -> None:
    source = Source(text)
    assert source.line_starts == starts
    assert source.line_starts is source.line_starts
    assert source.line_count == count
    assert source.newline == newline


@pytest.mark.parametrize(
    ("offset", "position"),
    [(0, (1, 1)), (1, (1, 2)), (2, (1, 3)), (3, (2, 1)), (4, (3, 1)), (5, (3, 2)), (6, (3, 3))],
)
def test_line_and_column_of_an_offset(offset: int, position: tuple[int, int]) -> None:
    source = Source("ab\n\ncd")
    assert source.position(offset) == position
    assert source.line_of(offset) == position[0]
    assert source.offset(*position) == offset


@pytest.mark.parametrize(
    ("place", "offset"),
    [((1,), 0), ((2,), 3), ((3,), 4), ((4,), 6), ((9,), 6), ((0,), 0), ((-1,), 0), ((2, 0), 3),
     ((2, -3), 3), ((3, 99), 6), ((1, 99), 6), ((1, 4), 3)],
)  # fmt: skip
def test_places_beyond_the_text(place: tuple[int, ...], offset: int) -> None:
    assert Source("ab\n\ncd").offset(*place) == offset


@pytest.mark.parametrize(
    ("number", "line", "span"),
    [
        (0, "", Span(0, 0)),
        (1, "ab", Span(0, 2)),
        (2, "", Span(4, 4)),
        (3, " c ", Span(5, 8)),
        (4, "", Span(9, 9)),
        (5, "", Span(9, 9)),
    ],
)
def test_text_and_span_of_a_line(number: int, line: str, span: Span) -> None:
    source = Source("ab\r\n\n c \n")
    assert source.line(number) == line
    assert source.line_span(number) == span


def test_last_line_without_an_end() -> None:
    assert Source("a\nbc").line(2) == "bc"
    assert Source("a\nbc\r").line(2) == "bc"
    assert Source("").line(1) == ""


@given(st.binary(max_size=40))
def test_bytes_come_back(data: bytes) -> None:
    source = Source.from_bytes(data, "a/Dockerfile")
    assert source.to_bytes() == data
    assert source.filename == "a/Dockerfile"


def test_one_byte_that_is_not_utf_8_counts_one() -> None:
    assert Source.from_bytes(b"a\xff\xe2\x98\x83b").text == "a\udcff\u2603b"
    assert Source.from_bytes(b"").filename == "Dockerfile"
    assert Source("a").filename == "Dockerfile"
    assert encode("a\ud800\u2603") == b"a\xed\xa0\x80\xe2\x98\x83"


# -- joined text ---------------------------------------------------------------------------------------


def joined() -> LogicalText:
    return LogicalText([("abc", 10), ("", 15), ("de", 20), ("f", 30)])


def test_offsets_in_joined_text() -> None:
    text = joined()
    assert text.text == "abcdef"
    assert [text.offset(index) for index in range(8)] == [10, 11, 12, 20, 21, 30, 31, 31]
    text.move(5)
    assert [text.offset(index) for index in range(7)] == [15, 16, 17, 25, 26, 35, 36]


@pytest.mark.parametrize(
    ("start", "end", "span"),
    [
        (0, 3, Span(10, 13)),
        (0, 4, Span(10, 21)),
        (2, 3, Span(12, 13)),
        (3, 5, Span(20, 22)),
        (0, 6, Span(10, 31)),
        (3, 3, Span(20, 20)),
        (4, 2, Span(21, 21)),
        (6, 6, Span(31, 31)),
        (5, 9, Span(30, 32)),
    ],
)
def test_spans_in_joined_text(start: int, end: int, span: Span) -> None:
    assert joined().span(start, end) == span


@pytest.mark.parametrize(
    ("bounds", "pieces"),
    [
        ((), [("abc", 10), ("de", 20), ("f", 30)]),
        ((1,), [("bc", 11), ("de", 20), ("f", 30)]),
        ((3,), [("de", 20), ("f", 30)]),
        ((4, 6), [("e", 21), ("f", 30)]),
        ((1, 2), [("b", 11)]),
        ((1, 4), [("bc", 11), ("d", 20)]),
        ((0, 3), [("abc", 10)]),
        ((2, 2), []),
        ((6, 9), []),
        ((0, 0), []),
    ],
)
def test_pieces(bounds: tuple[int, ...], pieces: list[tuple[str, int]]) -> None:
    assert joined().pieces(*bounds) == pieces


@pytest.mark.parametrize(
    ("start", "end", "text", "end_offset"),
    [(1, 4, "bcd", 21), (0, 3, "abc", 13), (2, 2, "", 12), (5, 6, "f", 31), (6, 6, "", 31)],
)
def test_slices(start: int, end: int, text: str, end_offset: int) -> None:
    part = joined().slice(start, end)
    assert part.text == text
    assert part.end_offset == end_offset
    assert part.offset(len(text)) == end_offset
    assert [part.offset(index) for index in range(len(text))] == [
        joined().offset(start + index) for index in range(len(text))
    ]


def test_ends() -> None:
    assert LogicalText([]).end_offset == 0
    assert LogicalText([]).offset(0) == 0
    assert LogicalText([], 7).offset(0) == 7
    assert LogicalText([("", 4)]).offset(0) == 4
    assert LogicalText([("ab", 4)], 9).offset(2) == 9
    assert LogicalText([("ab", 4)], 9).offset(1) == 5
