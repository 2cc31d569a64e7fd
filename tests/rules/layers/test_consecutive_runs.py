"""RUN instructions that could be one, beyond the examples on the page."""

from __future__ import annotations

import pytest
from one_rule import lines


@pytest.mark.parametrize(
    ("code", "text", "expected"),
    [
        ("DF309", "RUN a\nRUN b", [3]),
        ("DF309", "RUN a\nRUN b $(c)", []),
        ("DF309", "RUN a\nRUN [ -e x ] && b", [3]),
        ("DF309", "RUN a\nRUN bash -c 'b && c'", [3]),
        ("DF309", "RUN a\nRUN --mount=type=cache,target=/c b", []),
        ("DF309", "run a \\\n  -x\nrun b", [4]),
        ("DF309", "RUN a\nRUN b\nRUN c", [3, 4]),
        ("DF309", "RUN a\nCOPY x y\nRUN b", []),
        ("DF309", "RUN <<E\na\nb\nE\nRUN c", []),
    ],
)
def test_lines(code: str, text: str, expected: list[int]) -> None:
    assert lines(code, f"FROM debian:12\n{text}\n") == expected
