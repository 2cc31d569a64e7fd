"""npm install, beyond the examples on the pages."""

from __future__ import annotations

import pytest
from one_rule import lines, run


@pytest.mark.parametrize(
    ("code", "body", "expected"),
    [
        pytest.param(
            "DF236", "COPY package*.json ./\nRUN npm i --omit=dev", [3], id="DF236-pattern"
        ),
        pytest.param("DF236", "COPY . .\nRUN npm install", [], id="DF236-nobody-knows"),
        pytest.param(
            "DF236", "COPY package-lock.json ./\nRUN npm install -g a@1", [], id="DF236-global"
        ),
    ],
)
def test_lines(code: str, body: str, expected: list[int]) -> None:
    assert lines(code, f"FROM debian:12\n{body}\n") == expected


@pytest.mark.parametrize(
    ("tag", "has_ci"),
    [
        ("7.10", False),
        ("8.9-alpine", False),
        ("8.11.4", False),
        ("8.12", True),
        ("8", True),
        ("9", False),
        ("10.2.1", False),
        ("10.3", True),
        ("10", True),
        ("22-slim", True),
        ("lts", True),
    ],
)
def test_df236_asks_for_npm_ci_only_where_npm_has_it(tag: str, has_ci: bool) -> None:
    text = f"FROM node:{tag}\nCOPY package-lock.json ./\nRUN npm install\n"
    assert bool(run("DF236", text).findings) is has_ci
