"""Look-ups in the table of ecosystems (``tables/ecosystems.toml``)."""

from __future__ import annotations

from dockerlint_rules.knowledge.compiled import ecosystems as table

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class Ecosystem:
    """How one kind of project installs its dependencies.

    The beginning of the table explains the fields and the form of the commands.
    """

    __slots__ = (
        "allows_mount",
        "caches",
        "clean",
        "dependency",
        "frozen",
        "has_order",
        "install",
        "kind",
        "locks",
        "managers",
        "manifests",
        "name",
        "note",
        "source",
    )

    def __init__(self, record: dict[str, Any]) -> None:
        self.name: str = record["name"]
        self.kind: str = record["kind"]
        self.managers: tuple[str, ...] = record.get("managers", ())
        self.install: tuple[str, ...] = record["install"]
        self.manifests: tuple[str, ...] = record["manifests"]
        self.locks: tuple[str, ...] = record["locks"]
        self.frozen: tuple[str, ...] = record["frozen"]
        self.caches: tuple[str, ...] = record["caches"]
        self.dependency: tuple[str, ...] = record["dependency"]
        self.source: tuple[str, ...] = record["source"]
        self.clean: tuple[str, ...] = record["clean"]
        self.note: str = record.get("note", "")
        self.has_order: bool = record.get("order", True)
        self.allows_mount: bool = record.get("mount", True)

    def __repr__(self) -> str:
        return f"Ecosystem({self.name!r})"


_ecosystems: dict[str, Ecosystem] = {}


def by_name(name: str) -> Ecosystem | None:
    """Give one ecosystem."""
    if name not in _ecosystems:
        record = table.ECOSYSTEMS.get(name)
        if record is None:
            return None
        _ecosystems[name] = Ecosystem(dict(record))
    return _ecosystems[name]


def every() -> tuple[Ecosystem, ...]:
    """Give all ecosystems, in the order of the table."""
    all_ecosystems = map(by_name, table.ECOSYSTEMS)
    return tuple(ecosystem for ecosystem in all_ecosystems if ecosystem is not None)
