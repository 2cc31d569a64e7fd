"""Releases of base images: which one to move to, and when it is time."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dockerlint_rules.knowledge.release_records import EolRecord
    from dockerlint_rules.model.images.reference import ImageReference

_SOON = 90  # days


def newer_release(base: ImageReference, record: EolRecord, today: str) -> str:
    """The cure: the newest release that is supported, with the date, under the name that was used."""
    newest = record.newest_supported(today)
    if newest is None:
        return "take a newer release"
    release, until = newest
    name = f"{base.registry}/{base.name}" if base.registry else base.name
    if base.upstream == f"{record.image}{record.tag_prefix}":
        shown = f"{name.removesuffix(record.tag_prefix)}{release}"
    else:
        shown = f"{name}:{release}"
    return f"'{shown}' is supported until {until}" if until else f"'{shown}' is supported"


def newer_base(record: EolRecord, today: str) -> str:
    """The cure where the distribution inside of an image has ended."""
    newest = record.newest_codename(today) or (record.newest_supported(today) or ("",))[0]
    return f"choose a tag with {record.product} {newest}" if newest else "choose a newer tag"


def days_to_move(record: EolRecord, today: str) -> int | None:
    """Days until a release's end; None where it is past, far off, unknown or nothing newer is there."""
    if not today or record.date < today:
        return None
    days = _days_between(today, record.date)
    if days is None or days > _SOON:
        return None
    if record.last_day != record.date:
        return None  # free long-term support follows
    newest = record.newest_supported(today)
    return None if newest is not None and newest[0] == record.tag_prefix else days


def _days_between(first: str, last: str) -> int | None:
    """Days from one ISO date to another; None where one of them is no date."""
    from datetime import date

    try:
        return (date.fromisoformat(last) - date.fromisoformat(first)).days
    except ValueError:
        return None
