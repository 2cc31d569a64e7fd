"""Programs that a health check runs."""

from __future__ import annotations

import pytest
from one_rule import lines

CHECK = "HEALTHCHECK --interval=5m CMD curl -f u || exit 1"
TOOLS = {
    "slim": (f"FROM python:3.13-slim\n{CHECK}", [2]),
    "alpine": (f"FROM node:24-alpine\n{CHECK}", [2]),
    "distribution": (f"from debian:12\n{CHECK.lower()}", [2]),
    "parent": (f"FROM debian:12 AS a\nFROM a\n{CHECK}", [3]),
    "continued": ("FROM debian:12\nHEALTHCHECK CMD \\\n  wget -q u", [3]),
    "alpine-has-wget": ("FROM alpine:3\nHEALTHCHECK CMD wget -q u", []),
    "full-image": (f"FROM python:3.13\n{CHECK}", []),
    "unknown-image": (f"FROM team/app:1-slim\n{CHECK}", []),
    "installed": (f"FROM debian:12\nRUN apt-get install -y curl\n{CHECK}", []),
    "installed-in-parent": (f"FROM debian:12 AS a\nRUN apk add curl\nFROM a\n{CHECK}", []),
    "copied": (f"FROM debian:12\nCOPY --from=b /bin /bin\n{CHECK}", []),
    "variable-package": (f"FROM debian:12\nRUN apt-get install -y $TOOLS\n{CHECK}", []),
    "none": ("FROM debian:12\nHEALTHCHECK NONE", []),
}


@pytest.mark.parametrize(("text", "found"), TOOLS.values(), ids=TOOLS)
def test_df637_tool(text: str, found: list[int]) -> None:
    assert lines("DF637", f"{text}\n") == found
