"""INI files as :mod:`configparser` reads them, in linear time and with the line of each option.

``configparser`` itself takes quadratic time for a long line without ``=`` and for many wrong lines.  Of sections that
are not ours only the headings count, because other tools may read the rest in another way.
"""

from __future__ import annotations

import re

from dockerlint_rules.config import ConfigError

SECTION, LOCAL_PLUGINS = "dockerlint", "dockerlint:local-plugins"
_OURS = (SECTION, LOCAL_PLUGINS)
_NOT_OURS = "has no section [dockerlint]"
_HEADLESS = "there is no [section] above this line; start with [dockerlint]"
# What remains of a name that was meant to be ours, without case, blanks and punctuation.
_MEANT = frozenset({"dockerlint", "dockerlintrules", "dockerlintlocalplugins"})


class IniSection:
    """A section: values by option in lower case, and the line of each."""

    __slots__ = ("line", "lines", "values")

    def __init__(self, line: int) -> None:
        self.line = line
        self.values: dict[str, str] = {}
        self.lines: dict[str, int] = {}


def is_meant_as_ours(name: str) -> bool:
    """Whether the name of a section or table looks like one of ours, in whatever way it is spelled."""
    head, _, rest = name.partition(":")
    if _plain(head) == "tool":
        head = rest.partition(":")[0]
    return _plain(head).removeprefix("tool") in _MEANT


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


def read_ini(text: str, path: str) -> dict[str, IniSection]:
    """Our sections by name.  Raises ConfigError for a mistake in them, and for a heading that is nearly theirs."""
    return _Reader(path).read(text)


def ini_sections(text: str, path: str) -> dict[str, IniSection]:
    """Our sections of a file that must have one.  Raises ConfigError."""
    reader = _Reader(path)
    sections = reader.read(text)
    if not sections:
        raise ConfigError(path, reader.first, _NOT_OURS if reader.has_heading else _HEADLESS)
    return sections


class _Reader:
    """Reads lines as ``configparser`` does: an indented line continues the option above it."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.sections: dict[str, IniSection] = {}
        self.section: IniSection | None = None  # the one that is read, if it is ours
        self.first = 0  # the first line that is not empty
        self.has_heading = False  # whether that line is a heading
        self.name = ""
        self.parts: list[str] | None = None  # the lines of the option that is read
        self.option = ""
        self.indent = 0

    def read(self, text: str) -> dict[str, IniSection]:
        for number, line in enumerate(text.split("\n"), 1):
            if "\0" in line:
                raise self._error(number, "contains a NUL character")
            stripped = line.strip()
            content = "" if stripped[:1] in ("#", ";") else _without_comment(line).strip()
            if content:
                self._take(number, content, len(line) - len(line.lstrip()))
            elif self.parts is not None and not stripped:
                self.parts.append("")
        self._end_option()
        if self.sections and not self.has_heading:
            raise self._error(self.first, _HEADLESS)
        return self.sections

    def _take(self, number: int, content: str, indent: int) -> None:
        if self.parts is not None and indent > self.indent:
            self.parts.append(content)
            return
        self.indent = indent
        if content[0] == "[":
            close = content.rfind("]")
            name = content[1:close] if close > 1 else content[1:]
            if close > 1 or is_meant_as_ours(re.split(r"[]=]", name, maxsplit=1)[0]):
                self._begin_section(number, name, content, is_closed=close > 1)
                return
        self.first = self.first or number
        self._begin_option(number, content)

    def _begin_section(self, number: int, name: str, content: str, *, is_closed: bool) -> None:
        self._end_option()
        self.section = None
        if not self.first:
            self.first, self.has_heading = number, True
        if name not in _OURS or not is_closed:
            if is_meant_as_ours(name):
                wanted = LOCAL_PLUGINS if "plugin" in name.lower() else SECTION
                raise self._error(
                    number, f"'{content[:60]}' is not a section of dockerlint; write [{wanted}]"
                )
            return
        if name in self.sections:
            raise self._error(number, f"section [{name}] appears twice")
        self.name, self.section = name, IniSection(number)
        self.sections[name] = self.section

    def _begin_option(self, number: int, content: str) -> None:
        name, sign, value = _split_option(content)
        if self.section is None:
            if name and sign:
                self._end_option()
                self.parts = []  # what continues it is no heading
            return
        if not name or not sign:
            raise self._error(number, "this line is neither a [section] nor 'option = value'")
        self._end_option()
        if name in self.section.values:
            raise self._error(number, f"option '{name[:60]}' is set twice in [{self.name}]")
        self.option, self.parts = name, [value]
        self.section.values[name] = ""
        self.section.lines[name] = number

    def _end_option(self) -> None:
        if self.parts is not None and self.section is not None:
            self.section.values[self.option] = "\n".join(self.parts).rstrip()
        self.parts = None

    def _error(self, line: int, message: str) -> ConfigError:
        return ConfigError(self.path, line, message)


def _without_comment(line: str) -> str:
    """The line up to a ``#`` that follows a blank or begins it."""
    at = line.find("#")
    while at > 0 and not line[at - 1].isspace():
        at = line.find("#", at + 1)
    return line[:at] if at >= 0 else line


def _split_option(content: str) -> tuple[str, str, str]:
    """Name in lower case, sign and value; the sign is empty where there is none."""
    places = [at for at in (content.find("="), content.find(":")) if at >= 0]
    if not places:
        return content, "", ""
    at = min(places)
    return content[:at].rstrip().lower(), content[at], content[at + 1 :].strip()
