"""One logical line: command word, flags, words of pairs, JSON arrays; each with its place."""

from __future__ import annotations

import pytest

from dockerlint_rules.syntax.dockerfile.fields import (
    NotAStringArray,
    blank_words,
    json_pieces,
    json_strings,
    json_value,
    quoted_words,
    split_command,
    split_flags,
    trim,
)


@pytest.mark.parametrize(
    ("text", "word", "rest"),
    [
        ("RUN a b", "RUN", "a b"),
        (" \tRUN\t a b \r", "RUN", "a b"),
        ("RUN", "RUN", ""),
        ("RUN ", "RUN", ""),
        ("", "", ""),
        ("  ", "", ""),
        ("RUN\xa0a b", "RUN\xa0a", "b"),
        ("RUN \xa0a\xa0", "RUN", "a"),
        ("RUN\va\fb", "RUN", "a\fb"),
        ("RUN\x1ca", "RUN\x1ca", ""),
    ],
)
def test_command_word(text: str, word: str, rest: str) -> None:
    start, end, begin, stop = split_command(text)
    assert (text[start:end], text[begin:stop]) == (word, rest)
    if not rest:
        assert begin == stop == len(text.rstrip(" \t\r"))


@pytest.mark.parametrize(
    ("text", "bounds", "expected"),
    [(" a ", (0, 3), (1, 2)), ("a", (0, 1), (0, 1)), ("   ", (0, 3), (3, 3)), ("  a  ", (1, 4), (2, 3)), ("", (0, 0), (0, 0))],
)  # fmt: skip
def test_trim(text: str, bounds: tuple[int, int], expected: tuple[int, int]) -> None:
    assert trim(text, *bounds) == expected


@pytest.mark.parametrize(
    ("text", "flags", "rest"),
    [
        ("a --b", [], "a --b"),
        ("--a=b c", [("--a=b", "--a=b")], "c"),
        ("--a  --b=c\td", [("--a", "--a"), ("--b=c", "--b=c")], "d"),
        ("--a", [("--a", "--a")], ""),
        ("--a ", [("--a", "--a")], ""),
        ("--a -- --b", [("--a", "--a")], " --b"),
        ("--a -b", [("--a", "--a")], "-b"),
        ("--a='b c' d", [("--a=b c", "--a='b c'")], "d"),
        ('--a="b \'c" d', [("--a=b 'c", '--a="b \'c"')], "d"),
        ("--a=b\\ c d", [("--a=b c", "--a=b\\ c")], "d"),
        ("--a='b\\'c' d", [("--a=b'c", "--a='b\\'c'")], "d"),
        ("--a=b\\", [("--a=b", "--a=b\\")], ""),
        ("--a='b", [("--a=b", "--a='b")], ""),
        ("--a=x'b c'y d", [("--a=xb cy", "--a=x'b c'y")], "d"),
        ("--a=`b c", [("--a=`b", "--a=`b")], "c"),
    ],
)
def test_flags(text: str, flags: list[tuple[str, str]], rest: str) -> None:
    text = f"X {text}"
    found, at = split_flags(text, 2, len(text), "\\")
    assert [(word, text[start:end]) for word, start, end in found] == flags
    assert text[at:] == rest


def test_flags_with_another_escape_character() -> None:
    assert split_flags("--a=b` c\\ d", 0, 11, "`") == ([("--a=b c\\", 0, 9)], 10)


@pytest.mark.parametrize(
    ("text", "flags", "rest"),
    [
        ("--a=é b", [("--a=\xc3\xa9", "--a=é")], "b"),
        ("--é=1 --b=☃ c ü", [("--\xc3\xa9=1", "--é=1"), ("--b=\xe2\x98\x83", "--b=☃")], "c ü"),
        ("--a=`é ü` c", [("--a=\xc3\xa9", "--a=`é")], "ü` c"),
    ],
)  # fmt: skip
def test_flags_beyond_ascii_keep_their_places(
    text: str, flags: list[tuple[str, str]], rest: str
) -> None:
    found, at = split_flags(text, 0, len(text), "`")
    assert [(word, text[start:end]) for word, start, end in found] == flags
    assert text[at:] == rest


def test_two_bytes_of_utf_8_are_blanks_in_flags() -> None:
    # U+2045 is E2 81 85 and U+00E0 is C3 A0; BuildKit takes 85 and A0 for blanks.
    found, at = split_flags("--a=b\u00e0--c d", 0, 10, "\\")
    assert [word for word, _, _ in found] == ["--a=b\xc3", "--c"]
    assert at == 10


def test_words_between_blanks() -> None:
    text = "x a\tb\v\fc\rd e"
    assert [text[start:end] for start, end in blank_words(text, 2, 11)] == ["a", "b", "c", "d"]
    assert blank_words(text, 2, 3) == [(2, 3)]
    assert blank_words("  ", 0, 2) == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a=b c=d", ["a=b", "c=d"]),
        (" a=b \t c ", ["a=b", "c"]),
        ("a='b c' d", ["a='b c'", "d"]),
        ('a="b \'c" d', ['a="b \'c"', "d"]),
        ("a=b\\ c d", ["a=b\\ c", "d"]),
        ("a=b\\\\ c", ["a=b\\\\", "c"]),
        ('a="b\\" c" d', ['a="b\\" c"', "d"]),
        ("a='b\\' c", ["a='b\\'", "c"]),
        ("a='b'c'd e' f", ["a='b'c'd e'", "f"]),
        ("a=b\\", ["a=b"]),
        ('a="b\\', ['a="b']),
        ("\\", []),
        ("a='b", ["a='b"]),
        ("", []),
        ("a\xa0b", ["a", "b"]),
    ],
)
def test_words_of_pairs(text: str, words: list[str]) -> None:
    found = quoted_words(f"X {text}", 2, len(text) + 2, "\\")
    assert [word for word, _, _ in found] == words
    for word, start, end in found:
        assert f"X {text}"[start:end].startswith(word)
        assert end <= len(text) + 2


def test_an_escape_at_the_end_belongs_to_the_place_of_its_word() -> None:
    assert quoted_words("a=b\\", 0, 4, "\\") == [("a=b", 0, 4)]
    assert quoted_words("a=b\\ c", 0, 4, "\\") == [("a=b", 0, 4)]
    assert quoted_words('a="\\ c', 0, 4, "\\") == [('a="', 0, 4)]
    assert quoted_words("a=b` c", 0, 6, "`") == [("a=b` c", 0, 6)]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("[]", []),
        ("[ \t]", []),
        ('["a"]', ["a"]),
        ('[ "a" ,\t"b" ]', ["a", "b"]),
        ('["a b", "c\\"d", "\\u0041\\n"]', ["a b", 'c"d', "A\n"]),
        ('["a"', None),
        ('["a",', None),
        ('["a",]', None),
        ('["a" "b"]', None),
        ('["a"] b', None),
        ("[] b", None),
        ("[a]", None),
        ("['a']", None),
        ('["a\tb"]', None),
        ('["\\x"]', None),
        ("a", None),
        ("", None),
        ("[", None),
        ("[NaN]", None),
        ("[" * 100_000, None),
    ],
)
def test_json_arrays(text: str, values: list[str] | None) -> None:
    text = f"X {text}"
    found = json_strings(text, 2, len(text))
    assert (found and [value for value, _, _ in found]) == values
    for _, start, end in found or ():
        assert text[start] == text[end - 1] == '"'


def test_a_json_array_ends_where_the_text_ends() -> None:
    assert json_strings('["a"] b', 0, 5) == [("a", 1, 4)]
    assert json_strings('["a"] b', 0, 6) == [("a", 1, 4)]
    assert json_strings("[] b", 0, 3) == []
    assert json_strings('["a"]', 0, 4) is None
    assert json_strings('["a", "b"]', 0, 7) is None


@pytest.mark.parametrize("text", ["[1]", '["a", 1]', "[null]", '["a", ["b"]]', '[{"a": 1}]'])
def test_json_with_other_items(text: str) -> None:
    with pytest.raises(NotAStringArray):
        json_strings(text, 0, len(text))


@pytest.mark.parametrize(
    ("body", "value"),
    [
        ("a", "a"),
        ('\\b\\f\\n\\r\\t\\/\\\\\\"', '\b\f\n\r\t/\\"'),
        ("\\u00e9\\u00E9", "éé"),
        ("\\ud83d\\ude00", "😀"),
        ("\\ud83d", "\ufffd"),
        ("a\\ude00b", "a\ufffdb"),
        ("\udcff", "\ufffd"),
        ("a\udc80\\n", "a\ufffd\n"),
        ("\ud7ff\ue000", "\ud7ff\ue000"),
    ],
)
def test_value_of_a_json_string(body: str, value: str) -> None:
    assert json_value(body) == value


def test_pieces_of_a_json_string() -> None:
    assert json_pieces("ab\\nc\\u0041", 10) == [("ab", 10), ("\n", 12), ("c", 14), ("A", 15)]
    assert json_pieces("\\\\\\tb", 5) == [("\\", 5), ("\t", 7), ("b", 9)]
    assert json_pieces("ab", 3) == [("ab", 3)]
    assert json_pieces("", 3) == []
