"""Rules about packages of programming languages, beyond the examples on their pages."""

from __future__ import annotations

import pytest
from one_rule import run

from dockerlint_rules.registry.rule import builtin_rules
from dockerlint_rules.rules.packages import language_caches
from dockerlint_rules.testing import lint_alone

RULES = {one.code: one for one in builtin_rules()}


@pytest.mark.parametrize(
    ("code", "body", "expected"),
    [
        pytest.param("DF230", "RUN python3 -m pip install a", [2], id="module"),
        pytest.param("DF230", "RUN PIP_NO_CACHE_DIR=1 pip install a", [], id="own-variable"),
        pytest.param("DF230", "RUN export PIP_NO_CACHE_DIR=1 && pip install a", [], id="exported"),
        pytest.param("DF230", "ENV PIP_NO_CACHE_DIR=0\nRUN pip install a", [], id="any-value"),
        pytest.param("DF230", "ARG PIP_NO_CACHE_DIR=1\nRUN pip install a", [], id="argument"),
        pytest.param("DF230", 'RUN echo "PIP_NO_CACHE_DIR=1" && pip install a', [2], id="echoed"),
        pytest.param("DF230", "RUN pip install a && rm -rf ~/.cache", [], id="removed"),
        pytest.param("DF230", "RUN pip install a && pip cache purge", [], id="purged"),
        pytest.param(
            "DF230",
            "ENV PIP_CACHE_DIR=/pip\nRUN --mount=type=cache,target=/pip pip install a",
            [],
            id="moved-into-a-mount",
        ),
        pytest.param("DF230", "RUN pip uninstall -y a", [], id="uninstall"),
        pytest.param("DF231", "RUN pip install -U pip setuptools", [2], id="among-others"),
        pytest.param("DF231", "RUN pip install -U flask", [], id="another-package"),
        pytest.param("DF231", "RUN pip install -U 'pip<25'", [], id="bounded"),
        pytest.param("DF232", "RUN pip install -U pip", [], id="df231-says-it"),
        pytest.param("DF232", "RUN pip install -r r.txt flask", [2], id="beside-a-list"),
        pytest.param("DF232", "RUN pip install -c c.txt flask", [], id="constraints"),
        pytest.param("DF232", "RUN pip install .[dev]", [], id="project"),
        pytest.param("DF232", "RUN pip install git+https://h/a.git", [2], id="git-head"),
        pytest.param("DF232", "RUN pip install git+https://h/a.git@v1", [], id="git-tag"),
        pytest.param("DF232", "ARG P=flask==3\nRUN pip install $P", [], id="known-variable"),
        pytest.param("DF232", "RUN pip install $P", [], id="unknown-variable"),
        pytest.param("DF232", "RUN pip install ./a.whl", [], id="wheel"),
        pytest.param("DF233", "RUN npm install -g a@latest", [2], id="latest"),
        pytest.param("DF233", "RUN npm install -g @scope/a@1", [], id="scope"),
        pytest.param("DF233", "RUN npm install -g @scope/a", [2], id="scope-loose"),
        pytest.param("DF233", "RUN npm install file:../lib", [], id="file"),
        pytest.param("DF233", "RUN yarn global add a", [2], id="yarn"),
        pytest.param("DF234", "RUN gem install --no-document rails", [2], id="switch-before"),
        pytest.param("DF234", "RUN gem install rails -v7.1", [], id="joined-version"),
        pytest.param("DF235", "RUN go install h.com/a/b@main", [2], id="branch"),
        pytest.param("DF235", "RUN go install -tags x h.com/a/b@v1", [], id="value-of-a-flag"),
        pytest.param("DF235", "RUN go run h.com/a/b@latest serve", [2], id="run"),
        pytest.param("DF235", "RUN go run main.go", [], id="run-a-file"),
        pytest.param("DF235", "RUN go install ./...", [], id="own-packages"),
        pytest.param("DF236", "COPY package*.json ./\nRUN npm i --omit=dev", [3], id="pattern"),
        pytest.param("DF230", "RUN pip install --no-cache a", [], id="abbreviated"),
        pytest.param("DF232", 'RUN pip install "a${V:+==$V}"', [], id="version-where-set"),
        pytest.param("DF232", "RUN pip install a$V", [2], id="variable-in-the-name"),
        pytest.param("DF233", 'RUN npm install -g "a${V:+@$V}"', [], id="version-where-set"),
        pytest.param("DF233", 'SHELL ["cmd", "/S", "/C"]\nRUN npm i -g a', [3], id="plain-in-cmd"),
        pytest.param("DF234", "RUN td-agent-gem install a", [2], id="gem-of-td-agent"),
        pytest.param("DF234", 'RUN gem install "a${V:+:$V}"', [], id="version-where-set"),
        pytest.param("DF235", "RUN go get h.com/a/b h.com/a/c", [2], id="once-a-call"),
        pytest.param("DF236", "COPY . .\nRUN npm install", [], id="nobody-knows"),
        pytest.param("DF236", "COPY package-lock.json ./\nRUN npm install -g a@1", [], id="global"),
    ],
)
def test_rule(code: str, body: str, expected: list[int]) -> None:
    found = run(code, f"FROM debian:12\n{body}\n").findings
    assert [finding.line for finding in found] == expected


@pytest.mark.parametrize(
    ("code", "command", "aliases"),
    [
        pytest.param("DF232", "pip install . flask", (), id="beside-the-project"),
        pytest.param("DF232", "pipx install black", ("DL3013",), id="pipx"),
        pytest.param("DF233", "npm install -g a@latest", (), id="latest"),
        pytest.param("DF233", "npm add a", ("DL3016",), id="npm-add"),
        pytest.param("DF233", "npm i a", (), id="npm-i"),
        pytest.param("DF233", "pnpm add a", (), id="pnpm"),
    ],
)
def test_aliases_are_those_whose_own_condition_holds(
    code: str, command: str, aliases: tuple[str, ...]
) -> None:
    (finding,) = run(code, f"FROM debian:12\nRUN {command}\n").findings
    assert finding.aliases == aliases


@pytest.mark.parametrize(
    ("tag", "has_ci"),
    [
        ("7.10", False),
        ("8.9-alpine", False),
        ("8.11.4", False),
        ("8.12", True),
        ("8", True),
        ("9", False),
        ("10.2.1", False),
        ("10.3", True),
        ("10", True),
        ("22-slim", True),
        ("lts", True),
    ],
)
def test_npm_ci_is_asked_for_only_where_npm_has_it(tag: str, has_ci: bool) -> None:
    text = f"FROM node:{tag}\nCOPY package-lock.json ./\nRUN npm install\n"
    assert bool(run("DF236", text).findings) is has_ci


def test_cache_of_a_stage_that_does_not_ship_is_left_alone() -> None:
    text = "FROM python:3.12 AS build\nRUN pip install a\nFROM x\nCOPY --from=build /a /a\n"
    assert not run("DF230", text).findings


def test_fix_of_the_cache_stands_behind_install() -> None:
    (finding,) = run("DF230", "FROM python:3.12\nRUN pip install -r a.txt\n").findings
    assert finding.fix is not None
    (edit,) = finding.fix.edits
    assert (edit.start, edit.end, edit.text) == (32, 32, " --no-cache-dir")
    assert finding.fix.safety == "safe"


@pytest.mark.parametrize(
    ("after", "count"),
    [
        ("yarn cache clean", 0),
        ('rm -rf "$(yarn cache dir)"', 0),
        ("rm -rf /usr/local/share/.cache", 0),
        ("rm -rf /tmp/*", 1),
    ],
)
def test_yarn_cache_emptied_in_the_same_layer(after: str, count: int) -> None:
    text = f"FROM node:24\nRUN yarn install && {after}\n"
    assert len(lint_alone(language_caches.leftover_yarn_cache, text).findings) == count
