"""Fixes: edits applied to a source and checked by linting the result.  All of a pass stays, or it is taken back."""

from __future__ import annotations

import re
from bisect import bisect_left, insort
from collections import Counter

from dockerlint_rules.syntax.kinds import kind_of
from dockerlint_rules.syntax.source import Source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from dockerlint_rules.findings.finding import Edit, Finding

    Lint = Callable[[Source], list[Finding]]
    Key = tuple[str, str, str]

PASSES = 10
MOST_FAILURES = 100
"""Passes over one file that may be taken back.  Each lints the file; n fixes that all fail would need 2n of them."""
_LOUD = ("error", "warning")  # a fix must not add findings of these severities


class FixResult:
    """A text after its fixes: the findings that were fixed, those that are left, and the fixes that were rejected
    and why.
    """

    __slots__ = ("findings", "fixed", "rejected", "source")

    def __init__(self, source: Source, findings: list[Finding]) -> None:
        self.source = source
        self.findings = findings
        self.fixed: list[Finding] = []
        self.rejected: list[tuple[Finding, str]] = []


def apply_fixes(source: Source, lint: Lint, *, unsafe: bool) -> FixResult:
    """Apply the fixes of what *lint* finds until nothing changes, at most ten passes.

    A pass is taken back when the file parses worse after it, when a finding that it should fix is still there, or when
    there are more errors or warnings of a code than before and the next pass would not fix them.  Then each half of the
    pass is tried; a fix that fails alone is rejected, and the result says why.
    """
    return _Fixing(source, lint, unsafe=unsafe).run()


def is_applicable(finding: Finding, *, unsafe: bool) -> bool:
    """Whether the finding has a fix that may be applied."""
    return finding.fix is not None and (unsafe or finding.fix.safety == "safe")


def apply_edits(text: str, edits: Iterable[Edit]) -> str:
    """The text after edits that do not overlap."""
    out: list[str] = []
    at = 0
    for edit in sorted(edits, key=lambda one: one.key):
        out += [text[at : edit.start], edit.text]
        at = edit.end
    return "".join([*out, text[at:]])


class _Fixing:
    """The passes over one text."""

    def __init__(self, source: Source, lint: Lint, *, unsafe: bool) -> None:
        self.lint = lint
        self.unsafe = unsafe
        self.result = FixResult(source, lint(source))
        self.rejected: set[Key] = set()
        self.failures = 0  # passes that were taken back
        self.lines: tuple[Source, dict[int, str]] = (source, {})
        self.seen = {source.text}

    def run(self) -> FixResult:
        passes = 0
        while passes < PASSES:
            chosen = self._choose()
            if not chosen:
                break
            applied = self._apply_some(chosen)
            # A pass that failed in part cannot be a step of an endless loop: it applied or rejected something.
            passes += len(applied) == len(chosen)
            self.result.fixed += applied
        return self.result

    def _choose(self) -> list[Finding]:
        """The findings whose edits do not touch each other, the first in the file first."""
        chosen: list[Finding] = []
        taken: list[tuple[int, int]] = []  # sorted, and apart from each other
        for finding in self.result.findings:
            if finding.fix is None or not is_applicable(finding, unsafe=self.unsafe):
                continue
            if self._key(finding) in self.rejected:
                continue
            spans = [(edit.start, edit.end) for edit in finding.fix.edits]
            problem = _problem_of(spans, len(self.result.source.text))
            if problem:
                self._reject(finding, problem)
            elif not any(_touches(span, taken) for span in spans):
                chosen.append(finding)
                for span in spans:
                    insort(taken, span)
        return chosen

    def _key(self, finding: Finding) -> Key:
        """A finding by its message and the text of its line, wherever that line has moved to."""
        source, lines = self.lines
        if source is not self.result.source:
            source, lines = self.lines = self.result.source, {}
        line = lines.get(finding.line)
        if line is None:  # perf: copied once, because thousands of findings may be on one long line
            line = lines[finding.line] = source.line(finding.line)
        return finding.code, finding.message, line

    def _reject(self, finding: Finding, why: str) -> None:
        self.result.rejected.append((finding, why))
        self.rejected.add(self._key(finding))

    def _apply_some(self, chosen: list[Finding]) -> list[Finding]:
        """Apply all of *chosen* or, where that fails, a part; the others have their turn in the next pass."""
        result = self.result
        edits = [edit for finding in chosen if finding.fix for edit in finding.fix.edits]
        after = Source(apply_edits(result.source.text, edits), result.source.filename)
        if self.failures >= MOST_FAILURES:
            for finding in chosen:
                self._reject(
                    finding, f"{MOST_FAILURES} passes with other fixes of this file failed"
                )
            return []
        found, why, code = self._judge(chosen, after)
        self.failures += why is not None
        if why is None:
            result.source, result.findings = after, found
            self.seen.add(after.text)
            return chosen
        if len(chosen) == 1:
            self._reject(chosen[0], why)
            return []
        # Fixes of one rule often make new findings of another, whose own fixes then have to wait for the next pass.
        others = [finding for finding in chosen if finding.code != code]
        if code is not None and 0 < len(others) < len(chosen):
            return self._apply_some(others) or self._apply_some(
                [finding for finding in chosen if finding.code == code]
            )
        half = len(chosen) // 2
        return self._apply_some(chosen[:half]) or self._apply_some(chosen[half:])

    def _judge(
        self, chosen: list[Finding], after: Source
    ) -> tuple[list[Finding], str | None, str | None]:
        """The findings in the text after a pass; why the pass must be taken back, if it must; whose code is left."""
        result = self.result
        if after.text == result.source.text:
            return [], "it changes nothing", None
        if after.text in self.seen:
            return [], "it undoes another fix", None
        errors_before = _syntax_errors(result.source)
        if any(new > old for new, old in zip(_syntax_errors(after), errors_before, strict=True)):
            return [], "the file would have more syntax errors", None
        found = self.lint(after)
        left, before = Counter(map(_wording, found)), Counter(map(_wording, result.findings))
        for (code, words), count in Counter(map(_wording, chosen)).items():
            if left[code, words] > before[code, words] - count:
                return found, f"{code} would still be reported", code
        loud = Counter(one.code for one in result.findings if one.severity in _LOUD)
        lasting = (
            one
            for one in found
            if one.severity in _LOUD and not is_applicable(one, unsafe=self.unsafe)
        )
        for code, count in Counter(one.code for one in lasting).items():
            # A file that could not be parsed before shows more findings once it can be.
            if count > loud[code] and not errors_before[0]:
                return found, f"it would cause a finding of {code}", None
        return found, None, None


def _problem_of(spans: list[tuple[int, int]], size: int) -> str | None:
    """Why edits at these places cannot be applied to a text of that size at all."""
    if not spans:
        return "it has no edits"
    if any(not 0 <= start <= end <= size for start, end in spans):
        return "its edit is outside the file"
    spans = sorted(spans)
    if any(_overlap(one, two) for one, two in zip(spans, spans[1:], strict=False)):
        return "its edits overlap each other"
    return None


def _overlap(one: tuple[int, int], two: tuple[int, int]) -> bool:
    return one == two or (one[0] < two[1] and two[0] < one[1])


def _touches(span: tuple[int, int], taken: list[tuple[int, int]]) -> bool:
    place = bisect_left(taken, span)
    return any(_overlap(span, near) for near in taken[max(place - 1, 0) : place + 1])


def _wording(finding: Finding) -> tuple[str, str]:
    """A finding by its message without numbers, as lines move."""
    return finding.code, re.sub(r"\d+", "#", finding.message)


def _syntax_errors(source: Source) -> tuple[int, ...]:
    return kind_of(source.filename).read(source).syntax_errors()
