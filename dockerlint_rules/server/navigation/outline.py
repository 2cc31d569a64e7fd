"""The outline of a file and what can be folded in it."""

from __future__ import annotations

from bisect import bisect_right

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from dockerlint_rules.server.open_file import OpenFile
    from dockerlint_rules.syntax.dockerfile.instruction import Instruction
    from dockerlint_rules.syntax.dockerfile.logical_lines import Comment
    from dockerlint_rules.syntax.source import Span

# Source: the protocol's SymbolKind.
_NAMESPACE, _METHOD, _STRING, _VARIABLE = 3, 6, 15, 13
_KINDS = {"ARG": _VARIABLE, "ENV": _VARIABLE, "LABEL": _STRING}
_LONGEST_TITLE = 60


def symbols(file: OpenFile) -> list[dict[str, Any]]:
    """Stages, each with its instructions."""
    dockerfile = file.dockerfile
    if dockerfile is None:
        return []

    def symbol(name: str, kind: int, start: int, end: int, selection: Span) -> dict[str, Any]:
        return {
            "name": name or "?",
            "kind": kind,
            "range": file.text.range(start, max(end, selection.end)),
            "selectionRange": file.text.range(selection.start, selection.end),
        }

    def of_instruction(one: Instruction) -> dict[str, Any]:
        kind = _KINDS.get(one.keyword, _METHOD)
        return symbol(_title(one.original), kind, one.start, _end_of(one), one.keyword_word)

    found = [of_instruction(one) for one in dockerfile.global_instructions]
    for stage in dockerfile.stages:
        from_ = stage.from_
        last = stage.instructions[-1] if stage.instructions else from_
        name = f"{stage.label} (FROM {stage.base.text})"
        of_stage = symbol(name, _NAMESPACE, from_.start, _end_of(last), from_.keyword_word)
        of_stage["children"] = [of_instruction(one) for one in stage.instructions]
        found.append(of_stage)
    return found


def flat_symbols(file: OpenFile) -> list[dict[str, Any]]:
    """The same as a flat list, for clients that do not accept a tree."""

    def flatten(symbols: list[dict[str, Any]], container: str) -> Iterator[dict[str, Any]]:
        for one in symbols:
            location = {"uri": file.uri, "range": one["range"]}
            flat = {"name": one["name"], "kind": one["kind"], "location": location}
            yield {**flat, "containerName": container} if container else flat
            yield from flatten(one.get("children", []), one["name"])

    return list(flatten(symbols(file), ""))


def _end_of(one: Instruction) -> int:
    """Where an instruction ends, its here-documents included."""
    return max([one.end, *(heredoc.terminator.end for heredoc in one.heredocs)])


def _title(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= _LONGEST_TITLE else f"{words[: _LONGEST_TITLE - 1]}…"


def folding_ranges(file: OpenFile) -> list[dict[str, Any]]:
    """Stages, instructions of several lines, here-documents, and blocks of comments."""
    dockerfile = file.dockerfile
    if dockerfile is None:
        return []
    found: dict[tuple[int, int], str | None] = {}

    def line_of(offset: int) -> int:
        # The protocol also ends lines at lone carriage returns.
        return bisect_right(file.text.starts, offset) - 1

    def fold(start: int, end: int, kind: str | None = None) -> None:
        """Fold from the line of one offset to that of another."""
        first, last = line_of(start), line_of(end)
        if last > first:
            found.setdefault((first, last), kind)

    for stage in dockerfile.stages:
        last = stage.instructions[-1] if stage.instructions else stage.from_
        fold(stage.from_.start, _end_of(last))
    for one in dockerfile.instructions:
        fold(one.start, _end_of(one))
        for heredoc in one.heredocs[1:]:  # the first one folds with its instruction
            fold(heredoc.start, heredoc.terminator.start)
    for block in _comment_blocks(dockerfile.comments):
        fold(block[0].start, block[-1].start, "comment")
    return [
        {"startLine": first, "endLine": last, **({"kind": kind} if kind else {})}
        for (first, last), kind in found.items()
    ]


def _comment_blocks(comments: list[Comment]) -> list[list[Comment]]:
    """Comments on lines that follow each other directly."""
    blocks: list[list[Comment]] = []
    for comment in comments:
        if blocks and comment.line == blocks[-1][-1].line + 1:
            blocks[-1].append(comment)
        else:
            blocks.append([comment])
    return blocks
