"""``FROM --platform``."""

from __future__ import annotations

import pytest

from dockerlint_rules.rules.base_images import platforms
from dockerlint_rules.testing import lint_alone


@pytest.mark.parametrize(
    ("from_", "constant", "wider"),
    [
        ("--platform=linux/amd64 debian:12", 1, 0),
        ("--platform=amd64 debian:12", 1, 0),
        ('--platform="linux/amd64" debian:12', 1, 0),
        ("--platform=linux/amd64 debian:12 AS base-amd64", 0, 1),
        ("--platform=linux/amd64 debian:12 AS linux", 0, 1),
        ("--platform=$BUILDPLATFORM debian:12", 0, 0),
        ("--platform=linux/$TARGETARCH debian:12", 0, 0),
        ("--platform=$MY_BUILDPLATFORM debian:12", 0, 1),
        ("--platform=darwin/arm64 crazymax/osxcross:14.5", 0, 1),
        ("--platform=linux/arm64 nvcr.io/nvidia/l4t-jetpack:r36", 0, 1),
        ("debian:12", 0, 0),
    ],
)
def test_constants(from_: str, constant: int, wider: int) -> None:
    text = f"FROM {from_}\n"
    assert len(lint_alone(platforms.hard_coded_platform, text).findings) == constant
    assert len(lint_alone(platforms.custom_platform, text).findings) == wider


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("FROM --platform=$TARGETPLATFORM a\n", 1),
        ("FROM --platform=${TARGETPLATFORM} a\n", 1),
        ("FROM --platform=${TARGETPLATFORM:-linux/amd64} a\n", 1),
        ("FROM --platform=${TARGETPLATFORM}x a\n", 0),
        ("FROM --platform=$BUILDPLATFORM a\n", 0),
        ("ARG TARGETPLATFORM=linux/arm64\nFROM --platform=$TARGETPLATFORM a\n", 0),
    ],
)
def test_redundant(text: str, count: int) -> None:
    assert len(lint_alone(platforms.redundant_target_platform, text).findings) == count
