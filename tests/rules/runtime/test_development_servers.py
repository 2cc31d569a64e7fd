"""Servers that are set up as on a developer's machine."""

from __future__ import annotations

import pytest
from one_rule import fixed, lines

from dockerlint_rules.rules.runtime.development_servers import development_mode
from dockerlint_rules.testing import lint_alone

MODES = {
    "env": ("FROM a\nENV NODE_ENV=development", [2]),
    "lower-case": ("from a\nenv FLASK_DEBUG True", [2]),
    "continued": ("FROM a\nENV A=1 \\\n  RAILS_ENV=development", [3]),
    "production": ("FROM a\nENV NODE_ENV=production", []),
    "replaced": ("FROM a\nENV NODE_ENV=development\nENV NODE_ENV=production", []),
    "another-name": ("FROM a\nENV MY_DEBUG=1", []),
    "not-final": ("FROM a\nENV APP_ENV=dev\nFROM b", []),
    "dev-stage": ("FROM a AS develop\nENV APP_ENV=dev", []),
    "test-stage": ("FROM a AS tests\nENV APP_ENV=dev", []),
}


@pytest.mark.parametrize(("text", "found"), MODES.values(), ids=MODES)
def test_df641_mode(text: str, found: list[int]) -> None:
    assert lines("DF641", f"{text}\n") == found


def test_df641_file_for_development() -> None:
    text = "FROM a\nENV APP_DEBUG=1\n"
    assert len(lint_alone(development_mode, text, filename="Dockerfile").findings) == 1
    assert lint_alone(development_mode, text, filename="dev.Dockerfile").findings == []


@pytest.mark.parametrize(
    ("code", "before", "after"),
    [
        pytest.param(
            "DF642",
            'FROM a\nCMD ["flask", "run", "--host", "127.0.0.1"]\n',
            'FROM a\nCMD ["flask", "run", "--host", "0.0.0.0"]\n',
            id="address",
        ),
        pytest.param(
            "DF642",
            "FROM a\nCMD gunicorn --bind=localhost:8000 a:b\n",
            "FROM a\nCMD gunicorn --bind=0.0.0.0:8000 a:b\n",
            id="address-and-port",
        ),
    ],
)
def test_df642_fix(code: str, before: str, after: str) -> None:
    assert fixed(code, before) == after


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("cmd a \\\n  --listen [::1]:80", [3]),
        ("ENTRYPOINT a -b localhost", [2]),
        ("CMD a --host 0.0.0.0", []),
        ("CMD a --database 127.0.0.1", []),
        ("HEALTHCHECK CMD a --host localhost", []),
    ],
)
def test_df642_host(text: str, found: list[int]) -> None:
    assert lines("DF642", f"FROM a\n{text}\n") == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("FROM a\nCMD npm ci && npm start", [2]),
        ("from a\nentrypoint mvn -q spring-boot:run", [2]),
        ("FROM a\nCMD a && \\\n  pip install -r b", [3]),
        ("FROM a\nCMD npm start", []),
        ("FROM a\nCMD mvn verify", []),
        ("FROM a\nRUN npm ci", []),
        ("FROM a AS dev\nCMD go run .", []),
        ("FROM a\nCMD go run .\nFROM b\nCMD c", []),
    ],
)
def test_df643_build(text: str, found: list[int]) -> None:
    assert lines("DF643", f"{text}\n") == found
