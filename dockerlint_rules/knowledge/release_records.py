"""The releases that image tags refer to, and their end of life (``tables/end_of_life.toml``)."""

from __future__ import annotations

from dockerlint_rules.knowledge.compiled import end_of_life as table

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

# Stand for a date in the table: no end is announced, and the release ended on a day that was not published.
_OPEN = "open"
_ENDED = "ended"
_MAX_CACHED = 1024
_CACHE: dict[tuple[str, str | None], EolRecord | None] = {}


class EolRecord:
    """One release of an image's software.

    ``date`` is the last day of general support (ISO), or "" if it is not known.  ``state`` is "dated", "open" (no end
    is announced) or "ended" (on a day that was not published).  ``extended`` is the last day of paid or extended
    support, or "".
    Source: endoflife.date (MIT).
    """

    __slots__ = (
        "codename",
        "date",
        "extended",
        "image",
        "is_lts",
        "lead",
        "product",
        "state",
        "tag_prefix",
    )

    def __init__(self, image: str, tag_prefix: str, record: dict[str, Any], lead: str = "") -> None:
        date = _pairs(record["tags"])[tag_prefix]
        self.image = image
        self.tag_prefix = tag_prefix
        self.lead = lead  # "v" if the tag begins with it
        self.product: str = record["product"]
        self.state = date if date in (_OPEN, _ENDED) else "dated"
        self.date = date if self.state == "dated" else ""
        self.extended = _pairs(record.get("extended", "")).get(tag_prefix, "")
        self.is_lts: bool = tag_prefix in record.get("lts", ())
        names = _pairs(record.get("aliases", ""))
        self.codename = next((name for name, tag in names.items() if tag == tag_prefix), "")

    def is_past(self, today: str) -> bool:
        """Whether general support has ended before *today* (ISO)."""
        return self.state == _ENDED or (self.state == "dated" and self.date < today)

    @property
    def last_day(self) -> str:
        """The last day with free security updates; "" if it is not known.

        Debian's long-term support is free and reaches the official images. That of other products is not free.
        """
        return self.extended if self.product == "debian" and self.extended else self.date

    def has_long_term_support_alone(self, today: str) -> bool:
        """Whether general support has ended before *today*, and free long-term support has not."""
        return self.is_past(today) and bool(self.date) and self.date < self.last_day >= today

    def newest_supported(self, today: str) -> tuple[str, str] | None:
        """Give the tag of the newest release that is supported on *today*, and its date.

        The date is "" if no end is announced.
        """
        newest = self._newest(today)
        if newest is None:
            return None
        ending: str = _image(self.image).get("ending", "")
        return f"{self.lead}{newest.tag_prefix}{ending}", newest.date

    def newest_codename(self, today: str) -> str:
        """Give the code name of the newest supported release, "" if it has none."""
        newest = self._newest(today)
        return "" if newest is None else newest.codename

    def _newest(self, today: str) -> EolRecord | None:
        record = _image(self.image)
        tags = _pairs(record["tags"])
        # Only supported releases are compared, because openSUSE 42.3 is older than 16.0.
        newest = max(_supported(tags, today), key=_order, default=None)
        return None if newest is None else EolRecord(self.image, newest, record)

    def __repr__(self) -> str:
        return f"EolRecord({self.image!r}, {self.tag_prefix!r}, {self.date or self.state!r})"


class RetiredImage:
    """An image that is no longer updated under its name.

    ``date`` is "" if none was published.  ``successors`` are images to use instead, the best first.  ``is_certain`` is
    False if someone should check the record on the image's page.
    """

    __slots__ = ("date", "is_certain", "name", "reason", "source", "successors")

    def __init__(self, name: str, record: dict[str, Any]) -> None:
        self.name = name
        self.date: str = record.get("date", "")
        self.reason: str = record["reason"]
        self.successors: tuple[str, ...] = record["successors"]
        self.source: str = record["source"]
        self.is_certain: bool = record.get("certain", True)

    def __repr__(self) -> str:
        return f"RetiredImage({self.name!r})"


def by_tag(image: str, tag: str | None) -> EolRecord | None:
    """Give the release of an image (familiar name) and tag."""
    # perf: several rules look up every FROM, and the files of a project share their images.
    key = image, tag
    if key not in _CACHE:
        if len(_CACHE) > _MAX_CACHED:
            _CACHE.clear()
        _CACHE[key] = _by_tag(image, tag)
    return _CACHE[key]


def _by_tag(image: str, tag: str | None) -> EolRecord | None:
    for start, name in table.NAMED:
        if image.startswith(start):
            release = _leading_digits(image[len(start) :])
            record = _image(name)
            known = release in _pairs(record["tags"])
            return EolRecord(name, release, record) if known else None
    image = table.ALSO.get(image, image)
    if image not in table.IMAGES or not tag:
        return None
    record = _image(image)
    tags = _pairs(record["tags"])
    prefix = _matching_release(tag, tags, _pairs(record.get("aliases", "")))
    if prefix is None:
        prefix = _older_release(tag, tags)
        if prefix is None:
            return None
        # A release that is older than all in the table has ended long ago.
        record["tags"] = f"{record['tags']} {prefix} {_ENDED}"
    return EolRecord(image, prefix, record, "v" if tag.startswith("v") else "")


def current(image: str, today: str) -> str | None:
    """Give the newest release of an image that is supported on *today*, preferably one with long-term support."""
    image = table.ALSO.get(image, image)
    if image not in table.IMAGES or not today:
        return None
    record = _image(image)
    tags = _pairs(record["tags"])
    supported = _supported(tags, today)
    long_term = [tag for tag in supported if tag in record.get("lts", ())]
    newest = max(long_term or supported, key=_order, default=None)
    return None if newest is None else f"{newest}{record.get('ending', '')}"


def _supported(tags: dict[str, str], today: str) -> list[str]:
    """The releases that are supported on *today*."""
    return [
        tag for tag, date in tags.items() if date == _OPEN or (date != _ENDED and date >= today)
    ]


def by_suffix(tag: str | None, image: str = "") -> EolRecord | None:
    """Give the release of the distribution in a dash-separated part of a tag."""
    # Not for the distributions themselves, nor for ROS, which has releases called kinetic and lunar.
    if not tag or image in ("debian", "ubuntu", "alpine", "centos", "ros", "osrf/ros"):
        return None
    for part in reversed(_certain(tag).lower().split("-")):
        release = table.SUFFIXES.get(part)
        if release is None and part.count(".") > 1:
            release = table.SUFFIXES.get(".".join(part.split(".")[:2]))
        if release is not None:
            distribution, prefix = release
            return EolRecord(distribution, prefix, _image(distribution))
    return None


def retired(name: str, tag: str | None) -> RetiredImage | None:
    """Give the record of a retired image. A record for certain tags only counts if *tag* is one of them."""
    pairs = table.RETIRED.get(name)
    if pairs is None:
        start = next((start for start in table.RETIRED_UNDER if name.startswith(start)), None)
        if start is None:
            return None
        pairs = table.RETIRED_UNDER[start]
    record = dict(pairs)
    parts = _components(_certain(tag or ""))
    if "tags" in record and not any(parts[:1] == [release] for release in record["tags"]):
        return None
    if record.get("versioned") and not (parts and parts[0][:1].isdecimal()):
        return None
    if record.get("unless") in parts:
        return None
    return RetiredImage(name, record)


def withdrawn(tag: str | None) -> str | None:
    """Give the part of a tag for a variant that official images no longer publish."""
    parts = (tag or "").lower().split("-")
    return next((part for part in parts if part in table.WITHDRAWN), None)


def _image(name: str) -> dict[str, Any]:
    return dict(table.IMAGES[name])


def _pairs(text: str) -> dict[str, str]:
    """Parse the words that the compiler wrote: key, value, key, value, …"""
    words = text.split()
    return dict(zip(words[::2], words[1::2], strict=True))


def _matching_release(tag: str, tags: dict[str, str], aliases: dict[str, str]) -> str | None:
    """The longest release whose components are the first components of a tag."""
    parts = _components(_certain(tag).lower().removeprefix("v"))
    if parts and parts[0] in aliases:
        return aliases[parts[0]]
    best: str | None = None
    length = 0
    for release in tags:
        wanted = _components(release)
        if len(wanted) > length and _begins(parts, wanted):
            best, length = release, len(wanted)
    return best


def _older_release(tag: str, tags: dict[str, str]) -> str | None:
    """The release of a tag that is older than every release in the table; None for any other tag."""
    oldest = min((_order(release) for release in tags if _order(release) != (-1,)), default=None)
    if oldest is None:
        return None
    parts = _components(_certain(tag).lower().removeprefix("v"))[: len(oldest)]
    if len(parts) < len(oldest) or not all(part.isdecimal() and len(part) < 5 for part in parts):
        return None
    return ".".join(parts) if tuple(map(int, parts)) < oldest else None


def _begins(parts: list[str], wanted: list[str]) -> bool:
    if parts[: len(wanted)] == wanted:
        return True
    # Tags of Java 8 have no dot: 8u392.
    return len(wanted) == 1 and bool(parts) and parts[0].startswith(f"{wanted[0]}u")


def _certain(tag: str) -> str:
    """The tag before its first variable, without the component that the variable belongs to."""
    at = tag.find("$")
    if at < 0:
        return tag
    head = tag[:at]
    while head and head[-1] not in ".-_+":
        head = head[:-1]
    return head


def _components(text: str) -> list[str]:
    for separator in "-_+":
        text = text.replace(separator, ".")
    return [part for part in text.split(".") if part]


def _leading_digits(text: str) -> str:
    end = 0
    while end < len(text) and text[end].isdecimal():
        end += 1
    return text[:end]


def _order(release: str) -> tuple[int, ...]:
    """Sort key of a release. One that is not a number comes before all numbers."""
    parts = release.split(".")
    return tuple(int(part) for part in parts) if all(map(str.isdecimal, parts)) else (-1,)
