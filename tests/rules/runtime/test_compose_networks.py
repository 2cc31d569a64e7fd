"""Networks, hosts and ports in Compose files."""

from __future__ import annotations

import pytest
from service_rules import codes


@pytest.mark.parametrize(
    ("networks", "more", "expected"),
    [
        ("[front]", "", ["DF655:4"]),
        ("{front: {aliases: [a]}}", "", ["DF655:4"]),
        ("[front]", "networks:\n  front:\n", []),
        ("[default]", "", []),
        ("['${NET}']", "", []),
    ],
)
def test_df655_network(networks: str, more: str, expected: list[str]) -> None:
    text = f"services:\n  a:\n    image: x:1\n    networks: {networks}\n{more}"
    assert codes(text) == expected


@pytest.mark.parametrize(
    ("web", "found"),
    [
        ("environment: {URL: 'postgres://u@localhost:5432/x'}", True),
        ("environment: ['URL=postgresql+psycopg://127.0.0.1/x']", True),
        ("environment: {URL: 'postgres://db/x'}", False),
        ("environment: {URL: 'redis://localhost'}", False),
        ("environment: {URL: 'https://localhost'}", False),
        ("network_mode: 'service:db', environment: {URL: 'postgres://localhost/x'}", False),
    ],
)
def test_df656_host(web: str, found: bool) -> None:
    text = (
        f"services:\n  web: {{image: 'x:1', {web}}}\n"
        "  db: {image: 'postgres:17', volumes: ['data:/var/lib/postgresql/data']}\nvolumes: {data: }\n"
    )
    assert codes(text) == (["DF656:2"] if found else [])


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
