"""Finding one's way: symbols, folding, links, definitions, references, renaming a stage, hints on layers."""

from __future__ import annotations

import os
import re
from bisect import bisect_right

from dockerlint_rules.model.images.reference import ImageReference
from dockerlint_rules.model.layers.rebuilds import rebuilds
from dockerlint_rules.server.navigation.stage_names import (
    INDIRECT,
    NAME,
    NUMBER,
    RESERVED,
    images_copied_from,
    mention_at,
    mentions,
)
from dockerlint_rules.server.navigation.variables import declarations_of, uses_of, variable_at
from dockerlint_rules.server.session import uri_of
from dockerlint_rules.syntax.dockerfile.instructions import Add, Copy, Onbuild
from dockerlint_rules.syntax.source import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from dockerlint_rules.model.stages import Dockerfile, Stage
    from dockerlint_rules.server.session import OpenFile
    from dockerlint_rules.syntax.dockerfile.instruction import Instruction
    from dockerlint_rules.syntax.dockerfile.logical_lines import Comment

_NAMESPACE, _METHOD, _STRING, _VARIABLE = 3, 6, 15, 13
_SYMBOLS = {"ARG": _VARIABLE, "ENV": _VARIABLE, "LABEL": _STRING}
_NAME = re.compile(r"[a-z][a-z0-9_.-]*\Z")


def symbols(file: OpenFile) -> list[dict[str, Any]]:
    """Stages, and in each its instructions with their here-documents."""
    dockerfile = file.dockerfile
    if dockerfile is None:
        return []

    def symbol(name: str, kind: int, start: int, end: int, own: Span) -> dict[str, Any]:
        return {
            "name": name or "?",
            "kind": kind,
            "range": file.text.range(start, max(end, own.end)),
            "selectionRange": file.text.range(own.start, own.end),
        }

    def of_instruction(one: Instruction) -> dict[str, Any]:
        kind = _SYMBOLS.get(one.keyword, _METHOD)
        return symbol(_title(one.original), kind, one.start, _end_of(one), one.keyword_word)

    found = [of_instruction(one) for one in dockerfile.global_instructions]
    for stage in dockerfile.stages:
        from_ = stage.from_
        last = stage.instructions[-1] if stage.instructions else from_
        name = f"{stage.label} (FROM {stage.base.text})"
        made = symbol(name, _NAMESPACE, from_.start, _end_of(last), from_.keyword_word)
        made["children"] = [of_instruction(one) for one in stage.instructions]
        found.append(made)
    return found


def flat_symbols(file: OpenFile) -> list[dict[str, Any]]:
    """The same in a row, for clients that take no tree."""

    def flat(symbols: list[dict[str, Any]], container: str) -> Iterator[dict[str, Any]]:
        for one in symbols:
            place = {"uri": file.uri, "range": one["range"]}
            said = {"name": one["name"], "kind": one["kind"], "location": place}
            yield {**said, "containerName": container} if container else said
            yield from flat(one.get("children", []), one["name"])

    return list(flat(symbols(file), ""))


def _end_of(one: Instruction) -> int:
    """Where an instruction ends, its here-documents included."""
    return max([one.end, *(heredoc.terminator.end for heredoc in one.heredocs)])


def _title(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= 60 else f"{words[:59]}…"


def folding(file: OpenFile) -> list[dict[str, Any]]:
    """Stages, instructions of several lines, here-documents, and blocks of comments."""
    dockerfile = file.dockerfile
    if dockerfile is None:
        return []
    found: dict[tuple[int, int], str | None] = {}

    def line_of(offset: int) -> int:
        # The protocol counts lines at lone carriage returns, too.
        return bisect_right(file.text.starts, offset) - 1

    def add(start: int, end: int, kind: str | None = None) -> None:
        """Fold from the line of one offset to that of another."""
        first, last = line_of(start), line_of(end)
        if last > first:
            found.setdefault((first, last), kind)

    for stage in dockerfile.stages:
        last = stage.instructions[-1] if stage.instructions else stage.from_
        add(stage.from_.start, _end_of(last))
    for one in dockerfile.instructions:
        add(one.start, _end_of(one))
        for heredoc in one.heredocs[1:]:  # the first one folds with its instruction
            add(heredoc.start, heredoc.terminator.start)
    block: list[Comment] = []
    for comment in dockerfile.comments:
        if block and comment.line != block[-1].line + 1:
            add(block[0].start, block[-1].start, "comment")
            block = []
        block.append(comment)
    if block:
        add(block[0].start, block[-1].start, "comment")
    return [
        {"startLine": first, "endLine": last, **({"kind": kind} if kind else {})}
        for (first, last), kind in found.items()
    ]


def links(file: OpenFile) -> list[dict[str, Any]]:
    """Files of the build context that are copied, and images on Docker Hub."""
    dockerfile = file.dockerfile
    if dockerfile is None:
        return []
    found = []

    def link(place: Span, target: str | None) -> None:
        if target is not None:
            found.append({"range": file.text.range(place.start, place.end), "target": target})

    for directive in dockerfile.directives:
        if directive.name == "syntax" and not directive.indented:
            at = directive.start + dockerfile.source.text[directive.start : directive.end].rfind(
                directive.effective
            )
            place = Span(at, at + len(directive.effective))
            link(place, _page_of(ImageReference.parse(directive.effective)))
    for stage in dockerfile.stages:
        image = stage.from_.image
        if image is not None and stage.parent is None:
            link(image, _page_of(stage.base))
        for one in stage.instructions:
            inner = one.trigger if isinstance(one, Onbuild) else one
            if not isinstance(inner, Copy | Add):
                continue
            flag = inner.flag("from")
            if flag is None:
                for word in inner.sources:
                    link(word, _file_of(file, word.value))
            elif dockerfile.stage_named(flag.value, stage.index) is None:
                place = Span(flag.end - len(flag.value), flag.end)
                link(place, _page_of(ImageReference.parse(flag.value)))
    return found


def _page_of(image: ImageReference) -> str | None:
    """The page of an image on Docker Hub; None for what is none there, or may be another one."""
    if not image.valid or not image.is_on_hub or not image.is_name_certain or image.is_scratch:
        return None
    name = image.upstream
    return f"https://hub.docker.com/{'r' if '/' in name else '_'}/{name}"


def _file_of(file: OpenFile, path: str) -> str | None:
    """The address of a file that is copied; None for what is none, or lies outside of the build context."""
    context = file.context
    if context is None or context.directory is None or "$" in path or path.startswith("<<"):
        return None
    if not context.exists(path):
        return None
    place = os.path.normpath(os.path.join(context.directory, path.lstrip("/")))
    return uri_of(place) if os.path.isfile(place) else None


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
    places = uses_of(dockerfile, variable[0], offset, with_declarations=with_declaration)
    return [_location(file, one) for one in places]


def _location(file: OpenFile, place: Span) -> dict[str, Any]:
    return {"uri": file.uri, "range": file.text.range(place.start, place.end)}


def renameable(file: OpenFile, offset: int) -> dict[str, Any] | None:
    """The range of a stage's name; None for all else."""
    mention = mention_at(file.dockerfile, offset) if file.dockerfile is not None else None
    if mention is None or mention.kind != NAME or mention.stage.from_.name_word is None:
        return None
    text = file.text.text[mention.start : mention.end]
    return {"range": file.text.range(mention.start, mention.end), "placeholder": text}


def renamed(file: OpenFile, offset: int, name: str) -> list[dict[str, Any]] | str:
    """The edits that give a stage another name, or why there are none."""
    dockerfile = file.dockerfile
    mention = mention_at(dockerfile, offset) if dockerfile is not None else None
    if dockerfile is None or mention is None or mention.stage.name is None:
        return "only a stage that has a name can be renamed"
    stage = mention.stage
    problem = _is_no_name(name) or _is_taken(dockerfile, stage, name)
    if problem:
        return problem
    found = [one for one in mentions(dockerfile) if one.stage is stage and one.kind != NUMBER]
    hidden = next((one for one in found if one.kind == INDIRECT), None)
    if hidden is not None:
        return f"line {hidden.line} names stage '{stage.name}' in a way that cannot be renamed; write the name there"
    return [{"range": file.text.range(one.start, one.end), "newText": name} for one in found]


def _is_no_name(name: str) -> str:
    if name in RESERVED:
        return f"'{name}' means something else than a stage"
    if not _NAME.match(name):
        return f"'{name}' is no name for a stage. A name begins with a lower-case letter; digits and . _ - may follow"
    return ""


def _is_taken(dockerfile: Dockerfile, stage: Stage, name: str) -> str:
    """Why a name would mean another stage, or this one where an image is meant."""
    for one in dockerfile.stages:
        if one is not stage and one.name == name:
            return f"stage '{name}' is there already (line {one.from_.line})"
        if one.parent is None and one.base.text.lower() == name:
            return (
                f"line {one.from_.line} builds on an image '{name}', which would become the stage"
            )
    for image, line in images_copied_from(dockerfile):
        if image.lower() == name:
            return f"line {line} takes files from an image '{name}', which would become the stage"
    return ""


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
            text = f"new layer{_when(step.rebuilt_on)}"
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


def _when(kinds: list[str]) -> str:
    """After which changes a layer is built again: the one that comes most often."""
    if "source" in kinds:
        return ", rebuilt on every source edit"
    if "manifest" in kinds:
        return ", rebuilt when dependencies change"
    for kind in kinds:
        what, _, name = kind.partition(":")
        if what == "arg":
            return f", rebuilt when {name} changes"
        if what == "stage":
            return f", rebuilt when stage '{name}' changes"
    return ""
