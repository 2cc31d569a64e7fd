"""Whether a rule does what its page promises: the examples of the docstring, run.

- Each ``Bad`` block has a finding at every span that carets mark, and at no other; text after the carets is a part
  of that finding's message.  ``Good`` blocks have none.
- ``Fixed`` is the text of the ``Bad`` block above it after ``dockerlint --fix --unsafe-fixes``.
- What ``fix=`` declares, an example gives and a ``Fixed`` block shows.
"""

from __future__ import annotations

import os
import sys

from dockerlint_rules.engine.rule_caller import RuleCaller, fill_in
from dockerlint_rules.findings.finding import Finding
from dockerlint_rules.registry.page import Example, Page
from dockerlint_rules.registry.rule import BUILT_IN, Rule
from dockerlint_rules.syntax.source import Source
from dockerlint_rules.testing.one_rule import lint_alone

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dockerlint_rules.engine.rule_caller import FileResult

    Span = tuple[int, int, int]  # line, column, end column

LONGEST_TITLE = 60
LONGEST_REASON = 1024  # SARIF's fullDescription
# Stands for a text that is too long for a page.
LONG_TEXT = "⟨70,000 characters⟩"
# Kinds of problems.  Our own tests tell them apart; only our own rules need text beside the carets.
PAGE, CARET_TEXT, FIX = "page", "caret text", "fix"


class Problem:
    """One thing that is wrong with a rule's page."""

    __slots__ = ("kind", "place", "rule", "text")

    def __init__(self, rule: Rule, text: str, kind: str = PAGE, at: Example | None = None) -> None:
        self.rule = rule
        self.kind = kind
        self.text = text
        self.place = place_of(rule, at)

    def __str__(self) -> str:
        return f"{self.place}: {self.rule.code}: {self.text}"


def place_of(rule: Rule, at: Example | None = None) -> str:
    """File and line of a rule, or of one block of its page."""
    code = rule.function.__code__
    if code.co_filename.endswith(os.path.join("plugins", "adapters.py")):
        # A check in flake8's shape, which a function of ours stands for: only its module is known.
        module = sys.modules.get(rule.function.__module__)
        return shown_path(getattr(module, "__file__", None) or rule.module)
    line = code.co_firstlineno
    if at is not None:
        from linecache import getline

        # The docstring is the first text in three quotes below the decorator.
        for number in range(line, line + 50):
            if '"""' in getline(code.co_filename, number) or "'''" in getline(
                code.co_filename, number
            ):
                line = number + at.line
                break
    return f"{shown_path(code.co_filename)}:{line}"


def shown_path(path: str) -> str:
    """A path as one would paste it here."""
    shown = os.path.relpath(path) if os.path.isabs(path) else path
    return path if shown.startswith("..") else shown


def page_problems(rule: Rule) -> list[Problem]:
    """Everything that is wrong with a rule's page, in the order of the page."""
    page = Page(rule.doc)
    problems = [Problem(rule, text) for text in _text_problems(page)]
    results: dict[Example, FileResult] = {}
    failures: dict[str, Example] = {}
    before: Example | None = None
    for example in page.examples:
        if example.kind == "Fixed":
            if before not in results or not results[before].failures:
                problems += (
                    Problem(rule, one, at=example) for one in _fixed_problems(rule, example, before)
                )
        else:
            result = results[example] = lint_example(rule, example)
            for failure in result.failures:
                failures.setdefault(failure_text(rule, failure.error), example)
            if not result.failures:
                problems += _span_problems(rule, example, result)
        before = example
    if not failures:
        return [*problems, *_fix_problems(rule, page, results)]
    # What a block lacks because the rule failed on it is not reported.
    return [*(Problem(rule, text, at=at) for text, at in failures.items()), *problems]


def failure_text(rule: Rule, error: BaseException) -> str:
    """What a rule did that made it fail, with file and line of the innermost place in its module."""
    place = ""
    trace = error.__traceback__
    while trace is not None:
        frame = trace.tb_frame
        if frame.f_globals.get("__name__") == rule.function.__module__:
            place = f" at {shown_path(frame.f_code.co_filename)}:{trace.tb_lineno}"
        last, trace = frame, trace.tb_next
    if not place and error.__traceback__ is not None:
        # The engine failed on what the rule gave it.
        if last.f_code is fill_in.__code__ and not isinstance(last.f_locals["finding"], Finding):
            kind = type(last.f_locals["finding"]).__name__
            return f"yields {_with_article(kind)}; yield Finding.at(…)"
        if last.f_code is RuleCaller.call.__code__ and not hasattr(
            last.f_locals["found"], "__iter__"
        ):
            kind = type(last.f_locals["found"]).__name__
            return f"returns {_with_article(kind)}; yield findings, or return a list of them"
    return f"failed: {error!r}{place}"


def _with_article(kind: str) -> str:
    return f"{'an' if kind[:1].lower() in 'aeiou' else 'a'} {kind}"


def _text_problems(page: Page) -> Iterator[str]:
    if not page.title:
        yield "no title"
    if len(page.title) > LONGEST_TITLE:
        yield f"the title has {len(page.title)} characters, more than {LONGEST_TITLE}"
    if not page.why:
        yield "no reason after the title"
    if len(page.why) > LONGEST_REASON:
        yield f"the reason has {len(page.why)} characters, more than {LONGEST_REASON}"
    for kind in ("Bad", "Good"):
        if not page.examples_of(kind):
            yield f"no {kind} block"


def _span_problems(rule: Rule, example: Example, result: FileResult) -> Iterator[Problem]:
    """What a Bad or Good block promises and the rule does not do."""
    if example.kind == "Bad" and not example.expected_spans:
        yield Problem(rule, "a Bad block without carets", at=example)
        return
    where = f"{example.kind} {example.title!r}" if example.title else example.kind
    difference = span_difference(example, result.findings, result.source)
    if difference:
        if rule.words and not any(word in example.text.lower() for word in rule.words):
            difference += f"\nnone of words={rule.words!r} is in this block"
        yield Problem(rule, f"{where}: {difference}", at=example)
        return
    for text in message_differences(example, result.findings, result.source):
        yield Problem(rule, f"{where}: {text}", at=example)
    if example.kind == "Bad" and not example.expected_messages and rule.origin == BUILT_IN:
        said = " or ".join(repr(one) for one in dict.fromkeys(f.message for f in result.findings))
        text = f"{where}: no part of the message beside the carets; the message is {said}"
        yield Problem(rule, text, CARET_TEXT, example)


def span_difference(example: Example, findings: Iterable[Finding], source: Source) -> str:
    """In what the places of findings differ from the carets; an empty text when they are the same."""
    marked = sorted(example.expected_spans)
    unmarked: list[tuple[Span, str]] = []
    for finding in findings:
        span = span_of(finding, source)
        if span in marked:
            marked.remove(span)
        else:
            unmarked.append((span, finding.message))
    differences = []
    for span, message in sorted(unmarked):
        line = span[0]
        beside = next((one for one in marked if one[0] == line), None)
        if beside is None:
            text = f"line {line}: no carets mark the finding at {_columns(span)}: {message!r}"
        else:
            marked.remove(beside)
            text = f"line {line}: the carets mark {_columns(beside)}, the finding is at {_columns(span, short=True)}"
        differences.append(text + _right_carets(span, source))
    differences += (
        f"line {one[0]}: the carets mark {_columns(one)}, where no finding is" for one in marked
    )
    return "\n".join(differences)


def _columns(span: Span, *, short: bool = False) -> str:
    """The columns of a span as people count them: the last one is part of it."""
    _, first, end = span
    if end <= first + 1:
        return f"{first}" if short else f"column {first}"
    return f"{first}–{end - 1}" if short else f"columns {first}–{end - 1}"


def _right_carets(span: Span, source: Source) -> str:
    """The line of a span and the caret line that marks it; nothing where no carets can."""
    line, first, end = span
    # "#^^^" begins at column 1, and "# ^^^" at column 3.
    blanks, carets = (0, end - 2) if first == 1 else (first - 2, end - first)
    if first == 2 or carets < 1:
        return ""
    return f"; write\n{source.line(line).rstrip()}\n#{' ' * blanks}{'^' * carets}"


def message_differences(
    example: Example, findings: Iterable[Finding], source: Source
) -> Iterator[str]:
    """Texts beside carets that are not in the message of a finding there; each needs a finding of its own."""
    messages: dict[Span, list[str]] = {}
    for one in findings:
        messages.setdefault(span_of(one, source), []).append(one.message)
    for span, part in example.expected_messages:
        here = messages.get(span, [])
        found = next((message for message in here if part in message), None)
        if found is None:
            yield f"{part!r} is not in {here}"
        else:
            here.remove(found)


def span_of(finding: Finding, source: Source) -> Span:
    """Line, column and end column of a finding; one of several lines ends with its first line."""
    end = finding.end_column
    if finding.end_line > finding.line:
        end = len(source.line(finding.line)) + 1
    return finding.line, finding.column, end


def _fixed_problems(rule: Rule, example: Example, before: Example | None) -> Iterator[str]:
    """In what the Bad block before, with all fixes applied, differs from this text; and fixes that are left."""
    from dockerlint_rules.fixes.apply import apply_fixes

    if before is None or before.kind != "Bad":
        yield "a Fixed block that does not follow a Bad block"
        return

    def findings(source: Source) -> list[Finding]:
        return lint_example(rule, before, source.text).findings

    fixed = apply_fixes(Source(before.text, before.filename), findings, unsafe=True)
    for finding, why in fixed.rejected:
        yield f"the fix for line {finding.line} of the block above was left out: {why}"
    if fixed.source.text == before.text:
        yield "the Bad block above has no fix"
    elif fixed.source.text != example.text:
        yield f"fixed text differs:\n{fixed.source.text}--- expected:\n{example.text}"
    for one in findings(fixed.source):
        if one.fix:
            yield f"left after the fix: {one.message}"


def _fix_problems(rule: Rule, page: Page, results: dict[Example, FileResult]) -> Iterator[Problem]:
    """In what the fixes of the examples differ from what ``fix=`` declares."""
    shown: set[str] = set()  # safeties of the fixes in Bad blocks that a Fixed block follows
    given: dict[str, Example] = {}
    for example, after in zip(page.examples, [*page.examples[1:], None], strict=False):
        findings = results[example].findings if example in results else []
        safeties = {one.fix.safety for one in findings if one.fix is not None}
        for safety in safeties:
            given.setdefault(safety, example)
        if after is not None and after.kind == "Fixed":
            shown |= safeties
    if rule.fix is None:
        # A check in flake8's shape declares nothing.
        for safety, example in given.items() if not rule.gives_own_codes else ():
            text = f"this block gets a fix that is {safety}, but the rule declares none: add fix={safety!r}"
            yield Problem(rule, text, FIX, example)
        return
    if rule.fix not in given:
        text = f"declares fix={rule.fix!r}, but no block gets such a fix"
        for other in given:
            text += f"; they get {_with_article(other)} one: write fix={other!r}"
        yield Problem(rule, text, FIX)
    elif rule.fix not in shown:
        text = f"this block gets a fix that is {rule.fix}: show it in a Fixed block right below"
        yield Problem(rule, text, FIX, given[rule.fix])
    if rule.fix == "unsafe" and given.keys() == {"safe", "unsafe"}:
        text = "this block gets a fix that is safe, but the rule declares fix='unsafe': write fix='safe'"
        yield Problem(rule, text, FIX, given["safe"])


def lint_example(rule: Rule, example: Example, text: str | None = None) -> FileResult:
    """Lint a block, or another text in its place, under the conditions that its heading names."""
    text = (example.text if text is None else text).replace(LONG_TEXT, "x" * 70_000)
    profile = example.profile or next(iter(rule.profiles), None)
    settings = dict(example.settings)
    ignored = settings.pop(".dockerignore", None)
    # A name with a capital or a dot is that of a file, which no option's is.
    files = [name for name in settings if name == "beside" or "." in name or name != name.lower()]
    beside: dict[str, str] = {name: settings.pop(name) for name in files}
    if beside:
        return _lint_beside(rule, example, text, beside)
    options = None
    if settings:
        from dockerlint_rules.config.values import merge_options

        options = merge_options({}, settings)
    return lint_alone(
        rule, text, filename=example.filename, profile=profile, ignored=ignored, options=options
    )


def _lint_beside(rule: Rule, example: Example, text: str, beside: dict[str, str]) -> FileResult:
    """Lint a text in a folder with a Dockerfile (`` / `` for each line end), or with a file or folder of that name."""
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as folder:
        name = beside.get("beside", "")
        if name.endswith("/"):
            os.makedirs(os.path.join(folder, name))
        elif name:
            beside[name] = ""
        written = {one: body for one, body in beside.items() if one != "beside"}
        for one, body in {**written, example.filename: text}.items():
            with open(os.path.join(folder, one), "w", encoding="utf-8") as file:
                file.write(body.replace(" / ", "\n"))
        path = os.path.join(folder, example.filename)
        return lint_alone(rule, text, filename=path)
