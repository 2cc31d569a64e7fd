"""Check a rule against its own page: what ``Bad`` blocks mark is found, ``Good`` blocks are silent.

For plugins too: ``assert not check_examples(my_rule)``.
"""

from __future__ import annotations

from dockerlint_rules.engine import Settings, lint_source
from dockerlint_rules.model.stages import Build
from dockerlint_rules.pages import Example, Page
from dockerlint_rules.registry import Plan, Rule
from dockerlint_rules.syntax.source import Source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from dockerlint_rules.engine import FileResult
    from dockerlint_rules.findings import Finding

TODAY = "2026-11-24"  # the date for which every example is written
LONGEST_TITLE = 60
LONGEST_REASON = 1024  # SARIF's fullDescription
# Stands for a text that is too long for a page.
LONG_TEXT = "⟨70,000 characters⟩"


def rule_of(rule: Rule | Callable[..., Any]) -> Rule:
    """The rule itself, or that of the function which ``@rule`` decorates."""
    if isinstance(rule, Rule):
        return rule
    found: Rule = rule.rule  # type: ignore[attr-defined]
    return found


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

    *ignored* is the text of the ignore file of the build context that the rule sees.
    """
    one = rule_of(rule)
    build = Build(arguments, profile=profile, today=today, target=target)
    if ignored is not None:
        from dockerlint_rules.model.context import Context
        from dockerlint_rules.model.ignorefile import IgnoreFile

        build.context = Context(None, ignore=IgnoreFile(ignored))
    data = text if isinstance(text, bytes) else text.encode("utf-8", "surrogateescape")
    source = Source.from_bytes(data, filename)
    if one.unit != "ignores":
        return lint_source(source, Settings(Plan([one]), build, options=options))
    # Whether an ignore comment silences anything shows only when the other rules speak.
    from dockerlint_rules.pragmas import Pragmas
    from dockerlint_rules.registry import builtin_rules
    from dockerlint_rules.selection import Catalog

    rules = builtin_rules()
    catalog = Catalog(rules)
    result = lint_source(
        source,
        Settings(Plan(rules), build, options=options, pragmas=lambda file: Pragmas(file, catalog)),
    )
    result.findings = [finding for finding in result.findings if finding.code == one.code]
    return result


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


def _check_fixed(rule: Rule, example: Example, before: Example | None) -> list[str]:
    """The Bad block before, mended, is this text; mending comes to rest and leaves no finding."""
    from dockerlint_rules.fixes import mend

    if before is None or before.kind != "Bad":
        return ["a Fixed block that does not follow a Bad one"]

    def findings(source: Source) -> list[Finding]:
        return lint_alone(rule, source.text, profile=before.profile).findings

    mended = mend(Source(before.text, "Dockerfile"), findings, unsafe=True)
    if mended.source.text != example.text:
        return [f"fixed text differs:\n{mended.source.text}--- expected:\n{example.text}"]
    return [f"left after the fix: {one.message}" for one in findings(mended.source) if one.fix]


def _lint(rule: Rule, example: Example) -> FileResult:
    text = example.text.replace(LONG_TEXT, "x" * 70_000)
    profile = example.profile or next(iter(rule.profiles), None)
    settings = dict(example.settings)
    ignored = settings.pop(".dockerignore", None)
    options = None
    if settings:
        from dockerlint_rules.config import merge

        options = merge({}, settings)
    return lint_alone(rule, text, profile=profile, ignored=ignored, options=options)
