"""From options to what the engine needs, once for each configuration and not once a file."""

from __future__ import annotations

import os

from dockerlint_rules.config import ConfigError
from dockerlint_rules.config.files import ConfigSearch, display_path, option_line, read_config
from dockerlint_rules.config.options import OPTIONS, Options
from dockerlint_rules.config.values import merge_options
from dockerlint_rules.engine.selection import (
    Catalog,
    Selection,
    SelectorError,
    file_ignores,
    may_select,
)
from dockerlint_rules.engine.settings import Settings, make_settings

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from typing import Any

    from dockerlint_rules.plugins.roster import Roster
    from dockerlint_rules.registry.rule import Rule


def _installed() -> Roster:
    from dockerlint_rules.plugins.installed import installed_roster

    return installed_roster()


class SettingsCache:
    """Options and settings of every file of a run; *given* is what the command line, a program or the editor says.

    *warn* is called with a line for everything that a configuration file sets and may not set.
    """

    def __init__(
        self,
        rules: Iterable[Rule],
        given: Mapping[str, Any],
        roster: Roster | None = None,
        warn: Callable[[str], None] | None = None,
    ) -> None:
        self.roster = roster if roster is not None else _installed()
        self.given = dict(given)
        self.warn = warn
        self.catalog = Catalog(rules)
        if self.roster:
            self._introduce_plugins()
        self._search = ConfigSearch()
        self._options: dict[str | None, Options] = {}
        self._settings: dict[tuple[str | None, tuple[str, ...]], Settings] = {}

    @property
    def rules(self) -> list[Rule]:
        """Every rule that is known so far: plugins are loaded when they are selected."""
        return self.catalog.rules

    def _introduce_plugins(self) -> None:
        """Make the names of plugins known, and the values that a program gives for their options."""
        roster, given = self.roster, self.given
        roster.set_command_line(given)
        self.catalog.prefixes = roster.prefixes
        self.catalog.load_remaining = self._load_rest
        for name in [
            one for one in given if one.replace("-", "_") not in OPTIONS and one != "plugin_values"
        ]:
            option = roster.option(name)
            if option:
                value = given.pop(name)
                try:
                    made = option.from_config(value, os.curdir)
                except Exception as error:
                    raise ConfigError("", 0, str(error)) from None
                given.setdefault("plugin_values", {})[option.dest] = made

    def _load_plugins(self, options: Options) -> None:
        """Import the plugins of which these options select something."""
        roster, catalog = self.roster, self.catalog
        catalog.prefixes = roster.prefixes
        catalog.load_remaining = self._load_rest
        for entry in roster.checks:
            if may_select(entry.name, options):
                roster.load(entry)
        for entry in roster.reports:
            if entry.name == options.format:
                roster.load(entry)
        catalog.add(roster.rules(), roster.off_by_default())

    def _load_rest(self) -> None:
        """Import every plugin, for the names and aliases of their rules."""
        for entry in self.roster.checks:
            self.roster.load(entry)
        self.catalog.add(self.roster.rules(), self.roster.off_by_default())

    def options_for(self, path: str) -> Options:
        """The options for a file, or for what lies in a directory.  Raises ConfigError."""
        return self._options_of(self.config_of(path))

    def options_without_file(self) -> Options:
        """The options of the command line alone.  Raises ConfigError."""
        return self._options_of(None)

    def settings_for(self, path: str) -> Settings:
        """What the engine needs for a file.  Raises ConfigError."""
        config = self.config_of(path)
        options = self._options_of(config)
        ignores = tuple(file_ignores(options, path))
        known = self._settings.get((config, ignores))
        if known is None:
            known = make_settings(self.catalog, options, ignores)
            if known.plan.has_plugin_rules:
                known.activate_plugins = lambda: self.roster.activate(options)
            self._settings[config, ignores] = known
        return known

    def enabled(self) -> list[Rule]:
        """The rules that were on for any file so far, sorted by code."""
        on = {
            rule.code: rule for settings in self._settings.values() for rule in settings.plan.rules
        }
        for options in self._options.values():
            selection = Selection(self.catalog, options)
            on.update(
                {
                    rule.code: rule
                    for rule in self.rules
                    if rule.code not in on and selection.is_on(rule)
                }
            )
        return [on[code] for code in sorted(on)]

    def config_of(self, path: str) -> str | None:
        """The configuration file that holds for a file; None for none.  Raises ConfigError."""
        if self.given.get("isolated"):
            return None
        named: str | None = self.given.get("config")
        if named is not None:
            # An unset variable of a script is not a reason to take what the tree says.
            if not named.strip():
                raise ConfigError("", 0, "option 'config' takes the name of a file, not ''")
            return named
        directory = path if os.path.isdir(path) else os.path.dirname(path)
        return self._search.find(directory)

    def _options_of(self, config: str | None) -> Options:
        known = self._options.get(config)
        if known is None:
            known = merge_options(self._options_in(config), self.given)
            if config:
                known.root = os.path.dirname(os.path.abspath(config))
            if self.roster:
                self._load_plugins(known)
            # An unknown selector is one error for the run, not one for each file.
            Selection(self.catalog, known)
            self._options[config] = known
        return known

    def _options_in(self, config: str | None) -> dict[str, Any]:
        """What the configuration file says, with hadolint's environment variables where no file of ours holds."""
        is_ours = config is not None and not config.lower().endswith((".yaml", ".yml"))
        if (
            is_ours
            or self.given.get("isolated")
            or not any(one.startswith("HADOLINT_") for one in os.environ)
        ):
            return self._read(config) if config else {}
        from dockerlint_rules.config.hadolint import merge_environment, options_of_environment

        environment = self._without_unknown_codes(options_of_environment(os.environ))
        return merge_environment(environment, self._read(config) if config else {})

    def _without_unknown_codes(self, options: dict[str, Any]) -> dict[str, Any]:
        """Drop the codes that we do not know: hadolint's settings may name some."""
        if "ignore" in options:
            options["ignore"] = [one for one in options["ignore"] if self.catalog.knows(one)]
        if "severity" in options:
            levels = options["severity"]
            options["severity"] = {one: levels[one] for one in levels if self.catalog.is_full(one)}
        return options

    def _read(self, config: str) -> dict[str, Any]:
        options = read_config(config, self.roster, self.given, self.warn)
        if self.roster:
            self.catalog.prefixes = self.roster.prefixes
            self.catalog.load_remaining = self._load_rest
        if options.get("lenient"):
            self._without_unknown_codes(options)
        try:
            Selection(self.catalog, merge_options(options, {}))
        except SelectorError as error:
            line = option_line(config, error.option)
            raise ConfigError(display_path(config), line, error.message) from None
        return options
