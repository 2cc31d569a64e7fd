"""Image references: their grammar and parts, and the distribution in an image."""

from __future__ import annotations

import pytest

from dockerlint_rules.model.images.reference import ImageReference, distribution

DIGEST = "sha256:" + "0123456789abcdef" * 4


@pytest.mark.parametrize(
    ("text", "registry", "name", "tag", "digest"),
    [
        pytest.param(*case, id=case[0])
        for case in [
            ("python", "", "python", None, None),
            ("python:3.12", "", "python", "3.12", None),
            ("library/python", "", "library/python", None, None),
            ("docker.io/library/python", "docker.io", "library/python", None, None),
            ("ghcr.io/a/b/c:1", "ghcr.io", "a/b/c", "1", None),
            ("registry:5000/x", "registry:5000", "x", None, None),
            ("registry:5000/x:1", "registry:5000", "x", "1", None),
            ("localhost/x", "localhost", "x", None, None),
            ("localhost:5000", "", "localhost", "5000", None),
            ("Reg/x", "Reg", "x", None, None),
            ("reg/x", "", "reg/x", None, None),
            ("[::1]:5000/x:1", "[::1]:5000", "x", "1", None),
            (f"x@{DIGEST}", "", "x", None, DIGEST),
            (f"a.b:1/x:2@{DIGEST}", "a.b:1", "x", "2", DIGEST),
            ("python:${V}", "", "python", "${V}", None),
            ("python:$V-slim", "", "python", "$V-slim", None),
            ("python:${V:-3.12}", "", "python", "${V:-3.12}", None),
            ("${REG}/python:3", "${REG}", "python", "3", None),
            ("${REG:-a.b:1/c}/x@${D}", "${REG:-a.b:1/c}", "x", None, "${D}"),
            ("${REG}python:3", "", "${REG}python", "3", None),
            ("a.b:${PORT}/x", "a.b:${PORT}", "x", None, None),
            ("${A:-${B}}", "", "${A:-${B}}", None, None),
        ]
    ],
)
def test_parts(text: str, registry: str, name: str, tag: str | None, digest: str | None) -> None:
    reference = ImageReference.parse(text)
    assert (reference.registry, reference.name, reference.tag, reference.digest) == (
        registry,
        name,
        tag,
        digest,
    )
    assert reference.text == text
    assert reference.unresolved is ("$" in text)
    assert reference.valid


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Python",
        "a/B",
        "python:",
        "python:-x",
        "python:" + "x" * 129,
        "x:1:2",
        "a//b",
        "/a",
        "a/",
        "-a",
        "a..b",
        "a___b",
        "x@sha256:0123",
        "x@" + DIGEST.upper(),
        "x@md5:" + "0" * 32,
        "0" * 64,
        "x y",
        "https://a.b/x",
        "a\0b",
        "${V}:a b",
        "python:3.12\n",
    ],
)
def test_invalid_references(text: str) -> None:
    assert not ImageReference.parse(text).valid


@pytest.mark.parametrize("text", ["a_b", "a__b", "a--b", "a.b", "A/b", "x:_1", "0" * 63, "1"])
def test_unusual_valid_references(text: str) -> None:
    assert ImageReference.parse(text).valid


@pytest.mark.parametrize(
    "text", ["", "$", "${", "${A", "@", ":", "/", "@@", "$\0", "\0$A\0", "${A}\0", "${A}/${B}@${C}"]
)
def test_parsing_never_raises(text: str) -> None:
    reference = ImageReference.parse(text)
    assert isinstance(reference.valid, bool)
    assert isinstance(reference.familiar, str)


@pytest.mark.parametrize(
    ("text", "familiar", "upstream"),
    [
        ("docker.io/library/python:3", "python", "python"),
        ("docker.io/python", "python", "python"),
        ("index.docker.io/x", "x", "x"),
        ("library/python", "python", "python"),
        ("bitnami/redis", "bitnami/redis", "bitnami/redis"),
        ("quay.io/a/b:1", "quay.io/a/b", "quay.io/a/b"),
        ("public.ecr.aws/docker/library/node:20", "public.ecr.aws/docker/library/node", "node"),
        ("${R}/x", "${R}/x", "${R}/x"),
    ],
)
def test_short_names(text: str, familiar: str, upstream: str) -> None:
    reference = ImageReference.parse(text)
    assert reference.familiar == familiar
    assert reference.upstream == upstream


def test_scratch_is_compared_as_written() -> None:
    assert ImageReference.parse("scratch").is_scratch
    assert not ImageReference.parse("Scratch").is_scratch
    assert not ImageReference.parse("scratch:1").is_scratch


@pytest.mark.parametrize(
    ("text", "name_certain", "tag_certain"),
    [
        ("python", True, True),
        ("python:${V}", True, False),
        ("${R}/python:3", False, True),
        ("${R}/python", False, True),
        ("${IMAGE}", False, False),
        ("python${TAG}", False, False),
    ],
)
def test_certainty_of_name_and_tag(text: str, name_certain: bool, tag_certain: bool) -> None:
    reference = ImageReference.parse(text)
    assert (reference.is_name_certain, reference.is_tag_certain) == (name_certain, tag_certain)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("python:3.12", "debian"),
        ("python", "debian"),
        ("python:3.12-slim", "debian"),
        ("python:3.12-alpine", "alpine"),
        ("python:3.12-alpine3.19", "alpine"),
        ("node:20-alpine", "alpine"),
        ("node:${V}-alpine", "alpine"),
        ("node:${V:-20-alpine}", "debian"),
        ("${R}/node:20-bookworm", "debian"),
        ("${R}/node:20", None),
        ("ubuntu:24.04", "ubuntu"),
        ("mcr.microsoft.com/dotnet/sdk:8.0", "debian"),
        ("mcr.microsoft.com/dotnet/sdk:8.0-jammy", "ubuntu"),
        ("mcr.microsoft.com/dotnet/sdk:10.0", "ubuntu"),
        ("mycorp/app:1-slim", "debian"),
        ("mycorp/app:1", None),
        ("nvidia/cuda:12.4.1-devel-ubuntu22.04", "ubuntu"),
        ("nvidia/cuda:12.4.1-base-ubi9", "rhel-like"),
        ("amazonlinux:2023", "rhel-like"),
        ("fedora:41", "rhel-like"),
        ("registry.access.redhat.com/ubi9/ubi-minimal", "rhel-like"),
        ("public.ecr.aws/docker/library/python:3.12", "debian"),
        ("busybox", "busybox"),
        ("gcr.io/distroless/static", "distroless"),
        ("opensuse/leap:15.6", "suse"),
        ("archlinux", "arch"),
        ("scratch", "scratch"),
    ],
)
def test_distribution_of_well_known_images(text: str, expected: str | None) -> None:
    assert distribution(ImageReference.parse(text)) == expected
