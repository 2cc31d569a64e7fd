"""The lines of a text that are comments because they begin with ``#``: in YAML, and in the body of a here-document."""

from __future__ import annotations

from dockerlint_rules.syntax.dockerfile.logical_lines import Comment

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.syntax.source import Source


def comment_lines(source: Source, start: int = 0, end: int | None = None) -> Iterator[Comment]:
    """The comment lines that begin between the two offsets."""
    number = source.line_of(start)
    stop = len(source.text) if end is None else end
    while number <= source.line_count and source.offset(number) < stop:
        line = source.line(number)
        bare = line.lstrip(" \t")
        if bare.startswith("#"):
            at = source.offset(number) + len(line) - len(bare)
            yield Comment(bare, number, at, at + len(bare))
        number += 1
