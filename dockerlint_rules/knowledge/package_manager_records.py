"""Look-ups in the table of package managers (``tables/package_managers.toml``)."""

from __future__ import annotations

from dockerlint_rules.knowledge.compiled import package_managers as table

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class Manager:
    """How to read the command line of one package manager, and which caches it leaves in a layer.

    The beginning of the table explains the fields.  ``actions`` maps action words ("group install") to the canonical
    action.
    """

    __slots__ = (
        "actions",
        "bare",
        "caches",
        "clean",
        "commands",
        "family",
        "files",
        "implied",
        "indexes",
        "long_dash",
        "modules",
        "name",
        "no_cache",
        "no_cache_env",
        "operands",
        "quiet_yes",
        "scopes",
        "separators",
        "stops",
        "style",
        "trailing_version",
        "values",
        "version",
        "versioned",
        "yes",
    )

    def __init__(self, record: dict[str, Any]) -> None:
        self.name: str = record["name"]
        self.family: str = record["family"]
        self.commands: tuple[str, ...] = record["commands"]
        self.modules: tuple[str, ...] = record.get("modules", ())
        self.versioned: bool = record.get("versioned", False)
        self.actions: dict[str, str] = dict(record.get("actions", ()))
        self.bare: str = record.get("bare", "")
        self.implied: str = record.get("implied", "")
        self.values: frozenset[str] = frozenset(record.get("values", ()))
        self.yes: tuple[str, ...] = record.get("yes", ())
        self.quiet_yes: str = record.get("quiet_yes", "")
        self.no_cache: tuple[str, ...] = record.get("no_cache", ())
        self.no_cache_env: tuple[str, ...] = record.get("no_cache_env", ())
        self.caches: tuple[str, ...] = record.get("caches", ())
        self.indexes: tuple[str, ...] = record.get("indexes", ())
        self.clean: tuple[str, ...] = record.get("clean", ())
        self.separators: tuple[str, ...] = record.get("separators", ())
        self.files: dict[str, str] = dict(record.get("files", ()))
        self.version: tuple[str, ...] = record.get("version", ())
        self.scopes: tuple[str, ...] = record.get("scopes", ())
        self.stops: bool = record.get("stops", False)
        self.long_dash: bool = record.get("long_dash", False)
        self.style: str = record.get("style", "")
        self.operands: str = record.get("operands", "")
        self.trailing_version: bool = record.get("trailing_version", False)

    def __repr__(self) -> str:
        return f"Manager({self.name!r})"


_managers: dict[str, Manager] = {}


def by_command(command: str) -> Manager | None:
    """Give the manager for a program's base name."""
    name = table.COMMANDS.get(command)
    if name is None:
        # On Windows the name may end in .exe; pip3.11 and gem2.7 end in the version of their interpreter.
        stem = command.removesuffix(".exe")
        name = table.COMMANDS.get(stem) or table.VERSIONED.get(stem.rstrip("0123456789."))
    return None if name is None else _make(name)


def by_module(module: str) -> Manager | None:
    """Give the manager for ``python -m MODULE``."""
    name = table.MODULES.get(module)
    return None if name is None else _make(name)


def every() -> list[Manager]:
    """Give all managers, in the order of the table."""
    return [_make(name) for name in table.MANAGERS]


def _make(name: str) -> Manager:
    if name not in _managers:
        _managers[name] = Manager(dict(table.MANAGERS[name]))
    return _managers[name]
