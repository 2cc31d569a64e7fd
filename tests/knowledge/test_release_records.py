"""Releases for image tags, and their end of life."""

from __future__ import annotations

import pytest

from dockerlint_rules import knowledge

TODAY = "2026-11-24"


@pytest.mark.parametrize(
    ("image", "tag", "release"),
    [
        ("python", "3.6.4-slim", "3.6"),
        ("python", "3.6", "3.6"),
        ("python", "3.60", None),
        ("python", "3-slim", None),
        ("python", "latest", None),
        ("python", None, None),
        ("python", "", None),
        ("python", "3.6-${VARIANT}", "3.6"),
        ("python", "3.6${VARIANT}", None),
        ("python", "${V}", None),
        ("python", "3.6.${PATCH}", "3.6"),
        ("python", "3.14-rc", "3.14"),
        ("debian", "buster-slim", "10"),
        ("debian", "12.5-slim", "12"),
        ("debian", "bookworm-20240101", "12"),
        ("ubuntu", "focal", "20.04"),
        ("ubuntu", "20.04", "20.04"),
        ("ubuntu", "20", None),
        ("node", "20-alpine", "20"),
        ("postgres", "9.6-alpine", "9.6"),
        ("eclipse-temurin", "8u392-b08-jdk", "8"),
        ("eclipse-temurin", "17.0.1_12-jdk", "17"),
        ("prom/prometheus", "v2.45.0", "2.45"),
        ("redhat/ubi8-minimal", "8.9", "8"),
        ("registry.access.redhat.com/ubi9/ubi", None, "9"),
        ("quay.io/centos/centos", "stream8", "8"),
        ("docker.elastic.co/elasticsearch/elasticsearch", "7.17.1", "7"),
        ("unknown", "1", None),
    ],
)
def test_tags_are_compared_by_component(image: str, tag: str | None, release: str | None) -> None:
    found = knowledge.end_of_life(image, tag)
    assert (found.tag_prefix if found else None) == release


def test_date_and_newest_supported_release() -> None:
    found = knowledge.end_of_life("python", "3.6.4")
    assert found is not None
    assert found.date == "2021-12-23"
    assert found.is_past(TODAY)
    assert not found.is_past("2021-12-23")
    assert found.newest_supported(TODAY) == ("3.14", "2030-10-31")
    assert found.newest_supported("2030-11-01") is None


@pytest.mark.parametrize(
    ("image", "tag", "newest"),
    [
        ("mcr.microsoft.com/dotnet/sdk", "5.0", "10.0"),
        ("prom/prometheus", "v2.45.0", "v3.13"),
        ("debian", "buster", "13"),
        ("opensuse/leap", "42.3", "16.0"),
    ],
)
def test_newest_release_as_a_tag(image: str, tag: str, newest: str) -> None:
    found = knowledge.end_of_life(image, tag)
    assert found is not None
    supported = found.newest_supported(TODAY)
    assert supported is not None
    assert supported[0] == newest


def test_release_without_a_date() -> None:
    ended = knowledge.end_of_life("node", "3.0")
    assert ended is not None
    assert (ended.state, ended.date, ended.is_past(TODAY)) == ("ended", "", True)


@pytest.mark.parametrize(
    ("tag", "image", "release"),
    [
        ("3.12-buster", "debian", "10"),
        ("3.12-slim-bookworm", "debian", "12"),
        ("20-alpine3.14.2", "alpine", "3.14"),
        ("17-jdk-focal", "ubuntu", "20.04"),
        ("1.0-centos7", "centos", "7"),
        ("${V}-buster", None, None),
        ("3.12", None, None),
        (None, None, None),
    ],
)
def test_distribution_in_a_tag(tag: str | None, image: str | None, release: str | None) -> None:
    found = knowledge.base_end_of_life(tag)
    assert (found and found.image, found and found.tag_prefix) == (image, release)


def test_newest_code_name() -> None:
    found = knowledge.base_end_of_life("3.12-buster")
    assert found is not None
    assert (found.codename, found.newest_codename(TODAY)) == ("buster", "trixie")


def test_code_names_of_ros() -> None:
    assert knowledge.base_end_of_life("kinetic", "ros") is None


@pytest.mark.parametrize(
    ("name", "tag", "is_retired"),
    [
        ("java", "8", True),
        ("openjdk", "17-slim", True),
        ("openjdk", None, True),
        ("openjdk", "24-ea-17-jdk", False),
        ("plone", "5.2", True),
        ("plone", "6", False),
        ("bitnami/redis", "7.2", True),
        ("bitnami/redis", "latest", False),
        ("circleci/node", "10", True),
        ("python", "3.6", False),
    ],
)
def test_retired_images(name: str, tag: str | None, is_retired: bool) -> None:
    assert (knowledge.retired_image(name, tag) is not None) is is_retired


def test_successor_of_a_retired_image() -> None:
    found = knowledge.retired_image("vault")
    assert found is not None
    assert found.successors == ("hashicorp/vault",)
    assert found.is_certain


def test_withdrawn_variants() -> None:
    assert knowledge.withdrawn_variant("3-onbuild") == "onbuild"
    assert knowledge.withdrawn_variant("3-slim") is None
