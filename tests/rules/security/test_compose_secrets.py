"""Secrets in the definition of a service."""

from __future__ import annotations

import pytest
from service_rules import codes, run, service


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
def test_df540_values(value: str, severity: str | None) -> None:
    found = run(service("image: x:1", f"environment: {{API_TOKEN: {value}}}")).findings
    assert [one.severity for one in found] == ([severity] if severity else [])


def test_df540_names_about_secrets() -> None:
    lines = [
        "image: x:1",
        "environment: [DB_PASSWORD_FILE=/x, TOKEN_URL=http://x, SECRET_NAME=a, PUBLIC_API_KEY_ID=3]",
    ]
    assert codes(service(*lines)) == []


@pytest.mark.parametrize(
    ("arguments", "found"),
    [
        ("{NPM_TOKEN: abc}", ["DF541:3"]),
        ("[NPM_TOKEN]", ["DF541:3"]),
        ("{NPM_TOKEN: ''}", []),
        ("{TOKEN_URL: 'https://example.com'}", []),
        ("{VERSION: '1'}", []),
    ],
)
def test_df541_build_arguments(arguments: str, found: list[str]) -> None:
    lines = [f"build: {{context: ., args: {arguments}}}"]
    assert [one for one in codes(service(*lines)) if one.startswith("DF541")] == found
