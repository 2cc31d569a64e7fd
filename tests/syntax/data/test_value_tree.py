"""YAML and JSON as values with places."""

from __future__ import annotations

import pytest

from dockerlint_rules.syntax.data.value_tree import ParseError, Value, read_values
from dockerlint_rules.syntax.source import Source


def read(text: str, name: str = "compose.yaml") -> Value:
    return read_values(Source(text, name))


def plain(value: Value) -> object:
    """A value as Python has it, all scalars as texts."""
    if value.pairs is not None:
        return {name.text: plain(below) for name, below in value.pairs}
    if value.items is not None:
        return [plain(one) for one in value.items]
    return value.text


def marked(text: str, value: Value | None) -> str | None:
    return None if value is None else text[value.start : value.end]


TEXT = """\
a:
  b: [1, "two", {c: 3}]
  d: |
    one
    two

e: plain  # comment
"""


def test_values() -> None:
    assert plain(read(TEXT)) == {
        "a": {"b": ["1", "two", {"c": "3"}], "d": "one\ntwo\n"},
        "e": "plain",
    }


def test_places() -> None:
    root = read(TEXT)
    assert marked(TEXT, root.get("e")) == "plain"
    assert marked(TEXT, root.key("a")) == "a"
    assert marked(TEXT, root.get("a", "b")) == '[1, "two", {c: 3}]'
    assert marked(TEXT, root.get("a", "d")) == "|\n    one\n    two"
    assert marked(TEXT, root.get("a")) == TEXT[5 : TEXT.index("\n\ne")]
    items = root.get("a", "b").items  # type: ignore[union-attr]
    assert items
    assert [marked(TEXT, one) for one in items] == ["1", '"two"', "{c: 3}"]


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_a_block_ends_with_its_own_text(newline: str) -> None:
    text = f"a:{newline}  b: 1 {newline}{newline}c: 2{newline}"
    assert marked(text, read(text).get("a")) == "b: 1"


def test_missing_keys() -> None:
    root = read(TEXT)
    assert root.get() is root
    assert root.get("x") is None
    assert root.get("x", "y") is None
    assert root.get("a", "x") is None
    assert root.get("e", "x") is None
    assert root.get("a", "b", "c") is None
    assert root.key("x") is None
    assert list(root.get("e").each()) == []  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("text", "scalars"),
    [("a", ["a"]), ("''", [""]), ("[a, [b], {c: d}, e]", ["a", "e"]), ("{a: b}", []), ("[]", [])],
)
def test_scalars(text: str, scalars: list[str]) -> None:
    assert [one.text for one in read(text).scalars()] == scalars


@pytest.mark.parametrize(
    ("text", "is_true", "is_null"),
    [
        ("true", True, False),
        ("Yes", True, False),
        ("ON", True, False),
        ("'true'", False, False),
        ("false", False, False),
        ("null", False, True),
        ("Null", False, True),
        ("~", False, True),
        ("'~'", False, False),
        ("'null'", False, False),
        ("[true]", False, False),
        ("nothing", False, False),
    ],
)
def test_true_and_null(text: str, is_true: bool, is_null: bool) -> None:
    value = read(f"a: {text}").get("a")
    assert value is not None
    assert (value.is_true, value.is_null) == (is_true, is_null)


def test_empty_values() -> None:
    empty = read("a:\nb: ''\n")
    assert [value.is_null for _, value in empty.each()] == [True, False]
    assert [value.is_true for _, value in empty.each()] == [False, False]
    nothing = read("# only a comment\n")
    assert (nothing.start, nothing.end) == (0, 0)
    assert (nothing.text, nothing.pairs, nothing.items, nothing.is_plain) == (
        None,
        None,
        None,
        False,
    )


# -- aliases and merged keys ---------------------------------------------------------------------------


def test_an_alias_is_the_same_value() -> None:
    root = read("a: &x {b: 1}\nc: *x\n")
    assert root.get("a") is root.get("c")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{<<: *x, a: own}", {"a": "own", "b": "x"}),
        ("{a: own, <<: *x}", {"a": "own", "b": "x"}),
        ("{<<: [*x, *y]}", {"a": "x", "b": "x", "c": "y"}),
        ("{<<: [*y, *x]}", {"a": "y", "b": "x", "c": "y"}),
        ("{<<: *x, <<: *y}", {"a": "x", "b": "x", "c": "y"}),
        ("{'<<': *x}", {"<<": {"a": "x", "b": "x"}}),
        ("{<<: text}", {}),
    ],
    ids=["own-key-wins", "order", "first-wins", "other-first", "two-merges", "quoted", "not-a-mapping"],
)  # fmt: skip
def test_merged_keys(text: str, expected: dict[str, object]) -> None:
    root = read(f"x: &x {{a: x, b: x}}\ny: &y {{a: y, c: y}}\nz: {text}\n")
    value = root.get("z")
    assert value is not None
    assert plain(value) == expected


def test_a_mapping_that_merges_itself() -> None:
    with pytest.raises(
        ParseError, match="line 2, column 7: an alias stands for a value that it is a part of"
    ):
        read("a: &a\n  <<: *a\n  b: 1\n")


# -- JSON ----------------------------------------------------------------------------------------------


def test_json_with_tabs_and_a_byte_order_mark() -> None:
    text = '\ufeff{\n\t"a":\t["b"]\n}'
    root = read(text, "Dockerrun.AWS.json")
    assert plain(root) == {"a": ["b"]}
    assert marked(text, root.get("a")) == '["b"]'


def nested(depth: int) -> str:
    return "[" * depth + "]" * depth


@pytest.mark.parametrize(
    ("text", "name", "line", "column", "problem"),
    [
        ('{\n "a": }', "a.json", 2, 7, "Expecting value"),
        ("{a: 1}", "a.json", 1, 2, "Expecting property name enclosed in double quotes"),
        ("a: [\n", "a.yaml", 2, 1, "expected the node content, but found '<stream end>'"),
        ("a: b: c", "a.yaml", 1, 5, "mapping values are not allowed here"),
        ("a:\n\t- b", "a.yaml", 2, 1, "found character '\\t' that cannot start any token"),
        ("a: *b", "a.yaml", 1, 4, "found undefined alias 'b'"),
        ("a: 1\nb: \x07", "a.yaml", 2, 4, "a character that YAML does not allow"),
        (nested(63), "a.yaml", 1, 61, "nesting is too deep"),
        (nested(20_000), "a.yaml", 1, 61, "nesting is too deep"),
    ],
    ids=["json", "yaml-in-json", "open", "two-colons", "tab", "alias", "control", "deep", "very-deep"],
)  # fmt: skip
def test_errors(text: str, name: str, line: int, column: int, problem: str) -> None:
    with pytest.raises(ParseError) as caught:
        read(text, name)
    assert (caught.value.line, caught.value.column) == (line, column)
    assert str(caught.value) == f"line {line}, column {column}: {problem}"


def test_nesting_that_a_person_may_write() -> None:
    assert read(nested(60)).items


def test_json_too_deep_for_python() -> None:
    with pytest.raises(ParseError) as caught:
        read(nested(100_000), "a.json")
    assert (caught.value.line, caught.value.column) == (1, 1)
