"""Rules about compose files and Dockerrun.aws.json, beyond the examples of their pages."""

from __future__ import annotations

from pathlib import Path

import pytest

from dockerlint_rules.engine.lint import FileResult, Settings, lint_source
from dockerlint_rules.model.stages import Build
from dockerlint_rules.registry.indexed import builtin_rules
from dockerlint_rules.registry.plan import Plan
from dockerlint_rules.syntax.source import Source

PLAN = Plan([rule for rule in builtin_rules() if rule.unit in ("service", "deployment")])


def run(text: str, path: str = "compose.yaml") -> FileResult:
    result = lint_source(Source(text, path), Settings(PLAN, Build(today="2026-11-25")))
    assert not result.failures, result.failures[0].error
    return result


def codes(text: str, path: str = "compose.yaml") -> list[str]:
    return [f"{one.code}:{one.line}" for one in run(text, path).findings]


def service(*lines: str, name: str = "db", more: str = "") -> str:
    return f"services:\n  {name}:\n" + "".join(f"    {line}\n" for line in lines) + more


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


def test_df658_ports_taken_twice() -> None:
    def two(one: str, other: str, more: str = "") -> list[str]:
        return codes(
            f"services:\n  a: {{image: 'x:1', ports: ['{one}']}}\n  b: {{image: 'y:1', ports: ['{other}']{more}}}\n"
        )

    assert two("80:80", "80:81") == ["DF658:3"]
    assert two("80:80", "80:81/udp") == []
    assert two("127.0.0.1:80:80", "127.0.0.2:80:81") == []
    assert two("127.0.0.1:80:80", "80:81") == ["DF658:3"]
    assert two("80:80", "80:81", ", profiles: [x]") == []
    assert two("80", "80") == []


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


def test_df433_df651_df655_what_docker_compose_refuses() -> None:
    text = "services:\n  a:\n    image: x:1\n    depends_on: [b]\n    networks: [n]\n    volumes: [vol:/x]\n"
    assert codes(text) == ["DF651:4", "DF655:5", "DF433:6"]
    assert codes(text, "docker-compose.override.yml") == []


def test_df652_health_of_a_service_without_a_check() -> None:
    text = (
        "services:\n  web: {image: 'x:1', depends_on: {db: {condition: service_healthy}}}\n"
        "  db: {image: 'postgres:17', volumes: ['data:/var/lib/postgresql/data']%s}\nvolumes: {data: }\n"
    )
    assert codes(text % "") == ["DF652:2"]
    assert codes(text % ", healthcheck: {test: [CMD, x]}") == []
    assert codes(text % ", healthcheck: {disable: true}") == ["DF652:2"]
    assert codes(text.replace("postgres:17", "shop:1") % "") == []


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    (tmp_path / "web").mkdir()
    (tmp_path / "web" / "Dockerfile").write_text(
        "FROM node:24 AS build\nWORKDIR /app\nRUN npm ci\nFROM build AS prod\nEXPOSE 3000\n"
    )
    return tmp_path


@pytest.mark.parametrize(
    ("build", "expected"),
    [
        ("build: ./web", []),
        ("build: web/", []),
        ("build: .", ["DF650:3"]),
        ("build: ./gone", ["DF650:3"]),
        ("build: {context: web, dockerfile: gone}", ["DF650:3"]),
        ("build: {context: web, target: prod}", []),
        ("build: {context: web, target: Prod}", []),
        ("build: {context: web, target: test}", ["DF650:3"]),
        ("build: {context: '${C:-gone}'}", ["DF650:3"]),
        ("build: {context: '$C'}", []),
        ("build: https://example.com/a.git", []),
        ("build: {dockerfile_inline: 'FROM x'}", []),
    ],
)
def test_df650_build(tree: Path, build: str, expected: list[str]) -> None:
    path = tree / "compose.yaml"
    path.write_text(service(build))
    assert codes(path.read_text(), str(path)) == expected


@pytest.mark.parametrize(
    ("volumes", "expected"),
    [
        ("[./web:/app]", ["DF654:4"]),
        ("['./web:/app', /app/node_modules]", []),
        ("[./web/src:/app/src]", []),
        ("['./web:/srv']", []),
    ],
)
def test_df654_hidden_dependencies(tree: Path, volumes: str, expected: list[str]) -> None:
    path = tree / "compose.yaml"
    path.write_text(service("build: web", f"volumes: {volumes}"))
    assert codes(path.read_text(), str(path)) == expected


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


def test_df666_misspelt_keys_of_containers() -> None:
    text = '{"AWSEBDockerrunVersion": 2,\n"containerDefinitions": [{"name": "a", "memory": 1,\n"portMapping": [], "Image": "x"}]}'
    assert codes(text, "Dockerrun.aws.json") == ["DF666:3"]
