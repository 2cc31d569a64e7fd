"""Look-ups in the table of software that keeps state (``tables/stateful.toml``)."""

from __future__ import annotations

from dockerlint_rules.knowledge.compiled import stateful as table

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_MAJOR = "<major>"


class StatefulRecord:
    """Where one image or package keeps its data.

    ``kind`` is "image", a family of package managers, "file" or "framework".  ``name`` is the name that was looked up
    ("postgresql-16" for ``postgresql-<major>``).  ``dirs`` may contain ``<major>`` and ``<WORKDIR>``.  ``data_dirs``
    has the version in place of ``<major>``, and leaves such directories out if the version is not known.
    ``declares_volume`` is None if the record is not about an image.  ``state``: "disk", "memory", "client", "hint"
    (depends on its use) or "none".
    """

    __slots__ = (
        "data_dirs",
        "declares_volume",
        "dirs",
        "evidence",
        "kind",
        "name",
        "names",
        "note",
        "since",
        "state",
        "until",
    )

    def __init__(
        self, kind: str, record: dict[str, Any], name: str = "", version: str = ""
    ) -> None:
        self.kind = kind
        self.names: tuple[str, ...] = record["names"]
        self.name = name or self.names[0]
        self.dirs: tuple[str, ...] = record["dirs"]
        self.declares_volume: bool | None = record.get("volume")
        self.evidence: str = record["evidence"]
        self.state: str = record.get("state", "disk")
        self.note: str = record.get("note", "")
        self.since: int | None = record.get("from")
        self.until: int | None = record.get("until")
        self.data_dirs = tuple(
            place.replace(_MAJOR, version) for place in self.dirs if version or _MAJOR not in place
        )

    @property
    def keeps_state(self) -> bool:
        """Whether data is written to disk without any further setting."""
        return self.state == "disk"

    @property
    def is_certain(self) -> bool:
        """Whether the paths were read in a source and not written from memory."""
        return self.evidence != "memory"

    def __repr__(self) -> str:
        return f"StatefulRecord({self.kind!r}, {self.name!r}, {self.state!r})"


def by_package(family: str, package: str) -> StatefulRecord | None:
    """Give the record of a package. The version in the name is ignored."""
    exact = table.EXACT.get(family)
    if exact is None:
        return None
    name = _bare(package)
    while name:
        index = exact.get(name)
        if index is not None:
            return StatefulRecord(family, dict(table.RECORDS[family][index]), name)
        for before, after, index in table.PATTERNS.get(family, ()):
            version = _between(name, before, after)
            if version:
                return StatefulRecord(family, dict(table.RECORDS[family][index]), name, version)
        # In RPM names, the version follows a dash: redis-6.2.7-1.el9.
        name, _, version = name.rpartition("-") if family == "rpm" else ("", "", "")
        if not version[:1].isdecimal():
            return None
    return None


def by_image(name: str, tag: str | None) -> StatefulRecord | None:
    """Give the record of an image; that of the newest release if the tag has no number."""
    indices = table.EXACT["image"].get(name)
    if indices is None:
        for before, after, index in table.PATTERNS.get("image", ()):
            if name.startswith(before) and name.endswith(after):
                return StatefulRecord("image", dict(table.RECORDS["image"][index]), name)
        return None
    records = [dict(table.RECORDS["image"][index]) for index in indices]
    major = _major(tag)
    if major is None:
        return StatefulRecord("image", max(records, key=_since), name)
    for record in records:
        if _since(record) <= major <= record.get("until", major):
            return StatefulRecord("image", record, name)
    return None


def every() -> tuple[StatefulRecord, ...]:
    """Give all records."""
    return tuple(
        StatefulRecord(kind, dict(record))
        for kind, records in table.RECORDS.items()
        for record in records
    )


def _since(record: dict[str, Any]) -> int:
    since: int = record.get("from", 0)
    return since


def _bare(package: str) -> str:
    """The name without version, release and architecture in the syntax of apt, apk and pip."""
    name = package.strip()
    # Node.js calls its built-in modules node:NAME.
    for separator in "=~<>!@" if name.startswith("node:") else "=~<>!:@[;/":
        name = name.partition(separator)[0]
    return name.strip()


def _between(name: str, before: str, after: str) -> str:
    """The version in a name; "" if the name does not match the pattern."""
    end = len(name) - len(after)
    if not (name.startswith(before) and name.endswith(after) and end > len(before)):
        return ""
    version = name[len(before) : end]
    # One variable alone: postgresql-${A}-postgis-${B} is another package.
    is_variable = version.startswith("${") and version.find("}") == len(version) - 1
    return version if is_variable or version.replace(".", "").isdecimal() else ""


def _major(tag: str | None) -> int | None:
    """The major release in a tag: its first number, or that of a part such as ``pg17``."""
    parts = (tag or "").lower().split("-")
    for part in parts:
        if part[:2] == "pg" and part[2:3].isdecimal():
            return _number(part[2:])
    return _number(parts[0].removeprefix("v"))


def _number(text: str) -> int | None:
    figure = text.partition(".")[0]
    return int(figure) if figure.isdecimal() else None
