"""Our table of a TOML file, with the line of each of its keys."""

from __future__ import annotations

import re

from dockerlint_rules.config import ConfigError
from dockerlint_rules.config.ini import is_meant_as_ours

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

TABLE_NAME = "[tool.dockerlint]"
_MOST_PARTS = 100  # of a dotted key: tomllib takes quadratic time for them

# Possessive, so that no text is read twice.
_PART = r"""(?:[\w-]++|"(?:[^"\\\n]|\\.)*+"|'[^'\n]*+')"""
_KEY = rf"{_PART}(?:[ \t]*+\.[ \t]*+{_PART})*+"
_HEADING = rf"[ \t]*+\[\[?+[ \t]*+({_KEY})[ \t]*+\]"
_ASSIGNMENT = rf"[ \t]*+({_KEY})[ \t]*+="
# A string that is not closed goes on to the end of its line.
_TOKEN = r""""(?:[^"\\\n]|\\.)*+"?|'[^'\n]*+'?|\#[^\n]*+|[\w-]++|[ \t]++|\.|[^\w"'#. \t-]++"""


def read_toml(text: str, path: str) -> dict[str, Any]:
    """The whole of a TOML file.  Raises ConfigError, also for a table that is nearly ours."""
    import tomllib  # perf: only where there is such a file

    _check_dotted_keys(text, path)
    try:
        whole = tomllib.loads(text)
    except ValueError as error:  # for a number of thousands of digits, not even a TOMLDecodeError
        found = re.search(r"\(at line (\d+)", str(error))
        line = int(found[1]) if found else text.count("\n") + 1
        if not isinstance(error, tomllib.TOMLDecodeError):
            line = _line_of_long_number(text)
            raise ConfigError(path, line, "is not valid TOML: a number is too long") from None
        message = f"is not valid TOML: {re.sub(r' .at .*', '', str(error))[:120]}"
        raise ConfigError(path, line, message) from None
    except RecursionError:
        raise ConfigError(path, 0, "is nested too deeply to read") from None
    for wrong in _nearly_ours(whole):
        line = next((at for name, at in _tables(text) if name[: len(wrong)] == wrong), 0)
        shown = ".".join(wrong)[:60]
        message = f"'[{shown}]' is not a table of dockerlint; write {TABLE_NAME}"
        raise ConfigError(path, line, message)
    return whole


def has_our_table(whole: dict[str, Any]) -> bool:
    """Whether a TOML file has our table, of whatever type it is."""
    tool = whole.get("tool")
    return isinstance(tool, dict) and "dockerlint" in tool


def toml_table(text: str, path: str) -> tuple[dict[str, Any], dict[str, int]]:
    """Our table, and the lines of its keys, with that of the table itself as "".  Raises ConfigError."""
    whole = read_toml(text, path)
    lines: dict[str, int] = {}
    for name, line in _tables(text):
        if name[:2] == ["tool", "dockerlint"]:
            lines.setdefault("", line)
            for key in name[2:3]:
                lines.setdefault(key, line)
        elif name == ["tool"]:
            lines.setdefault("tool", line)
    tool = whole.get("tool", {})
    if not isinstance(tool, dict):
        raise ConfigError(path, lines.get("tool", 0), "'tool' is not a table")
    section = tool.get("dockerlint")
    if section is None:
        raise ConfigError(path, 0, f"has no table {TABLE_NAME}")
    if not isinstance(section, dict):
        raise ConfigError(path, lines.get("", 0), f"{TABLE_NAME} is not a table")
    return section, lines


def _nearly_ours(whole: dict[str, Any]) -> list[list[str]]:
    """The names of tables that were meant to be ours and that nothing reads."""
    wrong: list[list[str]] = []
    for name, value in whole.items():
        if not isinstance(value, dict | list):
            continue
        if is_meant_as_ours(name):
            wrong.append([name])
        elif name.lower() in ("tool", "tools") and isinstance(value, dict):
            wrong += [
                [name, one]
                for one, below in value.items()
                if is_meant_as_ours(one)
                and (name, one) != ("tool", "dockerlint")
                and isinstance(below, dict | list)
            ]
    return wrong


def _tables(text: str) -> list[tuple[list[str], int]]:
    """Every heading and key as a whole name, with its line.

    A line of a string over several lines may look like one, so this is for messages only.
    """
    heading, assignment = re.compile(_HEADING), re.compile(_ASSIGNMENT)
    part = re.compile(_PART)
    found: list[tuple[list[str], int]] = []
    table: list[str] = []
    for number, line in enumerate(text.split("\n"), 1):
        is_heading = heading.match(line)
        key = is_heading or assignment.match(line)
        if key:
            name = [one.strip("\"'") for one in part.findall(key[1])]
            if is_heading:
                table = name
            found.append((name if is_heading else [*table[:3], *name], number))
    return found


def _line_of_long_number(text: str) -> int:
    longest = max(re.finditer(r"[\d_]+", text), key=lambda one: one.end() - one.start())
    return text.count("\n", 0, longest.start()) + 1


def _check_dotted_keys(text: str, path: str) -> None:
    """Raise ConfigError for a key of very many parts."""
    if text.count(".") < _MOST_PARTS:
        return
    dots, before = 0, ""
    for token in re.finditer(_TOKEN, text):
        first = token[0][0]
        if first in " \t":
            continue
        if first == ".":
            dots = dots + 1 if before == "part" else 0
            if dots >= _MOST_PARTS:
                line = text.count("\n", 0, token.start()) + 1
                raise ConfigError(path, line, f"a key has more than {_MOST_PARTS} parts")
        elif before != ".":
            dots = 0
        is_part = first.isalnum() or first in "\"'_-"
        before = "part" if is_part else first
