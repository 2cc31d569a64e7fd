"""Tags of base images."""

from __future__ import annotations

import pytest
from said import fixes, found, said

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


# -- what is said, and where ---------------------------------------------------------------------------

UNTAGGED_MESSAGE = "Base image {} has no tag, so Docker uses 'latest', which changes with each release. Add a version tag or a digest."
LATEST_MESSAGE = (
    "Base image {} moves with every release, so a rebuild may use a different image. {}."
)


@pytest.mark.parametrize(
    ("text", "marked", "label", "fix"),
    [
        ("FROM debian\n", "debian", "'debian'", "debian:13"),
        ("FROM docker.io/library/debian AS a\n", "docker.io/library/debian", "'docker.io/library/debian'",
         "docker.io/library/debian:13"),
        ("ARG B=debian\nFROM $B\n", "$B", "'debian' (from '$B')", None),
        ("FROM team/app\n", "team/app", "'team/app'", None),
        ("FROM registry:5000/debian\n", "registry:5000/debian", "'registry:5000/debian'", None),
        ("FROM centos\n", "centos", "'centos'", None),
    ],
)  # fmt: skip
def test_df101_whole_finding(text: str, marked: str, label: str, fix: str | None) -> None:
    assert said("DF101", text) == [(marked, UNTAGGED_MESSAGE.format(label))]
    assert fixes("DF101", text) == [
        fix and (f"Replace with '{fix}'", "unsafe", text.replace(marked, fix))
    ]


@pytest.mark.parametrize(
    ("text", "marked", "label", "remedy", "fix"),
    [
        ("FROM debian:latest\n", "debian:latest", "'debian:latest'", "Pin a version or a digest", "debian:13"),
        ("FROM alpine:latest AS a\n", "alpine:latest", "'alpine:latest'", "Pin a version or a digest", None),
        ("ARG V=latest\nFROM debian:$V\n", "debian:$V", "'debian:latest' (from 'debian:$V')",
         "Pin a version or a digest", None),
        ("FROM team/app:latest\n", "team/app:latest", "'team/app:latest'", "Pin a version or a digest", None),
        ("FROM cgr.dev/a/b:latest\n", "cgr.dev/a/b:latest", "'cgr.dev/a/b:latest'", "Pin its digest", None),
        ("FROM chainguard/node:latest\n", "chainguard/node:latest", "'chainguard/node:latest'", "Pin its digest", None),
        ("FROM gcr.io/distroless/static:latest\n", "gcr.io/distroless/static:latest",
         "'gcr.io/distroless/static:latest'", "Pin its digest", None),
        ("FROM centos:latest\n", "centos:latest", "'centos:latest'", "Pin a version or a digest", None),
    ],
)  # fmt: skip
def test_df102_whole_finding(
    text: str, marked: str, label: str, remedy: str, fix: str | None
) -> None:
    assert said("DF102", text) == [(marked, LATEST_MESSAGE.format(label, remedy))]
    (given,) = fixes("DF102", text)
    if fix:
        assert given == (f"Replace with '{fix}'", "unsafe", text.replace(marked, fix))
    elif "alpine" not in text:
        assert given is None
    (one,) = found("DF102", text)
    assert one.severity == ("info" if remedy == "Pin its digest" else "warning")


def test_df101_df102_windows_images_have_other_tags() -> None:
    text = "FROM mcr.microsoft.com/windows/servercore{}\n"
    assert fixes("DF101", text.format("")) == [None]
    assert fixes("DF102", text.format(":latest")) == [None]


@pytest.mark.parametrize(
    "tag", ["edge", "dev", "devel", "develop", "main", "master", "rolling", "stable", "lts", "current", "mainline",
            "testing", "unstable", "sid", "rawhide", "Edge", "lts-slim"],
)  # fmt: skip
def test_df103_whole_finding(tag: str) -> None:
    first = tag.partition("-")[0].lower()
    assert said("DF103", f"FROM team/app:{tag} AS a\n") == [
        (
            f"team/app:{tag}",
            f"Tag '{first}' in base image 'team/app:{tag}' moves to newer releases, "
            "so a rebuild may use a different one. Pin a release.",
        )
    ]


@pytest.mark.parametrize(
    "text",
    ["FROM team/app\n", "FROM scratch\n", "FROM app:slim-edge\n", "FROM app:edge2\n", "FROM app:edge-3.2\n",
     "ARG V\nFROM app:$V\n", "FROM app:$X-edge\n", "FROM app:latest\n", "FROM a:edge@sha256:" + "a" * 64 + "\n"],
)  # fmt: skip
def test_df103_other_tags(text: str) -> None:
    assert said("DF103", text) == []
