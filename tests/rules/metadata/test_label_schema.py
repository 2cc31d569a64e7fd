"""Labels that the options label-schema and strict-labels ask for."""

from __future__ import annotations

import pytest

from dockerlint_rules.registry.rule import RULES
from dockerlint_rules.rules import import_all
from dockerlint_rules.testing import lint_alone

import_all()


def found_lines(code: str, text: str, **options: object) -> list[int]:
    return [finding.line for finding in lint_alone(RULES[code], text, options=options).findings]


@pytest.mark.parametrize(
    ("code", "text", "found"),
    [
        pytest.param("DF812", "FROM a\nLABEL team=b\n", [], id="DF812-set"),
        pytest.param("DF812", 'from a\nlabel "team"=b\n', [], id="DF812-quoted-and-lowercase"),
        pytest.param("DF812", "FROM a\nRUN b\n", [1], id="DF812-missing"),
        pytest.param(
            "DF812", "FROM a AS b\nLABEL team=c\nFROM b\n", [], id="DF812-set-in-the-parent"
        ),
        pytest.param(
            "DF812", "FROM a AS b\nFROM c\nCOPY --from=b /d /d\n", [2], id="DF812-source-stage"
        ),
        pytest.param("DF813", "FROM a\nLABEL team=b \\\n  tema=c\n", [3], id="DF813-continued"),
        pytest.param("DF813", "FROM a\nLABEL team=b\n", [], id="DF813-in-the-schema"),
        pytest.param("DF814", "FROM a\r\nLABEL team=' '\r\n", [2], id="DF814-blank-and-crlf"),
        pytest.param("DF814", "FROM a\nLABEL team=b other=\n", [], id="DF814-not-in-the-schema"),
    ],
)
def test_labels(code: str, text: str, found: list[int]) -> None:
    assert found_lines(code, text, label_schema={"team": "text"}, strict_labels=True) == found


@pytest.mark.parametrize("code", ["DF812", "DF813", "DF814", "DF815"])
def test_silent_without_a_schema(code: str) -> None:
    assert found_lines(code, "FROM a\nLABEL b= c=d\n") == []


@pytest.mark.parametrize(
    ("code", "kind", "valid", "invalid"),
    [
        ("DF815", "url", "https://example.com", "https://"),
        ("DF815", "rfc3339", "2026-11-30T12:00:00Z", "2026-11-30"),
        ("DF815", "spdx", "Apache-2.0 OR MIT", "Apache 2"),
        ("DF815", "hash", "0123abc", "0123ab"),
        ("DF815", "semver", "1.2.3-rc.1", "1.2"),
        ("DF815", "email", "ann@example.com", "ann@example"),
    ],
)
def test_types(code: str, kind: str, valid: str, invalid: str) -> None:
    schema = {"a": kind}
    assert found_lines(code, f'FROM b\nLABEL a="{valid}"\n', label_schema=schema) == []
    assert found_lines(code, f'FROM b\nLABEL a="{invalid}"\n', label_schema=schema) == [2]
    assert found_lines(code, 'FROM b\nLABEL a="$VALUE"\n', label_schema=schema) == []
