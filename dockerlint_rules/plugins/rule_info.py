"""One code of a plugin's rule that gives codes of its own, as formats want to know it."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from dockerlint_rules.registry.rule import Rule


class PluginCode:
    """The rule in everything but its code."""

    __slots__ = ("_rule", "code")

    def __init__(self, rule: Rule, code: str) -> None:
        self._rule = rule
        self.code = code

    @property
    def url(self) -> str:
        """Address of the code's own page, where there is one."""
        if self._rule.code == "SC":
            return f"https://www.shellcheck.net/wiki/{self.code}"
        return str(self._rule.url)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._rule, name)
