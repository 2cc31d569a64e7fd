"""``dockerlint rules``: the table of all rules."""

from __future__ import annotations

import sys

from dockerlint_rules.cli.explain import plugin_rules
from dockerlint_rules.cli.parsers import rules_parser
from dockerlint_rules.cli.terminal import wants_color, write_output, write_painted
from dockerlint_rules.formats.terminal_text import json_without_commands, safe_line
from dockerlint_rules.registry.indexed import builtin_rules

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dockerlint_rules.registry.rule import Rule


def rules(argv: list[str]) -> int:
    """Print the table of all rules, those of plugins included."""
    options = rules_parser().parse_args(argv)
    found = [*builtin_rules(), *plugin_rules()]
    if options.format == "json":
        import json

        text = json.dumps([_as_json(rule) for rule in found], indent=1)
        write_output(json_without_commands(text) + "\n")
    elif options.format == "markdown":
        _print_markdown(found)
    else:
        _print_table(found, plain=options.no_color)
    return 0


def default_state(rule: Rule) -> str:
    """When a rule is on: ``on``, ``off``, ``preview``, or the profiles that enable it."""
    if rule.profiles:
        return ", ".join(rule.profiles)
    return "preview" if rule.preview else "on" if rule.default else "off"


def _as_json(rule: Rule) -> dict[str, object]:
    return {
        "code": rule.code,
        "name": rule.name,
        "severity": str(rule.severity),
        "default": rule.default and not rule.profiles and not rule.preview,
        "preview": rule.preview,
        "profiles": list(rule.profiles),
        "fix": rule.fix,
        "aliases": list(rule.aliases),
        "tags": list(rule.tags),
        "title": rule.title,
        "url": rule.url,
        "plugin": None if rule.origin == "dockerlint" else rule.origin,
    }


def _cells(rule: Rule) -> tuple[str, ...]:
    aliases = ", ".join(rule.aliases)
    return rule.code, rule.name, str(rule.severity), default_state(rule), rule.fix or "", aliases


_HEAD = ("code", "name", "severity", "default", "fix", "aliases")


def _print_markdown(found: list[Rule]) -> None:
    write_output(f"| {' | '.join(_HEAD)} | |\n{'| --- ' * 7}|\n")
    for rule in found:
        write_output(f"| {' | '.join((*_cells(rule), rule.title))} |\n")


def _print_table(found: list[Rule], *, plain: bool) -> None:
    rows = [
        _HEAD,
        *(tuple(cell or "-" for cell in _cells(rule)[:5]) + _cells(rule)[5:] for rule in found),
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEAD))]
    bold, end = ("\x1b[1m", "\x1b[0m") if not plain and wants_color(sys.stdout) else ("", "")
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        line = safe_line("  ".join(cells).rstrip())
        write_painted(f"{bold}{line}{end}\n" if row is _HEAD else f"{line}\n")
