"""Ecosystems as values."""

from __future__ import annotations

from dockerlint_rules import knowledge


def test_an_ecosystem_is_found_by_name() -> None:
    found = knowledge.ecosystem("npm")
    assert found is not None
    assert "package-lock.json" in found.locks
    assert "npm ci" in found.dependency
    assert "npm run *" in found.source
    assert found.has_order
    assert knowledge.ecosystem("none") is None


def test_all_ecosystems_are_listed_once() -> None:
    names = [ecosystem.name for ecosystem in knowledge.ecosystems()]
    assert len(names) == len(set(names)) > 80


def test_places_that_must_not_be_cache_mounts_say_so() -> None:
    browsers = knowledge.ecosystem("browsers")
    assert browsers is not None
    assert not browsers.allows_mount
