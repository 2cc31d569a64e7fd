"""Alpine's edge repository, beyond the examples of the page."""

from __future__ import annotations

import pytest
from one_rule import lines

EDGE = "https://dl-cdn.alpinelinux.org/alpine/edge/main"


@pytest.mark.parametrize(
    ("code", "text", "expected"),
    [
        pytest.param(
            "DF214", f"FROM alpine:3.22\nRUN apk add -X {EDGE} a", [2], id="DF214-short-flag"
        ),
        pytest.param(
            "DF214",
            f"from alpine:3.22\nrun apk add \\\n  --repository {EDGE} a",
            [3],
            id="DF214-continued-line",
        ),
        pytest.param(
            "DF214", f"FROM alpine:edge\nRUN apk add -X {EDGE} a", [], id="DF214-edge-image"
        ),
        pytest.param(
            "DF214", f"FROM alpine:3.22\nRUN apk del -X {EDGE} a", [], id="DF214-no-install"
        ),
    ],
)
def test_lines(code: str, text: str, expected: list[int]) -> None:
    assert lines(code, f"{text}\n") == expected
