"""Unpinned packages, beyond the examples on the pages."""

from __future__ import annotations

import pytest
from one_rule import lines, run


@pytest.mark.parametrize(
    ("code", "body", "expected"),
    [
        pytest.param("DF233", "RUN npm install -g a@latest", [2], id="DF233-latest"),
        pytest.param("DF233", "RUN npm install -g @scope/a@1", [], id="DF233-scope"),
        pytest.param("DF233", "RUN npm install -g @scope/a", [2], id="DF233-scope-loose"),
        pytest.param("DF233", "RUN npm install file:../lib", [], id="DF233-file"),
        pytest.param("DF233", "RUN yarn global add a", [2], id="DF233-yarn"),
        pytest.param("DF234", "RUN gem install --no-document rails", [2], id="DF234-switch-before"),
        pytest.param("DF234", "RUN gem install rails -v7.1", [], id="DF234-joined-version"),
        pytest.param("DF235", "RUN go install h.com/a/b@main", [2], id="DF235-branch"),
        pytest.param(
            "DF235", "RUN go install -tags x h.com/a/b@v1", [], id="DF235-value-of-a-flag"
        ),
        pytest.param("DF235", "RUN go run h.com/a/b@latest serve", [2], id="DF235-run"),
        pytest.param("DF235", "RUN go run main.go", [], id="DF235-run-a-file"),
        pytest.param("DF235", "RUN go install ./...", [], id="DF235-own-packages"),
        pytest.param("DF233", 'RUN npm install -g "a${V:+@$V}"', [], id="DF233-version-where-set"),
        pytest.param(
            "DF233", 'SHELL ["cmd", "/S", "/C"]\nRUN npm i -g a', [3], id="DF233-plain-in-cmd"
        ),
        pytest.param("DF234", "RUN td-agent-gem install a", [2], id="DF234-gem-of-td-agent"),
        pytest.param("DF234", 'RUN gem install "a${V:+:$V}"', [], id="DF234-version-where-set"),
        pytest.param("DF235", "RUN go get h.com/a/b h.com/a/c", [2], id="DF235-once-a-call"),
    ],
)
def test_lines(code: str, body: str, expected: list[int]) -> None:
    assert lines(code, f"FROM debian:12\n{body}\n") == expected


@pytest.mark.parametrize(
    ("code", "command", "aliases"),
    [
        pytest.param("DF233", "npm install -g a@latest", (), id="DF233-latest"),
        pytest.param("DF233", "npm add a", ("DL3016",), id="DF233-npm-add"),
        pytest.param("DF233", "npm i a", (), id="DF233-npm-i"),
        pytest.param("DF233", "pnpm add a", (), id="DF233-pnpm"),
    ],
)
def test_aliases_are_those_whose_own_condition_holds(
    code: str, command: str, aliases: tuple[str, ...]
) -> None:
    (finding,) = run(code, f"FROM debian:12\nRUN {command}\n").findings
    assert finding.aliases == aliases


@pytest.mark.parametrize(
    ("code", "body", "expected"),
    [
        pytest.param("DF227", "RUN conda install -y a b=1", [2], id="DF227-among-others"),
        pytest.param("DF227", "run mamba install -y \\\n  a", [3], id="DF227-continued-line"),
        pytest.param("DF227", "RUN <<EOF\nconda install -y a\nEOF", [3], id="DF227-heredoc"),
        pytest.param("DF227", "RUN conda install -y 'a>=1'", [], id="DF227-bounded"),
        pytest.param("DF227", "RUN conda install -y --file a.txt", [], id="DF227-file"),
        pytest.param("DF227", "RUN conda update -y a", [], id="DF227-update"),
    ],
)
def test_conda_packages(code: str, body: str, expected: list[int]) -> None:
    assert lines(code, f"FROM continuumio/miniconda3:25.3.1-1\n{body}\n") == expected
