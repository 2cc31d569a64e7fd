"""The source that a finding points at, as ``--show-source`` shows it."""

from __future__ import annotations

from dockerlint_rules.formats.terminal_text import (
    Cell,
    Paint,
    cells,
    safe_line,
    without_commands_in_place,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dockerlint_rules.findings.finding import Finding
    from dockerlint_rules.syntax.source import Source

WIDTH = 100
"""Columns of source text to show: fixed, so that the same input gives the same output."""

_REACH = 4 * WIDTH
"""Characters on each side of a span's start that may be shown."""

_LONGEST_SPAN = 6
"""A span of up to so many lines is shown whole, of a longer one the first three lines and the last two."""


class Snippet:
    """The lines below one finding."""

    __slots__ = ("finding", "gutter", "lines", "paint", "source")

    def __init__(self, finding: Finding, source: Source, paint: Paint) -> None:
        self.finding = finding
        self.source = source
        self.paint = paint
        self.lines: list[str] = []
        start, end = _trimmed(source, finding.start, finding.end)
        first, column = source.position(start)
        # The end is exclusive: a span that ends at a line's start belongs to the line before.
        last, last_column = source.position(end - 1) if end > start else (first, column)
        shown_to = min(last + 1, source.line_count)
        self.gutter = len(str(max(shown_to, last)))
        self._neighbour(first - 1)
        if first == last:
            self._single(first, column, end - start)
        else:
            self._several(first, column, last, last_column)
        self._neighbour(last + 1)

    def _margin(self, label: object = "") -> str:
        return self.paint("gutter", f"  {label:>{self.gutter}} |")

    def _add(self, label: object, text: str) -> None:
        self.lines.append(f"{self._margin(label)} {text}".rstrip())

    def _mark(self, text: str) -> None:
        self.lines.append(f"{self._margin()} {self.paint(self.finding.severity, text)}")

    def _cut(self, number: int, start: int, end: int) -> tuple[str, int, int]:
        """Cut a line around a span of its characters; see ``_cut``."""
        # perf: a hostile line may be megabytes long, so text far from the span is never copied.
        line = self.source.line_span(number)
        first = line.start + max(0, start - _REACH)
        stop = min(line.end, line.start + start + _REACH)
        part = self.source.text[first:stop]
        skipped = first - line.start
        return _cut(part, start - skipped, end - skipped, skipped > 0, stop < line.end)

    def _neighbour(self, number: int, prefix: str = "") -> None:
        if 1 <= number <= self.source.line_count:
            text, _, _ = self._cut(number, 0, 0)
            self._add(number, prefix + text)

    def _single(self, number: int, column: int, length: int) -> None:
        text, at, width = self._cut(number, column - 1, column - 1 + length)
        self._add(number, text)
        self._mark(" " * at + "^" * width)

    def _several(self, first: int, column: int, last: int, last_column: int) -> None:
        """Mark a span of several lines with a bar along the margin."""
        bar = self.paint(self.finding.severity, "|")
        text, at, _ = self._cut(first, column - 1, column)
        start = self.source.line_span(first).start
        if self.source.text[start : start + min(column - 1, _REACH)].strip("\ufeff\t "):
            self._add(first, "  " + text)
            self._mark(" " + "_" * (at + 1) + "^")
        else:
            self._add(first, f"{self.paint(self.finding.severity, '/')} {text}")
        for number in _inner(first, last):
            if number is None:
                self._add("…"[: self.gutter], bar)
            else:
                self._neighbour(number, bar + " ")
        text, at, _ = self._cut(last, last_column - 1, last_column)
        self._add(last, f"{bar} {text}")
        self._mark("|" + "_" * (at + 1) + "^")


def source_snippet(finding: Finding, source: Source | None, color: bool) -> str | None:
    """Return the source of a finding, its fix and its related places; None for nothing."""
    paint = Paint(color)
    lines: list[str] = []
    gutter = len(str(finding.line))
    if source is not None:
        snippet = Snippet(finding, source, paint)
        lines, gutter = snippet.lines, snippet.gutter
    margin = " " * (gutter + 3) + "= "
    if finding.fix is not None:
        safety = finding.fix.safety
        lines.append(
            f"{margin}{paint(safety, f'fix ({safety})')}: {safe_line(finding.fix.message)}"
        )
    for related in finding.related:
        place = f" line {source.line_of(related.start)}" if source is not None else ""
        lines.append(f"{margin}see also{place}: {safe_line(related.message)}")
    return "\n".join(lines) if lines else None


def _trimmed(source: Source, start: int, end: int) -> tuple[int, int]:
    """Keep a span inside the text and remove line ends from its end."""
    size = len(source.text)
    start = max(0, min(start, size))
    end = max(start, min(end, size))
    while end > start and source.text[end - 1] in "\r\n":
        end -= 1
    return start, end


def _inner(first: int, last: int) -> list[int | None]:
    """Lines between the ends of a span; None stands for lines that are left out."""
    inner: list[int | None] = list(range(first + 1, last))
    if last - first + 1 > _LONGEST_SPAN:
        inner[2:-1] = [None]
    return inner


def _cut(
    text: str, start: int, end: int, has_before: bool, has_after: bool
) -> tuple[str, int, int]:
    """Cut a part of a line around a span of its characters; the line may go on before and after the part.

    Returns the visible text, and the column (from 0) and width of the span in it.  Cut ends show ``…``; a span without
    width still gets one column, so that it can be seen.
    """
    line = cells(without_commands_in_place(text))
    start = min(start, len(line))
    end = max(start, min(end, len(line)))
    before, inside = _width(line[:start]), _width(line[start:end])
    if not (has_before or has_after) and before + inside + _width(line[end:]) <= WIDTH:
        return "".join(cell.text for cell in line), before, max(inside, 1)
    lead = before
    if has_before or before + inside >= WIDTH:
        lead = max((WIDTH - inside) // 2, WIDTH // 5)
    low = start
    while low > 0 and _width(line[low - 1 : start]) <= lead:
        low -= 1
    shown = "…" if has_before or low else ""
    high, width = low, len(shown)
    while high < len(line) and width + line[high].width < WIDTH:
        shown += line[high].text
        width += line[high].width
        high += 1
    at = (1 if has_before or low else 0) + _width(line[low:start])
    marked = _width(line[start : min(end, high)])
    return shown + ("…" if has_after or high < len(line) else ""), at, max(marked, 1)


def _width(line: list[Cell]) -> int:
    return sum(cell.width for cell in line)
