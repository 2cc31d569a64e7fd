"""Rules as the generated index has them: everything but the function, whose module is imported when it is needed."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Severity
from dockerlint_rules.registry.rule import Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any

    from dockerlint_rules.findings.finding import Finding
    from dockerlint_rules.registry.rule import RuleFunction

RULES_PACKAGE = "dockerlint_rules.rules"
# What each row holds, and what it holds only where it differs from the default that is written in Rule.
_ALWAYS = ("code", "name", "severity", "tags", "parameters", "unit")
_UNLESS_DEFAULT = (
    "aliases", "fix", "default", "preview", "profiles", "on", "security_severity", "words", "option",
    "needs_syntax_errors", "gives_own_codes",
)  # fmt: skip


class IndexedRule(Rule):
    """A rule out of the index; its module is imported when the rule is first called or its page is read.

    perf: importing all rules takes 13 ms, and one small file needs less than half of them.
    """

    module_name: str  # below ``rules``, such as "packages.downloads"
    function_name: str

    def __init__(self, row: Mapping[str, Any]) -> None:
        self.__dict__.update(row)
        self.severity = Severity(row["severity"])
        self.failed_on = set()
        self.call = self._load_and_call

    @property
    def function(self) -> RuleFunction:
        """The rule's own function."""
        from importlib import import_module

        found: RuleFunction = getattr(import_module(self.module), self.function_name)
        return found

    @property
    def module(self) -> str:
        """Name of the module that has the rule."""
        return f"{RULES_PACKAGE}.{self.module_name}"

    def load(self) -> None:
        """Import its module now."""
        if self.call == self._load_and_call:
            self.call = self.function

    def _load_and_call(self, *values: Any) -> Iterable[Finding] | None:
        self.load()
        return self.call(*values)


def index_row(rule: Rule) -> dict[str, Any]:
    """A rule as a row of the index."""
    row = {name: getattr(rule, name) for name in _ALWAYS}
    row["severity"] = str(rule.severity)
    for name in _UNLESS_DEFAULT:
        if getattr(rule, name) != getattr(Rule, name):
            row[name] = getattr(rule, name)
    row["module_name"] = rule.module.removeprefix(f"{RULES_PACKAGE}.")
    row["function_name"] = rule.function.__name__
    return row


def builtin_rules() -> list[Rule]:
    """All rules of this package, sorted by code."""
    from dockerlint_rules.registry.index import ROWS

    return [IndexedRule(row) for row in ROWS]
