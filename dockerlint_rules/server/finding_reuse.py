"""From one text of a file to the next: what need not be looked for again, because all that a rule looked at is the same.

Kept are findings, never what was read: of an instruction those that follow from its own text alone, of a stage those that
follow from its text, from the stages it is built from and from the ARGs before the first.  ``reads`` tells which those are.
All else is asked again of each new text.  Places are kept as distances from the beginning of what they were found in.
"""

from __future__ import annotations

from itertools import count
from threading import get_ident

from dockerlint_rules.engine.rule_caller import DockerfileRuleCaller, fill_in
from dockerlint_rules.registry.plan import Plan
from dockerlint_rules.registry.rule import BUILT_IN
from dockerlint_rules.server.read_tracking import FILE, READER, SEEN, STAGE, watch
from dockerlint_rules.syntax.dockerfile.document import Document
from dockerlint_rules.syntax.dockerfile.incremental import reparse
from dockerlint_rules.syntax.dockerfile.instruction import Instruction
from dockerlint_rules.syntax.dockerfile.instructions import Onbuild, Program

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable
    from typing import Any

    from dockerlint_rules.engine.rule_caller import FileResult
    from dockerlint_rules.engine.settings import Settings
    from dockerlint_rules.findings.finding import Finding
    from dockerlint_rules.model.stages import Dockerfile, Stage
    from dockerlint_rules.registry.rule import Rule
    from dockerlint_rules.syntax.source import Source

    Region = tuple[int, int]  # two offsets
    Place = tuple[
        int, int
    ]  # how many stages further down, or above all; and the distance from the beginning

_OWN, _STAGE, _FILE = 0, 1, 2
_ABOVE = -1
_NUMBERS = count(1)
# What a rule may ask for that takes no note of being read.
_UNSEEN = frozenset({"checker_state", "lines", "total_lines", "layers", "dockerfile_parser"})


class _Elsewhere(Exception):
    """A finding that speaks of a place outside of what it follows from."""


class Ground:
    """Where something lies that findings follow from: its own text, that of the stages below it, and what is above all.

    ``number`` stands for what all of that says.
    """

    __slots__ = ("above", "below", "number", "own")

    def __init__(
        self, own: Region, below: Ground | None = None, above: Region = (0, -1), number: int = 0
    ) -> None:
        self.own = own
        self.below = below
        self.above = above
        self.number = number

    def place(self, offset: int) -> Place:
        """An offset without regard to where the texts lie.  Raises _Elsewhere."""
        number, ground = 0, self
        while True:
            start, end = ground.own
            if start <= offset <= end:
                return number, offset - start
            if ground.below is None:
                break
            number, ground = number + 1, ground.below
        start, end = self.above
        if start <= offset <= end:
            return _ABOVE, offset - start
        raise _Elsewhere

    def offset(self, place: Place) -> int:
        """Where a place is now."""
        number, distance = place
        if number == _ABOVE:
            return self.above[0] + distance
        ground = self
        for _ in range(number):
            assert ground.below is not None
            ground = ground.below
        return ground.own[0] + distance


class Kept:
    """What was found in an instruction or a stage, and the rules that have to be asked again all the same."""

    __slots__ = ("again", "findings", "ground", "own")

    def __init__(self, ground: Ground) -> None:
        self.ground = ground  # where the findings are
        self.findings: list[tuple[Rule, Finding]] = []
        self.again: frozenset[str] = frozenset()
        self.own: dict[Any, Kept] = {}  # of a stage: what is kept of its instructions


class Memory:
    """What is kept of one open file.  It holds what the last text had, and nothing older."""

    __slots__ = ("_equal", "_plan", "_plans", "_same", "_words", "document", "instructions", "numbers", "refused", "stages", "unkept", "words")  # fmt: skip

    def __init__(self) -> None:
        watch()
        self.document: Document | None = None
        self.instructions: dict[Any, Kept] = {}
        self.stages: dict[int, Kept] = {}
        self.numbers: dict[object, int] = {}
        self.refused: frozenset[str] = frozenset()
        """Codes of rules that are spared for want of errors, which come and go while somebody types."""
        self.unkept: frozenset[str] = frozenset()
        """Codes of rules of which nothing is kept."""
        self._same: tuple[object, ...] = ()
        self._equal: tuple[object, ...] = ()
        self._plans: dict[frozenset[str], Plan] = {}
        self.words: dict[str, frozenset[str]] = {}
        """The words of rules in each piece of the text."""
        self._plan: Plan | None = None
        self._words: frozenset[str] = frozenset()

    def words_of(self, plan: Plan) -> frozenset[str]:
        """All words that rules of the plan make conditions of."""
        if plan is not self._plan:
            self._plan, self.words = plan, {}
            self._words = frozenset(word for rule in plan.conditional for word in rule.words)
        return self._words

    def begin(self, settings: Settings, dockerfile: Dockerfile, spared: set[str]) -> None:
        """Forget everything unless it was found under the same conditions."""
        same = settings, settings.build.context
        if [*map(id, same)] != [*map(id, self._same)]:
            rules = settings.plan.rules
            self.refused = frozenset(rule.code for rule in rules if rule.needs_syntax_errors)
            self.unkept = self.refused.union(
                rule.code
                for rule in rules
                if rule.origin != BUILT_IN or not _UNSEEN.isdisjoint(rule.parameters)
            )
            self._plans = {}
            self._equal = ()
        equal = (
            dockerfile.filename,
            dockerfile.document.escape,
            dockerfile.source.newline,
            spared - self.refused,
        )
        if equal != self._equal:
            self.instructions, self.stages = {}, {}
        self._same, self._equal = same, equal

    def plan(self, whole: Plan, codes: frozenset[str]) -> Plan:
        """The rules of these codes."""
        found = self._plans.get(codes)
        if found is None:
            found = self._plans[codes] = Plan([one for one in whole.rules if one.code in codes])
        return found

    def read(self, source: Source) -> Document:
        """The file's next text as a document, made of the one before, which is used up."""
        old, self.document = self.document, None
        self.document = Document(source) if old is None else reparse(old, source)
        return self.document

    def rule_caller(
        self, dockerfile: Dockerfile, settings: Settings, result: FileResult
    ) -> RememberingRun:
        """What asks the rules about the file's next text."""
        return RememberingRun(dockerfile, settings, result, self)


class _Recorder:
    """Gathers what is said of an instruction or stage, and how far each rule looked for it."""

    __slots__ = ("found", "levels")

    def __init__(self) -> None:
        self.found: dict[str, list[tuple[Rule, Finding]]] = {}
        self.levels: dict[str, int] = {}

    def take(self, rule: Rule, level: int, findings: Iterable[Finding]) -> None:
        """Note what a rule has said; of several times the farthest look counts, as it may keep notes in between."""
        code = rule.code
        if level > self.levels.get(code, 0):
            self.levels[code] = level
        for finding in findings:
            self.found.setdefault(code, []).append((rule, finding))

    def kept(self, most: int, ground: Ground) -> Kept:
        """What follows from looks no farther than *most*."""
        kept = Kept(ground)
        again = {code for code, level in self.levels.items() if level > most}
        for code, said in self.found.items():
            if code in again:
                continue
            try:
                # A copy, as the one at hand goes on to be sifted; each place is looked up for whether it can be.
                copies = [
                    (rule, one.moved(lambda at: ground.offset(ground.place(at))))
                    for rule, one in said
                ]
            except _Elsewhere:
                again.add(code)
            else:
                kept.findings += copies
        kept.again = frozenset(again)
        return kept


class RememberingRun(DockerfileRuleCaller):
    """Asks each rule of the plan but for what it has said of the same already."""

    def __init__(
        self, dockerfile: Dockerfile, settings: Settings, result: FileResult, memory: Memory
    ) -> None:
        self.memory = memory
        self.text = dockerfile.source.text
        self.regions: dict[
            int, Region
        ] = {}  # by id of an instruction: from the end of the one before
        starts, at = dockerfile.source.line_starts, 0
        for one in dockerfile.instructions:
            end = starts[one.end_line] if one.end_line < len(starts) else len(self.text)
            self.regions[id(one)] = at, end
            at = end
        self.below = at
        self.above = (0, dockerfile.stages[0].from_.start if dockerfile.stages else len(self.text))
        super().__init__(dockerfile, settings, result)
        memory.begin(settings, dockerfile, self.skipped)
        self.whole = self.plan
        self.instructions: dict[Any, Kept] = {}
        self.stages: dict[int, Kept] = {}
        self.numbers: dict[object, int] = {}
        self.grounds: dict[int, Ground] = {}  # by index of a stage
        self.above_number = self._number(self.text[slice(*self.above)])
        final = dockerfile.final_stage
        self.final = final.index if final is not None else -1
        self.recorders: list[_Recorder] = []
        self.own: dict[Any, Kept] = {}  # of the stage that is recorded

    def words_in_text(self) -> Container[str]:
        """The words of rules that the text holds; of each instruction they are looked for once."""
        words, known = self.memory.words_of(self.plan), self.memory.words
        said: dict[str, frozenset[str]] = {}
        for start, end in (*self.regions.values(), (self.below, len(self.text))):
            text = self.text[start:end]
            found = known.get(text)
            if found is None:
                lower = text.lower()
                found = frozenset(word for word in words if word in lower)
            said[text] = found
        self.memory.words = said
        return frozenset().union(*said.values())

    def run(self) -> None:
        """Ask every rule of the plan, and keep what can be kept for the next text."""
        READER[0] = get_ident()
        super().run()
        self.memory.instructions, self.memory.stages = self.instructions, self.stages
        self.memory.numbers = self.numbers

    # -- stages ------------------------------------------------------------------------------------

    def stage(self, stage: Stage) -> None:
        """Ask about a stage; of one that is the same as before only what looks beyond it."""
        for one in stage.of("ONBUILD"):
            if isinstance(one, Onbuild) and one.trigger is not None:
                one.trigger.stage = stage  # as asking about it would do
        ground = self._ground(stage)
        known = self.stages.get(ground.number) or self.memory.stages.get(ground.number)
        if known is not None:
            self.instructions.update(known.own)
            self._replay(known, ground)
            self._only(known.again, super().stage, stage)
        else:
            recorder, self.own = _Recorder(), {}
            self.recorders.append(recorder)
            super().stage(stage)
            self.recorders.pop()
            known = recorder.kept(_STAGE, ground)
            known.own = self.own
        self.stages[ground.number] = known

    def _ground(self, stage: Stage) -> Ground:
        """Where a stage and all that it is built from lie, and the number of what that says; each is looked at once."""
        todo = []
        for one in stage.lineage():
            if one.index in self.grounds:
                break
            todo.append(one)
        for one in reversed(todo):
            below = self.grounds[one.parent.index] if one.parent is not None else None
            last = one.instructions[-1] if one.instructions else one.from_
            start, end = self.regions[id(one.from_)][0], self.regions[id(last)][1]
            key = (
                self.text[start:end],
                start == 0,
                one.index == self.final,
                one.index in self.dockerfile.shipped,
                one.index in self.dockerfile.needed,
                below.number if below is not None else self.above_number,
            )
            ground = Ground((start, end), below, self.above, self._number(key))
            self.grounds[one.index] = ground
        return self.grounds[stage.index]

    def _number(self, key: object) -> int:
        """The number of a text with what it stands on: the same one as long as that is the same."""
        found = self.numbers.get(key) or self.memory.numbers.get(key) or next(_NUMBERS)
        self.numbers[key] = found
        return found

    def _only(self, codes: frozenset[str], ask: Callable[[Any], None], of: Any) -> None:
        """Ask no other rules than these."""
        if codes:
            self.plan = self.memory.plan(self.whole, codes)
            ask(of)
            self.plan = self.whole

    # -- instructions ------------------------------------------------------------------------------

    def instruction(self, one: Instruction) -> None:
        """Ask about an instruction; of one that is the same as before only what looks beyond it."""
        if self.plan is not self.whole:  # it stands in a stage that is known
            if _is_asked_about(self.plan, one.keyword):
                super().instruction(one)
            return
        region = self.regions[id(one)]
        inner = one.trigger if isinstance(one, Onbuild) else one
        dialect = inner.dialect if isinstance(inner, Program) else ""
        key = self.text[slice(*region)], dialect, region[0] == 0, one.stage is None
        known = self.instructions.get(key) or self.memory.instructions.get(key)
        if known is not None:
            self._replay(known, Ground(region))
            self._only(known.again, super().instruction, one)
        else:
            recorder = _Recorder()
            self.recorders.append(recorder)
            super().instruction(one)
            self.recorders.pop()
            known = recorder.kept(_OWN, Ground(region))
        self.instructions[key] = self.own[key] = known

    # -- rules -------------------------------------------------------------------------------------

    def call(self, rules: Iterable[Rule]) -> None:
        """Call the rules, and take note of how far each looks."""
        for rule in rules:
            if rule.code in self.skipped:
                continue
            SEEN.clear()
            findings: list[Finding] = []
            level = _OWN
            try:
                found = rule.call(*[self.scope[name] for name in rule.parameters])
                if found is not None:
                    findings += found
            except BaseException as error:
                level = _FILE  # it is to fail again
                self.failed(rule, error)
            if rule.code in self.memory.unkept or FILE in SEEN:
                level = _FILE
            elif STAGE in SEEN:
                level = max(level, _STAGE)
            for finding in findings:
                self.result.findings.append(fill_in(finding, rule, self.dockerfile))
            for recorder in self.recorders:
                recorder.take(rule, level, findings)

    def _replay(self, kept: Kept, ground: Ground) -> None:
        for rule, known in kept.findings:
            finding = known.moved(lambda at: ground.offset(kept.ground.place(at)))
            self.result.findings.append(fill_in(finding, rule, self.dockerfile))
            for recorder in self.recorders:
                recorder.take(rule, _OWN, (finding,))


def _is_asked_about(plan: Plan, keyword: str) -> bool:
    """Whether a plan has rules for instructions of a keyword, or for what runs in them."""
    units = plan.units
    if keyword in plan.by_keyword or units["instruction"]:
        return True
    inside = plan.by_command or plan.by_family or units["command"] or units["install"]
    return bool(inside) and keyword in ("RUN", "ONBUILD")
