"""Commands and their words: flags, values, operands, and the script inside a quoted word."""

from __future__ import annotations

import pytest

from dockerlint_rules.syntax.shell.command import Command, ShellWord
from dockerlint_rules.syntax.shell.script import read_script
from dockerlint_rules.syntax.source import LogicalText

AT = 100  # where the script begins in the file


def commands(text: str) -> list[Command]:
    return read_script(LogicalText([(text, AT)])).commands


def only(text: str) -> Command:
    (found,) = commands(text)
    return found


def marked(text: str, start: int, end: int) -> str:
    return text[start - AT : end - AT]


def texts(words: list[ShellWord]) -> list[str]:
    return [word.text for word in words]


# -- flags ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "names", "word"),
    [
        ("a -y b", ("-y",), "-y"),
        ("a -qy b", ("-y",), "-qy"),
        ("a -qy b", ("-q",), "-qy"),
        ("a -q2y", ("-y",), "-q2y"),
        ("a -o=x", ("-x",), None),
        ("a -o=x", ("-o",), "-o=x"),
        ("a --yes", ("--yes",), "--yes"),
        ("a --yes=1", ("--yes",), "--yes=1"),
        ("a --yesterday", ("--yes",), None),
        ("a --yes", ("-y",), None),
        ("a -yes", ("-yes",), "-yes"),
        ("a -yes=1", ("-yes",), "-yes=1"),
        ("a -yesx", ("-yes",), None),
        ("a -b -- -y", ("-y",), None),
        ("a -", ("-y",), None),
        ("a y", ("-y",), None),
        ("-y b", ("-y",), None),
        ("a -b --yes -y", ("-y", "--yes"), "--yes"),
        ("a '-y'", ("-y",), "'-y'"),
        ("a -$b", ("-y",), None),
    ],
)
def test_flags(text: str, names: tuple[str, ...], word: str | None) -> None:
    command = only(text)
    found = command.flag(*names)
    assert (found and found.text) == word
    assert command.has_flag(*names) is (word is not None)


@pytest.mark.parametrize(
    ("text", "names", "value"),
    [
        ("a -o b", ("-o",), "b"),
        ("a -ob", ("-o",), "b"),
        ("a -o=b", ("-o",), "b"),
        ("a -vo b", ("-o",), "b"),
        ("a -vob", ("-o",), "b"),
        ("a --out b", ("--out",), "b"),
        ("a --out=b=c", ("--out",), "b=c"),
        ("a --out= b", ("--out",), ""),
        ("a -o", ("-o",), None),
        ("a b", ("-o",), None),
        ("a -- -o b", ("-o",), None),
        ("a -o -o c", ("-o",), "-o"),
        ("a -x -o b", ("--out", "-o"), "b"),
        ("a --out b -o c", ("-o", "--out"), "b"),
        ("a -o 'b c'", ("-o",), "b c"),
    ],
)
def test_values(text: str, names: tuple[str, ...], value: str | None) -> None:
    assert only(text).value_of(*names) == value


@pytest.mark.parametrize(
    ("text", "flags", "operands"),
    [
        ("a b -c d", (), ["b", "d"]),
        ("a b -c d e", ("-c",), ["b", "e"]),
        ("a -vc d e", ("-c",), ["e"]),
        ("a -cd e", ("-c",), ["e"]),
        ("a -cv d", ("-c",), ["d"]),
        ("a --c d e", ("--c",), ["e"]),
        ("a --c=d e", ("--c",), ["e"]),
        ("a - b", (), ["-", "b"]),
        ("a b -- -c d", ("-c",), ["b", "-c", "d"]),
        ("a -c -- d", ("-c",), ["d"]),
        ("a -c", ("-c",), []),
        ("a -c -d e f", ("-c", "-d"), ["e", "f"]),
    ],
)
def test_operands(text: str, flags: tuple[str, ...], operands: list[str]) -> None:
    assert texts(only(text).operands(*flags)) == operands


# -- words and places ----------------------------------------------------------------------------------


def test_parts_of_a_command() -> None:
    text = "x; A=b sudo env -u C D=e prog -f 'g h' > i 2>&1 && y"
    _, command, _ = commands(text)
    assert command.name == "prog"
    assert command.wrappers == ["sudo", "env"]
    assert texts(command.words) == ["prog", "-f", "'g h'"]
    assert texts(command.args) == ["-f", "'g h'"]
    assert texts(command.assignments) == ["A=b"]
    assert [(operator, word.text) for operator, word in command.redirects] == [
        (">", "i"),
        ("2>&", "1"),
    ]
    assert texts(list(command.all_words())) == ["A=b", "prog", "-f", "'g h'", "i", "1"]
    assert (command.before, command.after) == (";", "&&")
    assert marked(text, command.start, command.end) == "prog -f 'g h' > i 2>&1"
    assert marked(text, command.outer_start, command.end).startswith("A=b sudo")
    assert [marked(text, word.start, word.end) for word in command.words] == texts(command.words)
    assert command.index == 1
    assert repr(command) == "Command('prog -f g h')"
    assert repr(command.words[2]) == "ShellWord(\"'g h'\")"
    assert (command.nested, command.conditional, command.function, command.heredoc_body) == (
        False,
    ) * 4
    assert command.pipeline == [command]
    assert command.package_calls is None


@pytest.mark.parametrize(
    ("word", "value", "literal"),
    [
        ("a", "a", True),
        ("'a b'", "a b", True),
        ('"a b"', "a b", True),
        ("a\\ b", "a b", True),
        ("'a\\b'", "a\\b", True),
        ('"a\\b\\"\\$\\`\\\\"', 'a\\b"$`\\', True),
        ("$'a\\'b'", "a'b", True),
        ("$'a\\\\b'", "a\\b", True),
        ("$'a\\nb'", "a\\nb", True),
        ("a\\\n'b c'", "ab c", True),
        ('$"a b"', "a b", True),
        ("''", "", True),
        ("'a'\"b\"c", "abc", True),
        ("$A", "${A}", False),
        ("${A}b", "${A}b", False),
        ('"$A b"', "${A} b", False),
        ("'$A'", "$A", True),
        ("\\$A", "$A", True),
        ("$(b c)d", "$()d", False),
        ("`b`", "$()", False),
        ("a*", "a*", True),
        ("a\\\nb", "ab", True),
        ('"a\\\nb"', "ab", True),
        ("a$", "a$", True),
        ("'\"'\"'\"", "\"'", True),
    ],
)
def test_values_of_words(word: str, value: str, literal: bool) -> None:
    text = f"echo {word}"
    found = next(one for one in commands(text) if one.name == "echo").words[1]
    assert (found.text, found.value, found.literal) == (word, value, literal)
    assert marked(text, found.start, found.end) == word


@pytest.mark.parametrize(
    ("word", "script"),
    [
        ("'a b'", "a b"),
        ('"a \\"b\\" c"', 'a "b" c'),
        ("'a'\"b\"", "ab"),
        ("a\\ b", "a b"),
        ("''", ""),
        ("'a\\\nb'", "a\\\nb"),
        ('"a\\\nb"', "ab"),
        ("$'a\\'b'", "a'b"),
    ],
)
def test_the_script_in_a_word_knows_its_place(word: str, script: str) -> None:
    text = f"echo {word}"
    inner = only(text).words[1].script()
    assert inner.text == script
    assert [text[inner.offset(at) - AT] for at in range(len(script))] == list(script)


def test_words_of_an_array_have_their_own_text() -> None:
    logical = LogicalText([("b c", 11)])
    word = ShellWord("b c", "b c", 10, 15, logical=logical)
    assert word.script() is logical
    assert list(word.texts()) == [logical]
    assert (word.start, word.end, word.literal) == (10, 15, True)
    word.move(2)
    assert (word.start, word.end) == (12, 17)
    plain = ShellWord("b c", "b c", 10, 15)
    assert list(plain.texts()) == []
    assert plain.script().text == "b c"
    assert plain.script().offset(0) == 11


def test_words_that_a_text_places_do_not_move() -> None:
    text = "a b"
    command = only(text)
    word = command.words[1]
    assert command.place is not None
    assert list(word.texts()) == [command.place]
    word.move(5)
    command.move(5)
    assert (word.start, word.end) == (AT + 2, AT + 3)
    assert (command.outer_start, command.end) == (AT, AT + 3)


def test_empty_word() -> None:
    text = "a '' b"
    word = only(text).words[1]
    assert word.script().text == ""
    assert word.script().offset(0) == word.end == AT + 4
