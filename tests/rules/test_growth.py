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
        "RUN apt-get install -y nginx\n",
        "RUN apt-get install -y nginx\nRUN true\n",
        "RUN apt-get update\nRUN apt-get install -y nginx\n",
        "RUN <<EOF\necho\n  EOF\n",
        "RUN <<-EOF\necho\nEOF \n",
        "WORKDIR /app\nCOPY . .\nVOLUME /app\nCMD node server.js\n",
        "RUN useradd --create-home app\nCOPY main.py /home/app/\nCMD python /home/app/main.py\n",
        "FROM golang:1.25 AS build\nFROM alpine:3.22\nCOPY --from=builder /app /app\n",
        "# a comment\n",
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
