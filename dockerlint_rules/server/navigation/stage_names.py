"""Where a stage is given its name, and where the file refers to it."""

from __future__ import annotations

from dockerlint_rules.syntax.dockerfile.instructions import Copy, Onbuild, Run
from dockerlint_rules.syntax.source import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.model.stages import Dockerfile, Stage
    from dockerlint_rules.syntax.dockerfile.instruction import Flag, Instruction

NAME, NUMBER, INDIRECT = "name", "number", "indirect"
# Names that mean something else where a stage could be named.  Source: BuildKit, lint rule ReservedStageName.
RESERVED = ("scratch", "context")


class Mention(Span):
    """A place that refers to a stage.

    ``kind`` says how: NAME is its name as it is, NUMBER its number, INDIRECT neither of them (a variable, or a word
    that a line continuation cuts).
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
    """Every place that refers to a stage of the file, in order."""
    return sorted(_mentions(dockerfile), key=lambda one: one.start)


def mention_at(dockerfile: Dockerfile, offset: int) -> Mention | None:
    """The mention of a stage at an offset, or right before it."""
    return next((one for one in mentions(dockerfile) if one.start <= offset <= one.end), None)


def images_copied_from(dockerfile: Dockerfile) -> Iterator[tuple[str, int]]:
    """The images that COPY and mounts take files from, each with its line."""
    for stage in dockerfile.stages:
        for one, flag in _from_flags(stage):
            for name, _ in _names_in(dockerfile, flag):
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
        for one, flag in _from_flags(stage):
            for name, place in _names_in(dockerfile, flag):
                found = dockerfile.stage_named(name, stage.index)
                if found is None:
                    continue
                kind = NAME if found.name == name.lower() else NUMBER
                line = dockerfile.source.line_of(place[0]) if place else one.line
                if place is None:
                    place, kind = (flag.start, flag.end), INDIRECT
                yield Mention(found, place, line, kind)


def _from_flags(stage: Stage) -> Iterator[tuple[Instruction, Flag]]:
    """The flags that may name a stage, including those of instructions behind ONBUILD."""
    for one in stage.instructions:
        inner = one.trigger if isinstance(one, Onbuild) else one
        if isinstance(inner, Copy):
            for flag in inner.flags_named("from"):
                yield one, flag
        elif isinstance(inner, Run) and inner.flags:
            for flag in inner.flags_named("mount"):
                yield one, flag


def _names_in(dockerfile: Dockerfile, flag: Flag) -> Iterator[tuple[str, tuple[int, int] | None]]:
    """The names of stages or images in a flag, and where each stands; None if it is not written in one piece."""
    value = flag.value
    text = dockerfile.source.text
    # Quotes may enclose the value or the whole flag.
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
