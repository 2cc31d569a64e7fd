"""Names of stages: where each is given, and where it is used."""

from __future__ import annotations

from dockerlint_rules.syntax.instructions import Copy, Run
from dockerlint_rules.syntax.source import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.model.stages import Dockerfile, Stage


class Mention(Span):
    """A name of a stage where it is written."""

    __slots__ = ("is_definition", "stage")

    def __init__(self, stage: Stage, start: int, end: int, *, is_definition: bool) -> None:
        super().__init__(start, end)
        self.stage = stage
        self.is_definition = is_definition


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
