"""Releases of base images: which one to upgrade to, and when."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dockerlint_rules.knowledge.release_records import EolRecord
    from dockerlint_rules.model.images.reference import ImageReference

_NOTICE_DAYS = 90


def upgrade_hint(base: ImageReference, record: EolRecord, today: str) -> str:
    """The remedy for an old release, without full stop: the newest supported release, with the file's image name."""
    newest = record.newest_supported(today)
    if newest is None:
        return "Use a newer release"
    release, until = newest
    name = f"{base.registry}/{base.name}" if base.registry else base.name
    if base.upstream == f"{record.image}{record.tag_prefix}":
        image = f"{name.removesuffix(record.tag_prefix)}{release}"
    else:
        image = f"{name}:{release}"
    return f"Use '{image}', which is supported" + (f" until {until}" if until else "")


def newer_base(record: EolRecord, today: str) -> str:
    """The remedy for an old distribution in an image, without full stop."""
    newest = record.newest_codename(today) or (record.newest_supported(today) or ("",))[0]
    if not newest:
        return "Use a tag with a newer distribution"
    return f"Use a tag based on {record.product.capitalize()} {newest}"


def ended_within_a_year(end: str, today: str) -> bool:
    """Whether support ended less than a year before *today* (both ISO dates; False for an unknown end)."""
    year_ago = f"{int(today[:4]) - 1}{today[4:]}" if today[:4].isdecimal() else ""
    return bool(end) and end >= year_ago


def days_to_move(record: EolRecord, today: str) -> int | None:
    """Days until the end of a release, if it is near and there is a newer release; else None."""
    if not today or record.date < today:
        return None
    days = _days_between(today, record.date)
    if days is None or days > _NOTICE_DAYS:
        return None
    if record.last_day != record.date:
        return None  # free long-term support follows
    newest = record.newest_supported(today)
    return None if newest is not None and newest[0] == record.tag_prefix else days


def _days_between(first: str, last: str) -> int | None:
    """Days from one ISO date to another; None if one of them is not a date."""
    from datetime import date

    try:
        return (date.fromisoformat(last) - date.fromisoformat(first)).days
    except ValueError:
        return None
