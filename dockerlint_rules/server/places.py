"""What stands where in a file: instructions, names of stages, variables."""

from __future__ import annotations

import re
from bisect import bisect_right

from dockerlint_rules.syntax.instructions import Arg, Copy, Env, Run
from dockerlint_rules.syntax.source import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.model.stages import Dockerfile, Stage
    from dockerlint_rules.syntax.instructions import Instruction, Pair

_USE = re.compile(r"\$(?:\{([A-Za-z_]\w*)|([A-Za-z_]\w*))")


class Mention(Span):
    """A name of a stage where it is written."""

    __slots__ = ("is_definition", "stage")

    def __init__(self, stage: Stage, start: int, end: int, *, is_definition: bool) -> None:
        super().__init__(start, end)
        self.stage = stage
        self.is_definition = is_definition


def instruction_at(dockerfile: Dockerfile, offset: int) -> Instruction | None:
    """The instruction whose lines hold an offset."""
    found = dockerfile.instructions
    at = bisect_right(found, offset, key=lambda one: one.start) - 1
    if at < 0:
        return None
    line = dockerfile.source.line_of(min(offset, len(dockerfile.source.text)))
    return found[at] if found[at].line <= line <= found[at].end_line else None


def stage_at(dockerfile: Dockerfile, offset: int) -> Stage | None:
    """The stage that an offset lies in; None above the first FROM."""
    at = bisect_right(dockerfile.stages, offset, key=lambda one: one.from_.start) - 1
    return dockerfile.stages[at] if at >= 0 else None


def mentions(dockerfile: Dockerfile) -> list[Mention]:
    """Every place where a stage of the file is named, in order; numbers are no names."""
    return sorted(_mentions(dockerfile), key=lambda one: one.start)


def _mentions(dockerfile: Dockerfile) -> Iterator[Mention]:
    for stage in dockerfile.stages:
        from_ = stage.from_
        word = from_.name_word
        if word is not None:
            yield Mention(stage, word.start, word.end, is_definition=True)
        if stage.parent is not None and from_.image is not None:
            yield Mention(stage.parent, from_.image.start, from_.image.end, is_definition=False)
        for one in stage.instructions:
            if isinstance(one, Copy):
                flag = one.flag("from")
                if flag is not None:
                    yield from _named(dockerfile, stage, flag.value, flag.end)
            elif isinstance(one, Run) and one.flags:
                for mount in one.mounts:
                    name = mount.options.get("from")
                    if name:
                        text = dockerfile.source.text
                        at = text.find(f"from={name}", mount.flag.start, mount.flag.end)
                        if at >= 0:
                            yield from _named(dockerfile, stage, name, at + 5 + len(name))


def _named(dockerfile: Dockerfile, stage: Stage, name: str, end: int) -> Iterator[Mention]:
    found = dockerfile.stage_named(name, stage.index)
    if found is not None and not name.isdecimal():
        start = end - len(name)
        if dockerfile.source.text[start:end] == name:
            yield Mention(found, start, end, is_definition=False)


def mention_at(dockerfile: Dockerfile, offset: int) -> Mention | None:
    """The name of a stage at an offset, or right before it."""
    return next((one for one in mentions(dockerfile) if one.start <= offset <= one.end), None)


def pairs_of(dockerfile: Dockerfile) -> Iterator[tuple[Pair, Instruction]]:
    """Every variable that an ARG or ENV declares."""
    for one in dockerfile.instructions:
        if isinstance(one, Arg | Env):
            for pair in one.pairs:
                yield pair, one


def variable_at(dockerfile: Dockerfile, offset: int) -> tuple[str, Span] | None:
    """The variable that is used or declared at an offset, and its place."""
    for pair, _ in pairs_of(dockerfile):
        if pair.key.start <= offset <= pair.key.end:
            return pair.name, Span(pair.key.start, pair.key.end)
    source = dockerfile.source
    line = source.line_span(source.line_of(min(offset, len(source.text))))
    for found in _USE.finditer(source.text, line.start, line.end):
        if found.start() <= offset <= found.end():
            name = found[1] or found[2]
            start = found.end() - len(name)
            return name, Span(start, found.end())
    return None


def uses_of(dockerfile: Dockerfile, name: str) -> Iterator[Span]:
    """Where a variable is used by name."""
    for found in _USE.finditer(dockerfile.source.text):
        if (found[1] or found[2]) == name:
            yield Span(found.end() - len(name), found.end())


def declarations_of(dockerfile: Dockerfile, name: str, offset: int) -> list[Pair]:
    """The declarations of a variable that an offset may mean: of its stage and those below it, and the global ones."""
    stage = stage_at(dockerfile, offset)
    places = {id(one) for one in stage.lineage()} if stage is not None else set()
    return [
        pair
        for pair, one in pairs_of(dockerfile)
        if pair.name == name and (one.stage is None or id(one.stage) in places or stage is None)
    ]
