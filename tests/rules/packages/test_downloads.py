"""Downloads, beyond the examples on the pages."""

from __future__ import annotations

import pytest
from one_rule import fixed, lines


@pytest.mark.parametrize(
    ("code", "body", "expected"),
    [
        pytest.param("DF241", "RUN wget http://localhost/a.tgz", [], id="DF241-local"),
        pytest.param("DF241", "RUN curl -fO http://e.com/a.tgz", [2], id="DF241-clear-text"),
        pytest.param(
            "DF241", "RUN curl -fO http://e.com/a && sha256sum -c a.sum", [], id="DF241-compared"
        ),
        pytest.param("DF248", "RUN curl -fsSLo a https://e.com/a", [], id="DF248-fails"),
        pytest.param("DF248", "RUN curl -sSLo a https://e.com/a", [2], id="DF248-does-not-fail"),
    ],
)
def test_lines(code: str, body: str, expected: list[int]) -> None:
    assert lines(code, f"FROM debian:12\n{body}\n") == expected


SUM = "sha256:24454f830cdb571e2c4ad15481119c43b3cafd48dd869a9b2945d1036d1dc68d"


@pytest.mark.parametrize(
    ("code", "body", "expected"),
    [
        pytest.param("DF242", "RUN curl -fLO https://e.com/a.tgz", [2], id="DF242-archive"),
        pytest.param(
            "DF242", "run wget \\\n  https://e.com/a && chmod +x a", [3], id="DF242-continued-line"
        ),
        pytest.param(
            "DF242", "RUN <<EOF\ncurl -fL https://e.com/a | tar xz\nEOF", [3], id="DF242-heredoc"
        ),
        pytest.param("DF242", "RUN curl -fLO https://e.com/a.json", [], id="DF242-data"),
        pytest.param(
            "DF242", "RUN curl -fLO https://e.com/a.tgz && gpg --verify a", [], id="DF242-verified"
        ),
        pytest.param("DF242", "RUN curl -fLO http://e.com/a.tgz", [], id="DF242-df241-reports-it"),
        pytest.param("DF242", "RUN curl -fL https://e.com/a.sh | sh", [], id="DF242-df240-too"),
        pytest.param("DF249", "ADD https://e.com/a /a", [2], id="DF249-url"),
        pytest.param("DF249", "add --chmod=755 \\\n  http://e.com/a /a", [3], id="DF249-flag"),
        pytest.param("DF249", f"ADD --checksum={SUM} https://e.com/a /a", [], id="DF249-checksum"),
        pytest.param("DF249", "ADD https://e.com/a.git#v1 /a", [], id="DF249-repository"),
        pytest.param("DF249", "ADD a.tgz /a", [], id="DF249-file"),
        pytest.param("DF241", "RUN curl -fO ftp://e.com/a.tgz", [2], id="DF241-ftp"),
        pytest.param("DF248", 'RUN ["curl", "-so", "a", "https://e.com/a"]', [2], id="DF248-json"),
    ],
)
def test_verification(code: str, body: str, expected: list[int]) -> None:
    assert lines(code, f"FROM debian:12\n{body}\n") == expected


@pytest.mark.parametrize(
    ("code", "before", "after"),
    [
        pytest.param(
            "DF241",
            "RUN curl -fO http://e.com/a.tgz",
            "RUN curl -fO https://e.com/a.tgz",
            id="DF241-https",
        ),
        pytest.param(
            "DF241",
            "RUN curl -fO http://e.com:8080/a.tgz",
            "RUN curl -fO http://e.com:8080/a.tgz",
            id="DF241-port-without-tls",
        ),
        pytest.param(
            "DF248",
            'RUN ["curl", "-so", "a", "https://e.com/a"]',
            'RUN ["curl", "-fso", "a", "https://e.com/a"]',
            id="DF248-json",
        ),
        pytest.param(
            "DF248",
            "RUN curl --silent -o a https://e.com/a",
            "RUN curl -f --silent -o a https://e.com/a",
            id="DF248-long-flag-first",
        ),
    ],
)
def test_fix(code: str, before: str, after: str) -> None:
    assert fixed(code, f"FROM debian:12\n{before}\n") == f"FROM debian:12\n{after}\n"
