"""Configuration files: which one applies to a directory, and how it is read."""

from __future__ import annotations

import os

from dockerlint_rules.config import ConfigError
from dockerlint_rules.files.reading import read_bytes
from dockerlint_rules.files.tree import as_tree, leads_out, real_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from dockerlint_rules.config.section import ExtraOptions, Warn

INI_FILES = (".dockerlint", "setup.cfg", "tox.ini")
TOML_FILE = "pyproject.toml"
HADOLINT_FILES = (".hadolint.yaml", ".hadolint.yml")
LARGEST = 1 << 20
"""Bytes of the largest configuration file."""

_MENTIONS = (b"dockerlint", b"docker-lint", b"docker_lint", b"docker lint")
_LINK_OUT = "is a symbolic link out of the tree; name the file with --config to use it"


class ConfigSearch:
    """Finds the configuration of directories; each directory is looked at once."""

    def __init__(self) -> None:
        # A directory's own file of ours and its own of hadolint's, or why one of them cannot be read.
        self._known: dict[str, tuple[str | None, str | None] | ConfigError] = {}

    def find(self, directory: str) -> str | None:
        """The nearest file upward that has our section; without one, the nearest ``.hadolint.yaml``.

        Raises ConfigError for a file on the way that may be meant and cannot be read.
        """
        at = os.path.abspath(directory or ".")
        passed: list[tuple[str, str | None]] = []  # directories below the one that decides
        while (known := self._known.get(at)) is None:
            try:
                own, hadolint = _own_file(at), _hadolint_file(at)
            except ConfigError as error:
                known = self._known[at] = error
                break
            above = os.path.dirname(at)
            if own is not None or above == at:
                known = self._known[at] = own, hadolint
                break
            passed.append((at, hadolint))
            at = above
        for below, hadolint in reversed(passed):
            if not isinstance(known, ConfigError):
                known = known[0], hadolint or known[1]
            self._known[below] = known
        if isinstance(known, ConfigError):
            raise known
        return known[0] or known[1]


def find_config(directory: str) -> str | None:
    """The configuration file of one directory; see :class:`ConfigSearch`.  Raises ConfigError."""
    return ConfigSearch().find(directory)


def _own_file(directory: str) -> str | None:
    """The first file of a directory that has our section.  Raises ConfigError."""
    for name in (*INI_FILES, TOML_FILE):
        path = os.path.join(directory, name)
        if os.path.lexists(path) and _holds_section(path, name):
            return path
    return None


def _hadolint_file(directory: str) -> str | None:
    paths = (os.path.join(directory, name) for name in HADOLINT_FILES)
    return next((path for path in paths if os.path.lexists(path)), None)


def _holds_section(path: str, name: str) -> bool:
    """Whether a file has our section.  Raises ConfigError where it seems to have one that cannot be read."""
    is_out = _is_link_out(path)
    if is_out and name == INI_FILES[0]:
        raise ConfigError(display_path(path), 0, _LINK_OUT)
    try:
        found = _has_section(path, name)
    except ConfigError:
        if not is_out:
            raise
        found = True
    if found and is_out:  # what is outside is neither obeyed nor quoted
        raise ConfigError(display_path(path), 0, _LINK_OUT)
    return found


def _has_section(path: str, name: str) -> bool:
    shown = display_path(path)
    data = _read_bytes(path, shown)
    is_own = name == INI_FILES[0]
    lowered = data.replace(b"\0", b"").lower()  # a NUL in UTF-16
    if not is_own and not any(one in lowered for one in _MENTIONS):
        return False
    if b"\0" in data:
        _decode(data, shown)
    text = data.decode("utf-8", "replace").removeprefix("\ufeff")
    if name == TOML_FILE:
        from dockerlint_rules.config.toml_file import has_our_table, read_toml

        return has_our_table(read_toml(text, shown))
    from dockerlint_rules.config.ini import ini_sections, read_ini

    if is_own and any(line.strip()[:1] not in ("", "#", ";") for line in text.split("\n")):
        return bool(ini_sections(text, shown))
    return bool(read_ini(text, shown))


def _is_link_out(path: str) -> bool:
    """Whether a file is a symbolic link out of its tree; where there is none, out of its directory."""
    folder = real_path(os.path.dirname(path))
    return folder is not None and leads_out(path, [folder])


def _read_bytes(path: str, shown: str) -> bytes:
    """The bytes of a configuration file.  Raises ConfigError where it is not a file, or too large."""
    data = read_bytes(path, LARGEST)
    if isinstance(data, str):
        if data == "no such file":
            is_link = os.path.islink(path)
            data = "is a broken symbolic link" if is_link else "cannot be read: no such file"
        raise ConfigError(shown, 0, data)
    return data


def _decode(data: bytes, shown: str) -> str:
    """The text of a configuration file.  Raises ConfigError."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in data[:4]:
        raise ConfigError(shown, 1, "is UTF-16 or UTF-32; save it as UTF-8")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ConfigError(shown, line, "is not UTF-8") from None
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise ConfigError(shown, line, "contains a NUL character")
    return text


def read_text(path: str) -> str:
    """The text of a configuration file.  Raises ConfigError."""
    shown = display_path(path)
    return _decode(_read_bytes(path, shown), shown)


def read_config(
    path: str,
    extra: ExtraOptions | None = None,
    given: Mapping[str, Any] | None = None,
    warn: Warn | None = None,
) -> dict[str, Any]:
    """The options that a file sets, by name with underscores.  Raises ConfigError.

    ``lenient`` is among them for hadolint's file, which may name rules that we do not know; ``plugin_values`` are the
    values of options that plugins (*extra*) add.  What the file may not set goes
    to *warn*, a line each.
    """
    if not _is_link_out(path):
        return parse_config(read_text(path), path, extra, given, warn)
    if not (given or {}).get("config"):
        raise ConfigError(display_path(path), 0, _LINK_OUT)
    try:
        return parse_config(read_text(path), path, extra, given)
    except ConfigError as error:  # it may be any file of the machine, so nothing of it is quoted
        message = "cannot be understood, and is a symbolic link out of the tree; name its target to see why"
        raise ConfigError(error.path, error.line, message) from None


def parse_config(
    text: str,
    path: str,
    extra: ExtraOptions | None = None,
    given: Mapping[str, Any] | None = None,
    warn: Warn | None = None,
) -> dict[str, Any]:
    """The options that *text* sets as the content of a configuration file.  Raises ConfigError."""
    shown = display_path(path)
    name = os.path.basename(path).lower()
    if name.endswith((".yaml", ".yml")):
        from dockerlint_rules.config.hadolint import options_of_text  # perf: only for such a file

        return options_of_text(text, shown)
    from dockerlint_rules.config import section as sections  # perf: only where there is a file

    given = given or {}
    is_toml = name.endswith(".toml")
    values, local, lines = _toml(text, shown) if is_toml else _ini(text, shown)
    base, here = os.path.dirname(os.path.abspath(path)), os.path.realpath(os.curdir)
    may_be_here = bool(given.get("config")) and as_tree(here) is not None
    reader = sections.SectionReader(
        shown,
        sections.TOML_HEADING if is_toml else sections.INI_HEADING,
        lines,
        extra,
        warn,
        # Someone who names a file may keep it elsewhere; what it says about paths is as little trusted as before.
        inside=(base, here) if may_be_here else (base,),
    )
    if local is not None and extra is not None:
        extra.set_command_line(given)
        reader.add_local_plugins(local, path)
    return reader.read_options(values, base)


def _ini(text: str, shown: str) -> tuple[dict[str, Any], dict[str, Any] | None, dict[str, int]]:
    """Our options, the local plugins (None without a section of them), and the lines of both."""
    from dockerlint_rules.config.ini import LOCAL_PLUGINS, SECTION, ini_sections

    sections = ini_sections(text, shown)
    own, local = sections.get(SECTION), sections.get(LOCAL_PLUGINS)
    lines = {"": own.line, **own.lines} if own else {}
    if local:
        lines["local-plugins"] = local.line
    return dict(own.values if own else {}), dict(local.values) if local else None, lines


def _toml(text: str, shown: str) -> tuple[dict[str, Any], dict[str, Any] | None, dict[str, int]]:
    """Our options, the local plugins (None without a table of them), and the lines of both."""
    from dockerlint_rules.config.toml_file import toml_table

    table, lines = toml_table(text, shown)
    local = table.get("local-plugins")
    if not isinstance(local, dict):
        return table, None, lines
    return {key: value for key, value in table.items() if key != "local-plugins"}, local, lines


def display_path(path: str) -> str:
    """How messages name a file: relative to the current directory if it is inside."""
    below = os.path.relpath(path)
    return path if below.startswith(os.pardir) else below


def option_line(path: str, option: str) -> int:
    """The line on which a file sets an option; 0 where it cannot be found."""
    from dockerlint_rules.config.section import normal

    shown = display_path(path)
    try:
        text = read_text(path)
        lines = (_toml if path.endswith(".toml") else _ini)(text, shown)[2]
    except ConfigError:
        return 0
    return next((line for key, line in lines.items() if normal(key) == normal(option)), 0)
