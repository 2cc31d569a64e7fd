"""The plugins of a run: which are known, which are loaded, their options and their problems."""

from __future__ import annotations

import re
import sys

from dockerlint_rules.formats import BUILT_IN, FORMATS
from dockerlint_rules.plugins.entry_points import EXTENSION, REPORT, Entry, normalised
from dockerlint_rules.plugins.loading import (
    LoadError,
    Plugin,
    error_line,
    load_entry_point,
    parse_options_arity,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from typing import Any

    from dockerlint_rules.plugins.options import OptionParser, PluginOption
    from dockerlint_rules.registry.rule import Rule

_PREFIX = r"[A-Z]{1,3}[0-9]{0,3}"
_FORMAT = r"[a-z][a-z0-9-]*"
_LOCAL_KEYS = ("extension", "report", "paths")
_MOST_LOCAL = 100  # local plugins of one configuration


class Roster:
    """Every plugin that is installed or named by a configuration; each is imported when it is needed.

    *problems* are sentences about plugins that cannot be used, *notes* are lines for standard error only.
    """

    def __init__(self, entries: Iterable[Entry] = ()) -> None:
        self.checks: list[Entry] = []
        self.reports: list[Entry] = []
        self.problems: list[str] = []
        self.notes: list[str] = []
        self.left_out: list[Entry] = []  # local plugins that must not be loaded
        self.verbose = False
        self.allow_local = False
        self.files: list[str] = []
        self.loaded: dict[Entry, Plugin | None] = {}
        self._claimed_twice: set[str] = set()
        self._local: set[str] = set()
        self.add(entries)

    def __bool__(self) -> bool:
        return bool(self.checks or self.reports or self.problems or self.left_out)

    def add(self, entries: Iterable[Entry]) -> None:
        """Add entry points; a bad name, or a name that two of them claim, is a problem."""
        for entry in entries:
            problem = self._name_problem(entry)
            if problem:
                self.add_problem(f"{entry}: {problem}")
                continue
            home = self.checks if entry.group == EXTENSION else self.reports
            twin = next((one for one in home if one.name == entry.name), None)
            if twin is None:
                if entry.group == EXTENSION:
                    self._separate_prefixes(entry)
                home.append(entry)
                if entry.group == REPORT:
                    FORMATS[entry.name] = entry.value
                continue
            home.remove(twin)
            if entry.group == REPORT:
                del FORMATS[entry.name]
            self._claimed_twice.add(entry.name)
            what = "prefix" if entry.group == EXTENSION else "format"
            self.add_problem(
                f"{what} {entry.name} is claimed by both {twin.origin} and {entry.origin}, so neither is loaded; "
                "uninstall one"
            )

    def _separate_prefixes(self, entry: Entry) -> None:
        """Note which prefixes begin with another one, so that each code belongs to one of them."""
        for other in self.checks:
            short, long = sorted((entry, other), key=lambda one: len(one.name))
            if long.name.startswith(short.name):
                short.longer.append(long.name)

    def _name_problem(self, entry: Entry) -> str:
        if entry.name in self._claimed_twice:
            return "another plugin claims this name, too"
        if entry.group == REPORT:
            if not re.fullmatch(_FORMAT, entry.name, re.A):
                hint = re.sub(r"[^a-z0-9-]+", "-", entry.name.lower()).strip("-0123456789")
                return "the name of a format consists of lowercase letters, digits and '-'" + (
                    f"; did you mean '{hint}'?" if hint else ""
                )
            return "dockerlint already has a format of this name" if entry.name in BUILT_IN else ""
        if not re.fullmatch(_PREFIX, entry.name, re.A):
            found = re.match(_PREFIX, re.sub(r"[^A-Z0-9]+", "", entry.name.upper()), re.A)
            return "a prefix consists of one to three capital letters and up to three digits" + (
                f"; did you mean '{found[0]}'?" if found else ""
            )
        if entry.name.rstrip("0123456789") in ("DF", "DL", "SC"):
            return "this prefix is reserved: DF for dockerlint, DL for hadolint, SC for ShellCheck"
        return ""

    def set_command_line(self, given: Mapping[str, Any]) -> None:
        """Apply the options of the command line that concern plugins."""
        self.verbose = bool(given.get("verbose"))
        self.allow_local = bool(given.get("local_plugins")) and not given.get("isolated")

    def add_problem(self, text: str, error: BaseException | None = None) -> None:
        """Keep a sentence about a plugin, with the traceback if the run is verbose."""
        if error is not None and self.verbose:
            import traceback

            text = f"{text}\n{''.join(traceback.format_exception(error)).rstrip()}"
        self.problems.append(text)

    def take_problems(self) -> list[str]:
        """The problems since the last call."""
        problems, self.problems = self.problems, []
        return problems

    @property
    def prefixes(self) -> list[str]:
        """The prefixes of all plugins, loaded or not."""
        return [one.name for one in (*self.checks, *self.left_out)]

    # -- local plugins -------------------------------------------------------------------------------

    def add_local(self, table: Mapping[str, Any], config: str, shown: str) -> None:
        """Add the local plugins of a configuration file.  Raises ValueError with a sentence.

        They are code from the linted tree: unless ``allow_local`` is set they are only noted.
        """
        if config in self._local:
            return
        self._local.add(config)
        for key in table:
            if key not in _LOCAL_KEYS:
                raise ValueError(
                    f"unknown key '{key}' in local-plugins; choose from {', '.join(_LOCAL_KEYS)}"
                )
        entries = [
            Entry(group, name, value, shown, local=True)
            for key, group in (("extension", EXTENSION), ("report", REPORT))
            for name, value in _pairs(key, table.get(key))
        ]
        if len(entries) > _MOST_LOCAL:
            raise ValueError(f"local-plugins names more than {_MOST_LOCAL} plugins")
        if not self.allow_local:
            checks = [one for one in entries if one.group == EXTENSION]
            room = 10 * _MOST_LOCAL - len(self.left_out)  # for the configurations of one tree
            self.left_out += [one for one in checks if not self._name_problem(one)][: max(room, 0)]
            if entries:
                names = ", ".join(
                    [*(one.name[:20] for one in entries[:5]), *["…"][: len(entries) > 5]]
                )
                self.notes.append(
                    f"{shown}: local plugins are not loaded ({names}); load them with --local-plugins"
                )
            return
        import os

        base = os.path.dirname(os.path.abspath(config))
        for path in _lines(table.get("paths")):
            whole = os.path.normpath(os.path.join(base, path))
            if whole not in sys.path:
                sys.path.append(whole)
        self.add(entries)

    # -- loading -------------------------------------------------------------------------------------

    def load(self, entry: Entry) -> Plugin | None:
        """Import a plugin, once; None, and a problem, if that fails."""
        if entry not in self.loaded:
            from dockerlint_rules.plugins.output_guard import stdout_to_stderr

            self.loaded[entry] = None
            with stdout_to_stderr():
                try:
                    self.loaded[entry] = self._plugin(entry)
                except KeyboardInterrupt:
                    raise
                except LoadError as error:
                    self.add_problem(f"{entry}: {error}")
                except BaseException as error:  # sys.exit in a plugin as well
                    self.add_problem(f"{entry}: cannot be loaded: {error_line(error)}", error)
        return self.loaded[entry]

    def _plugin(self, entry: Entry) -> Plugin:
        from dockerlint_rules.plugins.adapters import UnusablePlugin, rules_of

        thing = load_entry_point(entry)
        rules: list[Rule] = []
        if entry.group == EXTENSION:
            try:
                rules, problems = rules_of(entry, thing)
            except UnusablePlugin as error:
                raise LoadError(str(error)) from None
            for problem in problems:
                self.add_problem(f"{entry}: {problem}")
        elif not callable(thing):
            raise LoadError(f"is a {type(thing).__name__}, not a class")
        parser = self._parser(entry, thing)
        parse_options_arity(thing)
        return Plugin(entry, thing, rules, parser)

    def _parser(self, entry: Entry, thing: Any) -> OptionParser:
        from dockerlint_rules.plugins.options import OptionError, OptionParser

        parser = OptionParser(entry)
        if not hasattr(thing, "add_options"):
            return parser
        try:
            thing.add_options(parser)
        except OptionError as error:
            raise LoadError(str(error)) from None
        taken_names, taken_dests = self._taken()
        for option in parser.options:
            for name in option.names:
                if name in taken_names:
                    raise LoadError(f"option {name} already belongs to {taken_names[name]}")
                taken_names[name] = "the same plugin"
            if option.dest in taken_dests:
                raise LoadError(
                    f"option {option.flag} cannot use dest '{option.dest}', which is already in use"
                )
            taken_dests.add(option.dest)
        return parser

    def _taken(self) -> tuple[dict[str, str], set[str]]:
        """The flags and the attributes of Options that a plugin's option cannot have, each flag with its owner."""
        from dockerlint_rules.config.options import OPTIONS, TABLE

        flags = ("-h", "--help", "--version", *(one.short for one in TABLE if one.short))
        names = dict.fromkeys((*flags, *(f"--{one.dashed}" for one in TABLE)), "dockerlint")
        dests = {*OPTIONS, "root", "plugin_values", "paths", "help", "version"}
        for plugin in self.loaded.values():
            for option in plugin.options if plugin else ():
                names |= dict.fromkeys(option.names, plugin.entry.origin if plugin else "")
                dests.add(option.dest)
        return names, dests

    def load_all(self) -> list[Plugin]:
        """Every plugin that can be loaded."""
        loaded = (self.load(entry) for entry in (*self.checks, *self.reports))
        return [plugin for plugin in loaded if plugin]

    def rules(self) -> list[Rule]:
        """The rules of the plugins that are loaded."""
        return [rule for plugin in self.plugins() for rule in plugin.rules]

    def off_by_default(self) -> list[str]:
        """The codes that plugins turn off by default."""
        return [code for one in self.plugins() for code in one.parser.default_ignore]

    def plugins(self) -> Iterator[Plugin]:
        """The plugins that are loaded."""
        yield from (plugin for plugin in self.loaded.values() if plugin)

    # -- options -------------------------------------------------------------------------------------

    def option(self, name: str) -> PluginOption | None:
        """The option with this name or attribute; plugins are loaded until one has it."""
        name = name.replace("-", "_")
        for entry in sorted((*self.checks, *self.reports), key=lambda one: one not in self.loaded):
            plugin = self.load(entry)
            for option in plugin.options if plugin else ():
                if name in (option.dest, option.key.replace("-", "_")):
                    return option
        return None

    def option_names(self) -> list[str]:
        """The options of loaded plugins that a configuration file may set."""
        return [
            one.key for plugin in self.plugins() for one in plugin.options if one.parse_from_config
        ]

    def add_options_to(self, parser: Any) -> None:
        """Add the options of all plugins to the command line, a group for each distribution."""
        groups: dict[str, Any] = {}
        for plugin in self.load_all():
            for option in plugin.options:
                origin = plugin.entry.origin
                if origin not in groups:
                    groups[origin] = parser.add_argument_group(f"plugin {origin}")
                try:
                    option.add_to(groups[origin])
                except Exception as error:  # whatever argparse raises for a plugin's arguments
                    self.add_problem(f"{plugin.entry}: option {option.flag}: {error_line(error)}")

    def collect_values(self, given: dict[str, Any]) -> None:
        """Move the values of plugins' options in *given* to its entry ``plugin_values``."""
        values = {}
        for plugin in self.plugins():
            for option in plugin.options:
                if option.dest in given:
                    values[option.dest] = option.from_command_line(given.pop(option.dest))
        if values:
            given["plugin_values"] = values

    def activate(self, options: Any) -> None:
        """Pass the options that apply from now on to every loaded plugin, unless it has them.

        ``options.plugin_values`` holds what the configuration and the command line set.
        """
        from dockerlint_rules.plugins.options import resolve_values

        for plugin in list(self.plugins()):
            if plugin.active is options:
                continue
            plugin.active = options
            try:
                for name, value in resolve_values(plugin.options, *options.plugin_values).items():
                    setattr(options, name, value)
            except Exception as error:
                self._drop(plugin, f"{plugin.entry}: {error_line(error)}", error)
                continue
            count = parse_options_arity(plugin.thing)
            if not count:
                continue
            values = (options,) if count == 1 else (plugin.parser, options, list(self.files))
            try:
                plugin.thing.parse_options(*values)
            except KeyboardInterrupt:
                raise
            except BaseException as error:
                self._drop(
                    plugin, f"{plugin.entry}: parse_options failed: {error_line(error)}", error
                )

    def _drop(self, plugin: Plugin, why: str, error: BaseException | None = None) -> None:
        self.add_problem(why, error)
        self.loaded[plugin.entry] = None
        for rule in plugin.rules:
            rule.call = _no_findings

    # -- what must be there --------------------------------------------------------------------------

    def missing_requirement(self, wanted: Sequence[str]) -> str:
        """Why a plugin of ``--require-plugins`` is missing; empty if all are installed."""
        from dockerlint_rules.plugins.version_specifiers import (
            VersionError,
            satisfies,
            split_requirement,
        )

        joined: list[str] = []
        for one in wanted:  # a list was split at commas, and so was "name>=1,<2"
            if joined and one[:1] in "<>=!~":
                joined[-1] += f",{one}"
            else:
                joined.append(one)
        there = {
            normalised(one.distribution): one
            for one in (*self.checks, *self.reports)
            if not one.local
        }
        for one in joined:
            try:
                name, specifier = split_requirement(one)
                entry = there.get(normalised(name))
                if entry is None:
                    return f"required plugin {name} is not installed{self._nearest(name)}"
                if not satisfies(entry.version, specifier):
                    return (
                        f"required plugin {name}{specifier} is installed in version {entry.version}"
                    )
            except VersionError as error:
                return f"require-plugins: {error}"
        return ""

    def _nearest(self, name: str) -> str:
        from dockerlint_rules.syntax.spelling import did_you_mean

        known = sorted({one.distribution for one in (*self.checks, *self.reports)})
        if not known:
            return "; no plugin is installed"
        return did_you_mean(normalised(name), known, 0.6) or f"; installed are {', '.join(known)}"

    def version_lines(self) -> list[str]:
        """A line for each distribution: its version, its prefixes and its formats."""
        by_origin: dict[str, list[str]] = {}
        for entry in self.checks:
            by_origin.setdefault(entry.origin, []).append(entry.name)
        for entry in self.reports:
            by_origin.setdefault(entry.origin, []).append(f"format {entry.name}")
        return [
            f"plugin {origin}: {', '.join(names)}" for origin, names in sorted(by_origin.items())
        ]


def _no_findings(*values: object) -> None:
    """Take the place of a dropped plugin's rules."""


def _lines(value: Any) -> list[str]:
    if value is None:
        return []
    items = value if isinstance(value, list) else [value]
    if not all(isinstance(one, str) for one in items):
        raise ValueError(f"local-plugins: {value!r} is not a list of strings")
    return [
        part.strip()
        for one in items
        for line in one.split("\n")
        for part in line.split(",")
        if part.strip()
    ]


def _pairs(key: str, value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for name, one in value.items():
            yield str(name), str(one)
        return
    for line in _lines(value):
        name, sign, one = line.partition("=")
        if not sign:
            raise ValueError(f"local-plugins: {key} takes NAME = module:attribute, not '{line}'")
        yield name.strip(), one.strip()
