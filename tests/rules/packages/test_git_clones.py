"""Git clones, beyond the examples on the pages."""

from __future__ import annotations

import pytest
from one_rule import lines


@pytest.mark.parametrize(
    ("code", "body", "expected"),
    [
        pytest.param("DF246", "RUN git clone -b v1.2 https://e.com/a", [], id="DF246-tag"),
        pytest.param("DF246", "RUN git clone https://e.com/a", [2], id="DF246-default-branch"),
        pytest.param(
            "DF246",
            "RUN git clone https://e.com/a && cd a && git checkout 0f1e2d3",
            [],
            id="DF246-checked-out",
        ),
    ],
)
def test_lines(code: str, body: str, expected: list[int]) -> None:
    assert lines(code, f"FROM debian:12\n{body}\n") == expected


@pytest.mark.parametrize(
    ("code", "body", "expected"),
    [
        pytest.param("DF246", "run git clone \\\n  https://e.com/a", [2], id="DF246-lower-case"),
        pytest.param("DF246", "RUN <<EOF\ngit clone https://e.com/a\nEOF", [3], id="DF246-heredoc"),
        pytest.param(
            "DF246", "ARG B=main\nRUN git clone -b $B https://e.com/a", [3], id="DF246-variable"
        ),
        pytest.param(
            "DF246",
            "RUN git clone https://e.com/a\nRUN cd a && git reset --hard 0f1e2d3",
            [],
            id="DF246-later-run",
        ),
        pytest.param("DF246", "RUN git clone /src a", [], id="DF246-local"),
    ],
)
def test_clones(code: str, body: str, expected: list[int]) -> None:
    assert lines(code, f"FROM debian:12\n{body}\n") == expected
