"""Rules about compose files and Dockerrun.aws.json, beyond the examples of their pages."""

from __future__ import annotations

import pytest
from service_rules import PLAN, codes, run, service

from dockerlint_rules.engine.lint import Settings, lint_source
from dockerlint_rules.model.stages import Build
from dockerlint_rules.syntax.source import Source

DATA = "volumes: {data: }\n"


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        pytest.param(["image: postgres:17"], ["DF430:3"], id="none"),
        pytest.param(["image: postgres:18", "volumes: [data:/var/lib/postgresql]"], [], id="18"),
        pytest.param(
            ["image: postgres:18", "volumes: [data:/var/lib/postgresql/data]"], ["DF431:4"], id="18-data"
        ),
        pytest.param(["image: postgres:17", "volumes: [data:/var/lib/postgresql]"], ["DF431:4"], id="17-above"),
        pytest.param(["image: postgres:17-alpine", "volumes: [data:/var/lib/postgresql/data]"], [], id="17"),
        pytest.param(["image: postgres:$V", "volumes: [data:/var/lib/postgresql]"], [], id="variable"),
        pytest.param(["image: postgres:17", "environment: {PGDATA: /x}", "volumes: [data:/x]"], [], id="moved"),
        pytest.param(["image: postgres:17", "env_file: .env"], [], id="env-file"),
        pytest.param(["image: postgres:17", "tmpfs: /var/lib/postgresql/data"], [], id="tmpfs"),
        pytest.param(["image: mongo:8", "volumes: [data:/data]"], ["DF431:4"], id="mongo-above"),
        pytest.param(["image: mongo:8", "volumes: [data:/data/db]"], [], id="mongo"),
        pytest.param(["image: mysql:8.4", "volumes: [./init.sql:/docker-entrypoint-initdb.d/a.sql]"], ["DF430:3"], id="script-only"),
        pytest.param(["image: redis:8", "command: redis-server --dir /x"], [], id="command"),
        pytest.param(["image: memcached:1"], [], id="memory"),
        pytest.param(["image: example.com/postgres:17"], [], id="somebody-elses"),
        pytest.param(["extends: {file: a.yml, service: b}", "image: postgres:17"], [], id="extends"),
    ],
)  # fmt: skip
def test_df430_df431_data_of_a_service(lines: list[str], expected: list[str]) -> None:
    assert codes(service(*lines, more=DATA)) == expected


@pytest.mark.parametrize(
    "name", ["docker-compose.test.yml", "compose.dev.yaml", "ci/compose-ci.yml", "local.yml"]
)
def test_df430_df540_files_for_tests_may_lose_their_data(name: str) -> None:
    assert codes(service("image: postgres:17", "environment: {A_TOKEN: x9}"), name) == []


@pytest.mark.parametrize(
    ("value", "severity"),
    [
        ("3f9c1b77e0", "warning"),
        ("changeme", "info"),
        ("postgres", "info"),
        ("${TOKEN}", None),
        ("'${TOKEN:-abc}'", None),
        ("", None),
        ("true", None),
        ("/run/secrets/x", None),
    ],
)
def test_df540_secrets(value: str, severity: str | None) -> None:
    found = run(service("image: x:1", f"environment: {{API_TOKEN: {value}}}")).findings
    assert [one.severity for one in found] == ([severity] if severity else [])


def test_df540_names_about_secrets_are_none() -> None:
    lines = [
        "image: x:1",
        "environment: [DB_PASSWORD_FILE=/x, TOKEN_URL=http://x, SECRET_NAME=a, PUBLIC_API_KEY_ID=3]",
    ]
    assert codes(service(*lines)) == []


def test_df430_df431_ignore_comments() -> None:
    text = "services:\n  db:\n    # dockerlint: ignore=DF430 thrown away\n    image: postgres:17\n"
    settings = Settings(PLAN, Build())
    from dockerlint_rules.engine.suppressions import Pragmas

    settings.pragmas = Pragmas
    assert lint_source(Source(text, "compose.yaml"), settings).findings == []
    whole = text.replace("ignore=", "ignore-file=").replace("    # d", "# d")
    assert lint_source(Source(whole, "compose.yaml"), settings).findings == []
    other = text.replace("DF430", "DF431")
    assert len(lint_source(Source(other, "compose.yaml"), settings).findings) == 1
