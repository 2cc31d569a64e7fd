"""The layer map: what every drawing shows of the stages, their instructions, data and volumes."""

from __future__ import annotations

from dockerlint_rules.findings.secrets import masked
from dockerlint_rules.model.layers.rebuilds import (
    kind_order,
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
_MOST_CAUSES = 60  # changes whose effect is worked out


class MapStep:
    """One instruction of the map.

    ``is_layer`` tells layers from metadata; ``own`` maps the kinds of change that rebuild the instruction itself to
    the reason.
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
        self.text = masked(" ".join(one.original.split()))[:_LONGEST]
        self.is_layer = step.layer
        self.own = {kind: masked(reason) for kind, reason in step.own.items()}
        self._step = step
        self.is_rebuilt: bool | None = None
        self.size: int | None = None
        self.seconds: float | None = None

    @property
    def kinds(self) -> list[str]:
        """The kinds of change that rebuild it, its own and those from above."""
        return self._step.rebuilt_on

    @property
    def because(self) -> str:
        """The reasons, in words."""
        return masked(self._step.because)


class ServerDirectory:
    """A directory that a server writes to: the server, the line that installs it, and whether a volume holds the
    data.
    """

    __slots__ = ("folder", "is_covered", "line", "owner")

    def __init__(self, owner: str, folder: str, line: int, *, is_covered: bool) -> None:
        self.owner = owner
        self.folder = folder
        self.line = line
        self.is_covered = is_covered


class StageColumn:
    """One stage: its steps starting with FROM, the stages that it uses, and for the final stage its data and
    volumes.
    """

    __slots__ = (
        "base",
        "data",
        "index",
        "is_final",
        "is_needed",
        "label",
        "name",
        "parent",
        "steps",
        "used",
        "volumes",
    )

    def __init__(self, stage: Stage, steps: list[Step]) -> None:
        self.index = stage.index
        self.name = masked(stage.name) if stage.name is not None else None
        self.label = masked(stage.label)
        self.base = masked(stage.base.text)
        self.is_needed = stage.needed
        self.is_final = stage.is_final
        self.parent = stage.parent.index if stage.parent else None
        self.steps = [MapStep(step) for step in steps]
        # Numbers of the stages that a step copies files from, by the place of the step.
        self.used = {
            place: step.used for place, step in enumerate(steps) if step.used and place > 0
        }
        self.data: list[ServerDirectory] = []
        self.volumes: list[str] = []

    @property
    def layers(self) -> list[MapStep]:
        """The steps that are layers."""
        return [step for step in self.steps if step.is_layer]


class LayerChange:
    """One change, in words, and the steps that it rebuilds, each as the numbers of its stage and place."""

    __slots__ = ("kind", "steps", "words")

    def __init__(self, kind: str, words: str, flags: list[list[bool]]) -> None:
        self.kind = kind
        self.words = masked(words)
        self.steps = {
            (stage, place)
            for stage, one in enumerate(flags)
            for place, flag in enumerate(one)
            if flag
        }


class LayerMap:
    """The layers of one file."""

    __slots__ = ("causes", "changed", "columns", "path", "requested", "total")

    def __init__(
        self, path: str, columns: list[StageColumn], causes: list[LayerChange], changed: list[str]
    ) -> None:
        self.path = path
        # The kinds of change, and the files that the file itself names.
        self.causes = causes
        self.requested: LayerChange | None = None  # the change that --changed asks for
        self.columns = columns
        self.changed = changed
        self.total: int | None = None  # bytes of the whole image, where a history says so

    @property
    def highlighted(self) -> LayerChange | None:
        """The change whose effect a drawing highlights: ``--changed``, else that of a source file, else the first."""
        if self.requested is not None:
            return self.requested
        first = next(iter(self.causes), None)
        return next((one for one in self.causes if one.kind == "source"), first)

    def is_highlighted(self, stage: int, place: int) -> bool:
        """Whether a drawing highlights a step."""
        return self.highlighted is not None and (stage, place) in self.highlighted.steps

    @property
    def final(self) -> StageColumn | None:
        """The stage that becomes the image."""
        return next((one for one in self.columns if one.is_final), None)


def map_layers(
    dockerfile: Dockerfile, changed: Iterable[str] | None = None, *, files: bool = False
) -> LayerMap:
    """Make the layer map of a file.  *changed* are paths of the build context.

    With *files* it also has the effect of changing each file that an instruction names.
    """
    stages = rebuilds(dockerfile)
    columns = [StageColumn(one.stage, one.steps) for one in stages]
    for one, column in zip(stages, columns, strict=True):
        if column.is_final:
            _add_data(one, column)
    paths = list(changed or ())
    build = dockerfile.build
    ignore = build.context.ignore if build.context is not None else None
    found = LayerMap(dockerfile.filename, columns, _causes(stages, ignore, files=files), paths)
    if changed is not None:
        rebuilt = rebuilt_by(stages, paths, ignore)
        found.requested = LayerChange("file", ", ".join(paths), rebuilt)
        for column, flags in zip(columns, rebuilt, strict=True):
            for step, flag in zip(column.steps, flags, strict=True):
                step.is_rebuilt = flag
    return found


def _causes(
    stages: list[StageSteps], ignore: IgnoreFile | None, *, files: bool
) -> list[LayerChange]:
    """Each kind of change, then each file that an instruction names."""
    steps = [step for one in stages for step in one.steps]
    kinds = sorted(
        {kind for step in steps for kind in step.own if kind[:6] != "stage:"}, key=kind_order
    )
    found = [
        LayerChange(kind, words_of(kind), rebuilt_on(stages, kind)) for kind in kinds[:_MOST_CAUSES]
    ]
    if not files:
        return found
    sources = {source for step in steps for source in step.sources if source and "*" not in source}
    found += [
        LayerChange("file", source, rebuilt_by(stages, [source], ignore))
        for source in sorted(sources)[: _MOST_CAUSES - len(found)]
    ]
    layers = [step for step in steps if step.layer]
    if len(layers) <= _MOST_CAUSES:
        found += [
            LayerChange("step", f"line {step.instruction.line}", rebuilt_after(stages, step))
            for step in layers
        ]
    return found


def _add_data(one: StageSteps, column: StageColumn) -> None:
    column.volumes = list(dict.fromkeys(volumes_of(one.stage)))
    column.data = [
        ServerDirectory(
            data.owner, data.directory, data.instruction.line, is_covered=data.is_covered
        )
        for data in server_data(one.stage, is_mounted)
    ]


def words_of(kind: str) -> str:
    """What a kind of change changes, in words: ``a source file``."""
    name, _, detail = kind.partition(":")
    return {
        "source": "a source file",
        "manifest": "a dependency manifest",
        "base": "the base image",
        "remote": "a remote file",
        "arg": f"the build argument {detail}",
        "stage": f"files of stage {detail}",
    }[name]


def human_size(size: int) -> str:
    """Bytes as docker prints them: ``12.3MB``."""
    value = float(size)
    for unit in ("B", "kB", "MB", "GB"):
        if value < 1000 or unit == "GB":
            return f"{value:.0f}{unit}" if unit == "B" or value >= 100 else f"{value:.3g}{unit}"
        value /= 1000
    raise AssertionError
