"""Tags of base images."""

from __future__ import annotations

import pytest

from dockerlint_rules.findings.finding import Severity
from dockerlint_rules.rules.base_images import tags
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
def test_df101_untagged(text: str, columns: list[int]) -> None:
    result = lint_alone(tags.untagged_base_image, text)
    assert [finding.column for finding in result.findings] == columns


def test_df101_build_argument_decides() -> None:
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
def test_df102_latest(text: str, want: list[Severity]) -> None:
    result = lint_alone(tags.latest_base_image, text)
    assert [finding.severity for finding in result.findings] == want


MOVING = {
    "edge": ("FROM alpine:edge\n", 1),
    "variant": ("from debian:stable-slim\r\n", 1),
    "upper-case": ("FROM debian:SID\n", 1),
    "default": ("ARG V=lts\nFROM node:$V\n", 1),
    "release-of-its-own": ("FROM nvidia/cuda:devel-cu130\n", 0),
    "nightly": ("FROM rust:nightly\n", 0),
    "version": ("FROM alpine:3.22\n", 0),
    "part-of-a-word": ("FROM app:mainframe\n", 0),
    "digest": ("FROM alpine:edge@sha256:" + "a" * 64 + "\n", 0),
    "stage": ("FROM a:1 AS edge\nFROM edge\n", 0),
    "unknown-variable": ("FROM node:$V\n", 0),
}


@pytest.mark.parametrize(("text", "count"), MOVING.values(), ids=MOVING)
def test_df103_moving_tag(text: str, count: int) -> None:
    assert len(lint_alone(tags.moving_base_image_tag, text).findings) == count
