"""Look-ups in the table of images (``tables/images.toml``)."""

from __future__ import annotations

from dockerlint_rules.knowledge.compiled import images as table


def mirrors() -> tuple[str, ...]:
    """Give the prefixes under which other registries mirror Docker Hub."""
    prefixes: tuple[str, ...] = table.MIRRORS
    return prefixes


def by_name(name: str, tag: str | None) -> str | None:
    """Give the distribution of an image's plain tags; of several matching prefixes, the longest counts."""
    change = table.CHANGED.get(name)
    if change is not None and not _is_before(tag, change[0]):
        return str(change[1])
    distribution: str | None = table.NAMES.get(name)
    if distribution is not None:
        return distribution
    # The table has the longest prefixes first.
    prefixes: tuple[tuple[str, str], ...] = table.PREFIXES
    return next((value for prefix, value in prefixes if name.startswith(prefix)), None)


def by_tag_part(part: str) -> str | None:
    """Give the distribution for a part of a tag, without digits and dots at its end."""
    distribution: str | None = table.TAGS.get(part.rstrip("0123456789."))
    return distribution


def _is_before(tag: str | None, major: int) -> bool:
    number = (tag or "").partition(".")[0].partition("-")[0]
    return number.isdecimal() and int(number) < major
