"""The build cache: which changes make BuildKit run an instruction again.

Source: BuildKit.  The cache key of a layer consists of the layer above it, the instruction after expansion, and the
files that it reads.  A RUN has every ARG and ENV above it in its environment; other instructions only depend on the
variables that they name.  LABEL, EXPOSE, CMD and the like write metadata and do not affect the cache of the
instructions below them.
"""

from __future__ import annotations

from collections import Counter

from dockerlint_rules.model.context.copy_patterns import content_kinds, context_path_of, takes_in
from dockerlint_rules.model.layers.layer import makes_layer
from dockerlint_rules.model.stages import join_path
from dockerlint_rules.syntax.dockerfile.instruction import Instruction
from dockerlint_rules.syntax.dockerfile.instructions import Arg, CopyOrAdd, Env, From, Onbuild, Run
from dockerlint_rules.syntax.word_variables import variables

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from dockerlint_rules.model.context.ignore_file import IgnoreFile
    from dockerlint_rules.model.stages import Dockerfile, Stage

SOURCE, MANIFEST, BASE, REMOTE = "source", "manifest", "base", "remote"
_RANK = {SOURCE: 0, MANIFEST: 1, BASE: 2, "arg": 3, REMOTE: 4, "stage": 5}
_MAX_ARGUMENTS = 50  # that are listed for one variable
_REMOTE = ("http://", "https://", "git@", "git://", "ssh://")


# Instructions in which BuildKit expands variables.  An ARG itself does not run again, but what uses it does.
_EXPANDED = frozenset(
    ("ADD", "ARG", "COPY", "ENV", "EXPOSE", "LABEL", "STOPSIGNAL", "USER", "VOLUME", "WORKDIR")
)


def kind_order(kind: str) -> tuple[int, str]:
    """Sort key of a kind of change: source, manifest, base, arguments, remote, stages."""
    return _RANK[kind.partition(":")[0]], kind


class Step:
    """One instruction, and the kinds of change that make it run again.

    ``own`` maps each kind that concerns the instruction itself to the reason. ``above`` maps each kind that concerns a
    layer above it to the instruction of that layer.  ``sources`` are the patterns of the build context that it reads,
    ``used`` are the numbers of the stages that it reads from.
    """

    __slots__ = ("above", "instruction", "layer", "own", "sources", "used")

    def __init__(
        self,
        instruction: Instruction,
        layer: bool,
        own: dict[str, str],
        above: dict[str, Instruction],
        sources: tuple[str, ...] = (),
        used: tuple[int, ...] = (),
    ) -> None:
        self.sources = sources
        self.used = used
        self.instruction = instruction
        self.layer = layer
        self.own = own
        self.above = above

    @property
    def rebuilt_on(self) -> list[str]:
        """All kinds of change that make it run again, sorted."""
        return sorted({*self.own, *self.above}, key=kind_order)

    @property
    def because(self) -> str:
        """The reasons in words: its own, then the lines above it that run again."""
        reasons = list(dict.fromkeys(self.own.values()))
        lines: dict[int, list[str]] = {}
        for kind, origin in self.above.items():
            if kind not in self.own:
                lines.setdefault(origin.line, []).append(kind)
        for line, kinds in sorted(lines.items()):
            reasons.append(f"below line {line} ({', '.join(sorted(kinds, key=kind_order))})")
        return "; ".join(reasons)


class StageSteps:
    """The steps of one stage, its FROM first."""

    __slots__ = ("stage", "steps")

    def __init__(self, stage: Stage, steps: list[Step]) -> None:
        self.stage = stage
        self.steps = steps


def rebuilds(dockerfile: Dockerfile) -> list[StageSteps]:
    """Every stage with its steps.  Never raises, whatever the file contains."""
    globals_ = _global_arguments(dockerfile)
    walks: list[_StageWalk] = []
    for stage in dockerfile.stages:
        walk = _StageWalk(stage, globals_, walks[stage.parent.index] if stage.parent else None)
        walk.run()
        walks.append(walk)
    return [StageSteps(walk.stage, walk.steps) for walk in walks]


def stage_kind(stage: Stage) -> str:
    """The kind of change for a stage: "stage:NAME"."""
    return f"stage:{stage.label}"


def _global_arguments(dockerfile: Dockerfile) -> dict[str, frozenset[str]]:
    """Each ARG before the first FROM, with the build arguments that its value depends on."""
    arguments: dict[str, frozenset[str]] = {}
    for instruction in dockerfile.global_instructions:
        if isinstance(instruction, Arg):
            for pair in instruction.pairs:
                text = pair.value.text if pair.value else ""
                used = _used_arguments(text, instruction.escape, arguments)
                arguments[pair.name] = used | {pair.name}
    return arguments


def _used_arguments(text: str, escape: str, known: dict[str, frozenset[str]]) -> frozenset[str]:
    """The build arguments that the variables of a text depend on."""
    arguments: frozenset[str] = frozenset()
    for use in variables(text, escape):
        arguments |= known.get(use.name, frozenset())
    return arguments


class _StageWalk:
    """Walks one stage from its FROM down and records what rebuilds each step."""

    def __init__(
        self, stage: Stage, globals_: dict[str, frozenset[str]], parent: _StageWalk | None
    ) -> None:
        self.stage = stage
        self.globals = globals_
        self.parent = parent
        self.steps: list[Step] = []
        # The kinds of change that rebuild the layers so far, each with the instruction of the first such layer.
        self.above: dict[str, Instruction] = dict(parent.above) if parent else {}
        # The variables in scope, each with the build arguments that its value depends on.
        self.arguments: dict[str, frozenset[str]] = dict(parent.arguments) if parent else {}
        # Names that ENV sets: its value takes precedence over that of ARG.
        self.set_by_env: set[str] = set(parent.set_by_env) if parent else set()
        # How many variables of the environment depend on each build argument.
        self.environment: Counter[str] = Counter(parent.environment) if parent else Counter()
        self._sources: list[str] = []
        self._used: list[int] = []
        self._wanted: list[tuple[int, str]] | None = None
        build = stage.dockerfile.build
        self._ignore = build.context.ignore if build.context is not None else None

    def run(self) -> None:
        """Walk the stage."""
        self._add_from(self.stage.from_)
        if self.parent:
            # The ONBUILD triggers of the parent stage run right after FROM.
            for onbuild in self.parent.stage.of("ONBUILD"):
                trigger = onbuild.trigger if isinstance(onbuild, Onbuild) else None
                if trigger is not None:
                    own = self._own_reasons(trigger)
                    self.steps[0].own.update(own)
                    self._add_layer(trigger, own)
            self.steps[0].sources = tuple(self._sources)
            self.steps[0].used += tuple(self._used)
        for instruction in self.stage.instructions:
            self._sources, self._used = [], []
            own = self._own_reasons(instruction)
            layer = makes_layer(instruction)
            sources, used = tuple(self._sources), tuple(self._used)
            self.steps.append(Step(instruction, layer, own, self.above, sources, used))
            if layer:
                self._add_layer(instruction, own)
            if isinstance(instruction, Env):
                self._apply_env(instruction)
            elif isinstance(instruction, Arg):
                self._apply_arg(instruction)

    def _add_layer(self, instruction: Instruction, own: dict[str, str]) -> None:
        new = [kind for kind in own if kind not in self.above]
        if new:  # perf: else the steps share one object, so that a long file does not take quadratic time
            self.above = {**self.above, **dict.fromkeys(new, instruction)}

    # -- variables --------------------------------------------------------------------------------

    def _set(self, name: str, arguments: frozenset[str]) -> None:
        if (
            len(arguments) > _MAX_ARGUMENTS
        ):  # in a long chain, each variable depends on all before it
            arguments = frozenset(sorted(arguments)[:_MAX_ARGUMENTS])
        self.environment.subtract(self.arguments.get(name, ()))
        self.environment.update(arguments)
        self.arguments[name] = arguments

    def _apply_env(self, env: Env) -> None:
        # All values of an ENV see the state before it.
        values = [
            (pair.name, self._arguments_of(pair.value.text if pair.value else "", env.escape))
            for pair in env.pairs
        ]
        for name, arguments in values:
            self._set(name, arguments)
            self.set_by_env.add(name)

    def _apply_arg(self, arg: Arg) -> None:
        for pair in arg.pairs:
            if pair.name in self.set_by_env:
                continue
            arguments = frozenset((pair.name,))
            if pair.value is not None:
                arguments |= self._arguments_of(pair.value.text, arg.escape)
            else:
                arguments |= self.globals.get(pair.name, frozenset())
            self._set(pair.name, arguments)

    def _arguments_of(self, text: str, escape: str) -> frozenset[str]:
        return _used_arguments(text, escape, self.arguments)

    def _arguments_in_environment(self) -> list[str]:
        """The build arguments whose values every RUN sees."""
        return sorted(name for name, count in self.environment.items() if count > 0)

    # -- the reasons of one instruction -----------------------------------------------------------

    def _add_from(self, from_: From) -> None:
        own: dict[str, str] = {}
        texts = [from_.image.text] if from_.image else []
        texts += [flag.value for flag in from_.flags]
        for text in texts:
            for name in sorted(_used_arguments(text, from_.escape, self.globals)):
                own[f"arg:{name}"] = f"the build argument {name} names the base image"
        base = self.stage.base
        if not self.parent and base.text != "scratch" and not base.digest:
            own[BASE] = f"'{base.text}' may point to a newer image"
        used = (self.parent.stage.index,) if self.parent else ()
        self.steps.append(Step(from_, layer=False, own=own, above=self.above, used=used))
        self._add_layer(from_, own)

    def _own_reasons(self, instruction: Instruction) -> dict[str, str]:
        """The kinds of change that concern the instruction itself, each with its reason."""
        own: dict[str, str] = {}
        if instruction.errors:
            return own
        if isinstance(instruction, Run):
            names = self._arguments_in_environment()
            reason = _environment_reason(names)
            for name in names:
                own[f"arg:{name}"] = reason
            self._add_mounts(instruction, own)
            return own
        if instruction.keyword not in _EXPANDED:
            return own  # ONBUILD too: it runs in the stages and images that are built from this one
        for name in sorted(self._arguments_in_text(instruction)):
            own[f"arg:{name}"] = f"its text depends on the build argument {name}"
        if isinstance(instruction, CopyOrAdd):
            self._add_transfer(instruction, own)
        return own

    def _arguments_in_text(self, instruction: Instruction) -> frozenset[str]:
        """The build arguments that the variables in an instruction's text depend on."""
        if not self.arguments:
            return frozenset()
        arguments = self._arguments_of(instruction.logical.text, instruction.escape)
        for heredoc in instruction.heredocs:
            if heredoc.expand:
                arguments |= self._arguments_of(heredoc.content, instruction.escape)
        return arguments

    def _add_mounts(self, run: Run, own: dict[str, str]) -> None:
        if not run.flags:
            return
        for mount in run.mounts:
            if mount.options.get("from"):
                self._add_stage_or_image(mount.options["from"], own, "mounts files")
            elif mount.type == "bind":
                path = mount.options.get("source") or mount.options.get("src") or "."
                self._add_files([path], own, "mounts", mount.target or "/", run.start - 1)

    def _add_transfer(self, transfer: CopyOrAdd, own: dict[str, str]) -> None:
        if transfer.from_ is not None:
            self._add_stage_or_image(transfer.from_, own, "copies files")
            return
        paths = []
        for word in transfer.sources:
            text = word.value
            if text.startswith("<<"):
                continue  # a heredoc, whose text is part of the instruction
            if text.lower().startswith(_REMOTE):
                if transfer.keyword == "ADD" and not transfer.flag("checksum"):
                    own[REMOTE] = f"the content of '{text}' may have changed"
            else:
                paths.append(text)
        if paths:
            destination = transfer.destination.value if transfer.destination else "."
            target = self._absolute_path(transfer, destination)
            self._add_files(paths, own, "copies", target, transfer.start)

    def _absolute_path(self, instruction: Instruction, path: str) -> str:
        workdir = self.stage.workdir_before(instruction) or "/"
        relative = "" if path in (".", "./") else path.removeprefix("./")
        return join_path(workdir, relative).rstrip("/")

    def _add_stage_or_image(self, name: str, own: dict[str, str], verb: str) -> None:
        stage = self.stage.dockerfile.stage_named(name, self.stage.index)
        if stage is not None:
            own[stage_kind(stage)] = f"{verb} from stage '{stage.label}'"
            self._used.append(stage.index)
        elif "@" not in name:
            own[BASE] = f"{verb} from the image '{name}', which may be a newer one"

    def _add_files(
        self, paths: Iterable[str], own: dict[str, str], verb: str, target: str, after: int
    ) -> None:
        """Add the kinds of files of the context that an instruction could read.

        Source files count as manifests too if an install after the offset *after* reads a manifest below *target*.
        """
        for path in paths:
            pattern = context_path_of(_variables_as_wildcards(path))
            self._sources.append(pattern)
            source, manifest = content_kinds(pattern, self._ignore)
            if source and not manifest:
                if self._wanted is None:  # perf: reads every RUN's script
                    self._wanted = _wanted_manifests(self.stage)
                manifest = any(
                    start > after and wanted.startswith(f"{target}/")
                    for start, wanted in self._wanted
                )
            shown_path = f"'{path}'" if pattern else "the whole build context"
            reason = f"{verb} {shown_path}"
            if source:
                own.setdefault(SOURCE, reason)
            if manifest:
                own.setdefault(MANIFEST, reason)


def _environment_reason(names: list[str]) -> str:
    """Why a RUN depends on build arguments; names at most four of them."""
    if len(names) == 1:
        return f"the build argument {names[0]} is in its environment"
    more = f" and {len(names) - 3} more" if len(names) > 4 else ""
    first = names[:3] if more else names
    return f"the build arguments {', '.join(first)}{more} are in its environment"


def _variables_as_wildcards(path: str) -> str:
    """Replace the variables of a source with ``*``."""
    uses = variables(path)
    for use in reversed(uses):
        path = f"{path[: use.start]}*{path[use.end :]}"
    return path


def _wanted_manifests(stage: Stage) -> list[tuple[int, str]]:
    """The manifests that the stage's installs read: the offset of the RUN, and the absolute path."""
    from dockerlint_rules.model.packages.dependency_installs import dependency_install, installers

    manifests = []
    programs = installers()
    for run in stage.runs:
        if not any(program in run.text for program in programs):
            continue  # perf: avoids parsing the script
        for command in run.commands:
            install = dependency_install(command)
            if install is not None:
                workdir = stage.workdir_before(run) or "/"
                manifests.append((run.start, join_path(workdir, install.wanted)))
    return manifests


def rebuilt_by(
    stages: list[StageSteps], paths: Iterable[str], ignore: IgnoreFile | None
) -> list[list[bool]]:
    """For each stage and step, whether a change of these paths of the context (relative) rebuilds it."""
    changed = [
        path for path in map(context_path_of, paths) if ignore is None or not ignore.ignores(path)
    ]

    def reads_changed_path(step: Step) -> bool:
        return any(takes_in(source, path) for source in step.sources for path in changed)

    return _spread(stages, reads_changed_path)


def rebuilt_on(stages: list[StageSteps], kind: str) -> list[list[bool]]:
    """For each stage and step, whether one kind of change rebuilds it, directly or through another stage."""
    return _spread(stages, lambda step: kind in step.own)


def rebuilt_after(stages: list[StageSteps], changed: Step) -> list[list[bool]]:
    """For each stage and step, whether it is rebuilt when the step *changed* is."""
    return _spread(stages, lambda step: step is changed)


def _spread(stages: list[StageSteps], is_changed: Callable[[Step], bool]) -> list[list[bool]]:
    """Mark the changed steps, all steps below them, and the steps that copy from their stage."""
    marks: list[list[bool]] = []
    rebuilt_stages: list[bool] = []
    for stage_steps in stages:
        is_layer_rebuilt = False
        stage_marks = []
        for step in stage_steps.steps:
            own = is_changed(step) or any(rebuilt_stages[number] for number in step.used)
            stage_marks.append(is_layer_rebuilt or own)
            makes_layer_or_base = step.layer or step.instruction.keyword == "FROM"
            is_layer_rebuilt = is_layer_rebuilt or (own and makes_layer_or_base)
        rebuilt_stages.append(is_layer_rebuilt)
        marks.append(stage_marks)
    return marks
