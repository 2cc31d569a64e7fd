"""The subcommands that lint nothing: explain, rules, parse."""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dockerlint_rules.registry.rule import Rule


def explain(argv: list[str]) -> int:
    """Print the page of each rule that a code, name or alias stands for."""
    from dockerlint_rules.cli.parsers import explain_parser
    from dockerlint_rules.registry.rule import builtin_rules, owner_of

    options = explain_parser().parse_args(argv)
    rules = builtin_rules()
    more: list[Rule] | None = None
    status, pages = 0, []
    for said in options.code:
        found = [rule for rule in rules if matches(rule, said)]
        if not found:
            more = _plugin_rules() if more is None else more
            found = [rule for rule in more if matches(rule, said)]
            owner = owner_of(said.upper(), more)
            found = found or ([owner] if owner else [])
            rules = [*rules, *(rule for rule in more if rule not in rules)]
        if not found:
            status = 2
            sys.stderr.write(f"dockerlint: no rule {said!r}{_nearest(said, rules)}\n")
        pages += [rule.page_markdown for rule in found]
    _print_markdown("\n".join(pages), plain=options.no_color)
    return status


def _plugin_rules() -> list[Rule]:
    """The rules of every installed plugin; what is wrong with one is said on standard error."""
    from dockerlint_rules.plugins.entry_points import installed_roster
    from dockerlint_rules.plugins.output_guard import redirected

    roster = installed_roster()
    if not roster:
        return []
    with redirected(descriptors=True):
        for entry in roster.checks:
            roster.load(entry)
    for problem in roster.take_problems():
        sys.stderr.write(f"dockerlint: {problem}\n")
    return sorted(roster.rules(), key=lambda rule: rule.code)


def matches(rule: Rule, said: str) -> bool:
    """Whether a code, name or alias, in any case, means the rule."""
    known = {rule.code.lower(), rule.name.lower(), *(alias.lower() for alias in rule.aliases)}
    return said.lower() in known


def _nearest(said: str, rules: list[Rule]) -> str:
    from difflib import get_close_matches

    known = [name for rule in rules for name in (rule.code, rule.name, *rule.aliases)]
    near = get_close_matches(said, known, 3, 0.5) or get_close_matches(said.upper(), known, 3, 0.5)
    return (
        f"; the nearest are {', '.join(dict.fromkeys(near))}"
        if near
        else "; 'dockerlint rules' lists all"
    )


def _print_markdown(text: str, *, plain: bool) -> None:
    if not text:
        return
    if plain or not wants_color(sys.stdout):
        sys.stdout.write(text)
        return
    from rich.console import Console  # perf: 37 ms, only for a person to read
    from rich.markdown import Markdown

    Console(width=min(Console().width, 100)).print(Markdown(text))


def wants_color(stream: object) -> bool:
    """Whether to colour what goes to *stream*: NO_COLOR, FORCE_COLOR, else whether it is a terminal."""
    from os import environ

    if environ.get("NO_COLOR"):
        return False
    if environ.get("FORCE_COLOR") or environ.get("PRE_COMMIT_COLOR") == "always":
        return True
    isatty = getattr(stream, "isatty", None)
    return bool(isatty and isatty()) and environ.get("TERM") != "dumb"


def rules(argv: list[str]) -> int:
    """Print the table of all rules."""
    from dockerlint_rules.cli.parsers import rules_parser
    from dockerlint_rules.registry.rule import builtin_rules

    options = rules_parser().parse_args(argv)
    found = [*builtin_rules(), *_plugin_rules()]
    if options.format == "json":
        import json

        json.dump([_row(rule) for rule in found], sys.stdout, indent=1)
        sys.stdout.write("\n")
    elif options.format == "markdown":
        sys.stdout.write(
            "| code | name | severity | default | fix | aliases | |\n| --- | --- | --- | --- | --- | --- | --- |\n"
        )
        for rule in found:
            cells = [
                rule.code,
                rule.name,
                rule.severity,
                state(rule),
                rule.fix or "",
                ", ".join(rule.aliases),
                rule.title,
            ]
            sys.stdout.write("| " + " | ".join(cells) + " |\n")
    else:
        _print_table(found, plain=options.no_color)
    return 0


def state(rule: Rule) -> str:
    """When a rule is on: ``on``, ``off``, ``preview``, or the profile that turns it on."""
    if rule.profiles:
        return ", ".join(rule.profiles)
    return "preview" if rule.preview else "on" if rule.default else "off"


def _row(rule: Rule) -> dict[str, object]:
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


def _print_table(found: list[Rule], *, plain: bool) -> None:
    rows = [
        (
            rule.code,
            rule.name,
            str(rule.severity),
            state(rule),
            rule.fix or "-",
            ", ".join(rule.aliases),
        )
        for rule in found
    ]
    head = ("code", "name", "severity", "default", "fix", "known as")
    widths = [max(len(row[at]) for row in (*rows, head)) for at in range(len(head))]
    bold, end = ("\x1b[1m", "\x1b[0m") if not plain and wants_color(sys.stdout) else ("", "")
    for row in (head, *rows):
        line = "  ".join(
            cell.ljust(width) for cell, width in zip(row, widths, strict=True)
        ).rstrip()
        sys.stdout.write(f"{bold}{line}{end}\n" if row is head else line + "\n")


def parse(argv: list[str]) -> int:
    """Print what the parser sees of each file, as JSON; 2 when one cannot be read."""
    import json

    from dockerlint_rules.cli.parse import describe
    from dockerlint_rules.cli.parsers import parse_parser
    from dockerlint_rules.syntax.dockerfile.document import Document
    from dockerlint_rules.syntax.source import Source

    options = parse_parser().parse_args(argv)
    status = 0
    sys.stdout.write("[")
    first = True
    for path in options.paths:
        data = read_file(path)
        if isinstance(data, str):
            sys.stderr.write(f"dockerlint: {path}: {data}\n")
            status = 2
            continue
        said = describe(Document(Source.from_bytes(data, path)), path)
        sys.stdout.write(("" if first else ",\n ") + json.dumps(said))
        first = False
    sys.stdout.write("]\n")
    return status


def read_file(path: str) -> bytes | str:
    """A file's bytes, or why it cannot be read; ``-`` is standard input."""
    if path == "-":
        return sys.stdin.buffer.read()
    from dockerlint_rules.files.reading import read_bytes

    return read_bytes(path)
