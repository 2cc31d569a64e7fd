"""Language runtimes past their end of life that a build installs itself."""

from __future__ import annotations

import pytest

from dockerlint_rules.findings.finding import Severity
from dockerlint_rules.rules.base_images import language_runtimes
from dockerlint_rules.testing import lint_alone

TODAY = "2026-11-24"
INSTALLED = {
    "nodesource-script": ("FROM a\nRUN curl https://rpm.nodesource.com/setup_8.x | bash -\n", 1),
    "nodesource-list": ("FROM a\nRUN echo 'deb https://deb.nodesource.com/node_6.x b main'\n", 1),
    "nodesource-supported": ("FROM a\nRUN curl https://deb.nodesource.com/setup_24.x\n", 0),
    "nodesource-moving": ("FROM a\nRUN curl https://deb.nodesource.com/setup_lts.x\n", 0),
    "nodesource-variable": ("FROM a\nRUN curl https://deb.nodesource.com/setup_$N.x\n", 0),
    "nodesource-cut-off": ("FROM a\nRUN curl https://deb.nodesource.com/setup_\n", 0),
    "nvm": ("FROM a\nRUN . ~/.nvm/nvm.sh && nvm install v10\n", 1),
    "nvm-flag": ("FROM a\nRUN nvm install --no-progress 10.1\n", 1),
    "nvm-without-release": ("FROM a\nRUN nvm install\n", 0),
    "nvm-lts": ("FROM a\nRUN nvm install --lts\n", 0),
    "pyenv": ("FROM a\nRUN pyenv install -s 3.6.1\n", 1),
    "pyenv-other-python": ("FROM a\nRUN pyenv install pypy3.6-7.3\n", 0),
    "side-by-side": ("FROM a\nRUN pyenv install 2.7.18 && pyenv install 3.14.0\n", 0),
    "rvm-in-bash": ('FROM a\nRUN bash -lc "rvm install 2.1"\n', 1),
    "rvm-shell": ("FROM a\nRUN rvm-shell -l -c 'rvm install 2.0.0-p598'\n", 1),
    "rvm-shell-other": ("FROM a\nRUN rvm-shell -c 'rvm use 2.0.0-p598'\n", 0),
    "conda": ("FROM a\nRUN conda create -n b python=3.6 numpy\n", 1),
    "conda-two-signs": ("FROM a\nRUN conda install python==3.6.*\n", 1),
    "conda-other-package": ("FROM a\nRUN conda install numpy=1.2\n", 0),
    "used-variable": ("FROM a\nENV GO_VERSION 1.9.2\nRUN curl go$GO_VERSION.tgz\n", 1),
    "used-in-add": (
        "FROM a\nARG NODE_VERSION=8.1.0\nADD https://b/node-${NODE_VERSION}.tgz /\n",
        1,
    ),
    "unused-variable": ("FROM a\nENV PYTHON_VERSION=3.6.8\nRUN true\n", 0),
    "used-before": ("FROM a\nRUN echo $PHP_VERSION\nENV PHP_VERSION=7.1.2\n", 0),
    "number-of-something-else": ("FROM a\nENV GO_VERSION=4.1.13\nRUN curl $GO_VERSION\n", 0),
    "lone-number": ("FROM a\nENV PYTHON_VERSION=3\nRUN apt install python$PYTHON_VERSION\n", 0),
    "own-image": ("FROM python:3.6\nENV PYTHON_VERSION=3.6.8\nRUN echo $PYTHON_VERSION\n", 0),
    "before-from": ("ARG NODE_VERSION=8.1\nFROM node:$NODE_VERSION\nRUN echo $NODE_VERSION\n", 0),
    "supported": ("FROM a\nENV NODE_VERSION=24.1.0\nRUN curl $NODE_VERSION\n", 0),
    "digits-of-another-script": ("FROM a\nENV NODE_VERSION=٨.١\nRUN curl $NODE_VERSION\n", 0),
}


@pytest.mark.parametrize(("text", "count"), INSTALLED.values(), ids=INSTALLED)
def test_df113_end_of_life_runtime(text: str, count: int) -> None:
    found = lint_alone(language_runtimes.end_of_life_runtime, text, today=TODAY).findings
    assert len(found) == count


def test_df113_is_a_note_in_a_stage_that_does_not_ship() -> None:
    text = "FROM a AS b\nRUN nvm install 8\nFROM c\nRUN nvm install 8\n"
    found = lint_alone(language_runtimes.end_of_life_runtime, text, today=TODAY).findings
    assert [finding.severity for finding in found] == [Severity.INFO, Severity.ERROR]


def test_df113_is_a_warning_if_support_ended_within_a_year() -> None:
    found = lint_alone(
        language_runtimes.end_of_life_runtime, "FROM a\nRUN nvm install 20\n", today=TODAY
    )
    assert [finding.severity for finding in found.findings] == [Severity.WARNING]


def test_df113_names_the_first_releases_of_node_by_two_numbers() -> None:
    text = "FROM a\nENV NODE_VERSION=0.10.35\nRUN curl $NODE_VERSION\n"
    (found,) = lint_alone(language_runtimes.end_of_life_runtime, text, today=TODAY).findings
    assert found.message.startswith("Node.js 0.10 no")
