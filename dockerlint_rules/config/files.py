"""Configuration files: which one applies to a directory, and how it is read."""

from __future__ import annotations

import os
import re

from dockerlint_rules.config import ConfigError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from dockerlint_rules.config.section import ExtraOptions, Warn

INI_FILES = (".dockerlint", "setup.cfg", "tox.ini")
TOML_FILE = "pyproject.toml"
HADOLINT_FILES = (".hadolint.yaml", ".hadolint.yml")

# perf: most files do not name us, so these are compiled on first use.
_INI_SECTION = rb"(?m)^(?:\xef\xbb\xbf)?\[dockerlint(?::local-plugins)?\]"
_TOML_TABLE = rb"(?m)^[ \t]*\[[ \t]*tool[ \t]*\.[ \t]*[\"']?dockerlint[\"']?[ \t]*[.\]]"


def find_config(directory: str) -> str | None:
    """The nearest file upward that has our section; without one, the nearest ``.hadolint.yaml``."""
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
        return bool(re.search(_INI_SECTION, data))
    if re.search(_TOML_TABLE, data):
        return True
    import tomllib  # perf: only where the file mentions us without a [tool.dockerlint] of its own

    try:
        return "dockerlint" in tomllib.loads(data.decode("utf-8", "replace")).get("tool", {})
    except (tomllib.TOMLDecodeError, AttributeError, TypeError, RecursionError):
        return False


def read_config(
    path: str,
    extra: ExtraOptions | None = None,
    given: Mapping[str, Any] | None = None,
    warn: Warn | None = None,
) -> dict[str, Any]:
    """The options that a file sets, by name with underscores.  Raises ConfigError.

    ``lenient`` is among them for hadolint's file, which may name rules that we do not know; ``plugin_values`` are the
    values of options that plugins (*extra*) add.  What the file may not set goes to *warn*, a line each.
    """
    try:
        with open(path, "rb") as file:
            data = file.read()
    except (OSError, ValueError) as error:
        from dockerlint_rules.files.reading import os_error_text

        reason = os_error_text(error).removeprefix("cannot be read: ")
        raise ConfigError(display_path(path), 0, f"cannot be read: {reason}") from None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ConfigError(display_path(path), line, "is not UTF-8") from None
    return parse_config(text, path, extra, given, warn)


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

    is_toml = name.endswith(".toml")
    read_section = sections.toml_table if is_toml else sections.ini_section
    section, local = read_section(text, shown)
    heading = sections.TOML_TABLE if is_toml else sections.INI_SECTION
    given = given or {}
    # A file that the command line names is the user's choice; a file that was found belongs to the linted tree.
    reader = sections.SectionReader(
        shown, text, heading, extra, warn, trusted=bool(given.get("config"))
    )
    if local is not None and extra is not None:
        extra.set_command_line(given)
        reader.add_local_plugins(local, path)
    return reader.read_options(section, os.path.dirname(os.path.abspath(path)))


def display_path(path: str) -> str:
    """How messages name a file: relative to the current directory if it is inside."""
    below = os.path.relpath(path)
    return path if below.startswith(os.pardir) else below


def option_line(path: str, option: str) -> int:
    """The line on which a file sets an option; 0 where it cannot be found."""
    from dockerlint_rules.config.section import INI_SECTION, TOML_TABLE, SectionReader

    heading = TOML_TABLE if path.endswith(".toml") else INI_SECTION
    with open(path, encoding="utf-8-sig", errors="replace") as file:
        reader = SectionReader(path, file.read(), heading)
    return reader.line_of(option) or reader.line_of(option.replace("-", "_"))
