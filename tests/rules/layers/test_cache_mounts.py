"""Cache mounts, beyond the examples on the pages."""

from __future__ import annotations

import pytest
from one_rule import fixed, lines, run


@pytest.mark.parametrize(
    ("code", "text", "expected"),
    [
        ("DF311", "RUN --mount=type=cache,target=/var/cache/apt apt-get update", [2]),
        (
            "DF311",
            "RUN --mount=type=cache,sharing=private,target=/var/cache/apt apt-get update",
            [],
        ),
        ("DF311", "run --mount=type=cache,dst=/var/lib/apt/ apt-get update", [2]),
        ("DF311", "RUN --mount=type=cache,target=/var/cache/apk apk add a", []),
        ("DF311", "RUN --mount=type=bind,target=/var/cache/apt apt-get update", []),
        ("DF311", "RUN --mount=type=cache,target=/var/cache/apt <<E\napt-get update\nE", [2]),
    ],
)
def test_lines(code: str, text: str, expected: list[int]) -> None:
    assert lines(code, f"FROM debian:12\n{text}\n") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("RUN --mount=type=cache,target=/root/.npm npm ci", []),
        ("RUN --mount=type=cache,target=/root/.npm/ npm ci", []),
        ("RUN --mount=type=cache,target=/root/.cache npm ci", []),  # node-gyp, browsers
        ("RUN --mount=type=cache,target=/root/.cache/pip npm ci", [2]),
        ("RUN --mount=type=cache,target=/root/.cache/npm npm ci", [2]),
        ("RUN --mount=type=cache,target=/root/.cache/npm npm ci --cache /root/.cache/npm", []),
        ("RUN --mount=type=cache,target=/root/.cache/pip npm ci && ./build.sh", []),
        ("RUN --mount=type=cache,target=/root/.cache/pip npm run build", []),
        ("RUN --mount=type=cache,target=/cache npm ci", []),
        ("USER node\nRUN --mount=type=cache,target=/root/.cache/pip npm ci", []),
        ("ENV HOME=/x\nRUN --mount=type=cache,target=/root/.cache/pip npm ci", []),
        ("RUN --mount=type=cache,target=/root/.cache/yarn yarn install", [2]),
        ("RUN --mount=type=cache,target=/usr/local/share/.cache/yarn yarn install", []),
        ("RUN --mount=type=bind,target=/root/.cache/pip npm ci", []),
    ],
)
def test_df312_misplaced_cache_mount(text: str, expected: list[int]) -> None:
    found = run("DF312", f"FROM node:22\n{text}\n").findings
    # The last line is the RUN.
    last = text.count("\n") + 2
    assert [finding.line for finding in found] == ([last] if expected else [])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("USER node\nRUN --mount=type=cache,target=/c npm ci", 1),
        ("USER node\nRUN --mount=type=cache,target=/c,uid=1000 npm ci", 0),
        ("USER node\nRUN --mount=type=cache,target=/c,mode=0777 npm ci", 0),
        ("USER node\nUSER root\nRUN --mount=type=cache,target=/c npm ci", 0),
        ("USER 0:0\nRUN --mount=type=cache,target=/c npm ci", 0),
        ("USER $U\nRUN --mount=type=cache,target=/c npm ci", 0),
        ("ARG U=1001\nUSER $U\nRUN --mount=type=cache,target=/c npm ci", 1),
        ("RUN --mount=type=cache,target=/c npm ci\nUSER node", 0),
        ("USER node\nRUN --mount=type=cache,target=/c sudo npm ci", 0),
        ("USER node\nRUN --mount=type=secret,id=a npm ci", 0),
    ],
)
def test_df313_root_owned_cache_mount(text: str, expected: int) -> None:
    assert len(run("DF313", f"FROM node:22\n{text}\n").findings) == expected


@pytest.mark.parametrize(
    ("code", "before", "after"),
    [
        (
            "DF311",
            "RUN --mount=type=cache,target=/var/lib/apt \\\n    apt-get update",
            "RUN --mount=type=cache,target=/var/lib/apt,sharing=locked \\\n    apt-get update",
        ),
        (
            "DF313",
            "USER 1001\nRUN --mount=type=cache,target=/c npm ci",
            "USER 1001\nRUN --mount=type=cache,target=/c,uid=1001,gid=1001 npm ci",
        ),
        (
            "DF313",
            "USER app\nRUN --mount=type=cache,target=/c npm ci",
            "USER app\nRUN --mount=type=cache,target=/c npm ci",
        ),
    ],
)
def test_fix(code: str, before: str, after: str) -> None:
    assert fixed(code, f"FROM debian:12\n{before}\n") == f"FROM debian:12\n{after}\n"
