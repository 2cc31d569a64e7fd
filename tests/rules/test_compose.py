"""Rules about compose files and Dockerrun.aws.json, beyond the examples of their pages."""

from __future__ import annotations

import pytest
from service_rules import PLAN, codes, run, service

from dockerlint_rules.engine.lint import lint_source
from dockerlint_rules.engine.settings import Settings
from dockerlint_rules.model.build import Build
from dockerlint_rules.syntax.source import Source


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
    from dockerlint_rules.engine.suppressions import Suppressions

    settings.suppressions = Suppressions
    assert lint_source(Source(text, "compose.yaml"), settings).findings == []
    whole = text.replace("ignore=", "ignore-file=").replace("    # d", "# d")
    assert lint_source(Source(whole, "compose.yaml"), settings).findings == []
    other = text.replace("DF430", "DF431")
    assert len(lint_source(Source(other, "compose.yaml"), settings).findings) == 1
