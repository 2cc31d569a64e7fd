"""Loading one plugin: its entry point's object, and what went wrong in one line."""

from __future__ import annotations

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from dockerlint_rules.plugins.entry_points import Entry
    from dockerlint_rules.plugins.options import OptionParser, PluginOption
    from dockerlint_rules.registry.rule import Rule


class Plugin:
    """A loaded entry point."""

    __slots__ = ("active", "entry", "options", "parser", "rules", "thing")

    def __init__(self, entry: Entry, thing: Any, rules: list[Rule], parser: OptionParser) -> None:
        self.entry = entry
        self.thing = thing
        self.rules = rules
        self.parser = parser
        self.options: list[PluginOption] = parser.options
        self.active: object = None  # the options that it received last


class LoadError(Exception):
    """A plugin cannot be loaded; the text says why, without the name of the plugin."""


def load_entry_point(entry: Entry) -> Any:
    """Import the object of an entry point.  Raises LoadError, and whatever its module raises."""
    from importlib import import_module

    module, _, attribute = entry.value.partition(":")
    module = module.strip()
    if not re.fullmatch(r"\w+(\.\w+)*", module):
        raise LoadError(f"'{entry.value}' is not module:attribute")
    thing: Any = import_module(module)
    for part in attribute.strip().split(".") if attribute.strip() else ():
        if not hasattr(thing, part):
            from dockerlint_rules.syntax.spelling import did_you_mean

            hint = did_you_mean(part, dir(thing))
            raise LoadError(f"'{module}' has no '{attribute.strip()}'{hint}")
        thing = getattr(thing, part)
    return thing


def error_line(error: BaseException) -> str:
    """An error in one line; never raises, even if ``str(error)`` does."""
    try:
        text = " ".join(str(error).split())
    except Exception:
        text = ""
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


def parse_options_arity(thing: Any) -> int:
    """The number of parameters of ``parse_options``: 1 (options) or 3 (manager, options, files); 0 without it."""
    parse: Callable[..., Any] | None = getattr(thing, "parse_options", None)
    if parse is None:
        return 0
    function = getattr(parse, "__func__", parse)
    code = getattr(function, "__code__", None)
    if code is None:
        return 1
    count: int = code.co_argcount - (function is not parse)
    if count not in (1, 3):
        how = (
            " (is it missing @staticmethod?)"
            if count == 2 and code.co_varnames[0] == "self"
            else ""
        )
        raise LoadError(
            f"parse_options takes {count} parameters, not (options) or (manager, options, files){how}"
        )
    return count
