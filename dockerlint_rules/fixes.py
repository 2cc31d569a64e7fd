"""Mending: edits applied on the source, checked by reading the result again, written atomically."""

from __future__ import annotations

from dockerlint_rules.syntax.document import Document
from dockerlint_rules.syntax.source import Source, encode

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from dockerlint_rules.findings import Edit, Finding

PASSES = 10


class Mended:
    """A text after mending, the findings that were mended, and those whose fix was undone."""

    __slots__ = ("applied", "dropped", "source")

    def __init__(self, source: Source) -> None:
        self.source = source
        self.applied: list[Finding] = []
        self.dropped: list[tuple[Finding, str]] = []


def mend(source: Source, lint: Callable[[Source], list[Finding]], *, unsafe: bool) -> Mended:
    """Apply the fixes of what *lint* finds until nothing changes, at most ten passes.

    A pass that makes the file parse worse, or leaves a finding that it claimed to mend, is taken
    back, and tried again fix by fix; a fix that fails alone is dropped and named.
    """
    mended = Mended(source)
    refused: set[tuple[str, str]] = set()
    for _ in range(PASSES):
        found = [
            finding
            for finding in lint(mended.source)
            if _wanted(finding, unsafe=unsafe) and (finding.code, finding.message) not in refused
        ]
        chosen = _without_overlap(found, mended, refused)
        if not chosen:
            break
        after = _try(mended.source, chosen, lint)
        if after is None:
            after, chosen = _one_by_one(mended, chosen, lint, refused)
        if not chosen or after is None:
            continue
        mended.applied += chosen
        mended.source = after
    return mended


def _wanted(finding: Finding, *, unsafe: bool) -> bool:
    return finding.fix is not None and (unsafe or finding.fix.safety == "safe")


def _without_overlap(
    findings: Iterable[Finding], mended: Mended, refused: set[tuple[str, str]]
) -> list[Finding]:
    """The findings whose edits do not touch each other, the first in the file first."""
    chosen: list[Finding] = []
    taken: list[tuple[int, int]] = []
    size = len(mended.source.text)
    for finding in findings:
        edits = finding.fix.edits if finding.fix else []
        if any(not 0 <= edit.start <= edit.end <= size for edit in edits):
            mended.dropped.append((finding, "its edit lies outside the file"))
            refused.add((finding.code, finding.message))
            continue
        spans = [(edit.start, edit.end) for edit in edits]
        if not any((a < d and c < b) or (a, b) == (c, d) for a, b in spans for c, d in taken):
            chosen.append(finding)
            taken += spans
    return chosen


def _try(
    source: Source, chosen: list[Finding], lint: Callable[[Source], list[Finding]]
) -> Source | None:
    edits = [edit for finding in chosen if finding.fix for edit in finding.fix.edits]
    after = Source(apply(source.text, edits), source.filename)
    if after.text == source.text or len(Document(after).errors) > len(Document(source).errors):
        return None
    left: dict[str, int] = {}
    for finding in lint(after):
        left[finding.code] = left.get(finding.code, 0) + 1
    before: dict[str, int] = {}
    for finding in lint(source):
        before[finding.code] = before.get(finding.code, 0) + 1
    for code in {finding.code for finding in chosen}:
        mended = sum(1 for finding in chosen if finding.code == code)
        if left.get(code, 0) > before[code] - mended:
            return None
    return after


def _one_by_one(
    mended: Mended,
    chosen: list[Finding],
    lint: Callable[[Source], list[Finding]],
    refused: set[tuple[str, str]],
) -> tuple[Source | None, list[Finding]]:
    """The first fix of a failed pass that holds alone; the others get their turn in the next pass."""
    for finding in chosen:
        after = _try(mended.source, [finding], lint)
        if after is not None:
            return after, [finding]
        mended.dropped.append((finding, "the file would be worse after it"))
        refused.add((finding.code, finding.message))
    return None, []


def apply(text: str, edits: Iterable[Edit]) -> str:
    """The text with edits that do not overlap put in."""
    out: list[str] = []
    at = 0
    for edit in sorted(edits, key=lambda one: one.key):
        out += [text[at : edit.start], edit.text]
        at = edit.end
    return "".join([*out, text[at:]])


def write(path: str, source: Source, expected: bytes) -> str | None:
    """Put the source's bytes in the place of the file, whole or not at all; an error text if not.

    The mode and a symbolic link stay; a file that is no longer *expected* is left alone.
    """
    import os
    import tempfile

    real = os.path.realpath(path)
    scratch = None
    try:
        with open(real, "rb") as file:
            if file.read() != expected:
                return "changed on disk while it was mended; nothing written"
        status = os.stat(real)
        if not os.access(real, os.W_OK):
            return "is read-only; nothing written"
        handle, scratch = tempfile.mkstemp(prefix=".dockerlint-", dir=os.path.dirname(real) or ".")
        with os.fdopen(handle, "wb") as file:
            file.write(encode(source.text))
            file.flush()
            os.fsync(file.fileno())
        os.chmod(scratch, status.st_mode & 0o7777)
        if os.geteuid() == 0:
            os.chown(scratch, status.st_uid, status.st_gid)
        os.replace(scratch, real)
        scratch = None
    except OSError as error:
        return f"cannot be written: {error.strerror or error}"
    finally:
        if scratch:
            os.unlink(scratch)
    return None
