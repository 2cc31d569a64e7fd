"""Adds a code to the ignored rules of a configuration file, in the form in which the file is written.

Each possible insertion is tried and the result is read back.  An insertion counts only if the configuration then
differs by this code and nothing else.
"""

from __future__ import annotations

import re
from itertools import islice

from dockerlint_rules.config import ConfigError
from dockerlint_rules.config.files import parse_config
from dockerlint_rules.syntax.source import Source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

    from dockerlint_rules.plugins.roster import Roster

    Insertion = tuple[int, str]  # an offset, and the text to insert there

# Each try reads the whole configuration.
_LONGEST_TEXT = 100_000
_MOST_TRIES = 20
_INI_HEAD = re.compile(r"^\[dockerlint\][^\n]*(?:\n|\Z)", re.M)
_INI_OPTION = re.compile(r"^[ \t]*ignore[ \t]*[=:][ \t]*", re.M | re.I)
_TOML_HEAD = re.compile(r"^[ \t]*\[[ \t]*tool[ \t]*\.[ \t]*dockerlint[ \t]*\][^\n]*(?:\n|\Z)", re.M)
_TOML_OPTION = re.compile(r"^[ \t]*(?:(?:tool\.)?dockerlint\.)?ignore[ \t]*=[ \t]*", re.M)
_YAML_OPTION = re.compile(r"^ignored[ \t]*:[ \t]*", re.M)
_YAML_REST = r"[ \t]*+(?:#[^\n]*+)?+\r?\n"  # of a line that has nothing more, or a comment
_YAML_ITEM = re.compile(rf"{_YAML_REST}((?:{_YAML_REST})*+)([ \t]*+)-([ \t]+)")


def add_ignored_code(
    text: str,
    code: str,
    path: str,
    plugins: Roster | None = None,
    given: Mapping[str, Any] | None = None,
) -> Insertion | None:
    """The insertion that makes a configuration ignore one more code; None if no insertion is right."""
    if len(text) > _LONGEST_TEXT:
        return None
    has_mark = text.startswith("\ufeff")
    text = text.removeprefix("\ufeff")
    try:
        before = parse_config(text, path, plugins, given)
    except ConfigError:
        return None
    wanted = {**before, "ignore": sorted({*(before.get("ignore") or ()), code})}
    for at, new in islice(_insertions(text, code, path.lower()), _MOST_TRIES):
        try:
            after = parse_config(text[:at] + new + text[at:], path, plugins, given)
        except ConfigError:
            continue
        if {**after, "ignore": sorted(set(after.get("ignore") or ()))} == wanted:
            return at + has_mark, new
    return None


def _insertions(text: str, code: str, path: str) -> Iterator[Insertion]:
    newline = Source(text).newline
    if path.endswith(".toml"):
        yield from _toml(text, code, newline)
    elif path.endswith((".yaml", ".yml")):
        yield from _yaml(text, code, newline)
    else:
        yield from _ini(text, code, newline)


def _ini(text: str, code: str, newline: str) -> Iterator[Insertion]:
    for found in _INI_OPTION.finditer(text):
        at = found.end()
        yield at, f"{code}, " if text[at : at + 1].strip() else code
    for found in _INI_HEAD.finditer(text):
        yield from _lines(text, found, f"ignore = {code}", newline)


def _toml(text: str, code: str, newline: str) -> Iterator[Insertion]:
    for found in _TOML_OPTION.finditer(text):
        at = found.end()
        if text[at : at + 1] == "[":
            yield at + 1, f'"{code}"'
            yield at + 1, f'"{code}", '
        else:
            yield at + 1, f"{code}, "
    for found in _TOML_HEAD.finditer(text):
        yield from _lines(text, found, f'ignore = ["{code}"]', newline)


def _lines(text: str, head: re.Match[str], line: str, newline: str) -> Iterator[Insertion]:
    """A line below a section's head, or above the next section."""
    is_ended = head[0].endswith("\n")
    yield head.end(), f"{line}{newline}" if is_ended else f"{newline}{line}{newline}"
    following = re.compile(r"^[ \t]*\[", re.M).search(text, head.end())
    if following:
        yield following.start(), f"{line}{newline}"
    else:
        yield len(text), ("" if text.endswith("\n") else newline) + line + newline


def _yaml(text: str, code: str, newline: str) -> Iterator[Insertion]:
    for found in _YAML_OPTION.finditer(text):
        at = found.end()
        if text[at : at + 1] == "[":
            yield at + 1, f"{code}, "
            yield at + 1, code
        item = _YAML_ITEM.match(text, at)
        if item:
            yield item.start(2), f"{item[2]}-{item[3]}{code}{newline}"
        elif not text[at:].split("\n", 1)[0].strip():
            yield at, f"{newline}  - {code}"
    if _YAML_OPTION.search(text):
        return  # a second key would be an error
    yield (
        len(text),
        f"{'' if not text or text.endswith(chr(10)) else newline}ignored:{newline}  - {code}{newline}",
    )
