"""Base images past their end of life, close to it, or without updates under their name."""

from __future__ import annotations

import pytest

from dockerlint_rules.findings.finding import Severity
from dockerlint_rules.rules.base_images import releases
from dockerlint_rules.testing import lint_alone

END = {
    "years-ago": ("python:3.6.4", "2026-11-24", [Severity.ERROR]),
    "variant": ("python:3.6.4-slim", "2026-11-24", [Severity.ERROR]),
    "months-ago": ("python:3.10", "2026-11-24", [Severity.WARNING]),
    "last-day": ("python:3.10", "2026-10-31", []),
    "day-after": ("python:3.10", "2026-11-01", [Severity.WARNING]),
    "supported": ("python:3.13", "2026-11-24", []),
    "moving": ("python:3", "2026-11-24", []),
    "other-number": ("python:3.60", "2026-11-24", []),
    "codename": ("debian:buster", "2026-11-24", [Severity.ERROR]),
    "long-term": ("debian:12", "2026-11-24", [Severity.INFO]),
    "inside": ("python:3.13-buster", "2026-11-24", [Severity.ERROR]),
    "retired-instead": ("centos:7", "2026-11-24", []),
    "somebody-else": ("someone/python:3.6", "2026-11-24", []),
    "no-date": ("python:3.6.4", "", []),
}


@pytest.mark.parametrize(("image", "today", "want"), END.values(), ids=END)
def test_df110_end_of_life(image: str, today: str, want: list[Severity]) -> None:
    result = lint_alone(releases.end_of_life_base_image, f"FROM {image}\n", today=today)
    assert not result.failures
    assert [finding.severity for finding in result.findings] == want


def test_df110_message_names_date_and_successor() -> None:
    (finding,) = lint_alone(
        releases.end_of_life_base_image, "FROM docker.io/library/python:3.6\n"
    ).findings
    assert "2021-12-23" in finding.message
    assert "docker.io/library/python:3.1" in finding.message


DEPRECATED = {
    "openjdk": ("openjdk:17", 1),
    "centos": ("centos:7", 1),
    "stream": ("quay.io/centos/centos:stream9", 0),
    "living": ("eclipse-temurin:17", 0),
    "variable": ("$X/openjdk:17", 0),
}


@pytest.mark.parametrize(("image", "count"), DEPRECATED.values(), ids=DEPRECATED)
def test_df111_deprecated(image: str, count: int) -> None:
    result = lint_alone(releases.deprecated_base_image, f"FROM {image}\n")
    assert len(result.findings) == count


SOON = {
    "long-before": ("2026-09-01", 0),
    "ninety-one-days-before": ("2026-10-01", 0),
    "ninety-days-before": ("2026-10-02", 1),
    "last-day": ("2026-12-31", 1),
    "after": ("2027-01-01", 0),
    "no-date": ("", 0),
}


@pytest.mark.parametrize(("today", "count"), SOON.values(), ids=SOON)
def test_df112_near_end_of_life(today: str, count: int) -> None:
    found = lint_alone(
        releases.base_image_near_end_of_life, "FROM php:8.2-cli\n", today=today
    ).findings
    assert len(found) == count


def test_df110_and_df112_never_both_report() -> None:
    for today in ("2026-12-31", "2027-01-01"):
        counts = [
            len(lint_alone(rule, "FROM php:8.2-cli\n", today=today).findings)
            for rule in (releases.base_image_near_end_of_life, releases.end_of_life_base_image)
        ]
        assert sum(counts) == 1
