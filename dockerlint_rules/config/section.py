"""The section of a configuration file: its text to keys and values, and these to options."""

from __future__ import annotations

import os
import re

from dockerlint_rules.config import ConfigError
from dockerlint_rules.config.options import FILE, OPTIONS, TABLE, dashed
from dockerlint_rules.config.values import check_value, convert, split_bare_names
from dockerlint_rules.syntax.spelling import did_you_mean

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from typing import Any, Protocol

    Warn = Callable[[str], None]

    class ExtraOption(Protocol):
        """An option that a plugin adds."""

        key: str
        dest: str
        parse_from_config: bool

        def from_config(self, value: Any, base: str) -> Any:
            """The value that a configuration's text stands for.  Raises ValueError."""

    class ExtraOptions(Protocol):
        """Where options come from that are not in the table: plugins."""

        @property
        def left_out(self) -> Iterable[object]:
            """Local plugins that must not be loaded; they may have any option."""

        def set_command_line(self, given: Mapping[str, Any]) -> None:
            """Note what the command line says about plugins."""

        def add_local(self, table: Mapping[str, Any], config: str, shown: str) -> None:
            """Take in the local plugins of a configuration file.  Raises ValueError."""

        def option(self, name: str) -> ExtraOption | None:
            """The option of this name."""

        def option_names(self) -> list[str]:
            """The names that a configuration may set."""


INI_SECTION, TOML_TABLE = "[dockerlint]", "[tool.dockerlint]"
# As configparser has it, but in linear time: its own tries each blank of a line as the end of the option.
_OPTION_LINE = r"(?P<option>(?:[^\s=:]++|\s++(?![=:]))*+)\s*+(?P<vi>[=:])\s*+(?P<value>.*)$"
_KEY_PART = r"(?:[\w-]++|\"[^\"\n]*+\"|'[^'\n]*+')"
_KEY = rf"{_KEY_PART}(?:[ \t]*+\.[ \t]*+{_KEY_PART})*+"
_MOST_PARTS = 50  # of a TOML key; tomllib needs time quadratic in their number
_INI_LOCAL = "dockerlint:local-plugins"


def ini_section(text: str, path: str) -> tuple[dict[str, Any], dict[str, Any] | None]:
    """Our section of an INI file, and the one of local plugins (None without one).  Raises ConfigError."""
    import configparser  # perf: 6 ms, only where a file is read

    class Parser(configparser.RawConfigParser):
        OPTCRE = re.compile(_OPTION_LINE)

    # No section gives defaults to the others ("[DEFAULT]" is not ours), and a comment may follow a value.
    parser = Parser(default_section="", inline_comment_prefixes=("#",))
    try:
        parser.read_string(text, path)
    except configparser.MissingSectionHeaderError as error:
        message = "there is no [section] above this line; start with [dockerlint]"
        raise ConfigError(path, error.lineno, message) from None
    except configparser.ParsingError as error:
        line = error.errors[0][0] if error.errors else 0
        message = "this line is neither a [section] nor 'option = value'"
        raise ConfigError(path, line, message) from None
    except configparser.DuplicateOptionError as error:
        message = f"option '{error.option}' is set twice in [{error.section}]"
        raise ConfigError(path, error.lineno or 0, message) from None
    except configparser.DuplicateSectionError as error:
        message = f"section [{error.section}] appears twice"
        raise ConfigError(path, error.lineno or 0, message) from None
    local = dict(parser.items(_INI_LOCAL)) if parser.has_section(_INI_LOCAL) else None
    if parser.has_section("dockerlint"):
        return dict(parser.items("dockerlint")), local
    if local is not None:
        return {}, local
    raise ConfigError(path, 0, "has no section [dockerlint]")


def toml_table(text: str, path: str) -> tuple[dict[str, Any], dict[str, Any] | None]:
    """Our table of a TOML file without that of local plugins, and that (None without one).  Raises ConfigError."""
    import tomllib

    line = line_of_deep_key(text)
    if line:
        raise ConfigError(path, line, "is nested too deeply to read")
    try:
        whole = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"\(at line (\d+)", str(error))
        line = int(found[1]) if found else text.count("\n") + 1
        message = f"is not valid TOML: {re.sub(r' .at .*', '', str(error))}"
        raise ConfigError(path, line, message) from None
    except RecursionError:
        raise ConfigError(path, 0, "is nested too deeply to read") from None
    tool = whole.get("tool", {})
    section = tool.get("dockerlint") if isinstance(tool, dict) else None
    if section is None:
        raise ConfigError(path, 0, f"has no table {TOML_TABLE}")
    if not isinstance(section, dict):
        raise ConfigError(path, 0, f"{TOML_TABLE} is not a table")
    local = section.get("local-plugins")
    if not isinstance(local, dict):
        return section, None
    return {key: value for key, value in section.items() if key != "local-plugins"}, local


def line_of_deep_key(text: str) -> int:
    """The first line of a TOML file with a key of too many parts; 0 without one."""
    for number, line in enumerate(text.split("\n"), 1):
        if line.count(".") >= _MOST_PARTS and any(
            len(re.findall(_KEY_PART, found[0])) > _MOST_PARTS for found in re.finditer(_KEY, line)
        ):
            return number
    return 0


class SectionReader:
    """Turns the keys of a section into options of the right type.

    What a configuration file may not set (the option table's column ``where``) is left out with one warning: the
    file belongs to the tree that is linted, which must not choose what is written, run or read outside of it.
    """

    def __init__(
        self, path: str, text: str, section: str, extra: ExtraOptions | None = None, warn: Warn | None = None,
        *, trusted: bool = False,
    ) -> None:  # fmt: skip
        self.path = path
        self.lines = text.split("\n")
        self.section = section
        self.extra = extra
        self.trusted = trusted  # named on the command line, so paths may lead anywhere
        self._warn = warn

    def add_local_plugins(self, table: dict[str, Any], path: str) -> None:
        """Make the local plugins known, before any option is read that may be one of theirs."""
        if self.extra is None:
            return
        try:
            self.extra.add_local(table, path, self.path)
        except ValueError as error:
            lines = (at for at, one in enumerate(self.lines, 1) if "local-plugins]" in one)
            raise ConfigError(self.path, next(lines, 0), str(error)) from None

    def read_options(self, section: Mapping[str, Any], base: str = "") -> dict[str, Any]:
        """Every option that the section sets; *base* is the directory that its paths are relative to."""
        out: dict[str, Any] = {}
        for key, value in section.items():
            name = key.replace("-", "_").lower()
            if name not in OPTIONS:
                self._read_extra(key, name, value, base, out)
            elif not OPTIONS[name].may_be_set_by(FILE):
                self.warn(
                    key,
                    f"option '{dashed(name)}' is ignored: it can only be given on the command line",
                )
            elif name in out:
                raise self.error(key, f"option '{dashed(name)}' is set twice")
            else:
                self._read(key, name, value, base, out)
        return out

    def _read(self, key: str, name: str, value: Any, base: str, out: dict[str, Any]) -> None:
        if OPTIONS[name].kind == "arguments":
            value, bare = split_bare_names(value)
            if bare:
                names = ", ".join(bare)
                self.warn(
                    key,
                    f"{dashed(name)} {names} is ignored: a configuration file cannot read the environment; "
                    "write NAME=VALUE",
                )
        try:
            converted = check_value(name, convert(name, value))
        except ValueError as error:
            raise self.error(key, str(error)) from None
        if OPTIONS[name].below and converted:
            converted = os.path.normpath(os.path.join(base, converted))
            if not self.trusted and not _is_below(converted, base):
                self.warn(
                    key,
                    f"option '{dashed(name)}' is ignored: '{value}' is outside the directory of the configuration file",
                )
                return
        out[name] = converted

    def _read_extra(self, key: str, name: str, value: Any, base: str, out: dict[str, Any]) -> None:
        """Keep the value of a plugin's option."""
        option = self.extra.option(name) if self.extra else None
        if option is None:
            if self.extra and self.extra.left_out:
                return  # it may be that of a local plugin that must not be loaded to find out
            known = [one.dashed for one in TABLE if one.may_be_set_by(FILE)]
            known += self.extra.option_names() if self.extra else []
            hint = did_you_mean(dashed(name), known)
            raise self.error(key, f"unknown option '{key}' in {self.section}{hint}")
        if not option.parse_from_config:
            self.warn(
                key, f"option '{option.key}' is ignored: it can only be given on the command line"
            )
            return
        try:
            converted = option.from_config(value, base)
        except ValueError as error:
            raise self.error(key, str(error)) from None
        values = out.setdefault("plugin_values", {})
        if option.dest in values:
            raise self.error(key, f"option '{option.key}' is set twice")
        values[option.dest] = converted

    def warn(self, key: str, message: str) -> None:
        """Say what is ignored, with the place where *key* is set."""
        if self._warn:
            self._warn(str(self.error(key, message)))

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


def _is_below(path: str, folder: str) -> bool:
    """Whether a path, with symbolic links resolved, is the folder or inside it."""
    real, above = os.path.realpath(path), os.path.realpath(folder)
    return real == above or real.startswith(above.rstrip(os.sep) + os.sep)
