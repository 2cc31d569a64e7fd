"""For those who write rules: lint a text with one's own rules, and check what a rule's page promises.

- ``assert_findings(rule, text)``: the carets in *text* say where findings are, to the character.
- ``assert_fix(rule, before, after)``: mending the one text gives the other.
- ``assert_examples(rule)``: the ``Bad`` blocks of the docstring are found, ``Good`` blocks are silent.
- ``lint(text, "ACM")``: findings of installed plugins, found through their entry points.

A *rule* is a function with ``@rule``, or a function or class of flake8's shape.  In a ``conftest.py``,
``pytest_plugins = ["dockerlint_rules.pytest_examples"]`` and ``dockerlint_examples = ["my_module"]`` in pytest's
configuration give one test for each rule of the module.
"""

from __future__ import annotations

from dockerlint_rules.engine.lint import Settings, lint_source
from dockerlint_rules.model.stages import Build
from dockerlint_rules.registry.page import Example, Page
from dockerlint_rules.registry.rule import Plan, Rule
from dockerlint_rules.syntax.source import Source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType
    from typing import Any

    from dockerlint_rules.config import Options
    from dockerlint_rules.engine.lint import FileResult
    from dockerlint_rules.findings.finding import Finding

TODAY = "2026-11-24"  # the date for which every example is written
LONGEST_TITLE = 60
LONGEST_REASON = 1024  # SARIF's fullDescription
# Stands for a text that is too long for a page.
LONG_TEXT = "⟨70,000 characters⟩"


def rule_of(rule: Rule | Callable[..., Any], prefix: str = "") -> Rule:
    """The rule itself, that of the function which ``@rule`` decorates, or one made of flake8's shape.

    Raises ``dockerlint_rules.plugins.adapters.ShapeError`` for what can be no rule.
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


def rules_in(module: ModuleType) -> list[Rule]:
    """The rules of a module and of those below it that it imports, by code."""
    from dockerlint_rules.plugins.adapters import declared

    return declared(module)


def lint(text: str, *codes: str, filename: str = "Dockerfile", **options: Any) -> list[Finding]:
    """Findings of a text by the rules that *codes* select, plugins found through their entry points.

    *options* are those of the command line or a configuration, with underscores; no file is read.
    """
    from dockerlint_rules.api import lint_text

    config = {"today": TODAY, **options}
    if codes:
        config["select"] = list(codes)
    return lint_text(text, filename, config)


def assert_findings(rule: Rule | Callable[..., Any], text: str, **more: Any) -> list[Finding]:
    """Fail unless the rule finds exactly what the caret lines in *text* mark; answer the findings.

    A line ``#    ^^^^`` marks what is above it, as in a rule's page; a text without one is to be
    silent.  *more* goes to :func:`lint_alone`, such as ``options``.
    """
    example = Example("Bad", "", dedent(text))
    result = lint_alone(rule, example.text, **more)
    for failure in result.failures:
        raise AssertionError(f"{failure.rule.code} failed: {failure.error!r}") from failure.error
    got, want = marks_of(result.findings, result.source), sorted(example.marks)
    if got != want:
        said = "".join(
            f"\n  {one.line}:{one.column}: {one.code} {one.message}" for one in result.findings
        )
        raise AssertionError(
            f"expected {want}, got {got} (line, column, end column){said}\n{example.text}"
        )
    return result.findings


def assert_fix(
    rule: Rule | Callable[..., Any], before: str, after: str, *, unsafe: bool = True, **more: Any
) -> None:
    """Fail unless mending *before* gives *after*; without *unsafe* by safe fixes alone."""
    from dockerlint_rules.fixes.apply import mend

    one = rule_of(rule)

    def findings(source: Source) -> list[Finding]:
        return lint_alone(one, source.text, **more).findings

    mended = mend(Source(dedent(before), "Dockerfile"), findings, unsafe=unsafe)
    for finding, why in mended.dropped:
        raise AssertionError(f"the fix of line {finding.line} was left out: {why}")
    if mended.source.text != dedent(after):
        raise AssertionError(f"the fix gives\n{mended.source.text}instead of\n{dedent(after)}")


def assert_examples(rule: Rule | Callable[..., Any]) -> None:
    """Fail with everything that is wrong with the rule's page and its examples."""
    wrong = check_examples(rule)
    if wrong:
        raise AssertionError("\n".join(wrong))


def dedent(text: str) -> str:
    """A text without the indentation of its lines, and without a first line that is empty."""
    from textwrap import dedent

    return dedent(text.removeprefix("\n"))


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
        from dockerlint_rules.model.context.build_context import Context
        from dockerlint_rules.model.context.ignore_file import IgnoreFile

        build.context = Context(None, ignore=IgnoreFile(ignored))
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
    from dockerlint_rules.engine.suppressions import Pragmas
    from dockerlint_rules.registry.rule import builtin_rules

    rules = builtin_rules()
    catalog = Catalog(rules)
    result = lint_source(
        source,
        Settings(Plan(rules), build, options=options, pragmas=lambda file: Pragmas(file, catalog)),
    )
    result.findings = [finding for finding in result.findings if finding.code == one.code]
    return result


def _options_of(rule: Any, given: dict[str, Any]) -> Options:
    """Options as a run would have them, with the defaults of those that the rule's object adds."""
    from dockerlint_rules.config import Options
    from dockerlint_rules.plugins.entry_points import EXTENSION, Entry
    from dockerlint_rules.plugins.options import OptionParser, values_of
    from dockerlint_rules.plugins.roster import parse_count

    parser = OptionParser(Entry(EXTENSION, "", "", "tests"))
    if hasattr(rule, "add_options"):
        rule.add_options(parser)
    options = Options()
    for name, value in {**values_of(parser.options, {}, given), **given}.items():
        setattr(options, name.replace("-", "_"), value)
    count = parse_count(rule)
    if count:
        rule.parse_options(*((options,) if count == 1 else (parser, options, [])))
    return options


def check_examples(rule: Rule | Callable[..., Any]) -> list[str]:
    """What is wrong with a rule's page, a sentence each; an empty list when it is good."""
    one = rule_of(rule)
    page = Page(one.doc)
    wrong = []
    if not page.title:
        wrong.append("no title")
    if len(page.title) > LONGEST_TITLE:
        wrong.append(f"the title has {len(page.title)} characters, more than {LONGEST_TITLE}")
    if not page.why:
        wrong.append("no reason after the title")
    if len(page.why) > LONGEST_REASON:
        wrong.append(f"the reason has {len(page.why)} characters, more than {LONGEST_REASON}")
    wrong += [f"no {kind} block" for kind in ("Bad", "Good") if not page.of(kind)]
    before: Example | None = None
    for example in page.examples:
        wrong += _check(one, example, before)
        before = example
    return [f"{one.code}: {text}" for text in wrong]


def marks_of(findings: list[Finding], source: Source) -> list[tuple[int, int, int]]:
    """Line, column and end column of findings; one of several lines ends with its first line."""
    marks = []
    for finding in findings:
        end = finding.end_column
        if finding.end_line > finding.line:
            end = len(source.line(finding.line)) + 1
        marks.append((finding.line, finding.column, end))
    return sorted(marks)


def _check(rule: Rule, example: Example, before: Example | None) -> list[str]:
    if example.kind == "Fixed":
        return _check_fixed(rule, example, before)
    if example.kind == "Bad" and not example.marks:
        return ["a Bad block without carets"]
    result = _lint(rule, example)
    wrong = [f"failed: {failure.error!r}" for failure in result.failures]
    got, want = marks_of(result.findings, result.source), sorted(example.marks)
    if got != want:
        said = [finding.message for finding in result.findings]
        wrong.append(
            f"{example.kind} {example.title!r}: expected {want}, got {got} {said}\n{example.text}"
        )
        return wrong
    for mark, part in example.messages:
        said = [one.message for one in result.findings if marks_of([one], result.source) == [mark]]
        if not any(part in message for message in said):
            wrong.append(f"{example.kind} {example.title!r}: {part!r} is not in {said}")
    return wrong


def _check_fixed(rule: Rule, example: Example, before: Example | None) -> list[str]:
    """The Bad block before, mended, is this text; mending comes to rest and leaves no finding."""
    from dockerlint_rules.fixes.apply import mend

    if before is None or before.kind != "Bad":
        return ["a Fixed block that does not follow a Bad one"]

    def findings(source: Source) -> list[Finding]:
        return lint_alone(
            rule, source.text, filename=before.filename, profile=before.profile
        ).findings

    mended = mend(Source(before.text, before.filename), findings, unsafe=True)
    if mended.source.text != example.text:
        return [f"fixed text differs:\n{mended.source.text}--- expected:\n{example.text}"]
    return [f"left after the fix: {one.message}" for one in findings(mended.source) if one.fix]


def _lint(rule: Rule, example: Example) -> FileResult:
    text = example.text.replace(LONG_TEXT, "x" * 70_000)
    profile = example.profile or next(iter(rule.profiles), None)
    settings = dict(example.settings)
    ignored = settings.pop(".dockerignore", None)
    # A name with a capital or a dot is that of a file, which no option's is.
    files = [name for name in settings if name == "beside" or "." in name or name != name.lower()]
    beside: dict[str, str] = {name: settings.pop(name) for name in files}
    if beside:
        return _lint_among(rule, example, beside)
    options = None
    if settings:
        from dockerlint_rules.config import merge

        options = merge({}, settings)
    return lint_alone(
        rule, text, filename=example.filename, profile=profile, ignored=ignored, options=options
    )


def _lint_among(rule: Rule, example: Example, beside: dict[str, str]) -> FileResult:
    """Lint an example in a folder with a Dockerfile (`` / `` for each line end), or with a file or folder of that name."""
    import os
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as folder:
        name = beside.get("beside", "")
        if name.endswith("/"):
            os.makedirs(os.path.join(folder, name))
        elif name:
            beside[name] = ""
        written = {one: text for one, text in beside.items() if one != "beside"}
        for one, text in {**written, example.filename: example.text}.items():
            with open(os.path.join(folder, one), "w", encoding="utf-8") as file:
                file.write(text.replace(" / ", "\n"))
        path = os.path.join(folder, example.filename)
        return lint_alone(rule, example.text, filename=path)
