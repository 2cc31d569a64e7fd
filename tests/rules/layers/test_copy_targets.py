"""Destinations of COPY, beyond the examples on the pages."""

from __future__ import annotations

import pytest
from one_rule import fixed, lines


@pytest.mark.parametrize(
    ("code", "text", "expected"),
    [
        ("DF305", "copy --chown=1 a \\\n  b /x", [3]),
        ("DF305", 'COPY ["a", "b", "/x"]', [2]),
        ("DF305", "COPY a /x", []),
        ("DF305", "COPY a b .", []),
        ("DF305", "COPY a b /x/..", []),
        ("DF305", "COPY a b /x/$Y", []),
        ("DF305", "COPY <<A <<B /x\nA\nB", [2]),
        ("DF315", "copy a b .\r", [2]),
        ("DF315", "COPY a b $X", [2]),
        ("DF315", "ARG X=/x/\nCOPY a b $X", []),
        ("DF315", "COPY a b /x", []),
        ("DF315", "COPY a .", []),
        ("DF306", "copy --chown=1 a \\\n  b/", [3]),
        ("DF306", "COPY <<E b\nE", [2]),
        ("DF306", "WORKDIR /w\nCOPY a b", []),
        ("DF306", "COPY a b\nWORKDIR /w", [2]),
        ("DF306", "COPY a $B", []),
        ("DF306", "COPY a C:/b", []),
        ("DF306", "FROM golang:1\nCOPY a b", []),
        ("DF306", "FROM scratch\nCOPY a b", []),
        ("DF316", "FROM golang:1\nCOPY a b", [3]),
        ("DF316", "FROM scratch\ncopy a \\\n  b", [4]),
        ("DF316", "COPY a b", []),
        ("DF316", "FROM example.com/x\nWORKDIR /w\nCOPY a b", []),
    ],
)
def test_lines(code: str, text: str, expected: list[int]) -> None:
    assert lines(code, f"FROM debian:12\n{text}\n") == expected


@pytest.mark.parametrize(
    ("code", "before", "after"),
    [
        pytest.param(
            "DF315",
            "FROM a\nCOPY b c .\nCOPY b c .. \n",
            "FROM a\nCOPY b c ./\nCOPY b c ../ \n",
            id="DF315-slash",
        ),
        pytest.param(
            "DF315",
            'FROM a\nCOPY ["b", "c", "."]\n',
            'FROM a\nCOPY ["b", "c", "."]\n',
            id="DF315-slash-in-an-array",
        ),
        pytest.param(
            "DF305",
            'FROM a\nCOPY b c /d\nCOPY ["b", "c", "/d"]\n',
            'FROM a\nCOPY b c /d/\nCOPY ["b", "c", "/d"]\n',
            id="DF305-slash",
        ),
    ],
)
def test_fix(code: str, before: str, after: str) -> None:
    assert fixed(code, before) == after
