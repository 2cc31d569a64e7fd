"""Variables: where each is declared, how far a declaration reaches, and where it is used.

The rules are BuildKit's.  FROM sees the ARGs before the first FROM; a stage sees those that it declares again.  What a
stage declares holds from the next instruction on, and in the stages that are built from it.  A container sees only ENV.
"""

from __future__ import annotations

from bisect import bisect_left

from dockerlint_rules.model.variable_uses import VariableReference, triggered_or_itself, uses_in
from dockerlint_rules.model.variables import PLATFORM_ARGS
from dockerlint_rules.syntax.dockerfile.instructions import Arg, Env, From, Onbuild
from dockerlint_rules.syntax.source import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dockerlint_rules.model.stages import Dockerfile, Stage
    from dockerlint_rules.syntax.dockerfile.instruction import Instruction, Pair

AUTOMATIC = frozenset({*PLATFORM_ARGS, "TARGETSTAGE"})


class Declaration:
    """The declaration of a variable by an ARG or ENV, or by one behind ONBUILD (``is_triggered``)."""

    __slots__ = ("instruction", "is_arg", "is_triggered", "pair")

    def __init__(self, pair: Pair, instruction: Instruction, inner: Instruction) -> None:
        self.pair = pair
        self.instruction = instruction
        self.is_arg = isinstance(inner, Arg)
        self.is_triggered = inner is not instruction

    @property
    def stage(self) -> Stage | None:
        """The stage; None before the first FROM."""
        stage: Stage | None = self.instruction.stage
        return stage

    @property
    def line(self) -> int:
        """Line of the name."""
        return self.instruction.source.line_of(self.pair.key.start)


def pairs_of(dockerfile: Dockerfile) -> Iterator[tuple[Pair, Instruction]]:
    """Every variable that an ARG or ENV declares, and the instruction."""
    for one in dockerfile.instructions:
        if isinstance(one, Arg | Env):
            for pair in one.pairs:
                yield pair, one


def use_or_declaration_at(
    dockerfile: Dockerfile, offset: int
) -> VariableReference | Declaration | None:
    """The use or the declaration of a variable at an offset or right before it; of nested uses the innermost."""
    one = dockerfile.element_at(dockerfile.source.line_of(offset))
    if one is None:
        return None
    found = [use for use in _uses_in(dockerfile, one) if use.whole.start <= offset <= use.whole.end]
    if found:
        # The last one is the innermost; of two uses side by side it is the one that begins here.
        return found[-1]
    for each in _declared_by(one):
        if each.pair.key.start <= offset <= each.pair.key.end:
            return each
    return None


def variable_at(dockerfile: Dockerfile, offset: int) -> tuple[str, Span] | None:
    """The name of the variable that is used or declared at an offset, and where the name stands."""
    found = use_or_declaration_at(dockerfile, offset)
    if found is None:
        return None
    if isinstance(found, VariableReference):
        return found.name, Span(found.start, found.end)
    return found.pair.name, Span(found.pair.key.start, found.pair.key.end)


def declarations_of(dockerfile: Dockerfile, name: str, offset: int) -> list[Pair]:
    """The declaration that is meant at an offset: the last one before a use.

    An ARG that repeats a global ARG means the global one.  Empty if nothing in the file declares the variable, or a
    command sets it itself.
    """
    found = use_or_declaration_at(dockerfile, offset)
    declarations = Declarations(dockerfile, name)
    if isinstance(found, Declaration) and found.pair.name == name:
        return [(declarations.repeated_by(found) or found).pair]
    if isinstance(found, VariableReference) and found.name == name:
        meant = declarations.meant_by(found)
    else:
        one = dockerfile.element_at(dockerfile.source.line_of(offset))
        meant = declarations.seen_by(one, is_late=False) if one is not None else None
    return [meant.pair] if meant is not None else []


def uses_of(
    dockerfile: Dockerfile, name: str, offset: int | None = None, *, with_declarations: bool = False
) -> Iterator[Span]:
    """Where a variable of this name is used, in order; with an offset only the variable that is meant there.

    If an ARG of a stage repeats a global ARG, it counts as a use of the global one, and so do its own uses.
    *with_declarations* adds where the variable at the offset is declared.
    """
    uses = _uses_named(dockerfile, name)
    if offset is None:
        yield from (Span(use.start, use.end) for use in uses if not use.is_own)
        return
    declarations = Declarations(dockerfile, name)
    places = declarations.places_of(use_or_declaration_at(dockerfile, offset), uses)
    if with_declarations:
        places |= declarations.declared_at(use_or_declaration_at(dockerfile, offset))
    yield from (Span(start, end) for start, end in sorted(places))


def _uses_in(dockerfile: Dockerfile, one: Instruction) -> list[VariableReference]:
    # perf: kept while the text is the same, because an editor asks again at each position.
    known: dict[int, list[VariableReference]] = dockerfile.facts.setdefault("uses", {})
    if id(one) not in known:
        known[id(one)] = uses_in(one)
    return known[id(one)]


def _uses_named(dockerfile: Dockerfile, name: str) -> list[VariableReference]:
    return [
        use
        for one in dockerfile.instructions
        if _may_use(one, name)
        for use in _uses_in(dockerfile, one)
        if use.name == name
    ]


def _may_use(one: Instruction, name: str) -> bool:
    """Whether an instruction may use a name.  A JSON string may spell it with escapes."""
    text = one.original
    if name in text or "\\u" in text:
        return "$" in text or "%" in text or "((" in text or bool(one.heredocs)
    return any(name in heredoc.content for heredoc in one.heredocs)


def _declared_by(one: Instruction) -> Iterator[Declaration]:
    inner = triggered_or_itself(one)
    if isinstance(inner, Arg | Env):
        for pair in inner.pairs:
            yield Declaration(pair, one, inner)


class Declarations:
    """All declarations of one name, and which of them holds at each place."""

    __slots__ = ("_at_end", "_by_stage", "_globals", "_in_stage", "dockerfile", "name")

    def __init__(self, dockerfile: Dockerfile, name: str) -> None:
        self.dockerfile = dockerfile
        self.name = name
        self._globals: list[Declaration] = []
        self._by_stage: dict[int, list[Declaration]] = {}
        # By number of the stage: where its declarations begin, and which declaration holds after each.
        self._in_stage: dict[int, tuple[list[int], list[Declaration | None]]] = {}
        # By number of the stage and whether a container reads the variable: what holds at the end of the stage.
        self._at_end: dict[tuple[int, bool], Declaration | None] = {}
        for one in dockerfile.instructions:
            if not isinstance(one, Arg | Env | Onbuild):
                continue
            for each in _declared_by(one):
                if each.pair.name != name:
                    continue
                if one.stage is not None:
                    self._by_stage.setdefault(one.stage.index, []).append(each)
                elif each.is_arg:
                    self._globals.append(each)

    @property
    def global_one(self) -> Declaration | None:
        """The last ARG before the first FROM."""
        return self._globals[-1] if self._globals else None

    def meant_by(self, use: VariableReference) -> Declaration | None:
        """The declaration that gives a use its value; None if there is none, or the script sets the variable itself."""
        if use.is_own:
            return None
        return self.seen_by(use.instruction, is_late=use.is_late)

    def seen_by(self, one: Instruction, *, is_late: bool) -> Declaration | None:
        """The declaration that holds where an instruction begins, or (*is_late*) when a container starts."""
        stage: Stage | None = one.stage
        if stage is None or isinstance(one, From):
            return next((each for each in reversed(self._globals) if _is_before(each, one)), None)
        own = self._by_stage.get(stage.index, [])
        if isinstance(one, Onbuild):
            # It runs in another build, which sees the ENV of this image and what ONBUILD declared before.
            triggered = [each for each in own if each.is_triggered and _is_before(each, one)]
            return self._last(triggered) or self._at_end_of(stage, is_late=True)
        if is_late:
            return self._at_end_of(stage, is_late=True)
        above = self._at_end_of(stage.parent, is_late=False) if stage.parent is not None else None
        return self._prefer_near(self._last_before(stage.index, one), above)

    def repeated_by(self, one: Declaration) -> Declaration | None:
        """The global ARG whose value an ARG in a stage takes."""
        is_plain = one.is_arg and one.pair.value is None and one.stage is not None
        return self.global_one if is_plain and not one.is_triggered else None

    def places_of(
        self, found: VariableReference | Declaration | None, uses: Iterable[VariableReference]
    ) -> set[tuple[int, int]]:
        """Where the variable at a place is used."""
        if found is None:
            return set()
        if isinstance(found, VariableReference) and found.is_own:
            one = found.instruction
            return {(use.start, use.end) for use in uses if use.is_own and use.instruction is one}
        meant = found if isinstance(found, Declaration) else self.meant_by(found)
        wanted = self._root(found, meant)
        places = {
            (use.start, use.end)
            for use in uses
            if not use.is_own and wanted in self._roots(use, self.meant_by(use))
        }
        if wanted == "global":
            places |= {
                (each.pair.key.start, each.pair.key.end)
                for declared in self._by_stage.values()
                for each in declared
                if self.repeated_by(each) is not None
            }
        return places

    def declared_at(self, found: VariableReference | Declaration | None) -> set[tuple[int, int]]:
        """Where the variable at a place is declared: all declarations in the same stage."""
        meant = found
        if isinstance(found, VariableReference):
            meant = self.meant_by(found)
        if not isinstance(meant, Declaration):
            return set()
        stage = meant.stage
        declared = self._globals if stage is None else self._by_stage[stage.index]
        return {(each.pair.key.start, each.pair.key.end) for each in declared}

    def _root(self, found: VariableReference | Declaration, meant: Declaration | None) -> object:
        """What all uses of one variable have in common: where it is declared, or the image that may set it."""
        if meant is not None:
            return "global" if meant.stage is None else meant.stage.index
        stage = found.instruction.stage
        if stage is None or isinstance(found.instruction, From):
            return "nowhere"
        return "image", stage.root.index

    def _roots(self, use: VariableReference, meant: Declaration | None) -> Iterator[object]:
        yield self._root(use, meant)
        if meant is not None and self.repeated_by(meant) is not None:
            yield "global"

    def _last_before(self, stage: int, one: Instruction) -> Declaration | None:
        """The declaration in the stage itself that holds at an instruction."""
        if stage not in self._in_stage:
            starts, best = [], []
            last: Declaration | None = None
            for each in self._by_stage.get(stage, ()):
                if not each.is_triggered:
                    last = self._prefer_near(each, last) if last is not None else each
                    starts.append(each.instruction.start)
                    best.append(last)
            self._in_stage[stage] = starts, best
        starts, best = self._in_stage[stage]
        at = bisect_left(starts, one.start)
        return best[at - 1] if at else None

    def _at_end_of(self, stage: Stage, *, is_late: bool) -> Declaration | None:
        """The declaration that holds at the end of a stage."""
        # Each stage is looked at once: a file may hold a chain of thousands.
        todo = []
        for one in stage.lineage():
            if (one.index, is_late) in self._at_end:
                break
            todo.append(one)
        for one in reversed(todo):
            above = self._at_end[one.parent.index, is_late] if one.parent is not None else None
            own = [
                each
                for each in self._by_stage.get(one.index, ())
                if not each.is_triggered and not (is_late and each.is_arg)
            ]
            self._at_end[one.index, is_late] = self._prefer_near(self._last(own), above)
        return self._at_end[stage.index, is_late]

    def _last(self, declared: list[Declaration]) -> Declaration | None:
        """The last declaration that gives a value, or simply the last one."""
        last = declared[-1] if declared else None
        return next((each for each in reversed(declared) if self._gives_value(each)), last)

    def _prefer_near(self, near: Declaration | None, far: Declaration | None) -> Declaration | None:
        if near is None or (far is not None and not self._gives_value(near)):
            return far
        return near

    def _gives_value(self, one: Declaration) -> bool:
        """Whether a declaration gives a value: an ARG without a default may keep an earlier value."""
        return (
            not one.is_arg
            or one.pair.value is not None
            or self.name in self.dockerfile.build.arguments
            or self.name in AUTOMATIC
            or self.global_one is not None
        )


def _is_before(declared: Declaration, one: Instruction) -> bool:
    return declared.instruction.start < one.start
