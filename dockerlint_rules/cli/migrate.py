"""``dockerlint migrate``: hadolint's settings written as ours, each line with what it was."""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_NAMES = (".hadolint.yaml", ".hadolint.yml")


def migrate(argv: list[str]) -> int:
    """Print the settings; 2 where there are none to be found or they cannot be understood."""
    from dockerlint_rules.cli.parsers import migrate_parser
    from dockerlint_rules.config import ConfigError
    from dockerlint_rules.config.hadolint import (
        PASSED_OVER,
        from_environment,
        from_mapping,
        read_yaml,
    )

    options = migrate_parser().parse_args(argv)
    path = options.path or next((name for name in _NAMES if os.path.isfile(name)), None)
    try:
        environment = from_environment(os.environ)
        said: dict[str, Any] = {}
        settings: dict[str, Any] = {}
        if path is not None:
            with open(path, encoding="utf-8-sig") as file:
                text = file.read()
            said = read_yaml(text, path)
            settings = from_mapping(said, text, path)
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "is not UTF-8"
        sys.stderr.write(f"dockerlint: {path}: cannot be read: {why}\n")
        return 2
    except ConfigError as error:
        sys.stderr.write(f"dockerlint: {error}\n")
        return 2
    if path is None and not environment:
        sys.stderr.write(
            "dockerlint: there is no .hadolint.yaml here and no HADOLINT_… variable; name a file: dockerlint migrate FILE\n"
        )
        return 2
    blocks = _blocks(settings, path or "", environment)
    blocks += [
        ([], f"{key}: is about hadolint's own output; see --format")
        for key in PASSED_OVER
        if key in said
    ]
    text = _toml(blocks) if options.format == "toml" else _ini(blocks)
    if options.output_file:
        if os.path.exists(options.output_file):
            sys.stderr.write(
                f"dockerlint: {options.output_file} is there already; it is left as it is\n"
            )
            return 2
        with open(options.output_file, "w", encoding="utf-8") as file:
            file.write(text)
    else:
        sys.stdout.write(text)
    return 0


_WAS = {
    "ignore": "ignored",
    "severity": "override",
    "trusted_registries": "trustedRegistries",
    "label_schema": "label-schema",
    "strict_labels": "strict-labels",
    "exit_zero": "no-fail",
    "no_color": "no-color",
    "disable_ignore_pragmas": "disable-ignore-pragma",
    "failure_threshold": "failure-threshold",
}


def _blocks(
    settings: dict[str, Any], path: str, environment: dict[str, Any]
) -> list[tuple[list[tuple[str, Any]], str]]:
    """Options with what they were, in the order of the file; what only the environment said comes last."""
    from dockerlint_rules.config.hadolint import beside

    both = beside(environment, settings)
    both.pop("lenient", None)
    blocks = []
    for name in sorted(both, key=lambda one: (one not in settings, list(both).index(one))):
        where = [f"{_WAS[name]} in {path}"] if name in settings else []
        where += [f"HADOLINT_… for {_WAS[name]}"] if name in environment else []
        note = f"was {' and '.join(where)}"
        if name in ("ignore", "severity"):
            note += _rules_behind(both[name])
        blocks.append(([(name.replace("_", "-"), both[name])], note))
    if "failure_threshold" not in both:
        # hadolint fails on notes, and we do not; the same commits shall fail as before.
        blocks.append(
            ([("failure-threshold", "info")], "hadolint's default; dockerlint's own is warning")
        )
    return blocks


def _rules_behind(codes: Any) -> str:
    """The names of our rules behind hadolint's codes, for whoever reads the file next."""
    from dockerlint_rules.registry.indexed import builtin_rules

    known: dict[str, list[str]] = {}
    for rule in builtin_rules():
        for alias in rule.aliases:
            known.setdefault(alias, []).append(rule.code)
    behind = [f"{code} is {', '.join(known[code])}" for code in codes if code in known]
    unknown = [code for code in codes if code not in known and not code.startswith("SC")]
    text = f"; {'; '.join(behind[:6])}{' …' if len(behind) > 6 else ''}" if behind else ""
    return text + (f"; no rule of ours: {', '.join(unknown)}" if unknown else "")


def _ini(blocks: list[tuple[list[tuple[str, Any]], str]]) -> str:
    lines = ["[dockerlint]"]
    for options, note in blocks:
        lines.append(f"# {note}")
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
    return "\n".join(lines) + "\n"


def _toml(blocks: list[tuple[list[tuple[str, Any]], str]]) -> str:
    import json  # its strings are TOML's

    lines, tables = ["[tool.dockerlint]"], []
    for options, note in blocks:
        for name, value in options:
            if isinstance(value, dict):
                tables += ["", f"# {note}", f"[tool.dockerlint.{name}]"]
                tables += [f"{json.dumps(key)} = {json.dumps(one)}" for key, one in value.items()]
                continue
            lines += [f"# {note}", f"{name} = {json.dumps(value)}"]
        if not options:
            lines.append(f"# {note}")
    return "\n".join([*lines, *tables]) + "\n"
