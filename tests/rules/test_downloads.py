"""What a build fetches, beyond the examples on the pages."""

from __future__ import annotations

import pytest

from dockerlint_rules.engine.lint import Settings, lint_source
from dockerlint_rules.model.stages import Build
from dockerlint_rules.registry.rule import RULES, Plan
from dockerlint_rules.rules import load
from dockerlint_rules.syntax.source import Source

load()


def lines(code: str, text: str) -> list[int]:
    settings = Settings(Plan([RULES[code]]), Build(today="2026-11-24"))
    result = lint_source(Source(text), settings)
    assert not result.failures, result.failures[0].error
    return [one.line for one in result.findings]


@pytest.mark.parametrize(
    ("code", "body", "expected"),
    [
        pytest.param(
            "DF240", "RUN curl -fsSL https://e.com/a | bash -s -- -y", [2], id="arguments"
        ),
        pytest.param("DF240", "RUN curl -fsSL https://e.com/a | sudo bash", [2], id="sudo"),
        pytest.param("DF240", "RUN wget -qO- https://e.com/a | tar xz", [], id="archive"),
        pytest.param("DF240", "RUN curl https://e.com/a | python -m json.tool", [], id="read"),
        pytest.param("DF240", "RUN curl -I https://e.com/a | sh", [], id="head"),
        pytest.param("DF240", 'RUN sh -c "$(curl -fsSL https://e.com/a)"', [2], id="substituted"),
        pytest.param("DF241", "RUN wget http://localhost/a.tgz", [], id="local"),
        pytest.param("DF241", "RUN curl -fO http://e.com/a.tgz", [2], id="clear-text"),
        pytest.param(
            "DF241", "RUN curl -fO http://e.com/a && sha256sum -c a.sum", [], id="compared"
        ),
        pytest.param("DF243", "RUN apk add --allow-untrusted ./a.apk", [], id="own-file"),
        pytest.param("DF243", "RUN apk add --allow-untrusted ./a.apk b", [2], id="more-than-own"),
        pytest.param("DF243", "RUN pip install --trusted-host localhost a", [], id="own-host"),
        pytest.param("DF244", "RUN curl -fskL https://e.com/a -o a", [2], id="among-letters"),
        pytest.param("DF246", "RUN git clone -b v1.2 https://e.com/a", [], id="tag"),
        pytest.param("DF246", "RUN git clone https://e.com/a", [2], id="default-branch"),
        pytest.param(
            "DF246",
            "RUN git clone https://e.com/a && cd a && git checkout 0f1e2d3",
            [],
            id="checked-out",
        ),
        pytest.param("DF248", "RUN curl -fsSLo a https://e.com/a", [], id="fails"),
        pytest.param("DF248", "RUN curl -sSLo a https://e.com/a", [2], id="does-not-fail"),
        pytest.param("DF228", "RUN apt-get install -y openssh-server", [2], id="ssh"),
        pytest.param(
            "DF228", "RUN apt-get install -y openssh-server\nEXPOSE 2222", [], id="ssh-port"
        ),
        pytest.param(
            "DF228", "RUN apt-get install -y openssh-server openmpi-bin", [], id="ssh-for-mpi"
        ),
        pytest.param("DF228", "RUN apt-get install -y openssh-client", [], id="ssh-client"),
    ],
)
def test_rule(code: str, body: str, expected: list[int]) -> None:
    assert lines(code, f"FROM debian:12\n{body}\n") == expected


@pytest.mark.parametrize(
    ("base", "is_reported"),
    [
        ("debian:12", True),
        ("debian:jessie-slim", False),
        ("debian:8.11", False),
        ("ubuntu:14.04", False),
        ("ubuntu:16.04", True),
        ("openjdk:8-jdk", True),
        ("node:8", True),
        ("node:8-jessie", False),
        ("$BASE", True),
    ],
)
def test_apt_key_is_reported_where_apt_has_something_better(base: str, is_reported: bool) -> None:
    assert bool(lines("DF247", f"FROM {base}\nRUN apt-key add a.asc\n")) is is_reported
