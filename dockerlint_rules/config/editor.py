"""What an editor may set: the options that the table marks with "E", and settings that only editors have."""

from __future__ import annotations

import os

from dockerlint_rules.config.options import EDITOR, OPTIONS, TABLE, dashed
from dockerlint_rules.config.values import shortened, split_bare_names
from dockerlint_rules.syntax.spelling import did_you_mean

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

OWN = (
    ("layers", "Show a hint after each instruction that makes a layer: which changes rebuild it."),
    ("completion", "Complete instructions, flags, stages, variables and rule codes."),
)
"""Settings that only the editor has, all of them true by default, with what they do."""
# What editors and their extensions keep in the same section, and the server has no use for.
_PASSED_OVER = ("globalSettings", "settings", "trace", "path", "enable")
_MOST_UNKNOWN = 10  # settings that are looked up in the list of known ones


def read_settings(
    settings: Mapping[str, Any],
) -> tuple[dict[str, Any], dict[str, bool], list[str]]:
    """The options that an editor sets, its own settings, and a line for each setting that is ignored.

    A workspace may contain editor settings, so these are no more trusted than a configuration file: they
    cannot name a file to write, run code or read the environment.  Paths are not checked: see :func:`paths_inside`.
    """
    options: dict[str, Any] = {}
    own: dict[str, bool] = {}
    ignored: list[str] = []
    unknown = 0
    for key, value in settings.items():
        name = key.replace("-", "_")
        if name in (one for one, _ in OWN):
            own[name] = value is None or bool(value)
        elif name not in OPTIONS:
            unknown += key not in _PASSED_OVER
            if key not in _PASSED_OVER and unknown <= _MOST_UNKNOWN:
                known = [
                    *(one.dashed for one in TABLE if one.may_be_set_by(EDITOR)),
                    *(one for one, _ in OWN),
                ]
                ignored.append(
                    f"unknown setting '{shortened(key)}'{did_you_mean(dashed(name), known)}"
                )
        elif not OPTIONS[name].may_be_set_by(EDITOR):
            ignored.append(f"setting '{shortened(key)}' is ignored: an editor cannot set it")
        elif value is not None:
            if OPTIONS[name].kind == "arguments":
                value, bare = split_bare_names(value)
                if bare:
                    ignored.append(
                        f"{dashed(name)} {shortened(', '.join(bare))} is ignored: an editor cannot read the "
                        "environment; write NAME=VALUE"
                    )
            options[name] = value
    if unknown > _MOST_UNKNOWN:
        ignored.append(f"{unknown - _MOST_UNKNOWN} more unknown settings")
    return options, own, ignored


def paths_inside(
    options: Mapping[str, Any], folder: str, warn: Callable[[str], None] | None = None
) -> dict[str, Any]:
    """The options with their paths relative to a workspace folder, without those that lead out of it.

    *folder* is empty for a file outside of every workspace folder: then no path is right.
    """
    from dockerlint_rules.config.section import is_below

    out = dict(options)
    for name, value in options.items():
        if not OPTIONS[name].below or not isinstance(value, str) or not value.strip():
            continue
        out[name] = os.path.normpath(os.path.join(folder, value.strip()))
        if not folder or "\0" in value or not is_below(out[name], [folder]):
            del out[name]
            if warn:
                where = "the workspace folder" if folder else "every workspace folder"
                warn(
                    f"setting '{dashed(name)}' is ignored: '{shortened(value)}' is outside {where}"
                )
    return out
