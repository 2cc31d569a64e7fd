"""A file four times as long takes four times the work, whatever it repeats."""

from __future__ import annotations

import pytest
from counted import calls

from dockerlint_rules.engine.lint import lint_source
from dockerlint_rules.server.session import Session
from dockerlint_rules.syntax.source import Source


@pytest.mark.parametrize(
    "piece",
    [
        pytest.param("RUN apt-get install -y nginx\n", id="DF210-DF309-installs"),
        pytest.param(
            "RUN apt-get install -y nginx\nRUN true\n", id="DF210-DF309-runs-between-installs"
        ),
        pytest.param(
            "RUN apt-get update\nRUN apt-get install -y nginx\n", id="DF201-DF205-index-and-install"
        ),
        pytest.param("RUN <<EOF\necho\n  EOF\n", id="DF006-end-of-heredoc-indented"),
        pytest.param("RUN <<-EOF\necho\nEOF \n", id="DF006-end-of-heredoc-with-blanks"),
        pytest.param(
            "WORKDIR /app\nCOPY . .\nVOLUME /app\nCMD node server.js\n", id="DF402-DF408-volumes"
        ),
        pytest.param(
            "RUN useradd --create-home app\nCOPY main.py /home/app/\nCMD python /home/app/main.py\n",
            id="DF512-users",
        ),
        pytest.param(
            "FROM golang:1.25 AS build\nFROM alpine:3.22\nCOPY --from=builder /app /app\n",
            id="DF701-DF703-stages",
        ),
        pytest.param("# a comment\n", id="DF090-comments"),
    ],
)
def test_work_grows_with_the_file(piece: str) -> None:
    session = Session()
    session.options = {"no_shellcheck": True, "select": ["ALL"]}
    settings, _ = session.settings_for("/w/Dockerfile")

    def work(count: int) -> int:
        return calls(lint_source, Source("FROM debian:13\n" + piece * count), settings)

    work(10)  # whatever is made once
    assert work(240) < 5 * work(60)
