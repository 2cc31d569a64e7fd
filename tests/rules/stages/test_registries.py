"""Registries that images come from."""

from __future__ import annotations

import pytest

from dockerlint_rules.rules.stages import registries
from dockerlint_rules.testing import lint_alone

IMAGES = {
    "trusted": ("FROM example.com/a\n", 0),
    "port": ("FROM registry:5000/a\n", 1),
    "docker-hub": ("from debian\r\n", 1),
    "pattern": ("FROM eu.example.org/a\n", 0),
    "not-quite-the-pattern": ("FROM example.org.evil.com/a\n", 1),
    "scratch": ("FROM scratch\n", 0),
    "variable": ("FROM $R/a\n", 0),
    "default": ("ARG R=quay.io\nFROM $R/a\n", 1),
    "stage": ("FROM example.com/a AS b\nFROM b\nCOPY --from=b /c /\n", 0),
    "copy": ("FROM example.com/a\ncopy \\\n  --from=quay.io/b /c /\n", 1),
    "mount": ("FROM example.com/a\nRUN --mount=from=quay.io/b,target=/c d\n", 1),
    "fragment-without-from": ("COPY --from=quay.io/b /c /\n", 1),
}


@pytest.mark.parametrize(("text", "count"), IMAGES.values(), ids=IMAGES)
def test_df711_untrusted_registry(text: str, count: int) -> None:
    options = {"trusted_registries": ["example.com", "*.example.org"]}
    assert len(lint_alone(registries.untrusted_registry, text, options=options).findings) == count


@pytest.mark.parametrize("name", ["docker.io", "hub.docker.com", "*", "docker.*"])
def test_df711_names_of_docker_hub(name: str) -> None:
    options = {"trusted_registries": [name]}
    assert not lint_alone(registries.untrusted_registry, "FROM debian\n", options=options).findings


def test_df711_reports_nothing_without_the_option() -> None:
    assert not lint_alone(registries.untrusted_registry, "FROM quay.io/a\n", options={}).findings
