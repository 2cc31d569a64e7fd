"""``dockerlint explain``: the page of a rule, or the place of its code."""

from __future__ import annotations

import sys

from dockerlint_rules.cli.parsers import explain_parser
from dockerlint_rules.cli.terminal import (
    wants_color,
    write_error,
    write_output,
    write_painted,
)
from dockerlint_rules.formats.terminal_text import safe_line
from dockerlint_rules.registry.indexed import builtin_rules
from dockerlint_rules.registry.plan import owner_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dockerlint_rules.registry.rule import Rule


def explain(argv: list[str]) -> int:
    """Print the page of each rule that a code, name or alias stands for; 2 for an unknown one."""
    options = explain_parser().parse_args(argv)
    rules = builtin_rules()
    of_plugins: list[Rule] | None = None
    status, found = 0, []
    for word in options.code:
        named = [rule for rule in rules if is_named(rule, word)]
        if not named:
            if of_plugins is None:
                of_plugins = plugin_rules()
                rules = [*rules, *of_plugins]
            named = [rule for rule in of_plugins if is_named(rule, word)]
            owner = owner_of(word.upper(), of_plugins)
            named = named or ([owner] if owner else [])
        if not named:
            status = 2
            write_error(f"unknown rule '{word}'{_nearest(word, rules)}")
        found += named
    if options.where:
        write_output("".join(f"{source_place(rule)}\n" for rule in found))
    else:
        pages = "\n".join(rule.page_markdown for rule in found)
        status = max(status, _print_markdown(pages, plain=options.no_color))
    return status


def plugin_rules() -> list[Rule]:
    """The rules of every installed plugin; problems with plugins go to standard error."""
    from dockerlint_rules.plugins.installed import installed_roster
    from dockerlint_rules.plugins.output_guard import stdout_to_stderr

    roster = installed_roster()
    if not roster:
        return []
    with stdout_to_stderr(descriptors=True):
        for entry in roster.checks:
            roster.load(entry)
    for problem in roster.take_problems():
        write_error(problem)
    return sorted(roster.rules(), key=lambda rule: rule.code)


def is_named(rule: Rule, word: str) -> bool:
    """Whether a word, in any case, is the rule's code, name or alias."""
    names = (rule.code, rule.name, *rule.aliases)
    return word.lower() in (one.lower() for one in names)


def source_place(rule: Rule) -> str:
    """``code path:line`` of a rule's function, the path relative to the current directory if it is inside."""
    import inspect

    from dockerlint_rules.config.files import display_path

    function = inspect.unwrap(rule.function)
    path = inspect.getsourcefile(function)
    line = function.__code__.co_firstlineno
    return f"{rule.code} {display_path(path) if path else function.__module__}:{line}"


def _nearest(word: str, rules: list[Rule]) -> str:
    from difflib import get_close_matches

    known = [name for rule in rules for name in (rule.code, rule.name, *rule.aliases)]
    near = get_close_matches(word, known, 3, 0.5) or get_close_matches(word.upper(), known, 3, 0.5)
    if near:
        *first, last = dict.fromkeys(f"'{name}'" for name in near)
        return f"; did you mean {', '.join(first)}{' or ' if first else ''}{last}?"
    return "; list all with 'dockerlint rules'"


def _print_markdown(text: str, *, plain: bool) -> int:
    """Print a page, for people with colors.  0, or 2 if it cannot be shown as it should be."""
    if not text:
        return 0
    if plain or not wants_color(sys.stdout):
        write_output(text)
        return 0
    from dockerlint_rules.syntax.required_packages import MissingPackage, load

    try:
        rich_console, rich_markdown = load("rich.console"), load("rich.markdown")  # perf: 37 ms
    except MissingPackage as error:
        write_error(str(error))
        write_output(text)
        return 2
    safe = "\n".join(safe_line(line) for line in text.split("\n"))
    console = rich_console.Console(width=min(rich_console.Console().width, 100))
    with console.capture() as printed:
        console.print(rich_markdown.Markdown(safe))
    write_painted(printed.get())
    return 0
