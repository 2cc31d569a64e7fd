"""Options that plugins add: flake8's ``add_option``, with values from the command line and configuration."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from dockerlint_rules.plugins.entry_points import Entry

_FLAGS = {"store_true": True, "store_false": False}
_WORDS = {"true": True, "yes": True, "on": True, "1": True, "false": False, "no": False, "off": False, "0": False}  # fmt: skip
_SILENT = object()  # a value that was not given
_ACTIONS = (
    "store",
    "store_true",
    "store_false",
    "store_const",
    "append",
    "append_const",
    "count",
    "extend",
)


class OptionError(ValueError):
    """An option that cannot be added, or a value that it cannot have."""


class PluginOption:
    """One option of a plugin: how argparse is told of it, and how its values are made."""

    def __init__(
        self,
        names: Sequence[str],
        *,
        parse_from_config: bool = False,
        comma_separated_list: bool = False,
        normalize_paths: bool = False,
        **keywords: Any,
    ) -> None:
        self.names = [name for name in names if name]
        self.keywords = {key: value for key, value in keywords.items() if value is not _SILENT}
        long = [name for name in self.names if name.startswith("--")]
        if not self.names or any(not name.startswith("-") for name in self.names):
            raise OptionError(
                f"option {' '.join(names) or 'without a name'} does not begin with '-'"
            )
        if parse_from_config and not long:
            raise OptionError(
                f"option {self.names[0]} needs a long name to be read from configuration"
            )
        self.shown = (long or self.names)[0]
        self.key = self.shown.lstrip("-").replace("_", "-")
        self.dest: str = self.keywords.pop("dest", None) or self.key.replace("-", "_")
        self.action: str = self.keywords.get("action") or "store"
        if self.action not in _ACTIONS:
            raise OptionError(f"option {self.shown}: dockerlint has no action {self.action!r}")
        self.parse_from_config = parse_from_config
        self.comma_separated_list = comma_separated_list
        self.normalize_paths = normalize_paths
        self.required = bool(self.keywords.pop("required", False))
        self._default = self.keywords.pop("default", None)
        if self.action in _FLAGS and self._default is None:
            self._default = not _FLAGS[self.action]

    def default(self) -> Any:
        """The value when nobody gives one, made as a given one would be."""
        if isinstance(self._default, str):
            return self.made(self._typed(self._default), os.curdir)
        return (
            self._default.copy() if isinstance(self._default, list | dict | set) else self._default
        )

    def made(self, value: Any, base: str) -> Any:
        """*value* split at commas and with its paths whole, where the option wants that."""
        if self.comma_separated_list and isinstance(value, str):
            value = [
                part.strip()
                for line in value.split("\n")
                for part in line.split(",")
                if part.strip()
            ]
        if self.normalize_paths:
            if isinstance(value, str):
                return _whole(value, base)
            if isinstance(value, list | tuple):
                return [_whole(one, base) if isinstance(one, str) else one for one in value]
        return value

    def from_config(self, value: Any, base: str) -> Any:
        """The value that a configuration's text, or a value of TOML, stands for.  Raises OptionError."""
        if self.action in _FLAGS:
            said = _WORDS.get(value.strip().lower()) if isinstance(value, str) else value
            if not isinstance(said, bool):
                raise OptionError(f"option '{self.key}' takes true or false, not {value!r}")
            return said
        if self.action == "count" and isinstance(value, str):
            try:
                return int(value)
            except ValueError:
                raise OptionError(
                    f"option '{self.key}' takes a whole number, not {value!r}"
                ) from None
        many = self.action in ("append", "extend") or self.keywords.get("nargs") not in (None, "?")
        if isinstance(value, str) and many and not self.comma_separated_list:
            value = [line.strip() for line in value.split("\n") if line.strip()]
        if isinstance(value, list):
            value = [self._checked(one) for one in value]
        elif self.comma_separated_list and isinstance(value, str):
            value = [self._checked(one) for one in self.made(value, base)]
        else:
            value = self._checked(value)
        return self.made(value, base)

    def from_command_line(self, value: Any) -> Any:
        """What argparse made of the words, made whole."""
        return self.made(value, os.curdir)

    def _typed(self, value: str) -> Any:
        kind = self.keywords.get("type")
        return value.strip() if kind is None else kind(value.strip())

    def _checked(self, value: Any) -> Any:
        if isinstance(value, str):
            try:
                value = self._typed(value)
            except Exception as error:
                raise OptionError(f"option '{self.key}' cannot be {value!r}: {error}") from None
        elif self.keywords.get("type") in (None, str) and not self.comma_separated_list:
            raise OptionError(f"option '{self.key}' takes a text, not {value!r}")
        choices = self.keywords.get("choices")
        if choices is not None and value not in choices:
            known = ", ".join(str(one) for one in choices)
            raise OptionError(f"option '{self.key}' cannot be {value!r}; known are {known}")
        return value

    def add_to(self, group: Any) -> None:
        """Tell argparse of the option.  Raises argparse.ArgumentError when its name is taken."""
        group.add_argument(*self.names, dest=self.dest, **self.keywords)


def _whole(path: str, base: str) -> str:
    """As flake8 does it: only what looks like a path is one."""
    if path == "." or "/" in path or os.sep in path:
        path = os.path.abspath(os.path.join(base, path))
    return path.rstrip(os.sep) or path


class OptionParser:
    """What ``add_options(parser)`` is given: flake8's option manager."""

    def __init__(self, entry: Entry) -> None:
        self.entry = entry
        self.options: list[PluginOption] = []
        self.default_ignore: list[str] = []
        self.version = entry.version

    def add_option(
        self,
        short_option_name: Any = None,
        long_option_name: Any = None,
        *,
        action: Any = _SILENT,
        default: Any = None,
        type: Any = _SILENT,
        dest: str | None = None,
        nargs: Any = _SILENT,
        const: Any = _SILENT,
        choices: Any = _SILENT,
        help: Any = _SILENT,
        metavar: Any = _SILENT,
        required: bool = False,
        parse_from_config: bool = False,
        comma_separated_list: bool = False,
        normalize_paths: bool = False,
    ) -> None:
        """Add an option; with *parse_from_config* the configuration may set it, by its long name."""
        option = PluginOption(
            [name for name in (short_option_name, long_option_name) if name],
            parse_from_config=parse_from_config, comma_separated_list=comma_separated_list,
            normalize_paths=normalize_paths, action=action, default=default, type=type, dest=dest, nargs=nargs,
            const=const, choices=choices, help=help, metavar=metavar, required=required,
        )  # fmt: skip
        self.options.append(option)

    def extend_default_select(self, codes: Sequence[str]) -> None:
        """Do nothing: a plugin's own prefix is selected by default anyway."""

    def extend_default_ignore(self, codes: Sequence[str]) -> None:
        """Leave these codes out unless they are selected."""
        self.default_ignore += [one for one in codes if one.startswith(self.entry.name)]


def values_of(
    options: Sequence[PluginOption], config: Mapping[str, Any], given: Mapping[str, Any]
) -> dict[str, Any]:
    """Each option's value: command line before configuration before default.  Raises OptionError."""
    values: dict[str, Any] = {}
    for option in options:
        if option.dest in given:
            values[option.dest] = given[option.dest]
        elif option.dest in config:
            values[option.dest] = config[option.dest]
        elif option.required:
            raise OptionError(f"option {option.shown} is required")
        else:
            values[option.dest] = option.default()
    return values
