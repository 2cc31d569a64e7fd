"""``FROM --platform``."""

from __future__ import annotations

import pytest

from dockerlint_rules.rules.base_images import platforms
from dockerlint_rules.testing import lint_alone


@pytest.mark.parametrize(
    ("from_", "hard_coded", "custom"),
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
def test_df130_and_df133_hard_coded_platform(from_: str, hard_coded: int, custom: int) -> None:
    text = f"FROM {from_}\n"
    assert len(lint_alone(platforms.hard_coded_platform, text).findings) == hard_coded
    assert len(lint_alone(platforms.custom_platform, text).findings) == custom


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
def test_df131_redundant_platform(text: str, count: int) -> None:
    assert len(lint_alone(platforms.redundant_target_platform, text).findings) == count


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("FROM --platform=windows/amd64 alpine:3.22\n", 1),
        ("from --platform=windows debian:13\r\n", 1),
        ("FROM \\\n  --platform=linux/amd64 mcr.microsoft.com/windows/nanoserver:ltsc2022\n", 1),
        ("FROM --platform=windows/amd64 mcr.microsoft.com/windows/nanoserver:ltsc2022\n", 0),
        ("FROM --platform=linux/arm64 alpine:3.22\n", 0),
        ("FROM --platform=$BUILDPLATFORM alpine:3.22\n", 0),
        ("FROM --platform=windows/amd64 someone/app:1\n", 0),
        ("FROM alpine:3.22 AS a\nFROM --platform=windows/amd64 a\n", 0),
        ("FROM --platform=nonsense alpine:3.22\n", 0),
    ],
)
def test_df132_platform_of_the_base_image(text: str, count: int) -> None:
    assert len(lint_alone(platforms.base_image_platform_mismatch, text).findings) == count
