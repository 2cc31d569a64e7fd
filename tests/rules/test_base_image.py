"""Base images: tags, ends of life, retired names."""

from __future__ import annotations

import pytest

from dockerlint_rules.findings.finding import Severity
from dockerlint_rules.rules.base_images import releases, tags
from dockerlint_rules.testing import lint_alone

UNTAGGED = {
    "plain": ("FROM debian\n", [6]),
    "platform": ("FROM --platform=linux/arm64 debian\n", [29]),
    "port": ("FROM registry:5000/team/app\n", [6]),
    "port-and-tag": ("FROM registry:5000/team/app:1\n", []),
    "digest": ("FROM debian@sha256:" + "a" * 64 + "\n", []),
    "crlf": ("FROM debian\r\nRUN true\r\n", [6]),
    "continued": ("FROM \\\n  debian\n", [3]),
    "default-untagged": ("ARG B=debian\nFROM $B\n", [6]),
    "default-tagged": ("ARG B=debian:12\nFROM $B\n", []),
    "default-tag": ("ARG V=12\nFROM debian:${V}\n", []),
    "registry-default": ("ARG R=docker.io\nFROM $R/library/debian\n", [6]),
    "no-default": ("ARG B\nFROM $B\n", []),
    "unknown-in-name": ("FROM base-$X\n", []),
    "scratch": ("FROM scratch\n", []),
    "stage": ("FROM debian:12 AS B\nFROM b\n", []),
    "stage-in-capitals-is-none": ("FROM debian:12 AS b\nFROM B\n", [6]),
    "stage-number-is-no-base": ("FROM debian:12\nFROM debian\n", [6]),
}


@pytest.mark.parametrize(("text", "columns"), UNTAGGED.values(), ids=UNTAGGED)
def test_untagged(text: str, columns: list[int]) -> None:
    result = lint_alone(tags.untagged_base_image, text)
    assert [one.column for one in result.findings] == columns


def test_build_argument_decides() -> None:
    text = "ARG B=debian\nFROM $B\n"
    given = lint_alone(tags.untagged_base_image, text, arguments={"B": "debian:12"})
    assert not given.findings


LATEST = {
    "latest": ("FROM debian:latest\n", [Severity.WARNING]),
    "default": ("ARG V=latest\nFROM debian:$V\n", [Severity.WARNING]),
    "digest": ("FROM debian:latest@sha256:" + "a" * 64 + "\n", []),
    "suffix": ("FROM app:latest-slim\n", []),
    "chainguard": ("FROM cgr.dev/chainguard/static:latest\n", [Severity.INFO]),
    "stage": ("FROM debian:12 AS latest\nFROM latest\n", []),
}


@pytest.mark.parametrize(("text", "want"), LATEST.values(), ids=LATEST)
def test_latest(text: str, want: list[Severity]) -> None:
    result = lint_alone(tags.latest_base_image, text)
    assert [one.severity for one in result.findings] == want


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
def test_end_of_life(image: str, today: str, want: list[Severity]) -> None:
    result = lint_alone(releases.end_of_life_base_image, f"FROM {image}\n", today=today)
    assert not result.failures
    assert [one.severity for one in result.findings] == want


def test_message_names_date_and_successor() -> None:
    (one,) = lint_alone(
        releases.end_of_life_base_image, "FROM docker.io/library/python:3.6\n"
    ).findings
    assert "2021-12-23" in one.message
    assert "docker.io/library/python:3.1" in one.message


RETIRED = {
    "openjdk": ("openjdk:17", 1),
    "centos": ("centos:7", 1),
    "stream": ("quay.io/centos/centos:stream9", 0),
    "living": ("eclipse-temurin:17", 0),
    "variable": ("$X/openjdk:17", 0),
}


@pytest.mark.parametrize(("image", "count"), RETIRED.values(), ids=RETIRED)
def test_retired(image: str, count: int) -> None:
    result = lint_alone(releases.deprecated_base_image, f"FROM {image}\n")
    assert len(result.findings) == count
