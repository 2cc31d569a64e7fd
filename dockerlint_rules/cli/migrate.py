"""``dockerlint migrate``: hadolint's settings converted to ours, with a comment on each line."""

from __future__ import annotations

import os

from dockerlint_rules.cli.parsers import migrate_parser
from dockerlint_rules.cli.terminal import write_error, write_output
from dockerlint_rules.config import ConfigError
from dockerlint_rules.config.files import HADOLINT_FILES, read_text
from dockerlint_rules.config.hadolint import (
    KEYS,
    PASSED_OVER,
    merge_environment,
    options_of_environment,
    options_of_mapping,
)
from dockerlint_rules.config.options import dashed
from dockerlint_rules.config.yaml_file import read_yaml
from dockerlint_rules.formats.terminal_text import printable_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    # Options with their values, and the comment above them.
    Block = tuple[list[tuple[str, Any]], str]

_HADOLINT_KEYS = {option: key for key, option in KEYS.items()} | {"severity": "override"}


def migrate(argv: list[str]) -> int:
    """Write the settings; 2 where there are none or they cannot be read."""
    arguments = migrate_parser().parse_args(argv)
    path = arguments.path or next((name for name in HADOLINT_FILES if os.path.lexists(name)), None)
    try:
        environment = options_of_environment(os.environ)
        settings: Mapping[str, Any] = {}
        options: dict[str, Any] = {}
        if path is not None:
            settings = read_yaml(read_text(path), path, PASSED_OVER)
            options = options_of_mapping(settings, path)
    except ConfigError as error:
        write_error(str(error))
        return 2
    if path is None and not environment:
        write_error(
            "no .hadolint.yaml here and no HADOLINT_… variable is set; name a file: dockerlint migrate FILE"
        )
        return 2
    blocks = _blocks(options, path or "", environment)
    blocks += [
        ([], f"{key}: hadolint's output; see --format") for key in PASSED_OVER if key in settings
    ]
    text = _toml(blocks) if arguments.format == "toml" else _ini(blocks)
    if arguments.output_file:
        return _write_new_file(arguments.output_file, text)
    write_output(text)
    return 0


def _write_new_file(path: str, text: str) -> int:
    from dockerlint_rules.files.reading import write_error_text
    from dockerlint_rules.files.writing import write_atomically

    if os.path.lexists(path):
        write_error(f"{path}: already exists; nothing was written")
        return 2
    try:
        write_atomically(path, text.encode())
    except (OSError, ValueError) as error:
        write_error(f"{path}: {write_error_text(error)}")
        return 2
    return 0


def _blocks(options: dict[str, Any], path: str, environment: dict[str, Any]) -> list[Block]:
    """Options with where they come from, in the order of the file; those of the environment alone come last."""
    both = merge_environment(environment, options)
    both.pop("lenient", None)
    blocks: list[Block] = []
    for name in [
        *(one for one in both if one in options),
        *(one for one in both if one not in options),
    ]:
        key = _HADOLINT_KEYS[name]
        sources = [f"{key} in {path}"] if name in options else []
        sources += [f"HADOLINT_… for {key}"] if name in environment else []
        comment = f"was {' and '.join(sources)}"
        if name in ("ignore", "severity"):
            comment += _our_rules(both[name])
        blocks.append(([(dashed(name), both[name])], comment))
    if "failure_threshold" not in both:
        # hadolint fails on notes and dockerlint does not: the same commits must fail as before.
        comment = "hadolint's default; dockerlint's is warning"
        blocks.append(([("failure-threshold", "info")], comment))
    return blocks


def _our_rules(codes: Any) -> str:
    """Our codes for hadolint's, for the next reader of the file."""
    from dockerlint_rules.registry.indexed import builtin_rules

    known: dict[str, list[str]] = {}
    for rule in builtin_rules():
        for alias in rule.aliases:
            known.setdefault(alias, []).append(rule.code)
    ours = [f"{code} is {', '.join(known[code])}" for code in codes if code in known]
    unknown = [code for code in codes if code not in known and not code.startswith("SC")]
    text = f"; {'; '.join(ours[:6])}{' …' if len(ours) > 6 else ''}" if ours else ""
    return text + (f"; dockerlint has no rule for {', '.join(unknown)}" if unknown else "")


def _ini(blocks: list[Block]) -> str:
    lines = ["[dockerlint]"]
    for options, comment in blocks:
        lines.append(f"# {comment}")
        for name, value in options:
            if isinstance(value, bool):
                lines.append(f"{name} = {str(value).lower()}")
            elif isinstance(value, dict):
                lines.append(f"{name} =")
                lines += [f"    {key}={one}" for key, one in value.items()]
            elif isinstance(value, list):
                lines.append(f"{name} = {', '.join(value)}")
            else:
                lines.append(f"{name} = {value}")
    # A line end in a value must not make an option of its own.
    return "\n".join(printable_text(line) for line in lines) + "\n"


def _toml(blocks: list[Block]) -> str:
    import json  # its strings are TOML's

    lines, tables = ["[tool.dockerlint]"], []
    for options, comment in blocks:
        for name, value in options:
            if isinstance(value, dict):
                tables += ["", f"# {comment}", f"[tool.dockerlint.{name}]"]
                tables += [f"{json.dumps(key)} = {json.dumps(one)}" for key, one in value.items()]
                continue
            lines += [f"# {comment}", f"{name} = {json.dumps(value)}"]
        if not options:
            lines.append(f"# {comment}")
    return "\n".join(printable_text(line) for line in [*lines, *tables]) + "\n"
