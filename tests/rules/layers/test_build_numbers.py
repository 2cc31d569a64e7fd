"""Versions and build numbers above installs, beyond the examples on the pages."""

from __future__ import annotations

import pytest
from one_rule import lines


@pytest.mark.parametrize(
    ("code", "text", "expected"),
    [
        ("DF314", "ARG GIT_SHA\nRUN apt-get install -y a", [2]),
        ("DF314", "ARG GIT_SHA=\nRUN apt-get install -y a", [2]),
        ("DF314", "ARG GIT_SHA=0123abc\nRUN apt-get install -y a", []),
        ("DF314", "ARG GIT_SHA\nRUN apt-get install -y a=$GIT_SHA", []),
        ("DF314", "ARG GIT_SHA\nENV A=$GIT_SHA\nRUN apt-get install -y a", []),
        ("DF314", "ARG GIT_SHA\nLABEL a=$GIT_SHA\nRUN apt-get install -y a", [2]),
        ("DF314", "ARG GIT_SHA\nCOPY . .\nRUN apt-get install -y a", []),
        ("DF314", "ARG GIT_SHA\nRUN make", []),
        ("DF314", "arg git_sha\nrun apt-get update \\\n  && apt-get install -y a", [2]),
        ("DF314", "ARG GIT_SHA\nRUN <<E\napt-get install -y a\nE", [2]),
        ("DF343", "ENV APP_VERSION=1\nRUN apt-get install -y a", [2]),
        ("DF343", "env app_version 1\nrun apt-get install \\\n  -y a", [2]),
        ("DF343", "ENV A=1 APP_VERSION=1\r\nRUN pip install a", [2]),
        ("DF343", "ENV APP_VERSION=$V\nRUN apt-get install -y a", []),
        ("DF343", "ENV APP_VERSION=1\nRUN apt-get install -y a\nRUN echo $APP_VERSION", []),
        ("DF343", "RUN apt-get install -y a\nENV APP_VERSION=1", []),
        ("DF343", "ENV PYTHON_VERSION=1\nRUN apt-get install -y a", []),
    ],
)
def test_lines(code: str, text: str, expected: list[int]) -> None:
    assert lines(code, f"FROM debian:12\n{text}\n") == expected
