"""Cache mounts, beyond the examples on the pages."""

from __future__ import annotations

import pytest
from one_rule import fixed, lines

ARCHIVES = "--mount=type=cache,target=/var/cache/apt,sharing=locked"
HOOK = (
    "RUN rm -f /etc/apt/apt.conf.d/docker-clean \\\n"
    "    && echo 'Binary::apt::APT::Keep-Downloaded-Packages \"true\";' > /etc/apt/apt.conf.d/keep-cache"
)


@pytest.mark.parametrize(
    ("code", "before", "after"),
    [
        pytest.param(
            "DF216",
            f"RUN {ARCHIVES} apt-get update && apt-get install -y a",
            f"{HOOK}\nRUN {ARCHIVES} apt-get update && apt-get install -y a",
            id="DF216-hook",
        ),
    ],
)
def test_fix_in_a_file_with_cache_mounts(code: str, before: str, after: str) -> None:
    text = "FROM node:24 AS web\nRUN --mount=type=cache,target=/root/.npm npm ci\nFROM python:3.13\n{}\n"
    assert fixed(code, text.format(before)) == text.format(after)


@pytest.mark.parametrize(
    ("code", "body", "expected"),
    [
        pytest.param(
            "DF215",
            "RUN --mount=type=cache,target=/root/.cache pip install --no-cache-dir a",
            [2],
            id="DF215-folder-above",
        ),
        pytest.param(
            "DF215",
            "run --mount=type=cache,target=/var/cache/apk \\\n  apk add --no-cache a",
            [3],
            id="DF215-apk-continued-line",
        ),
        pytest.param(
            "DF215",
            "RUN --mount=type=cache,target=/root/.npm pip install --no-cache-dir a",
            [],
            id="DF215-mount-of-another-cache",
        ),
        pytest.param("DF215", "RUN pip install --no-cache-dir a", [], id="DF215-no-mount"),
        pytest.param(
            "DF216", f"run {ARCHIVES} \\\n  apt-get install -y a", [3], id="DF216-continued-line"
        ),
        pytest.param(
            "DF216", f"RUN {ARCHIVES} <<EOF\napt-get install -y a\nEOF", [3], id="DF216-heredoc"
        ),
        pytest.param(
            "DF216",
            f"{HOOK}\nRUN {ARCHIVES} apt-get install -y a",
            [],
            id="DF216-hook-is-deleted-above",
        ),
        pytest.param(
            "DF216",
            f"RUN {ARCHIVES} apt-get install -y a\nRUN {ARCHIVES} apt-get install -y b",
            [2],
            id="DF216-once-a-stage",
        ),
        pytest.param("DF216", f"RUN {ARCHIVES} apt-get update", [], id="DF216-no-install"),
    ],
)
def test_lines(code: str, body: str, expected: list[int]) -> None:
    assert lines(code, f"FROM debian:12\n{body}\n") == expected


def test_df216_is_silent_on_images_without_the_hook() -> None:
    assert lines("DF216", f"FROM fedora:41\nRUN {ARCHIVES} apt-get install -y a\n") == []
