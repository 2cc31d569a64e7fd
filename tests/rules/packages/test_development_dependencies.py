"""Development dependencies, beyond the examples on the page."""

from __future__ import annotations

import pytest
from one_rule import fixed, lines


@pytest.mark.parametrize(
    ("code", "body", "expected"),
    [
        pytest.param("DF219", "RUN npm ci", [2], id="DF219-npm"),
        pytest.param("DF219", "run poetry install \\\n  --no-root", [2], id="DF219-poetry"),
        pytest.param("DF219", "RUN <<EOF\ncomposer install\nEOF", [3], id="DF219-heredoc"),
        pytest.param("DF219", "RUN npm ci --omit=dev", [], id="DF219-flag"),
        pytest.param("DF219", "RUN npm install -g a", [], id="DF219-global"),
        pytest.param("DF219", "ENV NODE_ENV=production\nRUN npm ci", [], id="DF219-variable"),
        pytest.param("DF219", "RUN npm ci\nFROM debian:12", [], id="DF219-does-not-ship"),
    ],
)
def test_lines(code: str, body: str, expected: list[int]) -> None:
    assert lines(code, f"FROM debian:12\n{body}\n") == expected


def test_df219_fix_in_exec_form() -> None:
    before, after = '"npm", "ci"', '"npm", "ci", "--omit=dev"'
    assert fixed("DF219", f"FROM node:24\nRUN [{before}]\n") == f"FROM node:24\nRUN [{after}]\n"
