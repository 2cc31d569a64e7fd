"""Look-ups in the table of ecosystems."""

from __future__ import annotations

from dockerlint_rules import knowledge


def test_ecosystem_by_name() -> None:
    found = knowledge.ecosystem("npm")
    assert found is not None
    assert "package-lock.json" in found.locks
    assert "npm ci" in found.dependency
    assert "npm run *" in found.source
    assert found.has_order
    assert knowledge.ecosystem("none") is None


def test_ecosystem_names_are_unique() -> None:
    names = [ecosystem.name for ecosystem in knowledge.ecosystems()]
    assert len(names) == len(set(names)) > 80


def test_ecosystem_without_cache_mounts() -> None:
    browsers = knowledge.ecosystem("browsers")
    assert browsers is not None
    assert not browsers.allows_mount
