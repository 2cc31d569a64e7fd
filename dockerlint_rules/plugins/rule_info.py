"""What formats ask about a code that only its finding names: a plugin's, or ShellCheck's."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from dockerlint_rules.registry.rule import Rule


class PluginCode:
    """A rule under another code."""

    __slots__ = ("_rule", "code")

    def __init__(self, rule: Rule, code: str) -> None:
        self._rule = rule
        self.code = code

    @property
    def url(self) -> str:
        """URL of the code's own page if it has one, else of the rule's."""
        if self._rule.code == "SC":
            return f"https://www.shellcheck.net/wiki/{self.code}"
        return str(self._rule.url)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._rule, name)
