"""Edits of a document in the form of the protocol."""

from __future__ import annotations

from dockerlint_rules.server.positions import IndexedText

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

    from dockerlint_rules.findings.finding import Edit
    from dockerlint_rules.server.open_file import OpenFile
    from dockerlint_rules.server.session import Session

_WINDOW = 60  # lines within which two texts are expected to agree again


def text_edits(edits: Iterable[Edit], file: OpenFile) -> list[dict[str, Any]]:
    """The edits of fixes, in the order of their places."""
    ordered = sorted(edits, key=lambda one: one.key)
    return [{"range": file.text.range(one.start, one.end), "newText": one.text} for one in ordered]


def workspace_edit(file: OpenFile, session: Session, edits: list[dict[str, Any]]) -> dict[str, Any]:
    """Edits of one open file, tied to its version if the client knows versions."""
    if session.can("workspace", "workspaceEdit", "documentChanges"):
        document = {"uri": file.uri, "version": file.version}
        return {"documentChanges": [{"textDocument": document, "edits": edits}]}
    return {"changes": {file.uri: edits}}


def line_edits(text: IndexedText, after: str) -> list[dict[str, Any]]:
    """The edits that turn a text into another one, line by line."""
    if after == text.text:
        return []
    old, new = _lines(text), _lines(IndexedText(after, text.encoding))
    found = []
    for old_first, old_end, new_first, new_end in _differences(old, new):
        start = text.starts[old_first] if old_first < len(text.starts) else len(text.text)
        end = text.starts[old_end] if old_end < len(text.starts) else len(text.text)
        new_text = "".join(new[new_first:new_end])
        found.append({"range": text.range(start, end), "newText": new_text})
    return found


def _lines(text: IndexedText) -> list[str]:
    bounds = [*text.starts, len(text.text)]
    return [text.text[a:b] for a, b in zip(bounds, bounds[1:], strict=False)]


def _differences(old: list[str], new: list[str]) -> Iterator[tuple[int, int, int, int]]:
    """Where two lists differ: first and end (exclusive) in the old one, first and end in the new one.

    perf: fixes change lines here and there, so after each difference this looks for the nearest lines that agree again.
    difflib finds the fewest differences, but takes the square of the length where lines repeat.
    """
    old_at = new_at = 0
    while old_at < len(old) or new_at < len(new):
        if old_at < len(old) and new_at < len(new) and old[old_at] == new[new_at]:
            old_at += 1
            new_at += 1
            continue
        removed, added = _until_same(old, new, old_at, new_at)
        yield old_at, old_at + removed, new_at, new_at + added
        old_at += removed
        new_at += added


def _until_same(old: list[str], new: list[str], old_at: int, new_at: int) -> tuple[int, int]:
    """How many lines to skip in each list until two lines agree again, or both lists end."""
    for skipped in range(1, 2 * _WINDOW):
        for removed in range(max(skipped - _WINDOW, 0), min(skipped, _WINDOW) + 1):
            added = skipped - removed
            a, b = old_at + removed, new_at + added
            if a > len(old) or b > len(new):
                continue
            if old[a : a + 2] == new[b : b + 2] and (a < len(old) or b == len(new)):
                return removed, added
    return len(old) - old_at, len(new) - new_at
