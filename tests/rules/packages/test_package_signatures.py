"""Package signatures, beyond the examples on the pages."""

from __future__ import annotations

import pytest
from one_rule import lines


@pytest.mark.parametrize(
    ("code", "body", "expected"),
    [
        pytest.param("DF243", "RUN apk add --allow-untrusted ./a.apk", [], id="DF243-own-file"),
        pytest.param(
            "DF243", "RUN apk add --allow-untrusted ./a.apk b", [2], id="DF243-more-than-own"
        ),
        pytest.param(
            "DF243", "RUN pip install --trusted-host localhost a", [], id="DF243-own-host"
        ),
    ],
)
def test_lines(code: str, body: str, expected: list[int]) -> None:
    assert lines(code, f"FROM debian:12\n{body}\n") == expected


@pytest.mark.parametrize(
    ("base", "is_reported"),
    [
        ("debian:12", True),
        ("debian:jessie-slim", False),
        ("debian:8.11", False),
        ("ubuntu:14.04", False),
        ("ubuntu:16.04", True),
        ("openjdk:8-jdk", True),
        ("node:8", True),
        ("node:8-jessie", False),
        ("$BASE", True),
    ],
)
def test_df247_is_reported_where_apt_has_something_better(base: str, is_reported: bool) -> None:
    assert bool(lines("DF247", f"FROM {base}\nRUN apt-key add a.asc\n")) is is_reported
