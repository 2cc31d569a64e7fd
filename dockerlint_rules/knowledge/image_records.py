"""Look-ups in the table of images (``tables/images.toml``)."""

from __future__ import annotations

from dockerlint_rules.knowledge.compiled import images as table


def mirrors() -> tuple[str, ...]:
    """Give prefixes of registries that serve Docker Hub's images."""
    found: tuple[str, ...] = table.MIRRORS
    return found


def by_name(name: str, tag: str | None) -> str | None:
    """Give the distribution of an image's plain tags; the longest pattern wins."""
    change = table.CHANGED.get(name)
    if change is not None and not _is_before(tag, change[0]):
        return str(change[1])
    found: str | None = table.NAMES.get(name)
    if found is not None:
        return found
    for prefix, distribution in table.PREFIXES:
        if name.startswith(prefix):
            return str(distribution)
    return None


def by_tag_part(part: str) -> str | None:
    """Give the distribution that a part of a tag names; digits and dots at its end are left out."""
    found: str | None = table.TAGS.get(part.rstrip("0123456789."))
    return found


def _is_before(tag: str | None, major: int) -> bool:
    number = (tag or "").partition(".")[0].partition("-")[0]
    return number.isdecimal() and int(number) < major
