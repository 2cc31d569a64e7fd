"""What every drawing of the layers shows: stages, bricks, data and volumes, read off the model once."""

from __future__ import annotations

from dockerlint_rules.model.layers.rebuilds import (
    rank,
    rebuilds,
    rebuilt_after,
    rebuilt_by,
    rebuilt_on,
)
from dockerlint_rules.model.state.server_data import server_data, volumes_of
from dockerlint_rules.project.mounts import is_mounted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from dockerlint_rules.model.context.ignore_file import IgnoreFile
    from dockerlint_rules.model.layers.rebuilds import StageSteps, Step
    from dockerlint_rules.model.stages import Dockerfile, Stage

_LONGEST = 400  # characters of an instruction that any drawing shows
_MOST_CAUSES = 60  # changes of which the effect is worked out


class Brick:
    """One instruction as it is drawn.

    ``is_layer`` parts layers from metadata; ``own`` are the kinds of change that it brings itself, each with the reason.
    ``is_rebuilt`` answers ``--changed`` (None without it), ``size`` (bytes) and ``seconds`` come from ``--history``.
    """

    __slots__ = (
        "_step", "end_line", "is_layer", "is_rebuilt", "keyword", "line", "own", "seconds", "size", "text",
    )  # fmt: skip

    def __init__(self, step: Step) -> None:
        one = step.instruction
        self.line = one.line
        self.end_line = one.end_line
        self.keyword = one.keyword
        self.text = " ".join(one.original.split())[:_LONGEST]
        self.is_layer = step.layer
        self.own = step.own
        self._step = step
        self.is_rebuilt: bool | None = None
        self.size: int | None = None
        self.seconds: float | None = None

    @property
    def kinds(self) -> list[str]:
        """The kinds of change that build it anew, its own and those from above."""
        return self._step.rebuilt_on

    @property
    def because(self) -> str:
        """Why, in words."""
        return self._step.because


class Data:
    """A folder that is written at run time: who writes it, by which line, and whether a volume holds it."""

    __slots__ = ("folder", "is_covered", "line", "owner")

    def __init__(self, owner: str, folder: str, line: int, *, is_covered: bool) -> None:
        self.owner = owner
        self.folder = folder
        self.line = line
        self.is_covered = is_covered


class Column:
    """One stage: its bricks from FROM on, the stages below it, and for the final stage its data and volumes."""

    __slots__ = ("base", "bricks", "data", "index", "is_final", "is_needed", "label", "name", "parent", "used", "volumes")  # fmt: skip

    def __init__(self, stage: Stage, steps: list[Step]) -> None:
        self.index = stage.index
        self.name = stage.name
        self.label = stage.label
        self.base = stage.base.text
        self.is_needed = stage.needed
        self.is_final = stage.is_final
        self.parent = stage.parent.index if stage.parent else None
        self.bricks = [Brick(step) for step in steps]
        # Numbers of the stages that a brick takes files from, by the brick's place.
        self.used = {
            place: step.used for place, step in enumerate(steps) if step.used and place > 0
        }
        self.data: list[Data] = []
        self.volumes: list[str] = []

    @property
    def layers(self) -> list[Brick]:
        """The bricks that are layers."""
        return [brick for brick in self.bricks if brick.is_layer]


class Cause:
    """One change, in words, and the bricks that it builds anew, each as the numbers of its stage and place."""

    __slots__ = ("bricks", "kind", "words")

    def __init__(self, kind: str, words: str, flags: list[list[bool]]) -> None:
        self.kind = kind
        self.words = words
        self.bricks = {
            (stage, place)
            for stage, one in enumerate(flags)
            for place, flag in enumerate(one)
            if flag
        }


class Picture:
    """The layers of one file."""

    __slots__ = ("asked", "causes", "changed", "columns", "path", "total")

    def __init__(
        self, path: str, columns: list[Column], causes: list[Cause], changed: list[str]
    ) -> None:
        self.path = path
        # The kinds of change, and the files that the file itself names.
        self.causes = causes
        self.asked: Cause | None = None  # what --changed asks for
        self.columns = columns
        self.changed = changed
        self.total: int | None = None  # bytes of the whole image, where a history says so

    @property
    def shown(self) -> Cause | None:
        """The change whose effect a drawing lights: ``--changed``, else the source's, else the first there is."""
        if self.asked is not None:
            return self.asked
        first = next(iter(self.causes), None)
        return next((one for one in self.causes if one.kind == "source"), first)

    def is_lit(self, stage: int, place: int) -> bool:
        """Whether a drawing lights a brick."""
        return self.shown is not None and (stage, place) in self.shown.bricks

    @property
    def final(self) -> Column | None:
        """The stage that becomes the image."""
        return next((one for one in self.columns if one.is_final), None)


def picture(
    dockerfile: Dockerfile, changed: Iterable[str] | None = None, *, files: bool = False
) -> Picture:
    """Read the picture off a file; *changed* are paths of the context.

    *files*: the effect of a change of each file that an instruction names is wanted as well.
    """
    stages = rebuilds(dockerfile)
    columns = [Column(one.stage, one.steps) for one in stages]
    for one, column in zip(stages, columns, strict=True):
        if column.is_final:
            _state(one, column)
    paths = list(changed or ())
    build = dockerfile.build
    ignore = build.context.ignore if build.context is not None else None
    found = Picture(dockerfile.filename, columns, _causes(stages, ignore, files=files), paths)
    if changed is not None:
        rebuilt = rebuilt_by(stages, paths, ignore)
        found.asked = Cause("file", ", ".join(paths), rebuilt)
        for column, flags in zip(columns, rebuilt, strict=True):
            for brick, flag in zip(column.bricks, flags, strict=True):
                brick.is_rebuilt = flag
    return found


def _causes(stages: list[StageSteps], ignore: IgnoreFile | None, *, files: bool) -> list[Cause]:
    """Each kind of change, then each file that an instruction names."""
    steps = [step for one in stages for step in one.steps]
    kinds = sorted({kind for step in steps for kind in step.own if kind[:6] != "stage:"}, key=rank)
    found = [Cause(kind, words_of(kind), rebuilt_on(stages, kind)) for kind in kinds[:_MOST_CAUSES]]
    if not files:
        return found
    sources = {source for step in steps for source in step.sources if source and "*" not in source}
    found += [
        Cause("file", source, rebuilt_by(stages, [source], ignore))
        for source in sorted(sources)[: _MOST_CAUSES - len(found)]
    ]
    layers = [step for step in steps if step.layer]
    if len(layers) <= _MOST_CAUSES:
        found += [
            Cause("step", f"line {step.instruction.line}", rebuilt_after(stages, step))
            for step in layers
        ]
    return found


def _state(one: StageSteps, column: Column) -> None:
    column.volumes = list(dict.fromkeys(volumes_of(one.stage)))
    column.data = [
        Data(data.owner, data.folder, data.instruction.line, is_covered=data.is_covered)
        for data in server_data(one.stage, is_mounted)
    ]


def words_of(kind: str) -> str:
    """A kind of change in words: ``a change of the source``."""
    name, _, said = kind.partition(":")
    return {
        "source": "a source file",
        "manifest": "a dependency manifest",
        "base": "a newer base image",
        "remote": "a remote file",
        "arg": f"the build argument {said}",
        "stage": f"files of stage {said}",
    }[name]


def human_size(size: int) -> str:
    """Bytes as docker prints them: ``12.3MB``."""
    value = float(size)
    for unit in ("B", "kB", "MB", "GB"):
        if value < 1000 or unit == "GB":
            return f"{value:.0f}{unit}" if unit == "B" or value >= 100 else f"{value:.3g}{unit}"
        value /= 1000
    raise AssertionError
