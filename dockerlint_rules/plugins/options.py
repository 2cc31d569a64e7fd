"""Options that plugins add with flake8's ``add_option``; values come from the command line and the configuration."""

from __future__ import annotations

import os

from dockerlint_rules.config.values import FALSE, TRUE, shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from dockerlint_rules.plugins.entry_points import Entry

_FLAGS = {"store_true": True, "store_false": False}
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
    """An option cannot be added, or cannot have a value."""


class PluginOption:
    """One option of a plugin: its argparse arguments, and how its values are converted."""

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
                f"option {' '.join(names) or 'without a name'} does not start with '-'"
            )
        if parse_from_config and not long:
            raise OptionError(
                f"option {self.names[0]} needs a long name to be read from configuration"
            )
        self.flag = (long or self.names)[0]
        self.key = self.flag.lstrip("-").replace("_", "-")
        self.dest: str = self.keywords.pop("dest", None) or self.key.replace("-", "_")
        self.action: str = self.keywords.get("action") or "store"
        if self.action not in _ACTIONS:
            raise OptionError(f"option {self.flag}: dockerlint has no action {self.action!r}")
        # A configuration must not choose which file is opened before anything is checked.
        opens_files = _opens_files(self.keywords.get("type"))
        self.parse_from_config = parse_from_config and not opens_files
        self.comma_separated_list = comma_separated_list
        self.normalize_paths = normalize_paths
        self.required = bool(self.keywords.pop("required", False))
        self._default = self.keywords.pop("default", None)
        if self.action in _FLAGS and self._default is None:
            self._default = not _FLAGS[self.action]

    def default(self) -> Any:
        """The value if none is given, converted like a given one."""
        if isinstance(self._default, str):
            return self.normalize(self._typed(self._default), os.curdir)
        return (
            self._default.copy() if isinstance(self._default, list | dict | set) else self._default
        )

    def normalize(self, value: Any, base: str) -> Any:
        """*value* split at commas and with absolute paths, if the option asks for that."""
        if self.comma_separated_list and isinstance(value, str):
            value = [
                part.strip()
                for line in value.split("\n")
                for part in line.split(",")
                if part.strip()
            ]
        if self.normalize_paths:
            if isinstance(value, str):
                return _absolute(value, base)
            if isinstance(value, list | tuple):
                return [_absolute(one, base) if isinstance(one, str) else one for one in value]
        return value

    def from_config(self, value: Any, base: str) -> Any:
        """The value for a configuration file's text or TOML value.  Raises OptionError."""
        if self.action in _FLAGS:
            if isinstance(value, bool):
                return value
            word = value.strip().lower() if isinstance(value, str) else ""
            if word not in TRUE | FALSE:
                raise OptionError(f"option '{self.key}' takes true or false, not {shown(value)}")
            return word in TRUE
        if self.action == "count" and isinstance(value, str):
            try:
                return int(value)
            except ValueError:
                raise OptionError(
                    f"option '{self.key}' takes a whole number, not {shown(value)}"
                ) from None
        many = self.action in ("append", "extend") or self.keywords.get("nargs") not in (None, "?")
        if isinstance(value, str) and many and not self.comma_separated_list:
            value = [line.strip() for line in value.split("\n") if line.strip()]
        if isinstance(value, list):
            value = [self._checked(one) for one in value]
        elif self.comma_separated_list and isinstance(value, str):
            value = [self._checked(one) for one in self.normalize(value, base)]
        else:
            value = self._checked(value)
        return self.normalize(value, base)

    def from_command_line(self, value: Any) -> Any:
        """The value for what argparse returned."""
        return self.normalize(value, os.curdir)

    def _typed(self, value: str) -> Any:
        kind = self.keywords.get("type")
        return value.strip() if kind is None else kind(value.strip())

    def _checked(self, value: Any) -> Any:
        if isinstance(value, str):
            try:
                value = self._typed(value)
            except Exception as error:
                raise OptionError(
                    f"option '{self.key}' cannot be {shown(value)}: {error}"
                ) from None
        elif self.keywords.get("type") in (None, str) and not self.comma_separated_list:
            raise OptionError(f"option '{self.key}' takes a string, not {shown(value)}")
        choices = self.keywords.get("choices")
        if choices is not None and value not in choices:
            known = ", ".join(str(one) for one in choices)
            raise OptionError(f"option '{self.key}' cannot be {shown(value)}; choose from {known}")
        return value

    def add_to(self, group: Any) -> None:
        """Add the option to an argparse group.  Raises argparse.ArgumentError if its name is in use."""
        group.add_argument(*self.names, dest=self.dest, **self.keywords)


def _opens_files(kind: object) -> bool:
    """Whether a ``type`` of argparse opens the file that its value names."""
    return kind is open or type(kind).__name__ == "FileType"


def _absolute(path: str, base: str) -> str:
    """An absolute path for what looks like a path, as in flake8."""
    if path == "." or "/" in path or os.sep in path:
        path = os.path.abspath(os.path.join(base, path))
    return path.rstrip(os.sep) or path


class OptionParser:
    """The argument of ``add_options(parser)``: flake8's option manager."""

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
        """Do nothing: a plugin's own prefix is always selected by default."""

    def extend_default_ignore(self, codes: Sequence[str]) -> None:
        """Turn these codes off unless they are selected."""
        self.default_ignore += [one for one in codes if one.startswith(self.entry.name)]


def resolve_values(
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
            raise OptionError(f"option {option.flag} is required")
        else:
            values[option.dest] = option.default()
    return values
