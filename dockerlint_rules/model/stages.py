"""Stages and their graph: what each is built from, copies from, and whether it ships."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from itertools import takewhile

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

DEFAULT_SHELL = ("/bin/sh", "-c")


class Stage(Span):
    """One build stage.  Its span is that of its FROM."""

    __slots__ = (
        "_calls", "_held", "_of", "_scope", "base", "dialect", "dockerfile", "facts", "from_", "index", "instructions", "name", "parent", "uses",
    )  # fmt: skip

    def __init__(self, dockerfile: Dockerfile, index: int, from_: From) -> None:
        super().__init__(from_.start, from_.end)
        self.dockerfile = dockerfile
        self.index = index
        self.from_ = from_
        self.name = from_.name
        self.instructions: list[Instruction] = []
        self.parent: Stage | None = None
        self.base = ImageReference.parse("")
        self.uses: list[Stage] = []
        self._calls: list[PackageCall] | None = None
        self._scope: Scope | None = None
        self._of: dict[tuple[str, ...], list[Instruction]] = {}
        self._held: set[int] = set()
        # What rules have found out about the whole stage, so that asking for each instruction stays linear.
        self.facts: dict[Any, Any] = {}
        self.dialect = "sh"  # the shell at the end of the stage

    def holds(self, one: Instruction) -> bool:
        """Whether an instruction stands in the stage itself, and not inside an ONBUILD."""
        if not self._held:
            self._held = {id(mine) for mine in self.instructions}
        return id(one) in self._held

    @property
    def label(self) -> str:
        """The stage's name, or its number for one without."""
        return self.name or str(self.index)

    def of(self, *keywords: str) -> list[Instruction]:
        """The stage's instructions with one of these keywords (upper case), in order."""
        found = self._of.get(keywords)
        if found is None:
            # Kept, because many rules ask for the same again for each instruction.
            found = self._of[keywords] = [
                one for one in self.instructions if one.keyword in keywords
            ]
        return found

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
            from dockerlint_rules.model.variables import Scope

            # From the root on, without recursion: a file may hold thousands of stages on end.
            for stage in reversed([*self.lineage()]):
                if stage._scope is None:
                    stage._scope = Scope(stage)
        assert self._scope is not None
        return self._scope

    def lineage(self) -> Iterator[Stage]:
        """The stage, then those it is built from, the nearest first."""
        stage: Stage | None = self
        while stage is not None:
            yield stage
            stage = stage.parent

    def gathered(self, key: object, own: Callable[[Stage], Iterable[Any]]) -> frozenset[Any]:
        """What *own* says of the stage and of all that it is built from; each stage is asked once."""
        found: frozenset[Any] = frozenset()
        todo = []
        for stage in self.lineage():
            known = stage.facts.get(("gathered", key))
            if known is not None:
                found = known
                break
            todo.append(stage)
        for stage in reversed(todo):
            found = found.union(own(stage))
            stage.facts[("gathered", key)] = found
        return found

    @property
    def root(self) -> Stage:
        """The stage whose base is an image from outside."""
        *_, last = self.lineage()
        return last

    @property
    def is_final(self) -> bool:
        """Whether this is what the build gives: the target, or else the last stage."""
        return self is self.dockerfile.final_stage

    @property
    def ships(self) -> bool:
        """Whether its layers are in the result: it is the final stage or one that is built upon there."""
        return self.index in self.dockerfile.shipped

    @property
    def needed(self) -> bool:
        """Whether the final stage needs it, by FROM, COPY --from or a mount."""
        return self.index in self.dockerfile.needed

    def last(self, *keywords: str) -> Instruction | None:
        """The last instruction of these keywords in the stage or, failing that, in what it is built from."""
        for stage in self.lineage():
            found = stage.of(*keywords)
            if found:
                return found[-1]
        return None

    @property
    def user(self) -> Word | None:
        """The user that is in force at the end, None where no USER says so in this file."""
        last = self.last("USER")
        return last.user if isinstance(last, User) else None

    @property
    def workdir(self) -> str | None:
        """The working directory at the end as far as this file tells, variables left as written."""
        return self.workdir_before(None)

    def workdir_before(self, until: Instruction | None) -> str | None:
        """The working directory where *until* begins; None where the base image decides."""
        starts, paths = self._workdirs()
        return paths[len(starts) if until is None else bisect_left(starts, until.start)]

    def shell_before(self, at: Instruction) -> list[str] | None:
        """The words of the SHELL in force where an instruction stands; None for the image's own shell."""
        start = at.start
        for stage in self.lineage():
            shells = stage.of("SHELL")
            before = bisect_left(shells, start, key=lambda one: one.start)
            if before:
                return shells[before - 1].args
        return None

    def _workdirs(self) -> tuple[list[int], list[str | None]]:
        """Where the WORKDIRs stand, and the working directory before the first and after each."""
        for stage in reversed([*takewhile(lambda one: "workdir" not in one.facts, self.lineage())]):
            path = stage.parent.facts["workdir"][1][-1] if stage.parent else None
            starts, paths = [], [path]
            for one in stage.of("WORKDIR"):
                if isinstance(one, Workdir) and one.path:
                    path = join_path(path, one.path.value)
                    starts.append(one.start)
                    paths.append(path)
            stage.facts["workdir"] = starts, paths
        known: tuple[list[int], list[str | None]] = self.facts["workdir"]
        return known

    @property
    def volumes(self) -> list[Word]:
        """Paths of every VOLUME of the stage and of those it is built from."""
        found: list[Word] = []
        for stage in self.lineage():
            for one in stage.instructions:
                if isinstance(one, Volume):
                    found += one.paths
        return found

    @property
    def start_commands(self) -> list[Program]:
        """What a container runs: the last ENTRYPOINT and the last CMD of the stage or its parents."""
        found = [self.last("ENTRYPOINT"), self.last("CMD")]
        return [one for one in found if isinstance(one, Cmd | Entrypoint)]


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
        self.global_values: dict[str, str] | None = None  # kept by scope.global_scope
        self._needed: set[int] | None = None
        self._by_name: dict[str, list[int]] = {}
        self._shipped: set[int] | None = None
        self.facts = {}
        self._cut()
        self._link()

    @classmethod
    def read(cls, source: Source, build: Build | None = None) -> Dockerfile:
        """Read a source.  Never raises for what the text holds: look at ``errors``."""
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
        """Every comment line, those inside instructions included."""
        return self.document.comments

    @property
    def is_refused(self) -> bool:
        """Whether BuildKit would refuse the file."""
        return bool(self.document.errors)

    def element_at(self, line: int) -> Instruction | None:
        """The instruction whose lines hold *line*."""
        instructions = self.document.instructions
        index = bisect_right(instructions, line, key=lambda one: one.line) - 1
        if index >= 0 and instructions[index].end_line >= line:
            return instructions[index]
        return None

    def syntax_errors(self) -> tuple[int, ...]:
        """The number of syntax errors, and of exec forms that are not valid arrays: a shell gets their brackets."""
        broken_arrays = sum(
            one.form == "shell" and bool(one.words) and one.words[0].text.startswith("[")
            for one in self.instructions
        )
        return len(self.errors), broken_arrays

    def ignore_comments(self) -> Iterator[Comment]:
        """The comments, and the comment lines of here-documents that are scripts."""
        yield from self.comments
        for one in self.instructions:
            if one.keyword == "RUN" and any("#" in heredoc.content for heredoc in one.heredocs):
                from dockerlint_rules.syntax.comment_lines import comment_lines

                for heredoc in one.heredocs:
                    for comment in comment_lines(self.source, heredoc.start, heredoc.end):
                        comment.inside = one
                        yield comment

    def ignore_directives(self) -> Iterator[Directive]:
        """BuildKit's ``check=`` directives."""
        return (one for one in self.directives if one.name == "check" and not one.indented)

    def lines_of_comment(self, comment: Comment, *, whole_stage: bool = False) -> tuple[int, int]:
        """The next line inside an instruction, elsewhere the next instruction; (0, 0) where there is none."""
        if comment.inside is not None and not whole_stage:
            return super().lines_of_comment(comment)
        at = bisect_right(self.instructions, comment.line, key=lambda one: one.line)
        below = self.instructions[at] if at < len(self.instructions) else None
        if not whole_stage:
            return (below.line, below.end_line) if below is not None else (0, 0)
        for stage in self.stages:
            # Right above a FROM it speaks of the stage that begins there.
            if stage.from_.line > comment.line and stage.from_ is not below:
                return comment.line, stage.from_.line - 1
        return comment.line, LAST_LINE

    # -- what rules look at most, without a step in between -----------------------------------------

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
        """Where BuildKit would refuse the file."""
        return self.document.errors

    @property
    def global_args(self) -> list[Instruction]:
        """The ARGs before the first FROM."""
        return [one for one in self.global_instructions if one.keyword == "ARG"]

    @property
    def final_stage(self) -> Stage | None:
        """The target stage, or the last one."""
        if not self.stages:
            return None
        target = self.build.target
        return (self.stage_named(target) if target else None) or self.stages[-1]

    def stage_named(self, name: str, before: int | None = None) -> Stage | None:
        """The stage of that name or number; of several with one name the last before *before*."""
        count = len(self.stages) if before is None else before
        known = self._by_name.get(name.lower(), ())
        position = bisect_left(known, count)
        if position:
            return self.stages[known[position - 1]]
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
        """Numbers of the stages whose layers are in the result."""
        if self._shipped is None:
            final = self.final_stage
            self._shipped = {stage.index for stage in final.lineage()} if final else set()
        return self._shipped

    def _cut(self) -> None:
        stage: Stage | None = None
        for one in self.document.instructions:
            if isinstance(one, From):
                stage = Stage(self, len(self.stages), one)
                self.stages.append(stage)
                if stage.name:
                    self._by_name.setdefault(stage.name, []).append(stage.index)
            elif stage is None:
                self.global_instructions.append(one)
            else:
                stage.instructions.append(one)
            one.stage = stage

    def _link(self) -> None:
        from dockerlint_rules.model.variables import resolve_base

        for one in self.global_instructions:
            inner = one.trigger if isinstance(one, Onbuild) else one
            if isinstance(inner, Program):
                inner.read_as("sh")  # it may have stood in a stage of an earlier text
        named = self._named_shells()
        for stage in self.stages:
            base = resolve_base(self, stage)
            # Compared as written: FROM Build does not find the stage "build".
            if base and base == base.lower() and not base.isdecimal():
                stage.parent = self.stage_named(base, stage.index)
            stage.base = ImageReference.parse(base)
            self._shells(stage, named)
            stage.uses = list(self._used_by(stage))

    def _used_by(self, stage: Stage) -> Iterator[Stage]:
        for one in stage.instructions:
            names: list[str] = []
            if isinstance(one, Copy) and one.from_:
                names.append(one.from_)
            elif isinstance(one, Run) and one.flags:
                names += [
                    mount.options["from"] for mount in one.mounts if mount.options.get("from")
                ]
            for name in names:
                found = self.stage_named(name, stage.index)
                if found:
                    yield found

    def _shells(self, stage: Stage, named: list[tuple[int, str]]) -> None:
        """Tell each instruction that a shell reads which one it is, by SHELL or by a comment of *named*."""
        dialect = "cmd" if is_windows(stage.base) else "sh"
        if named and named[0][0] < self.stages[0].from_.start:
            # The last one before the first FROM is meant for all stages.
            dialect = named[bisect_left(named, (self.stages[0].from_.start, "")) - 1][1]
        if stage.parent:
            dialect = stage.parent.dialect
        at = bisect_left(named, (stage.from_.start, ""))
        for one in stage.instructions:
            while at < len(named) and named[at][0] < one.start:
                dialect = named[at][1]
                at += 1
            inner = one.trigger if isinstance(one, Onbuild) else one
            if isinstance(inner, Shell) and inner.form == "json" and one is inner:
                from dockerlint_rules.syntax.shell.script import dialect_of

                dialect = dialect_of(inner.args)
            elif isinstance(inner, Run | Cmd | Entrypoint | Healthcheck):
                inner.read_as(dialect)
        stage.dialect = dialect

    def _named_shells(self) -> list[tuple[int, str]]:
        """Where ``# hadolint shell=bash`` stands, and the dialect that it names."""
        if "hadolint" not in self.source.text:
            return []
        from dockerlint_rules.syntax.shell.script import dialect_of

        found = []
        for comment in self.comments:
            tool, _, said = comment.text.lstrip("# \t").partition(" ")
            name, sign, value = said.strip().partition("=")
            if tool == "hadolint" and name.rstrip() == "shell" and sign and value.strip():
                found.append((comment.start, dialect_of(value.split()[:1])))
        return found


def is_windows(base: ImageReference) -> bool:
    """Whether an image is known to be a Windows one, where cmd is the shell unless SHELL says otherwise."""
    text = base.text.lower()
    return "windowsservercore" in text or "nanoserver" in text or "/windows" in text


def is_below(path: str, folder: str) -> bool:
    """Whether a path is a folder or lies in it, both absolute; nothing is normalised."""
    return path == folder or path.startswith(folder.rstrip("/") + "/")


def join_path(base: str | None, path: str) -> str:
    """An absolute path as it is; a relative one below *base*."""
    if path.startswith(("/", "$", "\\")) or path[1:2] == ":":
        return path
    return f"{(base or '').rstrip('/')}/{path}" if base else path


def is_shipped(stage: Stage | None) -> bool:
    """Whether what happens in the stage ends up in the final image; outside any stage it is assumed to."""
    return stage is None or stage.ships
