"""Look-ups in the table of software that keeps state."""

from __future__ import annotations

import pytest

from dockerlint_rules import knowledge


@pytest.mark.parametrize(
    ("family", "package", "name", "state", "dirs"),
    [
        ("apt", "redis-server", "redis-server", "disk", ("/var/lib/redis",)),
        ("apt", "redis-server=5:6.0", "redis-server", "disk", ("/var/lib/redis",)),
        ("apt", "postgresql-16", "postgresql-16", "disk", ("/var/lib/postgresql/16/main",)),
        ("apt", "postgresql-9.6", "postgresql-9.6", "disk", ("/var/lib/postgresql/9.6/main",)),
        ("apt", "postgresql-${V}", "postgresql-${V}", "disk",
         ("/var/lib/postgresql/${V}/main",)),
        ("apt", "postgresql-client-16", "postgresql-client-16", "client", ()),
        ("apt", "redis-tools", "redis-tools", "client", ()),
        ("apt", "memcached", "memcached", "memory", ()),
        ("apk", "postgresql", "postgresql", "disk", ("/var/lib/postgresql/data",)),
        ("apk", "postgresql15-client", "postgresql15-client", "client", ()),
        ("apk", "redis~=7", "redis", "hint", ("/var/lib/redis",)),
        ("rpm", "redis-6.2.7-1.el9", "redis", "disk", ("/var/lib/redis",)),
        ("rpm", "mariadb", "mariadb", "client", ()),
        ("rpm", "mysql-community-server-8.0.3", "mysql-community-server", "disk",
         ("/var/lib/mysql",)),
        ("pacman", "mariadb", "mariadb", "disk", ("/var/lib/mysql",)),
        ("pip", "tinydb==4", "tinydb", "hint", ()),
    ],
)  # fmt: skip
def test_packages_with_a_version(
    family: str, package: str, name: str, state: str, dirs: tuple[str, ...]
) -> None:
    found = knowledge.stateful_package(family, package)
    assert found is not None
    assert (found.name, found.state, found.data_dirs) == (name, state, dirs)
    assert found.keeps_state is (state == "disk")


@pytest.mark.parametrize(
    ("family", "package"),
    [("apt", "postgresql-contrib"), ("apt", "nginx"), ("cargo", "redis"), ("apt", ""),
     ("rpm", "redis-tools"), ("apt", "postgresql-"), ("image", "curl")],
)  # fmt: skip
def test_unknown_packages(family: str, package: str) -> None:
    assert knowledge.stateful_package(family, package) is None


@pytest.mark.parametrize(
    ("name", "tag", "dirs", "declares"),
    [
        ("postgres", "16-alpine", ("/var/lib/postgresql/data",), True),
        ("postgres", "18", ("/var/lib/postgresql",), True),
        ("postgres", None, ("/var/lib/postgresql",), True),
        ("postgres", "latest", ("/var/lib/postgresql",), True),
        ("pgvector/pgvector", "0.8.0-pg17", ("/var/lib/postgresql/data",), True),
        ("influxdb", "1.8-alpine", ("/var/lib/influxdb",), True),
        ("influxdb", "3-core", ("/var/lib/influxdb3",), False),
        ("elasticsearch", "8.1.0", ("/usr/share/elasticsearch/data",), False),
        ("elasticsearch", "2.4", ("/usr/share/elasticsearch/data",), True),
        ("clickhouse/clickhouse-server", "24", ("/var/lib/clickhouse",), True),
        ("jupyter/base-notebook", "x", ("/home/jovyan/work",), False),
        ("memcached", "1", (), False),
    ],
)
def test_images_by_release(
    name: str, tag: str | None, dirs: tuple[str, ...], declares: bool
) -> None:
    found = knowledge.stateful_image(name, tag)
    assert found is not None
    assert (found.data_dirs, found.declares_volume) == (dirs, declares)


def test_unknown_image() -> None:
    assert knowledge.stateful_image("python", "3") is None


def test_certainty() -> None:
    uncertain = knowledge.stateful_image("eqalpha/keydb")
    certain = knowledge.stateful_image("redis")
    assert uncertain is not None
    assert certain is not None
    assert not uncertain.is_certain
    assert certain.is_certain


def test_all_records() -> None:
    kinds = {record.kind for record in knowledge.stateful_records()}
    assert {"image", "apt", "apk", "rpm", "file", "framework"} <= kinds
