"""Volumes of Compose services that keep data, beyond the examples on the pages."""

from __future__ import annotations

import pytest
from service_rules import PLAN, codes, run, service

from dockerlint_rules.engine.lint import lint_source
from dockerlint_rules.engine.settings import Settings
from dockerlint_rules.engine.suppressions import Suppressions
from dockerlint_rules.model.build import Build
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
        pytest.param(["image: postgres:17", "volumes:", "- type: volume", "  source: data", "  target: /var/lib/postgresql"],
            ["DF431:5"], id="long-form"),
        pytest.param(["extends: {file: a.yml, service: b}", "image: postgres:17"], [], id="extends"),
    ],
)  # fmt: skip
def test_df430_and_df431_data_of_a_service(lines: list[str], expected: list[str]) -> None:
    assert codes(service(*lines, more=DATA)) == expected


@pytest.mark.parametrize(
    "name", ["docker-compose.test.yml", "compose.dev.yaml", "ci/compose-ci.yml", "local.yml"]
)
def test_df430_files_for_tests_may_lose_their_data(name: str) -> None:
    assert codes(service("image: postgres:17", "environment: {A_TOKEN: x9}"), name) == []


@pytest.mark.parametrize(
    ("code", "image", "message"),
    [
        (
            "DF430",
            "postgres:17",
            "in an anonymous volume, which a new container may not reuse. Mount a named",
        ),
        (
            "DF430",
            "grafana/grafana:12.0.0",
            "'grafana/grafana' keeps its data in the container and loses it",
        ),
    ],
)
def test_message(code: str, image: str, message: str) -> None:
    messages = [one.message for one in run(service(f"image: {image}")).findings if one.code == code]
    assert message in messages[0]


@pytest.mark.parametrize(
    ("code", "lines", "expected"),
    [
        ("DF432", ["image: postgres:17", "deploy: {replicas: 2}"], ["DF432:4"]),
        ("DF432", ["image: postgres:17", "scale: '2'"], ["DF432:4"]),
        ("DF432", ["image: postgres:17", "deploy: {replicas: 1}"], []),
        ("DF432", ["image: postgres:17", "deploy: {replicas: $N}"], []),
        ("DF432", ["image: nginx:1", "deploy: {replicas: 2}"], []),
        ("DF433", ["image: x:1", "volumes: [vol:/x]"], ["DF433:4"]),
        (
            "DF433",
            ["image: x:1", "volumes: [{type: volume, source: vol, target: /x}]"],
            ["DF433:4"],
        ),
        ("DF433", ["image: x:1", "volumes: [data:/x]"], []),
        ("DF433", ["image: x:1", "volumes: ['./vol:/x', /y, '$V:/z']"], []),
        ("DF433", ["extends: {file: a.yml, service: b}", "volumes: [vol:/x]"], []),
    ],
)
def test_lines(code: str, lines: list[str], expected: list[str]) -> None:
    found = codes(service(*lines, more=DATA))
    assert [one for one in found if one.startswith(code)] == expected


def test_df433_an_override_file_defines_its_volumes_elsewhere() -> None:
    assert codes(service("image: x:1", "volumes: [vol:/x]"), "docker-compose.override.yml") == []


def test_df430_df431_ignore_comments() -> None:
    text = "services:\n  db:\n    # dockerlint: ignore=DF430 thrown away\n    image: postgres:17\n"
    settings = Settings(PLAN, Build(), suppressions=Suppressions)
    assert lint_source(Source(text, "compose.yaml"), settings).findings == []
    whole = text.replace("ignore=", "ignore-file=").replace("    # d", "# d")
    assert lint_source(Source(whole, "compose.yaml"), settings).findings == []
    other = text.replace("DF430", "DF431")
    assert len(lint_source(Source(other, "compose.yaml"), settings).findings) == 1
