"""Pinned system packages, beyond the examples on the pages."""

from __future__ import annotations

import pytest
from one_rule import lines


@pytest.mark.parametrize(
    ("code", "body", "expected"),
    [
        pytest.param("DF211", "RUN apt-get install -y exim4-", [], id="DF211-minus-removes"),
        pytest.param("DF211", "RUN yum install -y @development", [], id="DF211-group"),
        pytest.param(
            "DF211", 'ENV P="a=1 b=2"\nRUN apt-get install -y $P', [], id="DF211-pinned-list"
        ),
    ],
)
def test_lines(code: str, body: str, expected: list[int]) -> None:
    assert lines(code, f"FROM debian:12\n{body}\n") == expected
