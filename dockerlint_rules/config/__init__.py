"""Options: their table, the configuration files they are read from, and how command line and file merge."""

from __future__ import annotations

import os
import re

from dockerlint_rules.formats import FORMATS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from typing import Any

    from dockerlint_rules.plugins.roster import Roster

LEVELS = ("error", "warning", "info", "style")
LABEL_TYPES = ("text", "url", "semver", "hash", "rfc3339", "spdx", "email")
PROFILES = ("elastic-beanstalk", "compose", "kubernetes")
INI_FILES = (".dockerlint", "setup.cfg", "tox.ini")
TOML_FILE = "pyproject.toml"
INI_LOCAL = "dockerlint:local-plugins"
HADOLINT_FILES = (".hadolint.yaml", ".hadolint.yml")

# Name of each option: its type and its default.
OPTIONS: dict[str, tuple[str, Any]] = {
    "select": ("list", None),
    "extend_select": ("list", []),
    "ignore": ("list", []),
    "extend_ignore": ("list", []),
    "per_file_ignores": ("files", []),
    "exclude": ("list", []),
    "force_exclude": ("flag", False),
    "profile": ("choice", None),
    "preview": ("flag", False),
    "severity": ("pairs", {}),
    "format": ("choice", "default"),
    "output_file": ("text", None),
    "failure_threshold": ("choice", "warning"),
    "exit_zero": ("flag", False),
    "show_source": ("flag", False),
    "statistics": ("flag", False),
    "quiet": ("flag", False),
    "no_color": ("flag", False),
    "fix": ("flag", False),
    "unsafe_fixes": ("flag", False),
    "diff": ("flag", False),
    "context": ("text", None),
    "build_arg": ("pairs", {}),
    "target": ("text", None),
    "platform": ("text", "linux/amd64"),
    "jobs": ("int", 0),
    "no_cache": ("flag", False),
    "no_shellcheck": ("flag", False),
    "today": ("text", None),
    "verbose": ("flag", False),
    "stdin_filename": ("text", None),
    "isolated": ("flag", False),
    "config": ("text", None),
    "local_plugins": ("flag", False),
    "require_plugins": ("list", []),
    "enable_extensions": ("list", []),
    "plugin_errors": ("choice", "fail"),
    "trusted_registries": ("list", []),
    "label_schema": ("pairs", {}),
    "strict_labels": ("flag", False),
    "baseline": ("text", None),
    "disable_ignore_pragmas": ("flag", False),
}
CHOICES: dict[str, Collection[str]] = {
    "profile": PROFILES,
    "format": FORMATS,  # plugins' are added to it
    "plugin_errors": ("fail", "warn"),
    "failure_threshold": (*LEVELS, "none"),
}
# A linted tree must not decide where its configuration is or whether its code is run.
ONLY_COMMAND_LINE = frozenset({"config", "isolated", "local_plugins", "stdin_filename"})
ADDING = ("ignore", "extend_ignore", "per_file_ignores")

_DATE = re.compile(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])\Z")
_INI_SECTION = re.compile(rb"^(?:\xef\xbb\xbf)?\[dockerlint(?::local-plugins)?\]", re.M)
_TOML_SECTION = re.compile(
    rb"^[ \t]*\[[ \t]*tool[ \t]*\.[ \t]*[\"']?dockerlint[\"']?[ \t]*[.\]]", re.M
)
_SEVERAL = r"([^\s,:]+)[ \t]*:((?:[\s,]*[^\s,:]+(?![^\s,]*[ \t]*:))*)"
_TRUE = frozenset({"true", "yes", "on", "1"})
_FALSE = frozenset({"false", "no", "off", "0"})


class ConfigError(Exception):
    """Something in the configuration or among the options that cannot be understood."""

    def __init__(self, path: str, line: int, message: str) -> None:
        super().__init__(message)
        self.path = path
        self.line = line
        self.message = message

    def __str__(self) -> str:
        if not self.path:
            return self.message
        return (
            f"{self.path}:{self.line}: {self.message}"
            if self.line
            else f"{self.path}: {self.message}"
        )


class Options:
    """The value of every option; *root* is the configuration's directory.

    Plugins keep the values of their options, and what they make of them, as attributes of their own.
    """

    __slots__ = (
        "__dict__", "baseline", "build_arg", "config", "context", "diff", "disable_ignore_pragmas",
        "enable_extensions", "exclude", "exit_zero",
        "extend_ignore", "extend_select", "failure_threshold", "fix", "force_exclude", "format", "ignore", "isolated",
        "jobs", "label_schema", "local_plugins", "no_cache", "no_color", "no_shellcheck", "output_file",
        "per_file_ignores", "platform", "plugin_errors", "plugin_said", "preview", "profile", "quiet", "require_plugins", "root", "select", "severity",
        "show_source", "statistics", "stdin_filename", "strict_labels", "target", "today", "trusted_registries",
        "unsafe_fixes", "verbose",
    )  # fmt: skip

    select: list[str] | None
    extend_select: list[str]
    ignore: list[str]
    extend_ignore: list[str]
    per_file_ignores: list[tuple[str, list[str]]]
    exclude: list[str]
    force_exclude: bool
    profile: str | None
    preview: bool
    severity: dict[str, str]
    format: str
    output_file: str | None
    failure_threshold: str
    exit_zero: bool
    show_source: bool
    statistics: bool
    quiet: bool
    no_color: bool
    fix: bool
    unsafe_fixes: bool
    diff: bool
    context: str | None
    build_arg: dict[str, str]
    target: str | None
    platform: str
    jobs: int
    no_cache: bool
    no_shellcheck: bool
    today: str | None
    verbose: bool
    stdin_filename: str | None
    isolated: bool
    config: str | None
    local_plugins: bool
    require_plugins: list[str]
    enable_extensions: list[str]
    plugin_errors: str
    plugin_said: tuple[dict[str, Any], dict[str, Any]]
    trusted_registries: list[str]
    label_schema: dict[str, str]
    strict_labels: bool
    baseline: str | None
    disable_ignore_pragmas: bool
    root: str | None

    def __init__(self, **values: Any) -> None:
        for name, (_, default) in OPTIONS.items():
            if name not in values:
                # Each gets lists and mappings of its own.
                values[name] = default.copy() if isinstance(default, list | dict) else default
        values.setdefault("root", None)
        values.setdefault("plugin_said", ({}, {}))
        for name, value in values.items():
            setattr(self, name, value)


def suggestion(said: str, known: Iterable[str], cutoff: float = 0.5) -> str:
    """``; did you mean 'x'?`` for the known word nearest to *said*, else nothing."""
    from difflib import get_close_matches  # perf: only on the way to an error

    words = {word.lower(): word for word in known}
    near = get_close_matches(said.lower(), words, 1, cutoff)
    return f"; did you mean '{words[near[0]]}'?" if near else ""


# -- finding ---------------------------------------------------------------------------------------


def find_config(directory: str) -> str | None:
    """The nearest file upward that has our section; where none has, the nearest ``.hadolint.yaml``."""
    hadolint: str | None = None
    at = os.path.abspath(directory or ".")
    while True:
        for name in (*INI_FILES, TOML_FILE):
            path = os.path.join(at, name)
            if _has_section(path, name):
                return path
        for name in HADOLINT_FILES if hadolint is None else ():
            path = os.path.join(at, name)
            if os.path.isfile(path):
                hadolint = path
                break
        above = os.path.dirname(at)
        if above == at:
            return hadolint
        at = above


def _has_section(path: str, name: str) -> bool:
    if not os.path.isfile(path):
        return False
    try:
        with open(path, "rb") as file:
            data = file.read()
    except OSError:
        return False
    if b"dockerlint" not in data:
        return False
    if name != TOML_FILE:
        return bool(_INI_SECTION.search(data))
    if _TOML_SECTION.search(data):
        return True
    import tomllib  # perf: only where a project's file names us in another way

    try:
        return "dockerlint" in tomllib.loads(data.decode("utf-8", "replace")).get("tool", {})
    except (tomllib.TOMLDecodeError, AttributeError, TypeError, RecursionError):
        return False


# -- reading ---------------------------------------------------------------------------------------


def load(
    path: str, plugins: Roster | None = None, given: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """The options that a file sets, by name with underscores.  Raises ConfigError.

    ``lenient`` is among them for another tool's file, which may know rules that we do not;
    ``plugin_values`` are those of the options that *plugins* add, ``local_plugin_table`` names local ones.
    """
    try:
        with open(path, "rb") as file:
            data = file.read()
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        raise ConfigError(shown_path(path), 0, f"cannot be read: {why}") from None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ConfigError(shown_path(path), line, "is not UTF-8") from None
    return options_in(text, path, plugins, given)


def options_in(
    text: str, path: str, plugins: Roster | None = None, given: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """The options that a text in the place of a configuration file sets.  Raises ConfigError."""
    shown = shown_path(path)
    name = os.path.basename(path).lower()
    if name.endswith((".yaml", ".yml")):
        from dockerlint_rules.config.hadolint import (
            from_text,  # perf: only where there is such a file
        )

        return from_text(text, shown)
    if name.endswith(".toml"):
        section, local = _toml(text, shown)
        reader = Reader(shown, text, "[tool.dockerlint]", plugins)
    else:
        section, local = _ini(text, shown)
        reader = Reader(shown, text, "[dockerlint]", plugins)
    if local is not None and plugins is not None:
        plugins.heed(given or {})
    return reader.with_local(section, local, path)


def shown_path(path: str) -> str:
    """How messages name a file: from the current directory where it lies below."""
    below = os.path.relpath(path)
    return path if below.startswith(os.pardir) else below


def line_of(path: str, option: str) -> int:
    """The line on which a file sets an option; 0 where it cannot be found."""
    section = "[tool.dockerlint]" if path.endswith(".toml") else "[dockerlint]"
    with open(path, encoding="utf-8-sig", errors="replace") as file:
        reader = Reader(path, file.read(), section)
    return reader.line_of(option) or reader.line_of(option.replace("-", "_"))


def _ini(text: str, path: str) -> tuple[dict[str, Any], dict[str, Any] | None]:
    """Our section, and that of local plugins."""
    import configparser  # perf: 6 ms, only where a file is read

    # No section gives defaults to the others ("[DEFAULT]" is none of ours), and a comment may follow a value.
    parser = configparser.RawConfigParser(default_section="", inline_comment_prefixes=("#",))
    try:
        parser.read_string(text, path)
    except configparser.MissingSectionHeaderError as error:
        raise ConfigError(
            path, error.lineno, "there is no [section] above this line; begin with [dockerlint]"
        ) from None
    except configparser.ParsingError as error:
        line = error.errors[0][0] if error.errors else 0
        raise ConfigError(
            path, line, "this line is neither a [section] nor 'option = value'"
        ) from None
    except configparser.DuplicateOptionError as error:
        raise ConfigError(
            path, error.lineno or 0, f"option '{error.option}' is set twice in [{error.section}]"
        ) from None
    except configparser.DuplicateSectionError as error:
        raise ConfigError(
            path, error.lineno or 0, f"section [{error.section}] is there twice"
        ) from None
    local = None
    if parser.has_section(INI_LOCAL):
        local = dict(parser.items(INI_LOCAL))
    if not parser.has_section("dockerlint"):
        if local is not None:
            return {}, local
        raise ConfigError(path, 0, "has no section [dockerlint]")
    return dict(parser.items("dockerlint")), local


def _toml(text: str, path: str) -> tuple[dict[str, Any], dict[str, Any] | None]:
    """Our table without that of local plugins, and that."""
    import tomllib

    try:
        whole = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"\(at line (\d+)", str(error))
        line = int(found[1]) if found else text.count("\n") + 1
        raise ConfigError(
            path, line, f"is not TOML: {re.sub(r' .at .*', '', str(error))}"
        ) from None
    except RecursionError:
        raise ConfigError(path, 0, "is nested too deeply to be read") from None
    tool = whole.get("tool", {})
    section = tool.get("dockerlint") if isinstance(tool, dict) else None
    if section is None:
        raise ConfigError(path, 0, "has no table [tool.dockerlint]")
    if not isinstance(section, dict):
        raise ConfigError(path, 0, "[tool.dockerlint] is not a table")
    local = section.get("local-plugins")
    if not isinstance(local, dict):
        return section, None
    return {key: value for key, value in section.items() if key != "local-plugins"}, local


class Reader:
    """Turns what a file says into options of the right type."""

    def __init__(self, path: str, text: str, section: str, plugins: Roster | None = None) -> None:
        self.path = path
        self.lines = text.split("\n")
        self.section = section
        self.plugins = plugins

    def with_local(
        self, section: Mapping[str, Any], local: dict[str, Any] | None, path: str
    ) -> dict[str, Any]:
        """Every option that the section sets, once local plugins are taken in, which may have some of them."""
        if local is not None and self.plugins is not None:
            try:
                self.plugins.add_local(local, path, self.path)
            except ValueError as error:
                line = next(
                    (at for at, one in enumerate(self.lines, 1) if "local-plugins]" in one), 0
                )
                raise ConfigError(self.path, line, str(error)) from None
        return self.all(section, os.path.dirname(os.path.abspath(path)))

    def all(self, said: Mapping[str, Any], base: str = "") -> dict[str, Any]:
        """Every option that the section sets; *base* is what paths in it are relative to."""
        out: dict[str, Any] = {}
        for key, value in said.items():
            name = key.replace("-", "_").lower()
            if name in ONLY_COMMAND_LINE:
                raise self.error(
                    key, f"option '{_dashed(name)}' can only be given on the command line"
                )
            if name not in OPTIONS:
                if self._of_plugin(key, name, value, base, out):
                    continue
                known = [_dashed(one) for one in OPTIONS if one not in ONLY_COMMAND_LINE]
                if self.plugins:
                    known += self.plugins.option_names()
                hint = suggestion(_dashed(name), known)
                raise self.error(key, f"unknown option '{key}' in {self.section}{hint}")
            if name in out:
                raise self.error(key, f"option '{_dashed(name)}' is set twice")
            try:
                out[name] = check_value(name, convert(name, value))
            except ValueError as error:
                raise self.error(key, str(error)) from None
        return out

    def _of_plugin(self, key: str, name: str, value: Any, base: str, out: dict[str, Any]) -> bool:
        """Keep the value of a plugin's option; False when no plugin has it."""
        if not self.plugins:
            return False
        option = self.plugins.option(name)
        if option is None:
            # It may be that of a local plugin that must not be loaded to see.
            return bool(self.plugins.left_out)
        if not option.parse_from_config:
            raise self.error(key, f"option '{option.key}' can only be given on the command line")
        from dockerlint_rules.plugins.options import OptionError

        try:
            made = option.from_config(value, base)
        except OptionError as error:
            raise self.error(key, str(error)) from None
        values = out.setdefault("plugin_values", {})
        if option.dest in values:
            raise self.error(key, f"option '{option.key}' is set twice")
        values[option.dest] = made
        return True

    def error(self, key: str, message: str) -> ConfigError:
        """An error on the line where *key* is set."""
        return ConfigError(self.path, self.line_of(key), message)

    def line_of(self, key: str) -> int:
        """The line on which the section sets *key*; 0 where it cannot be found."""
        begin = re.compile(rf"[ \t]*[\"']?{re.escape(key)}[\"']?[ \t]*([=:.]|\Z)", re.I)
        table = re.compile(rf"[ \t]*\[.*[.\"']{re.escape(key)}[\"']?[ \t]*\]", re.I)
        inside = not self.section
        for number, line in enumerate(self.lines, 1):
            if line.lstrip().startswith("["):
                if table.match(line):
                    return number
                inside = line.replace(" ", "").startswith(self.section)
            elif inside and begin.match(line):
                return number
        return 0


def _dashed(name: str) -> str:
    return name.replace("_", "-")


def convert(name: str, value: Any) -> Any:
    """*value* in the type of the option *name*.  Raises ValueError with a sentence."""
    kind = OPTIONS[name][0]
    option = f"option '{_dashed(name)}'"
    if kind == "flag":
        return _flag(option, value)
    if kind == "int":
        if isinstance(value, str) and re.fullmatch(r"\d{1,6}", value.strip()):
            value = int(value.strip())
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            raise ValueError(f"{option} takes a whole number, not {value!r}")
        return value
    if kind == "list":
        return _list(option, value)
    if kind == "pairs":
        return _pairs(option, value)
    if kind == "files":
        return _files(option, value)
    if name == "today" and not isinstance(value, str) and hasattr(value, "isoformat"):
        value = value.isoformat()  # TOML has dates of its own
    if not isinstance(value, str):
        raise ValueError(f"{option} takes a text, not {value!r}")
    return value.strip()


def _flag(option: str, value: Any) -> bool:
    if isinstance(value, bool):
        return value
    said = value.strip().lower() if isinstance(value, str) else ""
    if said in _TRUE or said in _FALSE:
        return said in _TRUE
    raise ValueError(f"{option} takes true or false, not {value!r}")


def _items(option: str, value: Any) -> list[str]:
    """Whole entries: those of a list, or the lines of a text."""
    if isinstance(value, str):
        return [line for line in (line.strip() for line in value.split("\n")) if line]
    if not isinstance(value, list | tuple) or not all(isinstance(one, str) for one in value):
        raise ValueError(f"{option} takes a list of texts, not {value!r}")
    return [line for one in value for line in _items(option, one)]


def _list(option: str, value: Any) -> list[str]:
    return [
        part.strip() for item in _items(option, value) for part in item.split(",") if part.strip()
    ]


def _pairs(option: str, value: Any) -> dict[str, str]:
    if isinstance(value, dict):
        for key, one in value.items():
            if not isinstance(one, str):
                raise ValueError(f"{option} takes a text for {key!r}, not {one!r}")
        return dict(value)
    pairs: dict[str, str] = {}
    # A build argument's value may hold a comma or a '#'.
    whole = option == "option 'build-arg'" and not isinstance(value, str)
    for item in value if whole else _items(option, value):
        for part in [item] if option == "option 'build-arg'" else item.split(","):
            if not part.strip():
                continue
            key, sign, one = part.partition("=")
            if not sign and option != "option 'build-arg'":
                key, sign, one = part.partition(":")
            if not sign and option == "option 'build-arg'":
                if key.strip() not in os.environ:
                    continue  # docker build passes nothing then
                one = os.environ[key.strip()]
            elif not sign or not key.strip():
                raise ValueError(f"{option} takes NAME=VALUE, not '{part.strip()}'")
            pairs[key.strip()] = one if whole else one.strip()
    return pairs


def _files(option: str, value: Any) -> list[tuple[str, list[str]]]:
    if isinstance(value, dict):
        return [(pattern, _list(option, codes)) for pattern, codes in value.items()]
    out: list[tuple[str, list[str]]] = []
    for item in _items(option, value):
        if item.count(":") > 1:  # several on a line, as flake8 takes them
            found = re.findall(_SEVERAL, item)
            out += [(one, codes.replace(",", " ").split()) for one, codes in found]
            continue
        pattern, sign, codes = item.rpartition(":")
        if sign and pattern.strip():
            out.append((pattern.strip(), _list(option, codes)))
        elif out and not sign:  # flake8's lists may go on on the next line
            out[-1][1].extend(_list(option, item))
        else:
            raise ValueError(f"{option} takes PATTERN:CODES, not '{item}'")
    return out


def check_value(name: str, value: Any) -> Any:
    """*value* when the option *name* may have it.  Raises ValueError with the nearest right one."""
    if name in CHOICES and value is not None and value not in CHOICES[name]:
        known = CHOICES[name]
        hint = suggestion(value, known) or f"; known are {', '.join(known)}"
        raise ValueError(f"unknown {_dashed(name)} '{value}'{hint}")
    if name == "severity":
        for code, level in value.items():
            if level not in LEVELS:
                hint = suggestion(level, LEVELS) or f"; known are {', '.join(LEVELS)}"
                raise ValueError(f"unknown severity '{level}' for {code}{hint}")
    if name == "label_schema":
        for label, kind in value.items():
            if kind not in LABEL_TYPES:
                hint = suggestion(kind, LABEL_TYPES) or f"; known are {', '.join(LABEL_TYPES)}"
                raise ValueError(f"unknown type '{kind}' for label {label}{hint}")
    if name == "today" and value and not _is_date(value):
        raise ValueError(f"'{value}' is no date; today takes YYYY-MM-DD")
    if name == "jobs" and value < 0:
        raise ValueError(f"jobs takes a whole number, not {value}")
    return value


def _is_date(text: str) -> bool:
    if not _DATE.match(text):
        return False
    import time

    try:
        return bool(time.strptime(text, "%Y-%m-%d"))
    except ValueError:
        return False


# -- merging ---------------------------------------------------------------------------------------


def merge(file: Mapping[str, Any], cli: Mapping[str, Any]) -> Options:
    """Command line beats file beats default; what both ignore adds up.  Raises ConfigError."""
    values: dict[str, Any] = dict(file)
    values.pop("lenient", None)
    values["plugin_said"] = values.pop("plugin_values", {}), cli.get("plugin_values", {})
    for said_name, value in cli.items():
        name = said_name.replace("-", "_")
        if name == "plugin_values":
            continue
        if name not in OPTIONS:
            hint = suggestion(_dashed(name), map(_dashed, OPTIONS))
            raise ConfigError("", 0, f"unknown option '{said_name}'{hint}")
        if value is None:
            continue
        try:
            said = check_value(name, convert(name, value))
        except ValueError as error:
            raise ConfigError("", 0, str(error)) from None
        if name in ADDING:
            values[name] = [*values.get(name, []), *said]
        elif OPTIONS[name][0] == "pairs":
            values[name] = {**values.get(name, {}), **said}
        else:
            values[name] = said
    # What the file adds to its own selection says nothing about that of the command line.
    if "select" in cli and "extend_select" not in cli:
        values.pop("extend_select", None)
    if not values.get("select"):
        values["select"] = None
    return Options(**values)
