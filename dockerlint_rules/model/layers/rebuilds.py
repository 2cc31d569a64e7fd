"""After which changes an instruction is run again: the build cache, read off the Dockerfile.

Source: BuildKit.  The key of a layer is made of the layer above it, the instruction after expansion,
and the files that it takes in.  A RUN has every ARG and ENV above it in its environment; other
instructions only depend on the variables that they name.  LABEL, EXPOSE, CMD and the like write
metadata and never part the cache of what stands below them.
"""

from __future__ import annotations

from collections import Counter

from dockerlint_rules.model.context.copy_patterns import content_kinds, context_path_of, takes_in
from dockerlint_rules.model.layers.layer import makes_layer
from dockerlint_rules.model.stages import join_path
from dockerlint_rules.syntax.dockerfile.instruction import Instruction
from dockerlint_rules.syntax.dockerfile.instructions import Arg, Env, From, Onbuild, Run, Transfer
from dockerlint_rules.syntax.word_variables import variables

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from dockerlint_rules.model.context.ignore_file import IgnoreFile
    from dockerlint_rules.model.stages import Dockerfile, Stage

SOURCE, MANIFEST, BASE, REMOTE = "source", "manifest", "base", "remote"
_RANK = {SOURCE: 0, MANIFEST: 1, BASE: 2, "arg": 3, REMOTE: 4, "stage": 5}
_MOST_BEHIND = 50  # build arguments that one variable is said to depend on
_REMOTE = ("http://", "https://", "git@", "git://", "ssh://")


# Whose variables BuildKit replaces.  An ARG itself is not done again: what uses it is.
_EXPANDED = frozenset({"ADD", "ARG", "COPY", "ENV", "EXPOSE", "LABEL", "STOPSIGNAL", "USER", "VOLUME", "WORKDIR"})  # fmt: skip


def kind_order(kind: str) -> tuple[int, str]:
    """Where a kind stands in a list: source, manifest, base, arguments, remote, stages."""
    return _RANK[kind.partition(":")[0]], kind


class Step:
    """One instruction, and the kinds of change after which it is run again.

    ``own`` maps the kinds that the instruction itself brings to the reason; ``above`` those that it has from a
    layer above to the instruction that brought them.  ``sources`` are the patterns of the build context that it
    takes in, ``used`` the numbers of the stages.
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
        """The kinds of change, its own and those of the layers above it."""
        return sorted({*self.own, *self.above}, key=kind_order)

    @property
    def because(self) -> str:
        """The reasons in words: its own, then the lines that it stands below."""
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
    """Every stage with its steps.  Never raises, whatever the file holds."""
    globals_ = _global_arguments(dockerfile)
    done: list[_Walk] = []
    for stage in dockerfile.stages:
        walk = _Walk(stage, globals_, done[stage.parent.index] if stage.parent else None)
        walk.all()
        done.append(walk)
    return [StageSteps(walk.stage, walk.steps) for walk in done]


def stage_kind(stage: Stage) -> str:
    """How a stage is named among the kinds of change."""
    return f"stage:{stage.label}"


def _global_arguments(dockerfile: Dockerfile) -> dict[str, frozenset[str]]:
    """Each ARG before the first FROM, and the arguments that its value depends on."""
    found: dict[str, frozenset[str]] = {}
    for one in dockerfile.global_instructions:
        if isinstance(one, Arg):
            for pair in one.pairs:
                text = pair.value.text if pair.value else ""
                found[pair.name] = _used(text, one.escape, found) | {pair.name}
    return found


def _used(text: str, escape: str, known: dict[str, frozenset[str]]) -> frozenset[str]:
    """The build arguments behind the variables of a text."""
    found: frozenset[str] = frozenset()
    for use in variables(text, escape):
        found |= known.get(use.name, frozenset())
    return found


class _Walk:
    """One stage from its FROM down, with what the layers so far are rebuilt on."""

    def __init__(
        self, stage: Stage, globals_: dict[str, frozenset[str]], parent: _Walk | None
    ) -> None:
        self.stage = stage
        self.globals = globals_
        self.parent = parent
        self.steps: list[Step] = []
        # What the layers so far are rebuilt on, and the instruction that brought it.
        self.above: dict[str, Instruction] = dict(parent.above) if parent else {}
        # Variables in scope, and the build arguments behind their values.
        self.behind: dict[str, frozenset[str]] = dict(parent.behind) if parent else {}
        self.fixed: set[str] = set(parent.fixed) if parent else set()  # set by ENV, which beats ARG
        # How many variables of the environment depend on each build argument.
        self.environment: Counter[str] = Counter(parent.environment) if parent else Counter()
        self._sources: list[str] = []
        self._used: list[int] = []
        self._wanted: list[tuple[int, str]] | None = None
        build = stage.dockerfile.build
        self._ignore = build.context.ignore if build.context is not None else None

    def all(self) -> None:
        """Walk the stage."""
        self._from(self.stage.from_)
        if self.parent:
            # What the stage below left to be done in those that are built from it.
            for one in self.parent.stage.of("ONBUILD"):
                trigger = one.trigger if isinstance(one, Onbuild) else None
                if trigger is not None:
                    own = self._own(trigger)
                    self.steps[0].own.update(own)
                    self._layer(trigger, own)
            self.steps[0].sources = tuple(self._sources)
            self.steps[0].used += tuple(self._used)
        for one in self.stage.instructions:
            self._sources, self._used = [], []
            own = self._own(one)
            layer = makes_layer(one)
            taken = tuple(self._sources), tuple(self._used)
            self.steps.append(Step(one, layer, own, self.above, *taken))
            if layer:
                self._layer(one, own)
            if isinstance(one, Env):
                self._env(one)
            elif isinstance(one, Arg):
                self._arg(one)

    def _layer(self, one: Instruction, own: dict[str, str]) -> None:
        new = [kind for kind in own if kind not in self.above]
        if new:  # else the same object goes on, so that a long file does not cost its square
            self.above = {**self.above, **dict.fromkeys(new, one)}

    # -- variables --------------------------------------------------------------------------------

    def _set(self, name: str, behind: frozenset[str]) -> None:
        if len(behind) > _MOST_BEHIND:  # each of a long chain would name all before it
            behind = frozenset(sorted(behind)[:_MOST_BEHIND])
        self.environment.subtract(self.behind.get(name, ()))
        self.environment.update(behind)
        self.behind[name] = behind

    def _env(self, one: Env) -> None:
        # All values of one ENV are of before it.
        values = [
            (pair.name, _used(pair.value.text if pair.value else "", one.escape, self.behind))
            for pair in one.pairs
        ]
        for name, behind in values:
            self._set(name, behind)
            self.fixed.add(name)

    def _arg(self, one: Arg) -> None:
        for pair in one.pairs:
            if pair.name in self.fixed:
                continue
            behind = frozenset((pair.name,))
            if pair.value is not None:
                behind |= _used(pair.value.text, one.escape, self.behind)
            else:
                behind |= self.globals.get(pair.name, frozenset())
            self._set(pair.name, behind)

    def _in_environment(self) -> list[str]:
        """The build arguments whose values every RUN sees."""
        return sorted(name for name, count in self.environment.items() if count > 0)

    # -- what an instruction brings ---------------------------------------------------------------

    def _from(self, from_: From) -> None:
        own: dict[str, str] = {}
        texts = [from_.image.text] if from_.image else []
        texts += [flag.value for flag in from_.flags]
        for text in texts:
            for name in sorted(_used(text, from_.escape, self.globals)):
                own[f"arg:{name}"] = f"the build argument {name} names the base image"
        base = self.stage.base
        if not self.parent and base.text != "scratch" and not base.digest:
            own[BASE] = f"'{base.text}' may point to a newer image"
        used = (self.parent.stage.index,) if self.parent else ()
        self.steps.append(Step(from_, layer=False, own=own, above=self.above, used=used))
        self._layer(from_, own)

    def _own(self, one: Instruction) -> dict[str, str]:
        own: dict[str, str] = {}
        if one.errors:
            return own
        if isinstance(one, Run):
            names = self._in_environment()
            reason = _environment_of(names)
            for name in names:
                own[f"arg:{name}"] = reason
            self._mounts(one, own)
            return own
        if one.keyword not in _EXPANDED:
            return own  # ONBUILD: done in the stages and images that are built from this one
        for name in sorted(self._named(one)):
            own[f"arg:{name}"] = f"its text depends on the build argument {name}"
        if isinstance(one, Transfer):
            self._transfer(one, own)
        return own

    def _named(self, one: Instruction) -> frozenset[str]:
        """The build arguments behind the variables that an instruction's own text names."""
        if not self.behind:
            return frozenset()
        found = _used(one.logical.text, one.escape, self.behind)
        for heredoc in one.heredocs:
            if heredoc.expand:
                found |= _used(heredoc.content, one.escape, self.behind)
        return found

    def _mounts(self, run: Run, own: dict[str, str]) -> None:
        if not run.flags:
            return
        for mount in run.mounts:
            if mount.options.get("from"):
                self._stage_or_image(mount.options["from"], own, "mounts files")
            elif mount.type == "bind":
                path = mount.options.get("source") or mount.options.get("src") or "."
                self._files([path], own, "mounts", mount.target or "/", run.start - 1)

    def _transfer(self, one: Transfer, own: dict[str, str]) -> None:
        if one.from_ is not None:
            self._stage_or_image(one.from_, own, "copies files")
            return
        paths = []
        for word in one.sources:
            text = word.value
            if text.startswith("<<"):
                continue  # the text itself, which is part of the instruction
            if text.lower().startswith(_REMOTE):
                if one.keyword == "ADD" and not one.flag("checksum"):
                    own[REMOTE] = f"the content of '{text}' may have changed"
            else:
                paths.append(text)
        if paths:
            destination = one.destination.value if one.destination else "."
            self._files(paths, own, "copies", self._absolute(one, destination), one.start)

    def _absolute(self, one: Instruction, path: str) -> str:
        at = self.stage.workdir_before(one) or "/"
        return join_path(at, "" if path in (".", "./") else path.removeprefix("./")).rstrip("/")

    def _stage_or_image(self, name: str, own: dict[str, str], what: str) -> None:
        found = self.stage.dockerfile.stage_named(name, self.stage.index)
        if found is not None:
            own[stage_kind(found)] = f"{what} from stage '{found.label}'"
            self._used.append(found.index)
        elif "@" not in name:
            own[BASE] = f"{what} from the image '{name}', which may be a newer one"

    def _files(
        self, paths: Iterable[str], own: dict[str, str], what: str, target: str, after: int
    ) -> None:
        """What files of the context an instruction could take in; *target* is read by installs behind *after*."""
        for path in paths:
            plain = context_path_of(_globbed(path))
            self._sources.append(plain)
            source, manifest = content_kinds(plain, self._ignore)
            if source and not manifest:
                if self._wanted is None:  # perf: reads every RUN's script
                    self._wanted = _wanted_manifests(self.stage)
                manifest = any(
                    start > after and wanted.startswith(f"{target}/")
                    for start, wanted in self._wanted
                )
            reason = f"{what} {_shown(path) if plain else 'the whole build context'}"
            if source:
                own.setdefault(SOURCE, reason)
            if manifest:
                own.setdefault(MANIFEST, reason)


def _environment_of(names: list[str]) -> str:
    """Why a RUN depends on build arguments; of many the first are named, as each RUN below has them all."""
    if len(names) == 1:
        return f"the build argument {names[0]} is in its environment"
    more = f" and {len(names) - 3} more" if len(names) > 4 else ""
    first = names[:3] if more else names
    return f"the build arguments {', '.join(first)}{more} are in its environment"


def _shown(path: str) -> str:
    return f"'{path}'"


def _globbed(path: str) -> str:
    """A source with what its variables may hold as ``*``."""
    uses = variables(path)
    for use in reversed(uses):
        path = f"{path[: use.start]}*{path[use.end :]}"
    return path


def _wanted_manifests(stage: Stage) -> list[tuple[int, str]]:
    """Where the stage's installs stand, and the absolute paths of the manifests that they read."""
    from dockerlint_rules.model.packages.dependency_installs import dependency_install, installers

    found = []
    programs = installers()
    for run in stage.runs:
        if not any(program in run.text for program in programs):
            continue  # perf: its script is not read
        for command in run.commands:
            install = dependency_install(command)
            if install is not None:
                at = stage.workdir_before(run) or "/"
                found.append((run.start, join_path(at, install.wanted)))
    return found


def rebuilt_by(
    stages: list[StageSteps], paths: Iterable[str], ignore: IgnoreFile | None
) -> list[list[bool]]:
    """For each stage and step, whether a change of these paths of the context (relative) rebuilds it."""
    changed = [
        path for path in map(context_path_of, paths) if ignore is None or not ignore.ignores(path)
    ]

    def takes(step: Step) -> bool:
        return any(takes_in(source, path) for source in step.sources for path in changed)

    return _spread(stages, takes)


def rebuilt_on(stages: list[StageSteps], kind: str) -> list[list[bool]]:
    """For each stage and step, whether one kind of change rebuilds it, through other stages as well."""
    return _spread(stages, lambda step: kind in step.own)


def rebuilt_after(stages: list[StageSteps], one: Step) -> list[list[bool]]:
    """For each stage and step, whether it is rebuilt when one step is, for any reason."""
    return _spread(stages, lambda step: step is one)


def _spread(stages: list[StageSteps], is_hit: Callable[[Step], bool]) -> list[list[bool]]:
    """From the steps that are hit on: all below them, and what takes files from their stage."""
    found: list[list[bool]] = []
    rebuilt_stages: list[bool] = []
    for one in stages:
        dirty = False
        flags = []
        for step in one.steps:
            own = is_hit(step) or any(rebuilt_stages[number] for number in step.used)
            flags.append(dirty or own)
            dirty = dirty or (own and (step.layer or step.instruction.keyword == "FROM"))
        rebuilt_stages.append(dirty)
        found.append(flags)
    return found
