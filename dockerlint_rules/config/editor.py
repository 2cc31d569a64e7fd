"""What an editor may set: the options that the table marks with "E", and settings that only editors have."""

from __future__ import annotations

from dockerlint_rules.config.options import EDITOR, OPTIONS, TABLE, dashed
from dockerlint_rules.config.values import split_bare_names
from dockerlint_rules.syntax.spelling import did_you_mean

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

OWN = (
    ("layers", "Show a hint after each instruction that makes a layer: which changes rebuild it."),
    ("completion", "Complete instructions, flags, stages, variables and rule codes."),
)
"""Settings that only the editor has, all of them true by default, with what they do."""
# What editors and their extensions keep in the same section, and the server has no use for.
_PASSED_OVER = ("globalSettings", "settings", "trace", "path", "enable")


def read_settings(
    settings: Mapping[str, Any],
) -> tuple[dict[str, Any], dict[str, bool], list[str]]:
    """The options that an editor sets, its own settings, and a line for each setting that is ignored.

    A workspace may contain editor settings, so these are no more trusted than a configuration file: they
    cannot name a file to write, run code or read the environment.
    """
    options: dict[str, Any] = {}
    own: dict[str, bool] = {}
    ignored: list[str] = []
    for key, value in settings.items():
        name = key.replace("-", "_")
        if name in (one for one, _ in OWN):
            own[name] = value is None or bool(value)
        elif name not in OPTIONS:
            if key not in _PASSED_OVER:
                known = [
                    *(one.dashed for one in TABLE if one.may_be_set_by(EDITOR)),
                    *(one for one, _ in OWN),
                ]
                ignored.append(f"unknown setting '{key}'{did_you_mean(dashed(name), known)}")
        elif not OPTIONS[name].may_be_set_by(EDITOR):
            ignored.append(f"setting '{key}' is ignored: an editor cannot set it")
        elif value is not None:
            if OPTIONS[name].kind == "arguments":
                value, bare = split_bare_names(value)
                if bare:
                    ignored.append(
                        f"{dashed(name)} {', '.join(bare)} is ignored: an editor cannot read the environment; "
                        "write NAME=VALUE"
                    )
            options[name] = value
    return options, own, ignored
