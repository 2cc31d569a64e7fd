"""Where the author keeps caches in mounts, a fix adds one more of them."""

from __future__ import annotations

import pytest
from one_rule import fixed

MOUNT = "RUN --mount=type=cache,target=/root/.npm npm ci"
LISTS = "--mount=type=cache,target=/var/lib/apt/lists,sharing=locked"
ARCHIVES = "--mount=type=cache,target=/var/cache/apt,sharing=locked"
PIP = "--mount=type=cache,target=/root/.cache/pip"
HOOK = (
    "RUN rm -f /etc/apt/apt.conf.d/docker-clean \\\n"
    "    && echo 'Binary::apt::APT::Keep-Downloaded-Packages \"true\";' > /etc/apt/apt.conf.d/keep-cache"
)


@pytest.mark.parametrize(
    ("code", "before", "after"),
    [
        pytest.param(
            "DF205",
            "RUN apt-get update && apt-get install -y a",
            f"RUN {LISTS} apt-get update && apt-get install -y a",
            id="DF205-lists",
        ),
        pytest.param(
            "DF205",
            f"{HOOK}\nRUN apt-get update && apt-get install -y a",
            f"{HOOK}\nRUN {LISTS} {ARCHIVES} apt-get update && apt-get install -y a",
            id="DF205-archives-too-without-the-hook",
        ),
        pytest.param(
            "DF205",
            f"{HOOK}\nRUN {ARCHIVES} apt-get update && apt-get install -y a",
            f"{HOOK}\nRUN {ARCHIVES} {LISTS} apt-get update && apt-get install -y a",
            id="DF205-only-what-is-missing",
        ),
        pytest.param(
            "DF216",
            f"RUN {ARCHIVES} apt-get update && apt-get install -y a",
            f"{HOOK}\nRUN {ARCHIVES} apt-get update && apt-get install -y a",
            id="DF216-hook",
        ),
        pytest.param("DF230", "RUN pip install a", f"RUN {PIP} pip install a", id="DF230-pip"),
        pytest.param(
            "DF230",
            "USER app\nRUN pip install a",
            "USER app\nRUN pip install --no-cache-dir a",
            id="DF230-another-user-cannot-write-there",
        ),
    ],
)
def test_df205_df216_df230_fix_in_a_file_with_cache_mounts(
    code: str, before: str, after: str
) -> None:
    text = "FROM node:24 AS web\n{}\nFROM python:3.13\n{}\n"
    assert fixed(code, text.format(MOUNT, before)) == text.format(MOUNT, after)


def test_df205_without_any_cache_mount_the_lists_are_deleted() -> None:
    text = "FROM debian:12\nRUN apt-get update && apt-get install -y a"
    assert fixed("DF205", text + "\n") == text + " && rm -rf /var/lib/apt/lists/*\n"
