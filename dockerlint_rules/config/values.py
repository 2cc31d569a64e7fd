"""Values of options: conversion to the option's type, checks, and how command line and configuration merge."""

from __future__ import annotations

import os
import re

from dockerlint_rules.config import ConfigError
from dockerlint_rules.config.options import OPTIONS, Options, dashed
from dockerlint_rules.formats import FORMATS
from dockerlint_rules.syntax.spelling import did_you_mean

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping
    from typing import Any

_DATE = r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])\Z"
# Values of one option: each rule is looked up once, but everything else is compared with each file, image or label.
_MOST_RULES, _MOST_VALUES = 10_000, 1_000
_LONGEST = 60  # characters of a value in a message
TRUE = frozenset({"true", "yes", "on", "1"})
FALSE = frozenset({"false", "no", "off", "0"})


def choices_of(name: str) -> Collection[str]:
    """The values that an option may have; empty for one that is free.  Plugins add formats."""
    return FORMATS if name == "format" else OPTIONS[name].choices


# -- conversion ------------------------------------------------------------------------------------


def convert(name: str, value: Any) -> Any:
    """*value* in the type of the option *name*.  Raises ValueError with a sentence."""
    option = f"option '{dashed(name)}'"
    converter: Callable[[str, Any], Any] = _CONVERTERS.get(OPTIONS[name].kind, _text)
    converted = converter(option, value)
    most = _MOST_RULES if OPTIONS[name].metavar in ("CODES", "CODE=LEVEL") else _MOST_VALUES
    if isinstance(converted, list | dict) and len(converted) > most:
        raise ValueError(f"{option} takes at most {most:,} values, not {len(converted):,}")
    if name == "jobs":
        return min(converted, most_jobs())
    return converted


def most_jobs() -> int:
    """The largest number of processes: more than four for each processor only take memory."""
    has_affinity = hasattr(os, "sched_getaffinity")
    return 4 * (len(os.sched_getaffinity(0)) if has_affinity else os.cpu_count() or 1)


def shortened(text: str) -> str:
    """A text for a message: its beginning where it is long."""
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def shown(value: Any) -> str:
    """Any value for a message.  Values may be huge, or contain one list thousands of times."""
    if isinstance(value, str):
        return repr(shortened(value))
    if isinstance(value, list | tuple):
        parts = ["[…]" if isinstance(one, list | tuple | dict) else shown(one) for one in value[:3]]
        return f"[{', '.join([*parts, '…'] if len(value) > 3 else parts)}]"
    if isinstance(value, dict):
        return (
            f"a table of {', '.join(map(shortened, map(str, list(value)[:3])))}" if value else "{}"
        )
    if isinstance(value, int) and not -(10**18) < value < 10**18:
        return "a number of that size"
    return shortened(repr(value))


def _flag(option: str, value: Any) -> bool:
    if isinstance(value, bool):
        return value
    word = value.strip().lower() if isinstance(value, str) else ""
    if word in TRUE or word in FALSE:
        return word in TRUE
    raise ValueError(f"{option} takes true or false, not {shown(value)}")


def _count(option: str, value: Any) -> int:
    if isinstance(value, str) and re.fullmatch(r"[0-9]{1,6}", value.strip()):
        value = int(value.strip())
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 10**6:
        raise ValueError(f"{option} takes a whole number, not {shown(value)}")
    return value


def _size(option: str, value: Any) -> int:
    """A number of bytes, as ``5MiB``, ``5M`` or ``5242880``; all units count in 1024."""
    found = re.fullmatch(r"(\d{1,15})[ \t]*([kmg]?)(?:i?b)?", str(value).strip(), re.I)
    if not found or isinstance(value, bool) or int(found[1]) == 0:
        raise ValueError(f"{option} takes a size such as 5MiB, not {value!r}")
    return int(found[1]) << {"": 0, "k": 10, "m": 20, "g": 30}[found[2].lower()]


def _text(option: str, value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError(f"{option} takes a string, not {shown(value)}")
    return _without_nul(option, value).strip()


def _without_nul(option: str, text: str) -> str:
    """The text.  Raises ValueError for a NUL: no path, name or pattern has one."""
    if "\0" in text:
        raise ValueError(f"{option} contains a NUL character")
    return text


def _date(option: str, value: Any) -> str:
    if not isinstance(value, str) and hasattr(value, "isoformat"):
        value = value.isoformat()  # TOML has a type for dates
    return _text(option, value)


def lines_of(option: str, value: Any) -> list[str]:
    """The lines of a string, or of each string in a list, stripped and without empty ones."""
    if isinstance(value, str):
        lines = _without_nul(option, value).split("\n")
        return [line for line in (line.strip() for line in lines) if line]
    if not isinstance(value, list | tuple) or not all(isinstance(one, str) for one in value):
        raise ValueError(f"{option} takes a list of strings, not {shown(value)}")
    return [line for one in value for line in lines_of(option, one)]


def _list(option: str, value: Any) -> list[str]:
    items = (part.strip() for line in lines_of(option, value) for part in line.split(","))
    return [item for item in items if item]


def _mapping(option: str, value: dict[str, Any]) -> dict[str, str]:
    for key, one in value.items():
        if not isinstance(one, str):
            raise ValueError(f"{option} takes a string for {shown(key)}, not {shown(one)}")
        _without_nul(option, key + one)
    return dict(value)


def _pairs(option: str, value: Any) -> dict[str, str]:
    """``NAME=VALUE`` or ``NAME:VALUE``, parted by commas or line ends."""
    if isinstance(value, dict):
        return _mapping(option, value)
    pairs: dict[str, str] = {}
    for item in _list(option, value):
        key, sign, one = item.partition("=")
        if not sign:
            key, sign, one = item.partition(":")
        if not sign or not key.strip():
            raise ValueError(f"{option} takes NAME=VALUE, not '{shortened(item)}'")
        pairs[key.strip()] = one.strip()
    return pairs


def _arguments(option: str, value: Any) -> dict[str, str]:
    """Build arguments: a value may hold commas and blanks, and a bare NAME takes its value from the environment."""
    if isinstance(value, dict):
        return _mapping(option, value)
    lines = lines_of(option, value)  # checks the type as well
    pairs: dict[str, str] = {}
    for item in lines if isinstance(value, str) else value:
        key, sign, one = item.partition("=")
        key = key.strip()
        if not sign:
            if key not in os.environ:
                continue  # docker build passes nothing then
            one = os.environ[key]
        elif not key:
            raise ValueError(f"{option} takes NAME=VALUE, not '{shortened(item.strip())}'")
        if key:
            pairs[key] = one
    return pairs


def split_bare_names(value: Any) -> tuple[Any, list[str]]:
    """Build arguments without those that would read the environment, and the names of these."""
    items = value.split("\n") if isinstance(value, str) else value
    if not isinstance(items, list | tuple) or not all(isinstance(one, str) for one in items):
        return value, []
    bare = [one.strip() for one in items if one.strip() and "=" not in one]
    kept = [one for one in items if "=" in one]
    return ("\n".join(kept) if isinstance(value, str) else kept), bare


def _files(option: str, value: Any) -> list[tuple[str, list[str]]]:
    """Patterns, each with codes."""
    if isinstance(value, dict):
        return [(_text(option, key), _list(option, codes)) for key, codes in value.items()]
    out: list[tuple[str, list[str]]] = []
    for item in lines_of(option, value):
        if item.count(":") > 1:
            out += _files_on_a_line(option, item)
            continue
        pattern, sign, codes = item.rpartition(":")
        if sign and pattern.strip():
            out.append((pattern.strip(), _list(option, codes)))
        elif out and not sign:  # flake8's lists may continue on the next line
            out[-1][1].extend(_list(option, item))
        else:
            raise ValueError(f"{option} takes PATTERN:CODES, not '{shortened(item)}'")
    return out


def _files_on_a_line(option: str, item: str) -> list[tuple[str, list[str]]]:
    """Several patterns on a line, as flake8 allows: "a.Dockerfile:DF1,DF2 b/*:DF3".  A word before ":" is a pattern."""
    out: list[tuple[str, list[str]]] = []
    words = re.findall(r"[^\s,:]+|:", item)
    for word, following in zip(words, [*words[1:], ""], strict=True):
        if following == ":" and word != ":":
            out.append((word, []))
        elif word != ":" and out:
            out[-1][1].append(word)
        elif word != ":" or following == ":" or not out:
            raise ValueError(f"{option} takes PATTERN:CODES, not '{shortened(item)}'")
    return out


_CONVERTERS: dict[str, Callable[[str, Any], Any]] = {
    "flag": _flag, "count": _count, "size": _size, "date": _date, "list": _list, "pairs": _pairs,
    "arguments": _arguments, "files": _files,
}  # fmt: skip


# -- checks ----------------------------------------------------------------------------------------


def check_value(name: str, value: Any) -> Any:
    """*value* when the option *name* may have it.  Raises ValueError with the nearest right one."""
    choices = choices_of(name)
    if choices and value is not None and value not in choices:
        raise ValueError(f"unknown {dashed(name)} '{shortened(value)}'{_hint(value, choices)}")
    right_sides = OPTIONS[name].values
    if right_sides:
        what, known = right_sides
        for key, one in value.items():
            if one not in known:
                raise ValueError(
                    f"unknown {what.format(shortened(one), shortened(key))}{_hint(one, known)}"
                )
    if OPTIONS[name].kind == "date" and value and not _is_date(value):
        raise ValueError(
            f"'{shortened(value)}' is not a date; option '{dashed(name)}' takes YYYY-MM-DD"
        )
    return value


def _hint(word: str, known: Collection[str]) -> str:
    return did_you_mean(word, known) or f"; choose from {', '.join(known)}"


def _is_date(text: str) -> bool:
    if not re.match(_DATE, text):
        return False
    import time

    try:
        return bool(time.strptime(text, "%Y-%m-%d"))
    except ValueError:
        return False


# -- merging ---------------------------------------------------------------------------------------


def merge_options(file: Mapping[str, Any], given: Mapping[str, Any]) -> Options:
    """What is *given* (on the command line) beats the file, which beats the default.  Raises ConfigError.

    Ignored rules add up, and so do pairs.
    """
    values: dict[str, Any] = dict(file)
    values.pop("lenient", None)
    values["plugin_values"] = values.pop("plugin_values", {}), given.get("plugin_values", {})
    for key, value in given.items():
        name = key.replace("-", "_")
        if name == "plugin_values":
            continue
        if name not in OPTIONS:
            hint = did_you_mean(dashed(name), map(dashed, OPTIONS))
            raise ConfigError("", 0, f"unknown option '{key}'{hint}")
        if value is None:
            continue
        try:
            converted = check_value(name, convert(name, value))
        except ValueError as error:
            raise ConfigError("", 0, str(error)) from None
        if OPTIONS[name].adds:
            values[name] = [*values.get(name, []), *converted]
        elif isinstance(converted, dict):
            values[name] = {**values.get(name, {}), **converted}
        else:
            values[name] = converted
    # extend-select in the file extends the file's own selection, not that of the command line.
    if "select" in given and "extend_select" not in given:
        values.pop("extend_select", None)
    if not values.get("select"):
        values["select"] = None
    return Options(**values)
