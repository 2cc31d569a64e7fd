"""The nearest known word."""

from __future__ import annotations

import pytest

from dockerlint_rules.syntax.spelling import did_you_mean, edit_distance, most_similar, nearest

WORDS = ("install", "remove", "Update", "list")


@pytest.mark.parametrize(
    ("word", "answer"),
    [
        ("instal", "; did you mean 'install'?"),
        ("INSTALL", "; did you mean 'install'?"),
        ("updaet", "; did you mean 'Update'?"),
        ("xyz", ""),
        ("", ""),
    ],
)
def test_did_you_mean(word: str, answer: str) -> None:
    assert did_you_mean(word, WORDS) == answer


def test_how_similar_a_word_must_be() -> None:
    assert did_you_mean("abxx", ["abyy"]) == "; did you mean 'abyy'?"  # half of the letters
    assert did_you_mean("abxx", ["abyy"], 0.6) == ""
    assert did_you_mean("axxx", ["ayyy"]) == ""
    assert most_similar("abcxx", ["abcyy"]) == "abcyy"  # six tenths
    assert most_similar("abxx", ["abyy"]) is None
    assert most_similar("abxx", ["abyy"], 0.5) == "abyy"
    assert most_similar("lists", ["list", "lists", "lisp"]) == "lists"
    assert most_similar("lists", []) is None


@pytest.mark.parametrize(
    ("name", "known", "found"),
    [
        ("RNU", ["RUN", "CMD"], "RUN"),
        ("RU", ["RUN", "CMD"], "RUN"),
        ("RUNNN", ["RUN"], "RUN"),
        ("RUNNNN", ["RUN"], None),
        ("XYZ", ["RUN"], None),
        ("RUN", ["RUNS", "RUN"], None),
        ("RUN", ["RUN", "RUNS"], None),
        ("abcd", ["abxy", "abcx"], "abcx"),
        ("abcd", ["abcx", "abxy"], "abcx"),
        ("abcd", ["abcx", "abcy"], "abcx"),
        ("RUN", [], None),
        ("x" * 64, ["x" * 65], "x" * 65),
        ("x" * 65, ["x" * 66], None),
        ("a", ["abc"], "abc"),
        ("a", ["abcd"], None),
    ],
)
def test_nearest(name: str, known: list[str], found: str | None) -> None:
    assert nearest(name, known) == found


@pytest.mark.parametrize(
    ("left", "right", "distance"),
    [
        ("", "", 0),
        ("abc", "abc", 0),
        ("abc", "abd", 1),
        ("abc", "ab", 1),
        ("ab", "abc", 1),
        ("abc", "", 3),
        ("", "abc", 3),
        ("ab", "ba", 2),
        ("kitten", "sitting", 3),
        ("aaaa", "bbbb", 4),
        ("aaaaa", "bbbbb", 5),
        ("aaaaaa", "bbbbbb", 5),
    ],
)
def test_edit_distance(left: str, right: str, distance: int) -> None:
    assert edit_distance(left, right, 5) == distance
