"""Package index, beyond the examples on the pages."""

from __future__ import annotations

import pytest
from one_rule import fixed, lines, run

LISTS = "rm -rf /var/lib/apt/lists/*"


@pytest.mark.parametrize(
    ("code", "body", "expected"),
    [
        pytest.param(
            "DF201", "RUN apt-get update\nRUN apt-get install -y a", [2], id="DF201-stale"
        ),
        pytest.param(
            "DF201", "RUN apt-get update\nRUN apt-get -fy install", [2], id="DF201-mended"
        ),
        pytest.param("DF201", "RUN apk update\nRUN apk add a", [2], id="DF201-stale-apk"),
        pytest.param(
            "DF201", "RUN apk update\nRUN apk add --no-cache a", [], id="DF201-apk-no-cache"
        ),
        pytest.param(
            "DF201", "RUN dnf makecache\nRUN dnf install -y a", [], id="DF201-dnf-looks-at-dates"
        ),
        pytest.param(
            "DF201",
            "RUN apt-get update\nRUN apt-get update && apt-get install -y a",
            [],
            id="DF201-updated-again",
        ),
        pytest.param(
            "DF201", "RUN apt-get update\nRUN echo done", [], id="DF201-nothing-installed"
        ),
        pytest.param(
            "DF202", "RUN apt-get update && apt-get install -y a", [], id="DF202-update-before"
        ),
        pytest.param(
            "DF202", "RUN apt-get update\nRUN apt-get install -y a", [], id="DF202-df201-says-it"
        ),
        pytest.param(
            "DF202",
            "RUN apt-get update && apt-get install -y a\nRUN apt-get install -y b",
            [3],
            id="DF202-index-of-an-earlier-install",
        ),
        pytest.param(
            "DF202",
            "RUN curl -sL https://x/setup | bash - && apt-get install -y a",
            [],
            id="DF202-script",
        ),
        pytest.param("DF202", "RUN apt-get install -y /tmp/a.deb", [], id="DF202-file"),
        pytest.param("DF202", "RUN apt-get install --update -y a", [], id="DF202-update-flag"),
        pytest.param(
            "DF202",
            "RUN sh -c 'apt-get update && apt-get install -y a'",
            [],
            id="DF202-inside-sh-c",
        ),
    ],
)
def test_lines(code: str, body: str, expected: list[int]) -> None:
    assert lines(code, f"FROM debian:12\n{body}\n") == expected


@pytest.mark.parametrize(
    ("code", "before", "after"),
    [
        pytest.param(
            "DF201",
            "RUN apt-get update\nRUN apt-get install -y a",
            "RUN apt-get update && apt-get install -y a",
            id="DF201-update-moves",
        ),
    ],
)
def test_fix(code: str, before: str, after: str) -> None:
    assert fixed(code, f"FROM debian:12\n{before}\n") == f"FROM debian:12\n{after}\n"


def test_df201_names_the_lines_of_the_installs() -> None:
    text = (
        "FROM debian:12\nRUN apt-get update\nRUN apt-get install -y a\nRUN apt-get install -y b\n"
    )
    message = run("DF201", text).findings[0].message
    assert "installs on lines 3 and 4 may use a stale index" in message


def test_df202_names_the_line_that_removes_the_index() -> None:
    text = f"FROM debian:12\nRUN apt-get update && {LISTS}\nRUN apt-get install -y a\n"
    assert "because line 2 deletes it" in run("DF202", text).findings[0].message


def test_df202_update_in_the_base_stage_is_stale() -> None:
    text = "FROM debian:12 AS base\nRUN apt-get update\nFROM base\nRUN apt-get install -y a\n"
    assert "line 2" in run("DF202", text).findings[0].message
