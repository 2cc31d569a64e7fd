"""``depends_on`` in Compose files."""

from __future__ import annotations

import pytest
from service_rules import codes, run

from dockerlint_rules.rules.runtime.compose_dependencies import start_before_database_ready
from dockerlint_rules.testing import lint_alone


def test_df651_df655_and_df433_what_docker_compose_rejects() -> None:
    text = "services:\n  a:\n    image: x:1\n    depends_on: [b]\n    networks: [n]\n    volumes: [vol:/x]\n"
    assert codes(text) == ["DF651:4", "DF655:5", "DF433:6"]
    assert codes(text, "docker-compose.override.yml") == []


def test_df651_and_df655_files_that_may_be_merged() -> None:
    text = "services:\n  a:\n    image: x:1\n    depends_on: [b]\n    networks: [n]\n"
    assert codes(text, "docker-compose.yml") == ["DF651:4", "DF655:5"]
    assert codes(text, "compose.prod.yaml") == []
    assert codes("include: [b.yaml]\n" + text) == []
    assert codes(text.replace("[b]", "['$B']").replace("[n]", "['$N', default]")) == []


@pytest.mark.parametrize(
    ("name", "remedy"),
    [("databas", "Did you mean 'database'?"), ("x", "Name a service of this file.")],
)
def test_df651_message(name: str, remedy: str) -> None:
    text = f"services:\n  a: {{image: 'x:1', depends_on: [{name}]}}\n  database: {{image: 'x:1'}}\n"
    (one,) = run(text).findings
    assert one.message == f"Service '{name}' is not defined in this file. {remedy}"


def test_df652_health_of_a_service_without_a_check() -> None:
    text = (
        "services:\n  web: {image: 'x:1', depends_on: {db: {condition: service_healthy}}}\n"
        "  db: {image: 'postgres:17', volumes: ['data:/var/lib/postgresql/data']%s}\nvolumes: {data: }\n"
    )
    assert codes(text % "") == ["DF652:2"]
    assert codes(text % ", healthcheck: {test: [CMD, x]}") == []
    assert codes(text % ", healthcheck: {disable: true}") == ["DF652:2"]
    assert codes(text.replace("postgres:17", "shop:1") % "") == []


@pytest.mark.parametrize(
    ("depends_on", "image", "count"),
    [
        ("[db]", "postgres:17", 1),
        ("{db: {condition: service_started}}", "postgres:17", 1),
        ("{db: {condition: service_healthy}}", "postgres:17", 0),
        ("[db]", "shop:1", 0),
        ("[other]", "postgres:17", 0),
    ],
)
def test_df659_wait(depends_on: str, image: str, count: int) -> None:
    text = f"services:\r\n  web: {{image: 'x:1', depends_on: {depends_on}}}\r\n  db: {{image: '{image}'}}\r\n"
    found = lint_alone(start_before_database_ready, text, filename="compose.yaml").findings
    assert len(found) == count
