"""Finding one's way: symbols, folding, links, definitions, references, renaming a stage, hints on layers."""

from __future__ import annotations

import os
import re

from dockerlint_rules.model.rebuilds import rebuilds
from dockerlint_rules.server.session import uri_of
from dockerlint_rules.server.stage_names import mention_at, mentions
from dockerlint_rules.server.variables import declarations_of, uses_of, variable_at
from dockerlint_rules.syntax.instructions import Add, Copy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from dockerlint_rules.server.session import OpenFile
    from dockerlint_rules.syntax.source import Span

_NAMESPACE, _METHOD, _STRING, _VARIABLE = 3, 6, 15, 13
_SYMBOLS = {"ARG": _VARIABLE, "ENV": _VARIABLE, "LABEL": _STRING}
_NAME = re.compile(r"[a-z][a-z0-9_.-]*\Z")


def symbols(file: OpenFile) -> list[dict[str, Any]]:
    """Stages, and in each its instructions."""
    dockerfile = file.dockerfile
    if dockerfile is None:
        return []

    def one(name: str, kind: int, whole: tuple[int, int], own: Span) -> dict[str, Any]:
        return {
            "name": name or "?",
            "kind": kind,
            "range": file.text.range(*whole),
            "selectionRange": file.text.range(own.start, own.end),
        }

    found = []
    for at in dockerfile.global_instructions:
        found.append(
            one(
                _title(at.original),
                _SYMBOLS.get(at.keyword, _METHOD),
                (at.start, at.end),
                at.keyword_word,
            )
        )
    for stage in dockerfile.stages:
        last = stage.instructions[-1] if stage.instructions else stage.from_
        end = (
            max(last.end, *(heredoc.terminator.end for heredoc in last.heredocs), 0)
            if last.heredocs
            else last.end
        )
        name = f"{stage.label} (FROM {stage.base.text})"
        made = one(name, _NAMESPACE, (stage.from_.start, end), stage.from_.keyword_word)
        made["children"] = [
            one(
                _title(at.original),
                _SYMBOLS.get(at.keyword, _METHOD),
                (at.start, at.end),
                at.keyword_word,
            )
            for at in stage.instructions
        ]
        found.append(made)
    return found


def _title(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= 60 else f"{words[:59]}…"


def folding(file: OpenFile) -> list[dict[str, Any]]:
    """Stages, instructions of several lines, here-documents, and blocks of comments."""
    dockerfile = file.dockerfile
    if dockerfile is None:
        return []
    found = []

    def add(first: int, last: int, kind: str | None = None) -> None:
        if last > first:
            said: dict[str, Any] = {"startLine": first - 1, "endLine": last - 1}
            found.append({**said, "kind": kind} if kind else said)

    for stage in dockerfile.stages:
        add(
            stage.from_.line,
            (stage.instructions[-1] if stage.instructions else stage.from_).end_line,
        )
    for one in dockerfile.instructions:
        add(one.line, one.end_line)
        for heredoc in one.heredocs:
            source = dockerfile.source
            add(source.line_of(heredoc.operator.start), source.line_of(heredoc.terminator.start))
    block: list[int] = []
    for line in [*(one.line for one in dockerfile.comments), -1]:
        if block and line != block[-1] + 1:
            add(block[0], block[-1], "comment")
            block = []
        block.append(line)
    return found


def links(file: OpenFile) -> list[dict[str, Any]]:
    """Files of the context that are copied, and images on Docker Hub."""
    dockerfile = file.dockerfile
    if dockerfile is None:
        return []
    found = []
    folder = os.path.dirname(file.path) if os.path.isabs(file.path) else None
    for stage in dockerfile.stages:
        image = stage.from_.image
        base = stage.base
        if (
            image is not None
            and stage.parent is None
            and base.is_on_hub
            and base.is_name_certain
            and not base.is_scratch
        ):
            name = base.upstream
            place = f"_/{name}" if "/" not in name else f"r/{name}"
            found.append(
                {
                    "range": file.text.range(image.start, image.end),
                    "target": f"https://hub.docker.com/{place}",
                }
            )
        for one in stage.instructions:
            if folder is None or not isinstance(one, Copy | Add) or one.from_:
                continue
            for word in one.sources:
                path = os.path.join(folder, word.value)
                if (
                    "$" not in word.value
                    and not word.value.startswith("<<")
                    and os.path.isfile(path)
                ):
                    found.append(
                        {"range": file.text.range(word.start, word.end), "target": uri_of(path)}
                    )
    return found


def definition(file: OpenFile, offset: int) -> list[dict[str, Any]]:
    """Where a stage is named, where a variable is declared."""
    dockerfile = file.dockerfile
    if dockerfile is None:
        return []
    mention = mention_at(dockerfile, offset)
    if mention is not None:
        word = mention.stage.from_.name_word or mention.stage.from_.keyword_word
        return [_location(file, word)]
    variable = variable_at(dockerfile, offset)
    if variable is None:
        return []
    return [_location(file, pair.key) for pair in declarations_of(dockerfile, variable[0], offset)]


def references(file: OpenFile, offset: int, *, with_declaration: bool) -> list[dict[str, Any]]:
    """Where a stage or a variable is used."""
    dockerfile = file.dockerfile
    if dockerfile is None:
        return []
    mention = mention_at(dockerfile, offset)
    if mention is not None:
        return [
            _location(file, one)
            for one in mentions(dockerfile)
            if one.stage is mention.stage and (with_declaration or not one.is_definition)
        ]
    variable = variable_at(dockerfile, offset)
    if variable is None:
        return []
    places: list[Span] = list(uses_of(dockerfile, variable[0]))
    if with_declaration:
        places += [pair.key for pair in declarations_of(dockerfile, variable[0], offset)]
    return [_location(file, one) for one in sorted(places, key=lambda one: one.start)]


def _location(file: OpenFile, place: Span) -> dict[str, Any]:
    return {"uri": file.uri, "range": file.text.range(place.start, place.end)}


def renameable(file: OpenFile, offset: int) -> dict[str, Any] | None:
    """The range of a stage's name; None for all else."""
    mention = mention_at(file.dockerfile, offset) if file.dockerfile is not None else None
    if mention is None or mention.stage.from_.name_word is None:
        return None
    text = file.text.text[mention.start : mention.end]
    return {"range": file.text.range(mention.start, mention.end), "placeholder": text}


def renamed(file: OpenFile, offset: int, name: str) -> list[dict[str, Any]] | str:
    """The edits that give a stage another name, or why there are none."""
    dockerfile = file.dockerfile
    mention = mention_at(dockerfile, offset) if dockerfile is not None else None
    if dockerfile is None or mention is None:
        return "only a stage can be renamed"
    if not _NAME.match(name):
        return f"'{name}' is no name for a stage: lower case letters, digits, and . _ - behind a letter"
    other = next(
        (one for one in dockerfile.stages if one.name == name and one is not mention.stage), None
    )
    if other is not None:
        return f"stage '{name}' is there already (line {other.from_.line})"
    return [
        {"range": file.text.range(one.start, one.end), "newText": name}
        for one in mentions(dockerfile)
        if one.stage is mention.stage
    ]


def hints(file: OpenFile, start: int, end: int) -> list[dict[str, Any]]:
    """Behind each layer that an edit of the source or of the dependencies builds anew: that it does."""
    dockerfile = file.dockerfile
    if dockerfile is None:
        return []
    found = []
    for stage in rebuilds(dockerfile):
        for step in stage.steps:
            one = step.instruction
            if not step.layer or not (start <= one.end and one.start <= end):
                continue
            kinds = step.rebuilt_on
            if "source" in kinds:
                text = "layer: again on every source edit"
            elif "manifest" in kinds:
                text = "layer: again when dependencies change"
            else:
                text = "layer"
            line = file.text.position(one.start)["line"]
            place = {
                "line": line,
                "character": file.text.position(file.text.starts[line] + len(file.text.line(line)))[
                    "character"
                ],
            }
            found.append(
                {"position": place, "label": text, "paddingLeft": True, "tooltip": step.because}
            )
    return found
