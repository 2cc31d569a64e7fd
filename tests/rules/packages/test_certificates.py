"""Certificates, beyond the examples on the pages."""

from __future__ import annotations

import pytest
from one_rule import fixed, lines


@pytest.mark.parametrize(
    ("code", "body", "expected"),
    [
        pytest.param("DF244", "RUN curl -fskL https://e.com/a -o a", [2], id="DF244-among-letters"),
    ],
)
def test_lines(code: str, body: str, expected: list[int]) -> None:
    assert lines(code, f"FROM debian:12\n{body}\n") == expected


@pytest.mark.parametrize(
    ("code", "body", "expected"),
    [
        pytest.param("DF245", "ARG GIT_SSL_NO_VERIFY=true", [2], id="DF245-argument"),
        pytest.param("DF245", "env A=b \\\n  PYTHONHTTPSVERIFY=0", [3], id="DF245-continued-line"),
        pytest.param("DF245", "ENV npm_config_strict_ssl=false", [2], id="DF245-lower-case-name"),
        pytest.param("DF245", "ENV PYTHONHTTPSVERIFY=1", [], id="DF245-verifies"),
        pytest.param("DF245", "ENV NODE_TLS_REJECT_UNAUTHORIZED=$X", [], id="DF245-unknown-value"),
        pytest.param("DF244", "RUN curl -k https://localhost/a -o a", [], id="DF244-local-host"),
        pytest.param(
            "DF244", "RUN wget \\\n  --no-check-certificate https://e.com/a", [3], id="DF244-wget"
        ),
        pytest.param("DF244", "RUN npm config set strict-ssl false", [2], id="DF244-npm-setting"),
        pytest.param(
            "DF244", "RUN git -c http.sslVerify=false clone https://e.com/a", [2], id="DF244-git"
        ),
        pytest.param("DF244", "RUN git config http.sslVerify true", [], id="DF244-verifies"),
    ],
)
def test_verification(code: str, body: str, expected: list[int]) -> None:
    assert lines(code, f"FROM debian:12\n{body}\n") == expected


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("curl -fkL https://e.com/a -o a", "curl -fL https://e.com/a -o a"),
        ("wget --no-check-certificate https://e.com/a", "wget https://e.com/a"),
        ("npm config set strict-ssl false", "npm config set strict-ssl false"),
    ],
)
def test_df244_fix_removes_the_flag(before: str, after: str) -> None:
    assert fixed("DF244", f"FROM debian:12\nRUN {before}\n") == f"FROM debian:12\nRUN {after}\n"
