"""What the engine needs to know to lint a file, and how options become that."""

from __future__ import annotations

import time

from dockerlint_rules.engine.selection import Selection
from dockerlint_rules.findings.finding import Severity
from dockerlint_rules.model.build import Build
from dockerlint_rules.registry.plan import Plan

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from typing import Any

    from dockerlint_rules.config.options import Options
    from dockerlint_rules.engine.selection import Catalog
    from dockerlint_rules.engine.suppressions import Suppressions
    from dockerlint_rules.findings.finding import Finding
    from dockerlint_rules.registry.rule import Rule
    from dockerlint_rules.syntax.kinds import LintedDocument


class Settings:
    """The rules to call, the build to assume, and which of the findings are shown.

    *is_shown* decides about single findings of a rule, *suppressions* reads the ignore comments of a document (None
    where
    it has none), *activate_plugins* tells plugins which options apply to the next file.  *shellcheck* is empty,
    ``"warnings"``, or ``"all"`` to have its notes as well.
    """

    __slots__ = (
        "activate_plugins",
        "build",
        "is_shown",
        "options",
        "plan",
        "severities",
        "shellcheck",
        "suppressions",
    )

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


def make_settings(catalog: Catalog, options: Options, more_ignores: Iterable[str] = ()) -> Settings:
    """Settings of the engine for one set of options.  Raises ConfigError."""
    selection = Selection(catalog, options, tuple(more_ignores))
    plan = Plan(rule for rule in catalog.rules if selection.is_on(rule))
    build = Build(
        options.build_arg,
        target=options.target,
        platform=options.platform,
        profile=options.profile,
        today=options.today or time.strftime("%Y-%m-%d"),
    )
    return Settings(
        plan,
        build,
        options=options,
        severities={
            catalog.canonical(code): Severity(level) for code, level in options.severity.items()
        },
        is_shown=selection.allows,
        suppressions=None if options.disable_ignore_pragmas else _suppressions_reader(catalog),
        shellcheck=_shellcheck_request(plan, options),
    )


def _shellcheck_request(plan: Plan, options: Options) -> str:
    """What ShellCheck is asked for: nothing, its warnings, or all that it has."""
    if options.no_shellcheck or not plan.units["scripts"]:
        return ""
    selectors = (*(options.select or ()), *options.extend_select)
    named = any(one == "ALL" or one.lower().startswith(("sc", "shellcheck")) for one in selectors)
    return "all" if named else "warnings"


_IGNORE_WORDS = ("dockerlint", "hadolint", "noqa", "check")


def _suppressions_reader(catalog: Catalog) -> Callable[[LintedDocument], Suppressions | None]:
    """What reads the ignore comments of a document."""

    def read(document: LintedDocument) -> Suppressions | None:
        # perf: most files have no ignore comments, and the expressions that read them take 7 ms to compile.
        if not any(word in document.source.text.lower() for word in _IGNORE_WORDS):
            return None
        from dockerlint_rules.engine.suppressions import Suppressions

        return Suppressions(document, catalog)

    return read
