"""Caches of language package managers, beyond the examples on the pages."""

from __future__ import annotations

import pytest
from one_rule import fixed, lines


@pytest.mark.parametrize(
    ("after", "count"),
    [
        ("yarn cache clean", 0),
        ('rm -rf "$(yarn cache dir)"', 0),
        ("rm -rf /usr/local/share/.cache", 0),
        ("rm -rf /tmp/*", 1),
    ],
)
def test_df223_cache_emptied_in_the_same_layer(after: str, count: int) -> None:
    text = f"FROM node:24\nRUN yarn install && {after}\n"
    assert len(lines("DF223", text)) == count


@pytest.mark.parametrize(
    ("code", "body", "expected"),
    [
        pytest.param("DF222", "RUN conda install -y a && conda clean -afy", [], id="DF222-clean"),
        pytest.param("DF222", "run conda create -n \\\n  e a", [2], id="DF222-lower-case"),
        pytest.param("DF222", "RUN <<EOF\nmamba install -y a\nEOF", [3], id="DF222-heredoc"),
        pytest.param(
            "DF222",
            "RUN --mount=type=cache,target=/opt/conda/pkgs conda install -y a",
            [],
            id="DF222-mount",
        ),
        pytest.param(
            "DF222",
            "RUN conda install -y a && conda install -y b && conda clean -afy",
            [],
            id="DF222-one-clean-up-for-all",
        ),
        pytest.param(
            "DF222", "RUN conda install -y a\nFROM debian:12", [], id="DF222-does-not-ship"
        ),
        pytest.param("DF224", "RUN npm ci", [2], id="DF224-npm"),
        pytest.param("DF224", "run npm ci \\\n  --omit=dev", [2], id="DF224-lower-case"),
        pytest.param("DF224", "RUN <<EOF\ncargo install a\nEOF", [3], id="DF224-heredoc"),
        pytest.param("DF224", "RUN uv sync --no-cache", [], id="DF224-flag"),
        pytest.param("DF224", "RUN npm ci && npm cache clean --force", [], id="DF224-cleaned"),
        pytest.param("DF224", "RUN npm ci && rm -rf /root/.npm", [], id="DF224-removed"),
        pytest.param(
            "DF224",
            "RUN --mount=type=cache,target=/home/node/.npm npm ci",
            [],
            id="DF224-mount-of-another-user",
        ),
    ],
)
def test_lines(code: str, body: str, expected: list[int]) -> None:
    assert lines(code, f"FROM debian:12\n{body}\n") == expected


def test_df222_fix_follows_the_layout_of_the_run() -> None:
    text = "FROM a\r\nRUN a \\\r\n    && conda install -y a"
    assert fixed("DF222", f"{text}\r\n") == f"{text} \\\r\n    && conda clean -afy\r\n"
