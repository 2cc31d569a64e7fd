"""One rule over one text: which rule a function stands for, and what it finds when it runs alone."""

from __future__ import annotations

from dockerlint_rules.engine.lint import lint_source
from dockerlint_rules.engine.settings import Settings
from dockerlint_rules.model.build import Build
from dockerlint_rules.registry.plan import Plan
from dockerlint_rules.registry.rule import Rule
from dockerlint_rules.syntax.source import Source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from dockerlint_rules.config.options import Options
    from dockerlint_rules.engine.rule_caller import FileResult

TODAY = "2026-11-24"  # the date for which every example is written


def rule_of(rule: Rule | Callable[..., Any], prefix: str = "") -> Rule:
    """The rule itself, that of the function which ``@rule`` decorates, or one made of flake8's shape.

    Raises ``dockerlint_rules.plugins.adapters.UnusablePlugin`` for what can be no rule.
    """
    if isinstance(rule, Rule):
        return rule
    if isinstance(getattr(rule, "rule", None), Rule):
        found: Rule = rule.rule  # type: ignore[attr-defined]
        return found
    from dockerlint_rules.plugins.adapters import rules_of
    from dockerlint_rules.plugins.entry_points import EXTENSION, Entry

    # Any code will do where no entry point says which are its own.
    rules, _ = rules_of(Entry(EXTENSION, prefix, "", "tests"), rule)
    return rules[0]


def lint_alone(
    rule: Rule | Callable[..., Any],
    text: str | bytes,
    *,
    filename: str = "Dockerfile",
    today: str = TODAY,
    profile: str | None = None,
    arguments: dict[str, str] | None = None,
    target: str | None = None,
    options: Any = None,
    ignored: str | None = None,
) -> FileResult:
    """Lint a text with one rule (or the function that ``@rule`` decorates) and nothing else.

    *options* may be a mapping of names to values; a plugin's own options have their defaults.
    *ignored* is the text of the ignore file of the build context that the rule sees.
    """
    one = rule_of(rule)
    if isinstance(options, dict) or (options is None and hasattr(rule, "add_options")):
        options = _options_of(rule, options or {})
    build = Build(arguments, profile=profile, today=today, target=target)
    if ignored is not None:
        from dockerlint_rules.model.context.build_context import BuildContext
        from dockerlint_rules.model.context.ignore_file import IgnoreFile

        build.context = BuildContext(None, ignore=IgnoreFile(ignored))
    data = text if isinstance(text, bytes) else text.encode("utf-8", "surrogateescape")
    source = Source.from_bytes(data, filename)
    if one.unit != "ignores":
        return lint_source(
            source,
            Settings(
                Plan([one]),
                build,
                options=options,
                shellcheck="warnings" if one.unit == "scripts" else "",
            ),
        )
    # Whether an ignore comment silences anything shows only when the other rules speak.
    from dockerlint_rules.engine.selection import Catalog
    from dockerlint_rules.engine.suppressions import Suppressions
    from dockerlint_rules.registry.indexed import builtin_rules

    rules = builtin_rules()
    catalog = Catalog(rules)
    result = lint_source(
        source,
        Settings(
            Plan(rules),
            build,
            options=options,
            suppressions=lambda file: Suppressions(file, catalog),
        ),
    )
    result.findings = [finding for finding in result.findings if finding.code == one.code]
    return result


def _options_of(rule: Any, given: dict[str, Any]) -> Options:
    """Options as a run would have them, with the defaults of those that the rule's object adds."""
    from dockerlint_rules.config.options import Options
    from dockerlint_rules.plugins.entry_points import EXTENSION, Entry
    from dockerlint_rules.plugins.loading import parse_options_arity
    from dockerlint_rules.plugins.options import OptionParser, resolve_values

    parser = OptionParser(Entry(EXTENSION, "", "", "tests"))
    if hasattr(rule, "add_options"):
        rule.add_options(parser)
    options = Options()
    for name, value in {**resolve_values(parser.options, {}, given), **given}.items():
        setattr(options, name.replace("-", "_"), value)
    count = parse_options_arity(rule)
    if count:
        rule.parse_options(*((options,) if count == 1 else (parser, options, [])))
    return options
