"""Lock files, beyond the examples on the pages."""

from __future__ import annotations

import pytest
from one_rule import fixed, lines, run


@pytest.mark.parametrize(
    ("code", "body", "expected"),
    [
        pytest.param("DF237", "COPY Gemfile ./\nRUN bundle install", [2], id="DF237-bundle"),
        pytest.param(
            "DF237", "copy package.json \\\n  ./\nrun npm install", [2], id="DF237-lower-case"
        ),
        pytest.param("DF237", "COPY . .\nRUN npm install", [], id="DF237-whole-context"),
        pytest.param(
            "DF237", "COPY package.json yarn.lock ./\nRUN npm install", [], id="DF237-other-lock"
        ),
        pytest.param(
            "DF237",
            "COPY package.json ./\nRUN --mount=type=bind,source=.,target=/src npm install",
            [],
            id="DF237-bind-mount",
        ),
        pytest.param("DF237", "COPY package.json ./\nRUN npm install -g a", [], id="DF237-global"),
        pytest.param(
            "DF237",
            "COPY package.json ./\nRUN npm install && npm install",
            [2],
            id="DF237-once-a-manifest",
        ),
        pytest.param("DF238", "COPY uv.lock ./\nRUN uv sync", [3], id="DF238-uv"),
        pytest.param(
            "DF238", "copy pnpm-lock.yaml ./\nrun pnpm \\\n  install", [3], id="DF238-lower-case"
        ),
        pytest.param(
            "DF238", "COPY bun.lock ./\nRUN <<EOF\nbun install\nEOF", [4], id="DF238-heredoc"
        ),
        pytest.param(
            "DF238", "COPY yarn.lock ./\nRUN yarn install --immutable", [], id="DF238-flag"
        ),
        pytest.param(
            "DF238", "ENV CI=true\nCOPY yarn.lock ./\nRUN yarn install", [], id="DF238-ci-variable"
        ),
        pytest.param("DF238", "RUN yarn install", [], id="DF238-no-lock-file"),
        pytest.param("DF239", "RUN bundle update", [2], id="DF239-bundle"),
        pytest.param("DF239", "run conda \\\n  update --all", [2], id="DF239-lower-case"),
        pytest.param("DF239", "RUN <<EOF\ncargo update\nEOF", [3], id="DF239-heredoc"),
        pytest.param("DF239", "RUN npm update -g", [], id="DF239-global"),
        pytest.param("DF239", "RUN gem update --system", [], id="DF239-rubygems-itself"),
        pytest.param("DF239", "RUN composer self-update", [], id="DF239-tool-itself"),
    ],
)
def test_lines(code: str, body: str, expected: list[int]) -> None:
    assert lines(code, f"FROM debian:12\n{body}\n") == expected


@pytest.mark.parametrize(
    ("files", "flag"),
    [("yarn.lock", "--frozen-lockfile"), ("yarn.lock .yarnrc.yml", "--immutable")],
)
def test_df238_fix_knows_yarn_2(files: str, flag: str) -> None:
    text = f"FROM node:24\nCOPY {files} ./\nRUN yarn install"
    assert fixed("DF238", f"{text}\n") == f"{text} {flag}\n"


@pytest.mark.parametrize(
    ("code", "body", "name"),
    [
        ("DF237", "COPY app/Gemfile ./\nRUN bundle install", "'Gemfile'"),
        ("DF238", "COPY app/Pipfile.lock ./\nRUN pipenv install", "'Pipfile.lock'"),
    ],
)
def test_message_names_the_file_as_it_is_written(code: str, body: str, name: str) -> None:
    (finding,) = run(code, f"FROM debian:12\n{body}\n").findings
    assert name in finding.message
