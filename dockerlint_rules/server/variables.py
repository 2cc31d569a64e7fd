"""Variables: where each is declared, and where it is used."""

from __future__ import annotations

import re

from dockerlint_rules.server.places import stage_at
from dockerlint_rules.syntax.instructions import Arg, Env
from dockerlint_rules.syntax.source import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.model.stages import Dockerfile
    from dockerlint_rules.syntax.instructions import Instruction, Pair

_USE = re.compile(r"\$(?:\{([A-Za-z_]\w*)|([A-Za-z_]\w*))")


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
