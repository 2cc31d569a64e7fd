"""Ports of databases that a Compose file publishes."""

from __future__ import annotations

import pytest
from service_rules import codes, service


@pytest.mark.parametrize(
    ("image", "port", "found"),
    [
        ("postgres:17", "'5432:5432'", True),
        ("postgres:17", "'0.0.0.0:5432:5432'", True),
        ("postgres:17", "{target: 5432, published: 5432}", True),
        ("postgres:17", "'127.0.0.1:5432:5432'", False),
        ("postgres:17", "{target: 5432, published: 5432, host_ip: 127.0.0.1}", False),
        ("postgres:17", "'5432'", False),
        ("nginx:1.29", "'80:80'", False),
    ],
)
def test_df547_ports(image: str, port: str, found: bool) -> None:
    text = service(f"image: {image}", f"ports: [{port}]")
    assert ("DF547:4" in codes(text)) is found


def test_df547_file_for_development() -> None:
    text = service("image: postgres:17", "ports: ['5432:5432']")
    assert not [one for one in codes(text, "compose.dev.yaml") if one.startswith("DF547")]
