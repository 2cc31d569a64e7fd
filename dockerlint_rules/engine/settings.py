"""What the engine needs to know to lint a file."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from dockerlint_rules.engine.suppressions import Suppressions
    from dockerlint_rules.findings.finding import Finding, Severity
    from dockerlint_rules.model.build import Build
    from dockerlint_rules.registry.plan import Plan
    from dockerlint_rules.registry.rule import Rule
    from dockerlint_rules.syntax.kinds import LintedDocument


class Settings:
    """The rules to call, the build to assume, and which of the findings are shown.

    *is_shown* decides about single findings of a rule, *suppressions* reads the ignore comments of a document (None where
    it has none), *activate_plugins* tells plugins which options apply to the next file.  *shellcheck* is empty,
    ``"warnings"``, or ``"all"`` to have its notes as well.
    """

    __slots__ = ("activate_plugins", "build", "is_shown", "options", "plan", "severities", "shellcheck", "suppressions")  # fmt: skip

    def __init__(
        self,
        plan: Plan,
        build: Build,
        *,
        options: Any = None,
        severities: Mapping[str, Severity] | None = None,
        is_shown: Callable[[Rule, Finding], bool] | None = None,
        suppressions: Callable[[LintedDocument], Suppressions | None] | None = None,
        activate_plugins: Callable[[], None] | None = None,
        shellcheck: str = "",
    ) -> None:
        self.plan = plan
        self.build = build
        self.options = options
        self.severities = severities or {}
        self.is_shown = is_shown
        self.suppressions = suppressions
        self.activate_plugins = activate_plugins
        self.shellcheck = shellcheck

    def with_plan(self, plan: Plan, shellcheck: str) -> Settings:
        """The same settings for other rules."""
        return Settings(
            plan,
            self.build,
            options=self.options,
            severities=self.severities,
            is_shown=self.is_shown,
            suppressions=self.suppressions,
            activate_plugins=self.activate_plugins,
            shellcheck=shellcheck,
        )
