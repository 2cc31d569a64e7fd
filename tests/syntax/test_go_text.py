"""Quoted strings, CSV and durations as Go's library reads and writes them."""

from __future__ import annotations

import pytest

from dockerlint_rules.syntax.go_text import csv_fields, go_quote, parse_duration


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("", '""'),
        ("a b", '"a b"'),
        ('a"b\\c', '"a\\"b\\\\c"'),
        ("'", '"\'"'),
        ("\a\b\f\n\r\t\v", '"\\a\\b\\f\\n\\r\\t\\v"'),
        ("\x00\x1b\x7f", '"\\x00\\x1b\\x7f"'),
        ("\x80\x9f", '"\\u0080\\u009f"'),
        ("\u2028\ufeff", '"\\u2028\\ufeff"'),
        ("\U000e0001", '"\\U000e0001"'),
        ("\uffff\U0010ffff", '"\\uffff\\U0010ffff"'),
        ("é☃😀", '"é☃😀"'),
        ("\udc80\udcff", '"\\x80\\xff"'),
        ("\udc7f\udd00", '"\\udc7f\\udd00"'),
    ],
)
def test_quotes(text: str, quoted: str) -> None:
    assert go_quote(text) == quoted


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("", [""]),
        ("a", ["a"]),
        ("a,b", ["a", "b"]),
        ("a,", ["a", ""]),
        (",a", ["", "a"]),
        (",,", ["", "", ""]),
        ("type=cache, b", ["type=cache", " b"]),
        ('"a,b",c', ["a,b", "c"]),
        ('"a"', ["a"]),
        ('"a",', ["a", ""]),
        ('""', [""]),
        ('"a""b"', ['a"b']),
        ('""""', ['"']),
        ('"a""",b', ['a"', "b"]),
        ('"a"",b"', ['a",b']),
        ('a,"b,c"', ["a", "b,c"]),
        ('"a', None),
        ('"a""', None),
        ('"', None),
        ('"a"b', None),
        ('"a"b,c', None),
        ('a"b', None),
        ('a,b"', None),
        (' "a"', None),
    ],
)
def test_csv(text: str, fields: list[str] | None) -> None:
    assert csv_fields(text) == fields


@pytest.mark.parametrize(
    ("text", "milliseconds"),
    [
        ("0", 0.0),
        ("-0", 0.0),
        ("+0", 0.0),
        ("30s", 30_000.0),
        ("+30s", 30_000.0),
        ("-30s", -30_000.0),
        ("1m30s", 90_000.0),
        ("2h", 7_200_000.0),
        ("1.5s", 1500.0),
        ("1.s", 1000.0),
        (".5s", 500.0),
        ("5ms", 5.0),
        ("5us", 0.005),
        ("5µs", 0.005),
        ("5μs", 0.005),
        ("5000000ns", 5.0),
        ("1h1m1s1ms", 3_661_001.0),
        ("0s", 0.0),
    ],
)
def test_durations(text: str, milliseconds: float) -> None:
    assert parse_duration(text) == pytest.approx(milliseconds)


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("", 'time: invalid duration ""'),
        ("-", 'time: invalid duration "-"'),
        ("+", 'time: invalid duration "+"'),
        ("--1s", 'time: invalid duration "--1s"'),
        ("s", 'time: invalid duration "s"'),
        (".s", 'time: invalid duration ".s"'),
        ("1", 'time: missing unit in duration "1"'),
        ("00", 'time: missing unit in duration "00"'),
        ("1m30", 'time: missing unit in duration "1m30"'),
        ("1x", 'time: unknown unit "x" in duration "1x"'),
        ("-1x", 'time: unknown unit "x" in duration "-1x"'),
        ("1s2d", 'time: unknown unit "d" in duration "1s2d"'),
        ("1S", 'time: unknown unit "S" in duration "1S"'),
        ("1 s", 'time: unknown unit " s" in duration "1 s"'),
        ("1s.", 'time: invalid duration "1s."'),
    ],
)
def test_what_is_not_a_duration(text: str, error: str) -> None:
    assert parse_duration(text) == error
