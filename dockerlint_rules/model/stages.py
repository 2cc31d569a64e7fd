"""Stages and their graph: what each stage is built from, copies from, and whether the image includes it."""

from __future__ import annotations

from bisect import bisect_left, bisect_right

from dockerlint_rules.model.build import Build as Build
from dockerlint_rules.model.images.reference import ImageReference
from dockerlint_rules.syntax.dockerfile.instruction import Instruction, Word
from dockerlint_rules.syntax.dockerfile.instructions import (
    Cmd,
    Copy,
    Entrypoint,
    From,
    Healthcheck,
    Onbuild,
    Program,
    Run,
    Shell,
    User,
    Volume,
    Workdir,
)
from dockerlint_rules.syntax.kinds import DOCKERFILE, LAST_LINE, LintedDocument
from dockerlint_rules.syntax.source import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import Any

    from dockerlint_rules.model.packages.calls import PackageCall
    from dockerlint_rules.model.variables import Scope
    from dockerlint_rules.syntax.dockerfile.directives import Directive
    from dockerlint_rules.syntax.dockerfile.document import Document
    from dockerlint_rules.syntax.dockerfile.logical_lines import Comment, SyntaxProblem
    from dockerlint_rules.syntax.source import Source

# Docker's storage drivers allow 127 layers.  Rules that look at all of a longer chain would take quadratic time.
LONGEST_LINEAGE = 128
LONGEST_PATH = 4096  # Linux's PATH_MAX; n lines of ``WORKDIR a`` would make paths of n² characters
WILDCARDS = frozenset("*?[")  # in the patterns of COPY, .dockerignore and the shell


class Stage(Span):
    """One build stage.  Its span is that of its FROM."""

    __slots__ = (
        "_calls", "_held", "_of", "_scope", "base", "dialect", "dockerfile", "facts", "from_", "index", "instructions",
        "name", "parent", "root", "uses",
    )  # fmt: skip

    def __init__(self, dockerfile: Dockerfile, index: int, from_: From) -> None:
        super().__init__(from_.start, from_.end)
        self.dockerfile = dockerfile
        self.index = index
        self.from_ = from_
        self.name = from_.name
        self.instructions: list[Instruction] = []
        self.parent: Stage | None = None
        self.root = self  # the first stage of the lineage: its base is an image
        self.base = ImageReference.parse("")
        self.uses: list[Stage] = []
        self._calls: list[PackageCall] | None = None
        self._scope: Scope | None = None
        self._of: dict[tuple[str, ...], list[Instruction]] = {}
        self._held: set[int] = set()
        # Facts that rules have found about the whole stage. Without them, a rule that looks at the stage
        # for each instruction would take quadratic time.
        self.facts: dict[Any, Any] = {}
        self.dialect = "sh"  # the shell at the end of the stage

    def holds(self, instruction: Instruction) -> bool:
        """Whether an instruction belongs to the stage directly, and not as an ONBUILD trigger."""
        if not self._held:
            self._held = {id(own) for own in self.instructions}
        return id(instruction) in self._held

    @property
    def label(self) -> str:
        """The stage's name, or its number if it has no name."""
        return self.name or str(self.index)

    def of(self, *keywords: str) -> list[Instruction]:
        """The stage's instructions with one of these keywords (upper case), in order."""
        instructions = self._of.get(keywords)
        if instructions is None:
            # Kept, because many rules ask for the same keywords for each instruction.
            instructions = [each for each in self.instructions if each.keyword in keywords]
            self._of[keywords] = instructions
        return instructions

    @property
    def runs(self) -> list[Run]:
        """The stage's RUN instructions."""
        return self.of("RUN")  # type: ignore[return-value]

    @property
    def installs(self) -> list[PackageCall]:
        """Every package-manager call of the stage's RUNs, in order."""
        if self._calls is None:
            from dockerlint_rules.model.packages.call_reader import calls_in

            self._calls = [call for run in self.runs for call in calls_in(run)]
        return self._calls

    @property
    def scope(self) -> Scope:
        """ARG and ENV of the stage."""
        if self._scope is None:
            from dockerlint_rules.model.variables import scopes

            for scope in scopes(self.dockerfile):
                scope.stage._scope = scope
        assert self._scope is not None
        return self._scope

    def lineage(self) -> Iterator[Stage]:
        """The stage, then the stages that it is built from, the nearest first, up to ``LONGEST_LINEAGE``."""
        stage: Stage | None = self
        for _ in range(LONGEST_LINEAGE):
            if stage is None:
                return
            yield stage
            stage = stage.parent

    def _unread(self, key: object) -> list[Stage]:
        """All stages of the lineage that lack a fact, the farthest first."""
        stages: list[Stage] = []
        stage: Stage | None = self
        while stage is not None and key not in stage.facts:
            stages.append(stage)
            stage = stage.parent
        return stages[::-1]

    def gathered(self, key: object, own: Callable[[Stage], Iterable[Any]]) -> frozenset[Any]:
        """The union of what *own* returns for the stage and for each stage that it is built from.

        *own* is called once for each stage and *key*.
        """
        key = ("gathered", key)
        for stage in self._unread(key):
            above = stage.parent.facts[key] if stage.parent else frozenset()
            new = above.union(own(stage))
            stage.facts[key] = new if len(new) > len(above) else above
        return frozenset(self.facts[key])

    @property
    def is_final(self) -> bool:
        """Whether this is the stage that the build exports: the target, or else the last stage."""
        return self is self.dockerfile.final_stage

    @property
    def ships(self) -> bool:
        """Whether the image includes its layers: it is the final stage or an ancestor of it."""
        return self.index in self.dockerfile.shipped

    @property
    def needed(self) -> bool:
        """Whether the final stage uses it, through FROM, COPY --from or a mount."""
        return self.index in self.dockerfile.needed

    def last(self, *keywords: str) -> Instruction | None:
        """The last instruction with one of these keywords in the stage, or else in the stages that it is built from."""
        for stage in self.lineage():
            instructions = stage.of(*keywords)
            if instructions:
                return instructions[-1]
        return None

    @property
    def user(self) -> Word | None:
        """The user at the end of the stage; None if this file has no USER for it."""
        last = self.last("USER")
        return last.user if isinstance(last, User) else None

    @property
    def workdir(self) -> str | None:
        """The working directory at the end of the stage, variables as written; None if this file does not set it."""
        return self.workdir_before(None)

    def workdir_before(self, until: Instruction | None) -> str | None:
        """The working directory where *until* begins; None if the base image sets it."""
        starts, paths = self._workdirs()
        return paths[len(starts) if until is None else bisect_left(starts, until.start)]

    def shell_before(self, instruction: Instruction) -> list[str] | None:
        """The words of the SHELL that applies to an instruction; None if the image's own shell does."""
        start = instruction.start
        for stage in self.lineage():
            shells = stage.of("SHELL")
            count = bisect_left(shells, start, key=lambda shell: shell.start)
            if count:
                return shells[count - 1].args
        return None

    def _workdirs(self) -> tuple[list[int], list[str | None]]:
        """The offsets of the WORKDIRs, and the working directory before the first and after each."""
        for stage in self._unread("workdir"):
            path = stage.parent.facts["workdir"][1][-1] if stage.parent else None
            starts, paths = [], [path]
            for workdir in stage.of("WORKDIR"):
                if isinstance(workdir, Workdir) and workdir.path:
                    path = join_path(path, workdir.path.value)
                    path = path if len(path) <= LONGEST_PATH else None
                    starts.append(workdir.start)
                    paths.append(path)
            stage.facts["workdir"] = starts, paths
        known: tuple[list[int], list[str | None]] = self.facts["workdir"]
        return known

    @property
    def volumes(self) -> list[Word]:
        """Paths of every VOLUME of the stage and of the stages that it is built from."""
        paths: list[Word] = []
        for stage in self.lineage():
            for volume in stage.of("VOLUME"):
                paths += volume.paths if isinstance(volume, Volume) else ()
        return paths

    @property
    def start_commands(self) -> list[Program]:
        """What a container runs: the last ENTRYPOINT and the last CMD of the stage or its parents."""
        commands = [self.last("ENTRYPOINT"), self.last("CMD")]
        return [command for command in commands if isinstance(command, Cmd | Entrypoint)]


class Dockerfile(LintedDocument):
    """A document with its stages: what a rule gets."""

    # The server notes which of these a rule reads, so they are slots of this class and not of its base.
    __slots__ = (
        "_by_name",
        "_needed",
        "_shipped",
        "build",
        "document",
        "facts",
        "global_instructions",
        "global_values",
        "stages",
    )
    kind = DOCKERFILE
    is_read_by_hadolint = True
    build: Build
    facts: dict[Any, Any]  # as Stage.facts, for the whole file

    def __init__(self, document: Document, build: Build | None = None) -> None:
        self.document = document
        self.build = build or Build()
        self.stages: list[Stage] = []
        self.global_instructions: list[Instruction] = []
        self.global_values: dict[str, str] | None = None  # set by variables.global_scope
        self._needed: set[int] | None = None
        self._by_name: dict[str, list[int]] = {}
        self._shipped: set[int] | None = None
        self.facts = {}
        self._split_into_stages()
        self._link_stages()

    @classmethod
    def read(cls, source: Source, build: Build | None = None) -> Dockerfile:
        """Parse a source.  Never raises, whatever the text: look at ``errors``."""
        from dockerlint_rules.syntax.dockerfile.document import Document

        return cls(Document(source), build)

    # -- what every kind of document has -----------------------------------------------------------

    @property
    def source(self) -> Source:
        """The text that was read."""
        return self.document.source

    @property
    def filename(self) -> str:
        """The path that findings carry."""
        return self.document.source.filename

    @property
    def comments(self) -> list[Comment]:
        """Every comment line, including those inside instructions."""
        return self.document.comments

    @property
    def is_refused(self) -> bool:
        """Whether BuildKit would refuse the file."""
        return bool(self.document.errors)

    def element_at(self, line: int) -> Instruction | None:
        """The instruction whose lines hold *line*."""
        instructions = self.document.instructions
        index = bisect_right(instructions, line, key=lambda each: each.line) - 1
        if index >= 0 and instructions[index].end_line >= line:
            return instructions[index]
        return None

    def syntax_errors(self) -> tuple[int, ...]:
        """The numbers of syntax errors and of exec forms that are invalid arrays, which the shell gets as text."""
        broken_arrays = sum(
            each.form == "shell" and bool(each.words) and each.words[0].text.startswith("[")
            for each in self.instructions
        )
        return len(self.errors), broken_arrays

    def ignore_comments(self) -> Iterator[Comment]:
        """The comments, and the comment lines of heredocs that are scripts."""
        yield from self.comments
        for run in self.instructions:
            if run.keyword == "RUN" and any("#" in heredoc.content for heredoc in run.heredocs):
                from dockerlint_rules.syntax.comment_lines import comment_lines

                for heredoc in run.heredocs:
                    for comment in comment_lines(self.source, heredoc.start, heredoc.end):
                        comment.inside = run
                        yield comment

    def ignore_directives(self) -> Iterator[Directive]:
        """BuildKit's ``check=`` directives."""
        return (each for each in self.directives if each.name == "check" and not each.indented)

    def lines_of_comment(self, comment: Comment, *, whole_stage: bool = False) -> tuple[int, int]:
        """The next line inside an instruction, elsewhere the next instruction; (0, 0) if there is none."""
        if comment.inside is not None and not whole_stage:
            return super().lines_of_comment(comment)
        at = bisect_right(self.instructions, comment.line, key=lambda each: each.line)
        below = self.instructions[at] if at < len(self.instructions) else None
        if not whole_stage:
            return (below.line, below.end_line) if below is not None else (0, 0)
        # Right above a FROM, it concerns the stage that begins there.
        end = bisect_right(self.stages, comment.line, key=lambda stage: stage.from_.line)
        end += end < len(self.stages) and self.stages[end].from_ is below
        last = self.stages[end].from_.line - 1 if end < len(self.stages) else LAST_LINE
        return comment.line, last

    # -- shortcuts to what rules use most ------------------------------------------------------------

    @property
    def instructions(self) -> list[Instruction]:
        """Every instruction, in order."""
        return self.document.instructions

    @property
    def directives(self) -> list[Directive]:
        """The parser directives."""
        return self.document.directives

    @property
    def errors(self) -> list[SyntaxProblem]:
        """The syntax errors, for which BuildKit would refuse the file."""
        return self.document.errors

    @property
    def global_args(self) -> list[Instruction]:
        """The ARGs before the first FROM."""
        return [each for each in self.global_instructions if each.keyword == "ARG"]

    @property
    def final_stage(self) -> Stage | None:
        """The target stage, or the last one."""
        if not self.stages:
            return None
        target = self.build.target
        return (self.stage_named(target) if target else None) or self.stages[-1]

    def stage_named(self, name: str, before: int | None = None) -> Stage | None:
        """The last stage with that name or number before the stage number *before*."""
        count = len(self.stages) if before is None else before
        numbers = self._by_name.get(name.lower(), ())
        position = bisect_left(numbers, count)
        if position:
            return self.stages[numbers[position - 1]]
        if name.isdecimal() and int(name[:9]) < count:
            return self.stages[int(name[:9])]
        return None

    @property
    def needed(self) -> set[int]:
        """Numbers of the stages that the final stage needs."""
        if self._needed is None:
            self._needed = set()
            todo = [self.final_stage] if self.final_stage else []
            while todo:
                stage = todo.pop()
                if stage.index not in self._needed:
                    self._needed.add(stage.index)
                    todo += [*stage.uses, *([stage.parent] if stage.parent else [])]
        return self._needed

    @property
    def shipped(self) -> set[int]:
        """Numbers of the stages whose layers the image includes."""
        if self._shipped is None:
            final = self.final_stage
            self._shipped = {stage.index for stage in final.lineage()} if final else set()
        return self._shipped

    def _split_into_stages(self) -> None:
        stage: Stage | None = None
        for instruction in self.document.instructions:
            if isinstance(instruction, From):
                stage = Stage(self, len(self.stages), instruction)
                self.stages.append(stage)
                if stage.name:
                    self._by_name.setdefault(stage.name, []).append(stage.index)
            elif stage is None:
                self.global_instructions.append(instruction)
            else:
                stage.instructions.append(instruction)
            instruction.stage = stage

    def _link_stages(self) -> None:
        from dockerlint_rules.model.variables import resolve_base

        for instruction in self.global_instructions:
            inner = instruction.trigger if isinstance(instruction, Onbuild) else instruction
            if isinstance(inner, Program):
                inner.read_as(
                    "sh"
                )  # before an edit, it may have been in a stage with another shell
        named_shells = self._named_shells()
        for stage in self.stages:
            base = resolve_base(self, stage)
            # Compared as written: FROM Build does not find the stage "build".
            if base and base == base.lower() and not base.isdecimal():
                stage.parent = self.stage_named(base, stage.index)
                stage.root = stage.parent.root if stage.parent else stage
            stage.base = ImageReference.parse(base)
            self._set_shells(stage, named_shells)
            stage.uses = list(self._used_by(stage))

    def _used_by(self, stage: Stage) -> Iterator[Stage]:
        for instruction in stage.instructions:
            names: list[str] = []
            if isinstance(instruction, Copy) and instruction.from_:
                names.append(instruction.from_)
            elif isinstance(instruction, Run) and instruction.flags:
                sources = (mount.options.get("from") for mount in instruction.mounts)
                names += [name for name in sources if name]
            stages = (self.stage_named(name, stage.index) for name in names)
            yield from (used for used in stages if used)

    def _set_shells(self, stage: Stage, named: list[tuple[int, str]]) -> None:
        """Set the dialect of each instruction that a shell runs, from SHELL or from a comment in *named*."""
        dialect = "cmd" if is_windows(stage.base) else "sh"
        if named and named[0][0] < self.stages[0].from_.start:
            # The last comment before the first FROM applies to all stages.
            dialect = named[bisect_left(named, (self.stages[0].from_.start, "")) - 1][1]
        if stage.parent:
            dialect = stage.parent.dialect
        at = bisect_left(named, (stage.from_.start, ""))
        for instruction in stage.instructions:
            while at < len(named) and named[at][0] < instruction.start:
                dialect = named[at][1]
                at += 1
            inner = instruction.trigger if isinstance(instruction, Onbuild) else instruction
            if isinstance(inner, Shell) and inner.form == "json" and instruction is inner:
                from dockerlint_rules.syntax.shell.script import dialect_of

                dialect = dialect_of(inner.args)
            elif isinstance(inner, Run | Cmd | Entrypoint | Healthcheck):
                inner.read_as(dialect)
        stage.dialect = dialect

    def _named_shells(self) -> list[tuple[int, str]]:
        """The offset of each ``# hadolint shell=bash``, and the dialect that it names."""
        if "hadolint" not in self.source.text:
            return []
        from dockerlint_rules.syntax.shell.script import dialect_of

        shells = []
        for comment in self.comments:
            tool, _, setting = comment.text.lstrip("# \t").partition(" ")
            name, sign, value = setting.strip().partition("=")
            if tool == "hadolint" and name.rstrip() == "shell" and sign and value.strip():
                shells.append((comment.start, dialect_of(value.split()[:1])))
        return shells


def is_windows(base: ImageReference) -> bool:
    """Whether an image is known to be a Windows image, where cmd is the default shell."""
    text = base.text.lower()
    return "windowsservercore" in text or "nanoserver" in text or "/windows" in text


def is_below(path: str, directory: str) -> bool:
    """Whether a path is a directory itself or below it. Both are absolute and normalised."""
    return path == directory or path.startswith(directory.rstrip("/") + "/")


def join_path(base: str | None, path: str) -> str:
    """An absolute path unchanged; a relative path below *base*."""
    if path.startswith(("/", "$", "\\")) or path[1:2] == ":":
        return path
    return f"{(base or '').rstrip('/')}/{path}" if base else path


def is_shipped(stage: Stage | None) -> bool:
    """Whether the image includes the stage's layers; assumed for an instruction outside any stage."""
    return stage is None or stage.ships
