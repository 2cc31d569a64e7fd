"""Merged installs, beyond the examples on the pages."""

from __future__ import annotations

import pytest
from one_rule import fixed, lines

LISTS = "rm -rf /var/lib/apt/lists/*"


@pytest.mark.parametrize(
    ("code", "body", "expected"),
    [
        pytest.param(
            "DF210", "RUN apk add a\nLABEL a=b\nRUN apk add b", [4], id="DF210-label-between"
        ),
        pytest.param("DF210", "RUN apk add a\nENV A=b\nRUN apk add b", [], id="DF210-env-between"),
        pytest.param("DF210", "RUN apk add a\nRUN ./x && apk add b", [], id="DF210-needs-order"),
    ],
)
def test_lines(code: str, body: str, expected: list[int]) -> None:
    assert lines(code, f"FROM debian:12\n{body}\n") == expected


@pytest.mark.parametrize(
    ("code", "before", "after"),
    [
        pytest.param(
            "DF210",
            "RUN apk add a\nRUN apk add b",
            "RUN apk add a b",
            id="DF210-merge",
        ),
        pytest.param(
            "DF210",
            f"RUN apt-get update && apt-get install -y a && {LISTS}\n"
            f"RUN apt-get update && apt-get install -y b c && {LISTS}",
            f"RUN apt-get update && apt-get install -y a b c && {LISTS}",
            id="DF210-one-update-one-clean-up",
        ),
        pytest.param(
            "DF210",
            f"RUN apt-get update \\\n && apt-get install -y \\\n    a \\\n    b \\\n && {LISTS}\n"
            "RUN apt-get install -y c",
            f"RUN apt-get update \\\n && apt-get install -y \\\n    a \\\n    b \\\n    c \\\n && {LISTS}",
            id="DF210-a-line-for-each-package",
        ),
        pytest.param(
            "DF210",
            f"RUN apt-get install -y a && apt-get clean && {LISTS}\n"
            f"RUN apt-get install -y b && {LISTS}",
            f"RUN apt-get install -y a b && apt-get clean && {LISTS}",
            id="DF210-the-more-thorough-clean-up",
        ),
        pytest.param(
            "DF210",
            "RUN apt-get update && apt-get -y dist-upgrade\n"
            "RUN apt-get install -y a\nRUN apt-get install -y b",
            "RUN apt-get update && apt-get -y dist-upgrade \\\n    && apt-get install -y a b",
            id="DF210-upgrade-above",
        ),
        pytest.param(
            "DF210",
            "RUN apt-get install -y a\nRUN apt-get install -y -t backports b",
            "RUN apt-get install -y a \\\n    && apt-get install -y -t backports b",
            id="DF210-other-flags-stay-apart",
        ),
        pytest.param(
            "DF210",
            "RUN apk add a\n\n  # what b\n# is for\n\nRUN apk add b",
            "RUN apk add a \\\n# what b\n# is for\n    && apk add b",
            id="DF210-comment-between",
        ),
        pytest.param(
            "DF210",
            "RUN apk add a\n# hadolint ignore=DL3018\nRUN apk add b",
            "RUN apk add a\n# hadolint ignore=DL3018\nRUN apk add b",
            id="DF210-ignore-comment-between",
        ),
    ],
)
def test_fix(code: str, before: str, after: str) -> None:
    assert fixed(code, f"FROM debian:12\n{before}\n") == f"FROM debian:12\n{after}\n"
