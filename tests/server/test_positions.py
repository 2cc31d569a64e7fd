"""Positions in three encodings, and edits that give the same text as the whole."""

from __future__ import annotations

import pytest
from counted import calls
from hypothesis import given
from hypothesis import strategies as st

from dockerlint_rules.server.positions import UTF8, UTF16, UTF32, IndexedText, apply_changes
from dockerlint_rules.server.text_edits import line_edits

ENCODINGS = (UTF8, UTF16, UTF32)
TEXTS = st.text(st.sampled_from("ab \t\n\r\rä€😀\ud800\u2028"), max_size=30)


@pytest.mark.parametrize(("encoding", "character"), [(UTF8, 11), (UTF16, 6), (UTF32, 5)])
def test_characters_are_counted_in_units(encoding: str, character: int) -> None:
    text = IndexedText("x\naä€😀b", encoding)
    assert text.position(7) == {"line": 1, "character": character}
    assert text.offset({"line": 1, "character": character}) == 7


def test_all_line_ends_count() -> None:
    text = IndexedText("a\nb\r\nc\rd", UTF16)
    assert [text.line(number) for number in range(5)] == ["a", "b", "c", "d", ""]
    assert text.offset({"line": 2, "character": 0}) == 5


@pytest.mark.parametrize(
    ("position", "offset"),
    [((0, 99), 2), ((9, 0), 5), ((-1, 3), 0), ((0, -3), 0), ((1, 99), 5), ((1, 1), 4)],
)
def test_positions_outside_are_clamped(position: tuple[int, int], offset: int) -> None:
    text = IndexedText("ab\ncd", UTF16)
    assert text.offset({"line": position[0], "character": position[1]}) == offset


def test_the_middle_of_a_character_is_its_start() -> None:
    assert IndexedText("a😀b", UTF16).offset({"line": 0, "character": 2}) == 1
    assert IndexedText("a😀b", UTF8).offset({"line": 0, "character": 3}) == 1


@given(TEXTS, st.sampled_from(ENCODINGS))
def test_there_and_back(text: str, encoding: str) -> None:
    made = IndexedText(text, encoding)
    for offset in range(len(text) + 1):
        if text[offset - 1 : offset + 1] == "\r\n":
            continue  # no position is between them
        assert made.offset(made.position(offset)) == offset


@given(
    TEXTS,
    st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30), TEXTS), max_size=4),
    st.sampled_from(ENCODINGS),
)
def test_changes_add_up(text: str, edits: list[tuple[int, int, str]], encoding: str) -> None:
    made, plain = IndexedText(text, encoding), text
    for one, other, new in edits:
        start, end = sorted((min(one, len(plain)), min(other, len(plain))))
        if plain[start - 1 : start + 1] == "\r\n" or plain[end - 1 : end + 1] == "\r\n":
            continue
        made = apply_changes(made, [{"range": made.range(start, end), "text": new}])
        plain = plain[:start] + new + plain[end:]
        assert made.text == plain
        assert made.starts == IndexedText(plain, encoding).starts


@given(
    TEXTS,
    st.lists(st.tuples(*[st.integers(-1, 6)] * 4, TEXTS), min_size=2, max_size=5),
    st.sampled_from(ENCODINGS),
)
def test_several_changes_at_once_are_the_same_as_one_after_the_other(
    text: str, edits: list[tuple[int, int, int, int, str]], encoding: str
) -> None:
    changes = [
        {"range": {"start": {"line": a, "character": b}, "end": {"line": c, "character": d}}, "text": new}
        for a, b, c, d, new in edits
    ]  # fmt: skip
    plain = IndexedText(text, encoding)
    for change in changes:
        plain = apply_changes(plain, [change])
    made = apply_changes(IndexedText(text, encoding), changes)
    assert made.text == plain.text
    assert made.starts == plain.starts


def test_thousands_of_changes_at_once() -> None:
    count = 3000
    changes = [
        {"range": {"start": {"line": n, "character": 1}, "end": {"line": n, "character": 2}}, "text": "x\n"}
        for n in reversed(range(count))
    ]  # fmt: skip
    text = IndexedText("abc\n" * count, UTF16)
    assert apply_changes(text, changes).text == "ax\nc\n" * count
    assert calls(apply_changes, text, changes) < 60 * count


@given(TEXTS, TEXTS, st.sampled_from(ENCODINGS))
def test_edits_of_lines_make_the_other_text(before: str, after: str, encoding: str) -> None:
    made = IndexedText(before, encoding)
    for edit in reversed(line_edits(made, after)):
        made = apply_changes(made, [{"range": edit["range"], "text": edit["newText"]}])
    assert made.text == after
