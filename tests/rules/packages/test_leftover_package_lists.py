"""Package lists, beyond the examples on the pages."""

from __future__ import annotations

import pytest
from one_rule import fixed, lines

LISTS = "rm -rf /var/lib/apt/lists/*"
LISTS_MOUNT = "--mount=type=cache,target=/var/lib/apt/lists,sharing=locked"
ARCHIVES_MOUNT = "--mount=type=cache,target=/var/cache/apt,sharing=locked"
HOOK = (
    "RUN rm -f /etc/apt/apt.conf.d/docker-clean \\\n"
    "    && echo 'Binary::apt::APT::Keep-Downloaded-Packages \"true\";' > /etc/apt/apt.conf.d/keep-cache"
)


@pytest.mark.parametrize(
    ("code", "body", "expected"),
    [
        pytest.param("DF205", f"RUN apt-get update && {LISTS}", [], id="DF205-removed"),
        pytest.param("DF205", f"RUN {LISTS} && apt-get update", [2], id="DF205-removed-before"),
        pytest.param(
            "DF205", "RUN apt-get update && rm -rf /var/lib/{apt,dpkg}/", [], id="DF205-braces"
        ),
        pytest.param(
            "DF205", "RUN apt-get update && find /var/lib/apt/lists -delete", [], id="DF205-find"
        ),
        pytest.param(
            "DF205", "RUN apt-get update && apt-get clean", [2], id="DF205-clean-keeps-lists"
        ),
        pytest.param(
            "DF205",
            "RUN --mount=type=tmpfs,target=/var/lib/apt/lists apt-get update",
            [],
            id="DF205-tmpfs",
        ),
    ],
)
def test_lines(code: str, body: str, expected: list[int]) -> None:
    assert lines(code, f"FROM debian:12\n{body}\n") == expected


@pytest.mark.parametrize(
    ("code", "before", "after"),
    [
        pytest.param(
            "DF205",
            "RUN apt-get update && apt-get install -y a",
            f"RUN apt-get update && apt-get install -y a && {LISTS}",
            id="DF205-lists",
        ),
        pytest.param(
            "DF205",
            "RUN apt-get update \\\n    && apt-get install -y a",
            f"RUN apt-get update \\\n    && apt-get install -y a \\\n    && {LISTS}",
            id="DF205-lists-in-the-same-layout",
        ),
        pytest.param(
            "DF205",
            "RUN apt-get update\nRUN apt-get install -y a",
            "RUN apt-get update\nRUN apt-get install -y a",
            id="DF205-lists-needed-later",
        ),
    ],
)
def test_fix(code: str, before: str, after: str) -> None:
    assert fixed(code, f"FROM debian:12\n{before}\n") == f"FROM debian:12\n{after}\n"


@pytest.mark.parametrize(
    ("code", "before", "after"),
    [
        pytest.param(
            "DF205",
            "RUN apt-get update && apt-get install -y a",
            f"RUN {LISTS_MOUNT} apt-get update && apt-get install -y a",
            id="DF205-lists",
        ),
        pytest.param(
            "DF205",
            f"{HOOK}\nRUN apt-get update && apt-get install -y a",
            f"{HOOK}\nRUN {LISTS_MOUNT} {ARCHIVES_MOUNT} apt-get update && apt-get install -y a",
            id="DF205-archives-too-without-the-hook",
        ),
        pytest.param(
            "DF205",
            f"{HOOK}\nRUN {ARCHIVES_MOUNT} apt-get update && apt-get install -y a",
            f"{HOOK}\nRUN {ARCHIVES_MOUNT} {LISTS_MOUNT} apt-get update && apt-get install -y a",
            id="DF205-only-what-is-missing",
        ),
    ],
)
def test_fix_in_a_file_with_cache_mounts(code: str, before: str, after: str) -> None:
    text = "FROM node:24 AS web\nRUN --mount=type=cache,target=/root/.npm npm ci\nFROM python:3.13\n{}\n"
    assert fixed(code, text.format(before)) == text.format(after)


@pytest.mark.parametrize(
    ("code", "before", "after"),
    [
        pytest.param(
            "DF205",
            "FROM debian\nRUN apt-get update && \\\n  apt-get install -y a\n",
            "FROM debian\nRUN apt-get update && \\\n  apt-get install -y a && \\\n  rm -rf /var/lib/apt/lists/*\n",
            id="DF205-lists-with-signs-last",
        ),
    ],
)
def test_fix_of_a_whole_file(code: str, before: str, after: str) -> None:
    assert fixed(code, before) == after


def test_df205_without_any_cache_mount_the_lists_are_deleted() -> None:
    text = "FROM debian:12\nRUN apt-get update && apt-get install -y a"
    assert fixed("DF205", text + "\n") == text + " && rm -rf /var/lib/apt/lists/*\n"


def test_df205_stages_that_do_not_ship_are_left_alone() -> None:
    text = "FROM x AS build\nRUN apt-get update\nFROM x\nCOPY --from=build /a /a\n"
    assert lines("DF205", text) == []
    assert lines("DF205", text.replace("FROM x\nCOPY --from=build /a /a", "FROM build")) == [2]
