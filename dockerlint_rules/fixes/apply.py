"""Mending: edits applied on the source, checked by linting the result, written whole or not at all."""

from __future__ import annotations

import re
from bisect import bisect_left, insort
from collections import Counter

from dockerlint_rules.syntax.dockerfile.document import Document
from dockerlint_rules.syntax.kinds import is_deployment
from dockerlint_rules.syntax.source import Source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from dockerlint_rules.findings.finding import Edit, Finding

PASSES = 10
_LOUD = ("error", "warning")  # what must not become more


class Mended:
    """A text after mending, the findings that were mended, and those whose fix was left out with why."""

    __slots__ = ("applied", "dropped", "findings", "source")

    def __init__(self, source: Source, findings: list[Finding]) -> None:
        self.source = source
        self.findings = findings
        self.applied: list[Finding] = []
        self.dropped: list[tuple[Finding, str]] = []


def mend(source: Source, lint: Callable[[Source], list[Finding]], *, unsafe: bool) -> Mended:
    """Apply the fixes of what *lint* finds until nothing changes, at most ten passes.

    A pass is taken back when the file parses worse after it, a finding that it claimed to mend is still there, or
    there are more errors or warnings of a kind than before that the next pass would not mend.  Then each half of it
    is tried; a fix that fails alone is left out and named.
    """
    mended = Mended(source, lint(source))
    refused: set[tuple[str, str, str]] = set()
    seen = {source.text}
    whole = 0
    while whole < PASSES:
        chosen = _without_overlap(mended, refused, unsafe=unsafe)
        if not chosen:
            break
        applied = _apply_some(mended, chosen, lint, refused, seen, unsafe=unsafe)
        # A pass of which a part failed is no step towards a circle: it applied something or refused something.
        whole += len(applied) == len(chosen)
        mended.applied += applied
    return mended


def is_wanted(finding: Finding, *, unsafe: bool) -> bool:
    """Whether its fix, if it has one, is to be applied."""
    return finding.fix is not None and (unsafe or finding.fix.safety == "safe")


def _key(finding: Finding, source: Source) -> tuple[str, str, str]:
    """A finding by what it says and the line where it says so, wherever that line has moved to."""
    return finding.code, finding.message, source.line(finding.line)


def _without_overlap(
    mended: Mended, refused: set[tuple[str, str, str]], *, unsafe: bool
) -> list[Finding]:
    """The findings whose edits do not touch each other, the first in the file first."""
    chosen: list[Finding] = []
    taken: list[tuple[int, int]] = []  # sorted, apart from each other
    for finding in mended.findings:
        if finding.fix is None or not is_wanted(finding, unsafe=unsafe):
            continue
        if _key(finding, mended.source) in refused:
            continue
        spans = [(edit.start, edit.end) for edit in finding.fix.edits]
        wrong = _nonsense(spans, len(mended.source.text))
        if wrong:
            _refuse(mended, finding, wrong, refused)
        elif not any(_touches(span, taken) for span in spans):
            chosen.append(finding)
            for span in spans:
                insort(taken, span)
    return chosen


def _nonsense(spans: list[tuple[int, int]], size: int) -> str | None:
    """Why these edits cannot be applied at all."""
    if not spans:
        return "it has no edits"
    if any(not 0 <= start <= end <= size for start, end in spans):
        return "its edit lies outside the file"
    spans = sorted(spans)
    if any(_overlap(one, two) for one, two in zip(spans, spans[1:], strict=False)):
        return "its edits overlap each other"
    return None


def _overlap(one: tuple[int, int], two: tuple[int, int]) -> bool:
    return one == two or (one[0] < two[1] and two[0] < one[1])


def _touches(span: tuple[int, int], taken: list[tuple[int, int]]) -> bool:
    place = bisect_left(taken, span)
    return any(_overlap(span, near) for near in taken[max(place - 1, 0) : place + 1])


def _refuse(mended: Mended, finding: Finding, why: str, refused: set[tuple[str, str, str]]) -> None:
    mended.dropped.append((finding, why))
    refused.add(_key(finding, mended.source))


def _apply_some(
    mended: Mended,
    chosen: list[Finding],
    lint: Callable[[Source], list[Finding]],
    refused: set[tuple[str, str, str]],
    seen: set[str],
    *,
    unsafe: bool,
) -> list[Finding]:
    """Apply all of *chosen* or, where that fails, a part; the others get their turn in the next pass."""
    edits = [edit for finding in chosen if finding.fix for edit in finding.fix.edits]
    after = Source(apply(mended.source.text, edits), mended.source.filename)
    found, why = _judge(mended, chosen, after, lint, seen, unsafe=unsafe)
    if why is None:
        mended.source, mended.findings = after, found
        seen.add(after.text)
        return chosen
    if len(chosen) == 1:
        _refuse(mended, chosen[0], why, refused)
        return []
    half = len(chosen) // 2
    applied = _apply_some(mended, chosen[:half], lint, refused, seen, unsafe=unsafe)
    return applied or _apply_some(mended, chosen[half:], lint, refused, seen, unsafe=unsafe)


def _judge(
    mended: Mended,
    chosen: list[Finding],
    after: Source,
    lint: Callable[[Source], list[Finding]],
    seen: set[str],
    *,
    unsafe: bool,
) -> tuple[list[Finding], str | None]:
    """The findings in the text after a pass, and why it must be taken back, if it must."""
    if after.text == mended.source.text:
        return [], "it changes nothing"
    if after.text in seen:
        return [], "it undoes another fix"
    before_errors = _errors(mended.source)
    if any(new > old for new, old in zip(_errors(after), before_errors, strict=True)):
        return [], "the file would parse worse"
    found = lint(after)
    left, before = Counter(map(_told, found)), Counter(map(_told, mended.findings))
    for (code, told), count in Counter(map(_told, chosen)).items():
        if left[code, told] > before[code, told] - count:
            return found, f"{code} would be there still"
    loud = Counter(one.code for one in mended.findings if one.severity in _LOUD)
    more = (one for one in found if one.severity in _LOUD and not is_wanted(one, unsafe=unsafe))
    for code, count in Counter(one.code for one in more).items():
        # Of a file that could not be read before, more is seen after it.
        if count > loud[code] and not before_errors[0]:
            return found, f"it would bring {code} about"
    return found, None


def _told(finding: Finding) -> tuple[str, str]:
    """A finding by its words without their numbers, as lines move."""
    return finding.code, re.sub(r"\d+", "#", finding.message)


def _errors(source: Source) -> tuple[int, int]:
    """How many syntax errors a text has, and how many arrays that are none."""
    if is_deployment(source.filename):
        from dockerlint_rules.syntax.data.value_tree import Broken, read

        try:
            read(source)
        except Broken:
            return 1, 0
        return 0, 0
    document = Document(source)
    return len(document.errors), _broken_arrays(document)


def _broken_arrays(document: Document) -> int:
    """How many instructions begin as a JSON array and are none, so that a shell gets their brackets."""
    return sum(
        one.form == "shell" and bool(one.words) and one.words[0].text.startswith("[")
        for one in document.instructions
    )


def apply(text: str, edits: Iterable[Edit]) -> str:
    """The text with edits that do not overlap put in."""
    out: list[str] = []
    at = 0
    for edit in sorted(edits, key=lambda one: one.key):
        out += [text[at : edit.start], edit.text]
        at = edit.end
    return "".join([*out, text[at:]])
