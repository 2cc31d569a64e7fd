"""The section of a configuration file as options."""

from __future__ import annotations

import os

from dockerlint_rules.config import ConfigError
from dockerlint_rules.config.options import FILE, OPTIONS, TABLE, dashed
from dockerlint_rules.config.values import check_value, convert, shortened, split_bare_names
from dockerlint_rules.syntax.spelling import did_you_mean

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from typing import Any, Protocol

    Warn = Callable[[str], None]

    class ExtraOption(Protocol):
        """An option that a plugin adds."""

        key: str
        dest: str
        parse_from_config: bool
        normalize_paths: bool

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


_LONGEST_MESSAGE = 300
INI_HEADING, TOML_HEADING = "[dockerlint]", "[tool.dockerlint]"


class SectionReader:
    """Turns the keys of a section into options of the right type.

    What a configuration file may not set (the option table's column ``where``) is left out with one warning: the
    file belongs to the tree that is linted, which must not choose what is written, run or read outside of it.
    *lines* are those of the keys, with that of the section as "".  Paths must be in one of the folders *inside*.
    """

    def __init__(
        self, path: str, section: str, lines: Mapping[str, int], extra: ExtraOptions | None = None,
        warn: Warn | None = None, *, inside: Sequence[str] = (),
    ) -> None:  # fmt: skip
        self.path = path
        self.section = section
        self.extra = extra
        self.inside = inside
        self._warn = warn
        self._lines: dict[str, int] = {}
        for key, line in lines.items():
            self._lines.setdefault(normal(key), line)
        self._lines |= lines

    def add_local_plugins(self, table: dict[str, Any], path: str) -> None:
        """Make the local plugins known, before any option is read that may be one of theirs."""
        if self.extra is None:
            return
        try:
            self.extra.add_local(table, path, self.path)
        except ValueError as error:
            raise self.error("local-plugins", str(error)) from None

    def read_options(self, section: Mapping[str, Any], base: str = "") -> dict[str, Any]:
        """Every option that the section sets; *base* is the directory that its paths are relative to."""
        out: dict[str, Any] = {}
        seen: set[str] = set()
        for key, value in section.items():
            name = normal(key)
            if name in seen:
                raise self.error(key, f"option '{shortened(dashed(name))}' is set twice")
            seen.add(name)
            if name not in OPTIONS:
                self._read_extra(key, name, value, base, out)
            elif not OPTIONS[name].may_be_set_by(FILE):
                self.warn(
                    key,
                    f"option '{dashed(name)}' is ignored: it can only be given on the command line",
                )
            else:
                self._read(key, name, value, base, out)
        return out

    def _read(self, key: str, name: str, value: Any, base: str, out: dict[str, Any]) -> None:
        if OPTIONS[name].kind == "arguments":
            value, bare = split_bare_names(value)
            if bare:
                self.warn(
                    key,
                    f"{dashed(name)} {shortened(', '.join(bare))} is ignored: a configuration file cannot read the "
                    "environment; write NAME=VALUE",
                )
        try:
            converted = check_value(name, convert(name, value))
        except ValueError as error:
            raise self.error(key, str(error)) from None
        if OPTIONS[name].below and converted:
            converted = os.path.normpath(os.path.join(base, converted))
            if not self._is_inside(key, name, [(str(value), converted)]):
                return
        out[name] = converted

    def _is_inside(self, key: str, name: str, paths: Iterable[tuple[str, str]]) -> bool:
        """Whether an option's paths, each as it is written and as it is, are where a file may lead; if not, warn."""
        outside = next(
            (written for written, path in paths if not is_below(path, self.inside)), None
        )
        if outside is not None:
            where = "the directory of the configuration file"
            where += " and the current directory" if len(self.inside) > 1 else ""
            self.warn(
                key,
                f"option '{dashed(name)}' is ignored: '{shortened(outside)}' is outside {where}",
            )
        return outside is None

    def _read_extra(self, key: str, name: str, value: Any, base: str, out: dict[str, Any]) -> None:
        """Keep the value of a plugin's option."""
        option = self.extra.option(name) if self.extra else None
        if option is None:
            if self.extra and self.extra.left_out:
                return  # it may be that of a local plugin that must not be loaded to find out
            known = [one.dashed for one in TABLE if one.may_be_set_by(FILE)]
            known += self.extra.option_names() if self.extra else []
            hint = did_you_mean(dashed(name), known)
            raise self.error(key, f"unknown option '{shortened(key)}' in {self.section}{hint}")
        if not option.parse_from_config:
            self.warn(
                key, f"option '{option.key}' is ignored: it can only be given on the command line"
            )
            return
        try:
            converted = option.from_config(value, base)
        except ValueError as error:
            raise self.error(key, str(error)) from None
        if option.normalize_paths and not self._is_inside(key, option.key, _paths(converted)):
            return
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
        if len(message) > _LONGEST_MESSAGE:
            message = f"{message[:_LONGEST_MESSAGE]}…"
        return ConfigError(self.path, self.line_of(key), message)

    def line_of(self, key: str) -> int:
        """The line on which the section sets *key*, else the line of the section; 0 where neither is known."""
        known = self._lines
        return known.get(key) or known.get(normal(key)) or known.get("", 0)


def normal(key: str) -> str:
    """A key as the table's column ``name`` spells it."""
    return key.replace("-", "_").lower()


def _paths(value: Any) -> list[tuple[str, str]]:
    """The paths of a plugin's option, which are absolute: a bare name is left alone and names no path."""
    values = value if isinstance(value, list | tuple) else [value]
    return [(one, one) for one in values if isinstance(one, str) and os.path.isabs(one)]


def is_below(path: str, folders: Iterable[str]) -> bool:
    """Whether a path, with symbolic links resolved, is one of the folders or inside it."""
    real = os.path.realpath(path)
    return any(
        real == above or real.startswith(above.rstrip(os.sep) + os.sep)
        for above in map(os.path.realpath, folders)
    )
