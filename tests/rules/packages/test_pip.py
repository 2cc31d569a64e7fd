"""pip and pipx, beyond the examples on the pages."""

from __future__ import annotations

import pytest
from one_rule import fixed, lines, run

PIP = "--mount=type=cache,target=/root/.cache/pip"


@pytest.mark.parametrize(
    ("code", "body", "expected"),
    [
        pytest.param("DF230", "RUN python3 -m pip install a", [2], id="DF230-module"),
        pytest.param("DF230", "RUN PIP_NO_CACHE_DIR=1 pip install a", [], id="DF230-own-variable"),
        pytest.param(
            "DF230", "RUN export PIP_NO_CACHE_DIR=1 && pip install a", [], id="DF230-exported"
        ),
        pytest.param(
            "DF230", "ENV PIP_NO_CACHE_DIR=0\nRUN pip install a", [], id="DF230-any-value"
        ),
        pytest.param("DF230", "ARG PIP_NO_CACHE_DIR=1\nRUN pip install a", [], id="DF230-argument"),
        pytest.param(
            "DF230", 'RUN echo "PIP_NO_CACHE_DIR=1" && pip install a', [2], id="DF230-echoed"
        ),
        pytest.param("DF230", "RUN pip install a && rm -rf ~/.cache", [], id="DF230-removed"),
        pytest.param("DF230", "RUN pip install a && pip cache purge", [], id="DF230-purged"),
        pytest.param(
            "DF230",
            "ENV PIP_CACHE_DIR=/pip\nRUN --mount=type=cache,target=/pip pip install a",
            [],
            id="DF230-moved-into-a-mount",
        ),
        pytest.param("DF230", "RUN pip uninstall -y a", [], id="DF230-uninstall"),
        pytest.param("DF231", "RUN pip install -U pip setuptools", [2], id="DF231-among-others"),
        pytest.param("DF231", "RUN pip install -U flask", [], id="DF231-another-package"),
        pytest.param("DF231", "RUN pip install -U 'pip<25'", [], id="DF231-bounded"),
        pytest.param("DF232", "RUN pip install -U pip", [], id="DF232-df231-says-it"),
        pytest.param("DF232", "RUN pip install -r r.txt flask", [2], id="DF232-beside-a-list"),
        pytest.param("DF232", "RUN pip install -c c.txt flask", [], id="DF232-constraints"),
        pytest.param("DF232", "RUN pip install .[dev]", [], id="DF232-project"),
        pytest.param("DF232", "RUN pip install git+https://h/a.git", [2], id="DF232-git-head"),
        pytest.param("DF232", "RUN pip install git+https://h/a.git@v1", [], id="DF232-git-tag"),
        pytest.param("DF232", "ARG P=flask==3\nRUN pip install $P", [], id="DF232-known-variable"),
        pytest.param("DF232", "RUN pip install $P", [], id="DF232-unknown-variable"),
        pytest.param("DF232", "RUN pip install ./a.whl", [], id="DF232-wheel"),
        pytest.param("DF230", "RUN pip install --no-cache a", [], id="DF230-abbreviated"),
        pytest.param("DF232", 'RUN pip install "a${V:+==$V}"', [], id="DF232-version-where-set"),
        pytest.param("DF232", "RUN pip install a$V", [2], id="DF232-variable-in-the-name"),
    ],
)
def test_lines(code: str, body: str, expected: list[int]) -> None:
    assert lines(code, f"FROM debian:12\n{body}\n") == expected


@pytest.mark.parametrize(
    ("code", "before", "after"),
    [
        pytest.param("DF230", "RUN pip install a", f"RUN {PIP} pip install a", id="DF230-pip"),
        pytest.param(
            "DF230",
            "USER app\nRUN pip install a",
            "USER app\nRUN pip install --no-cache-dir a",
            id="DF230-another-user-cannot-write-there",
        ),
    ],
)
def test_fix_in_a_file_with_cache_mounts(code: str, before: str, after: str) -> None:
    text = "FROM node:24 AS web\nRUN --mount=type=cache,target=/root/.npm npm ci\nFROM python:3.13\n{}\n"
    assert fixed(code, text.format(before)) == text.format(after)


@pytest.mark.parametrize(
    ("code", "command", "aliases"),
    [
        pytest.param("DF232", "pip install . flask", (), id="DF232-beside-the-project"),
        pytest.param("DF232", "pipx install black", ("DL3013",), id="DF232-pipx"),
    ],
)
def test_aliases_are_those_whose_own_condition_holds(
    code: str, command: str, aliases: tuple[str, ...]
) -> None:
    (finding,) = run(code, f"FROM debian:12\nRUN {command}\n").findings
    assert finding.aliases == aliases


def test_df230_cache_of_a_stage_that_does_not_ship_is_left_alone() -> None:
    text = "FROM python:3.12 AS build\nRUN pip install a\nFROM x\nCOPY --from=build /a /a\n"
    assert not run("DF230", text).findings


def test_df230_fix_adds_the_flag_after_install() -> None:
    (finding,) = run("DF230", "FROM python:3.12\nRUN pip install -r a.txt\n").findings
    assert finding.fix is not None
    (edit,) = finding.fix.edits
    assert (edit.start, edit.end, edit.text) == (32, 32, " --no-cache-dir")
    assert finding.fix.safety == "safe"
