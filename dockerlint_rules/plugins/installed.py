"""The plugins of this Python, as a roster that is made only when there is a plugin."""

from __future__ import annotations

from dockerlint_rules.plugins.entry_points import installed_entries

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from dockerlint_rules.plugins.entry_points import Entry
    from dockerlint_rules.plugins.roster import Roster


class LazyRoster:
    """Stands in for a :class:`Roster` that is made on first use: most runs have no plugin (perf: 1 ms).

    It is false as long as there is no plugin.
    """

    _real: Any

    def __init__(self, entries: list[Entry]) -> None:
        object.__setattr__(self, "_real", None)
        if entries:
            self._made().add(entries)

    def _made(self) -> Roster:
        if self._real is None:
            from dockerlint_rules.plugins.roster import Roster

            object.__setattr__(self, "_real", Roster())
        real: Roster = self._real
        return real

    def __bool__(self) -> bool:
        return bool(self._real)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)  # also while a copy is made, which has no fields yet
        return getattr(self._made(), name)

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(self._made(), name, value)


def installed_roster() -> Roster:
    """The plugins of this Python."""
    return LazyRoster(installed_entries())  # type: ignore[return-value]
