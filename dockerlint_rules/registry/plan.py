"""The plan of a run: the rules that are on, sorted by what makes the engine call them."""

from __future__ import annotations

from dockerlint_rules.registry.rule import BUILT_IN
from dockerlint_rules.registry.units import KEYWORD_UNITS, UNITS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from dockerlint_rules.registry.rule import Rule


class Plan:
    """The rules that are on, sorted by when they are called."""

    __slots__ = (
        "_owners", "by_command", "by_family", "by_keyword", "conditional", "has_plugin_rules", "needs", "rules",
        "units",
    )  # fmt: skip

    def __init__(self, rules: Iterable[Rule]) -> None:
        self.rules = list(rules)
        self.units: dict[str, list[Rule]] = {unit: [] for unit in UNITS}
        self.by_keyword: dict[str, list[Rule]] = {}
        self.by_command: dict[str, list[Rule]] = {}
        self.by_family: dict[str, list[Rule]] = {}
        for one in self.rules:
            self._add(one)
        self.needs = {name for one in self.rules for name in one.parameters}
        self.conditional = [one for one in self.rules if one.is_conditional]
        self.has_plugin_rules = any(one.origin != BUILT_IN for one in self.rules)
        self._owners = {one.code: one for one in self.rules}

    def owner(self, code: str) -> Rule:
        """The rule that a finding with this code comes from."""
        known = self._owners.get(code)
        if known is None:
            known = self._owners[code] = owner_of(code, self.rules) or self.rules[0]
        return known

    def _add(self, one: Rule) -> None:
        """List a rule under each name that makes the engine call it, or under its unit."""
        table: dict[str, list[Rule]] | None = None
        names: Sequence[str] = one.on
        if one.unit in KEYWORD_UNITS:
            table, names = self.by_keyword, (KEYWORD_UNITS[one.unit],)
        elif one.unit == "instruction" and one.on:
            table = self.by_keyword
        elif one.unit == "command" and one.on:
            table = self.by_command
        elif one.unit == "install" and one.on:
            table = self.by_family
        if table is None:
            self.units[one.unit].append(one)
            return
        for name in names:
            table.setdefault(name, []).append(one)


def owner_of(code: str, rules: Iterable[Rule]) -> Rule | None:
    """The rule whose prefix the code begins with, the longest of several; None without one."""
    found = [one for one in rules if one.gives_own_codes and code.startswith(one.code)]
    return max(found, key=lambda one: len(one.code), default=None)
