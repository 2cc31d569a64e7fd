"""Names of stages: where each is given, and where it is used."""

from __future__ import annotations

from dockerlint_rules.syntax.dockerfile.instructions import Copy, Onbuild, Run
from dockerlint_rules.syntax.source import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.model.stages import Dockerfile, Stage
    from dockerlint_rules.syntax.dockerfile.instruction import Flag, Instruction

NAME, NUMBER, INDIRECT = "name", "number", "indirect"
# What means something else wherever a stage could be named.  Source: BuildKit, lint rule ReservedStageName.
RESERVED = ("scratch", "context")


class Mention(Span):
    """A stage where it is named.

    *kind* says how: by its "name" as it is, by its "number", or in a way that shows neither ("indirect": a variable,
    a word that a continuation cuts).
    """

    __slots__ = ("is_definition", "kind", "line", "stage")

    def __init__(
        self,
        stage: Stage,
        place: tuple[int, int],
        line: int,
        kind: str = NAME,
        *,
        is_definition: bool = False,
    ) -> None:
        super().__init__(*place)
        self.stage = stage
        self.line = line
        self.kind = kind
        self.is_definition = is_definition


def mentions(dockerfile: Dockerfile) -> list[Mention]:
    """Every place where a stage of the file is named, in order."""
    return sorted(_mentions(dockerfile), key=lambda one: one.start)


def mention_at(dockerfile: Dockerfile, offset: int) -> Mention | None:
    """The name of a stage at an offset, or right before it."""
    return next((one for one in mentions(dockerfile) if one.start <= offset <= one.end), None)


def images_copied_from(dockerfile: Dockerfile) -> Iterator[tuple[str, int]]:
    """What COPY and mounts take from outside of the file: each name with the line that it stands on."""
    for stage in dockerfile.stages:
        for one, flag in _flags(stage):
            for name, _ in _sources(dockerfile, flag):
                if name and dockerfile.stage_named(name, stage.index) is None:
                    yield name, one.line


def _mentions(dockerfile: Dockerfile) -> Iterator[Mention]:
    for stage in dockerfile.stages:
        from_ = stage.from_
        word, image = from_.name_word, from_.image
        if word is not None:
            yield Mention(stage, (word.start, word.end), from_.line, is_definition=True)
        if stage.parent is not None and image is not None:
            kind = NAME if image.text.lower() == stage.parent.name else INDIRECT
            yield Mention(stage.parent, (image.start, image.end), from_.line, kind)
        for one, flag in _flags(stage):
            for name, place in _sources(dockerfile, flag):
                found = dockerfile.stage_named(name, stage.index)
                if found is None:
                    continue
                kind = NAME if found.name == name.lower() else NUMBER
                line = dockerfile.source.line_of(place[0]) if place else one.line
                if place is None:
                    place, kind = (flag.start, flag.end), INDIRECT
                yield Mention(found, place, line, kind)


def _flags(stage: Stage) -> Iterator[tuple[Instruction, Flag]]:
    """The flags that may name a stage, also of what ONBUILD keeps for later."""
    for one in stage.instructions:
        inner = one.trigger if isinstance(one, Onbuild) else one
        if isinstance(inner, Copy):
            for flag in inner.flags_named("from"):
                yield one, flag
        elif isinstance(inner, Run) and inner.flags:
            for flag in inner.flags_named("mount"):
                yield one, flag


def _sources(dockerfile: Dockerfile, flag: Flag) -> Iterator[tuple[str, tuple[int, int] | None]]:
    """What a flag takes from, and where that stands; None where it is not written in one piece as it is."""
    value = flag.value
    text = dockerfile.source.text
    # Quotes may stand around a value or around all of the flag.
    end = flag.end - (text[flag.end - 1 : flag.end] in ("'", '"'))
    start = end - len(value) if text[end - len(value) : end] == value else None
    if flag.name == "from":
        yield value, None if start is None else (start, end)
        return
    at = 0
    for field in value.split(","):
        key, _, name = field.partition("=")
        if key.strip().lower() == "from":
            bare = name.strip().strip("\"'")
            begin = at + len(key) + 1 + name.find(bare)
            yield bare, None if start is None else (start + begin, start + begin + len(bare))
        at += len(field) + 1
