"""Reuses findings from one text of a file to the next, where everything that a rule has read is the same.

Findings are cached, never what was parsed.  Findings in an instruction are cached if they follow from its own text.
Findings in a stage are cached if they follow from its text, the stages that it is built from, and the ARGs before the
first FROM.  ``read_tracking`` tells what a rule has read.  All other rules are called again for each new text.
"""

from __future__ import annotations

from itertools import count

from dockerlint_rules.engine.rule_caller import DockerfileRuleCaller, fill_in
from dockerlint_rules.registry.plan import Plan
from dockerlint_rules.registry.rule import BUILT_IN
from dockerlint_rules.server.cached_findings import (
    OWN_INSTRUCTION,
    OWN_STAGE,
    WHOLE_FILE,
    CachedFindings,
    Recorder,
    TextRegion,
)
from dockerlint_rules.server.read_tracking import (
    FILE,
    STAGE,
    levels_read,
    set_rule_thread,
    track_reads,
)
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
    from dockerlint_rules.server.cached_findings import Bounds
    from dockerlint_rules.syntax.source import Source

_NUMBERS = count(1)
# Parameters of rules whose reads are not tracked.
_UNTRACKED = frozenset({"checker_state", "lines", "total_lines", "layers", "dockerfile_parser"})


class FindingCache:
    """What is cached of one open file: all that belongs to its last text, and nothing older."""

    __slots__ = (
        "_conditions", "_conditions_by_value", "_plan", "_plans", "_words", "document", "instructions",
        "need_syntax_errors", "never_cached", "numbers", "stages", "words",
    )  # fmt: skip

    def __init__(self) -> None:
        track_reads()
        self.document: Document | None = None
        self.instructions: dict[Any, CachedFindings] = {}
        self.stages: dict[int, CachedFindings] = {}  # by number of the region
        self.numbers: dict[object, int] = {}  # of regions, by what they hold
        self.words: dict[str, frozenset[str]] = {}
        """The words of rules in each piece of the text."""
        self.need_syntax_errors: frozenset[str] = frozenset()
        """Codes of rules that are skipped in a file without syntax errors, which come and go during typing."""
        self.never_cached: frozenset[str] = frozenset()
        """Codes of rules whose findings are never cached."""
        self._conditions: tuple[object, ...] = ()
        self._conditions_by_value: tuple[object, ...] = ()
        self._plans: dict[frozenset[str], Plan] = {}
        self._plan: Plan | None = None
        self._words: frozenset[str] = frozenset()

    def words_of(self, plan: Plan) -> frozenset[str]:
        """All words on which rules of the plan depend."""
        if plan is not self._plan:
            self._plan, self.words = plan, {}
            self._words = frozenset(word for rule in plan.conditional for word in rule.words)
        return self._words

    def begin(self, settings: Settings, dockerfile: Dockerfile, skipped: set[str]) -> None:
        """Forget everything unless it was found under the same conditions."""
        conditions = settings, settings.build.context
        if [*map(id, conditions)] != [*map(id, self._conditions)]:
            rules = settings.plan.rules
            self.need_syntax_errors = frozenset(
                rule.code for rule in rules if rule.needs_syntax_errors
            )
            self.never_cached = self.need_syntax_errors.union(
                rule.code
                for rule in rules
                if rule.origin != BUILT_IN or not _UNTRACKED.isdisjoint(rule.parameters)
            )
            self._plans = {}
            self._conditions_by_value = ()
        by_value = (
            dockerfile.filename,
            dockerfile.document.escape,
            dockerfile.source.newline,
            skipped - self.need_syntax_errors,
        )
        if by_value != self._conditions_by_value:
            self.instructions, self.stages = {}, {}
        self._conditions, self._conditions_by_value = conditions, by_value

    def partial_plan(self, whole: Plan, codes: frozenset[str]) -> Plan:
        """A plan with the rules of these codes only."""
        found = self._plans.get(codes)
        if found is None:
            found = self._plans[codes] = Plan([one for one in whole.rules if one.code in codes])
        return found

    def read(self, source: Source) -> Document:
        """Parse the file's next text.  Unchanged parts come from the previous document, which is used up."""
        previous, self.document = self.document, None
        self.document = Document(source) if previous is None else reparse(previous, source)
        return self.document

    def rule_caller(
        self, dockerfile: Dockerfile, settings: Settings, result: FileResult
    ) -> ReusingRuleCaller:
        """What calls the rules on the file's next text."""
        return ReusingRuleCaller(dockerfile, settings, result, self)


class ReusingRuleCaller(DockerfileRuleCaller):
    """Calls each rule of the plan, except where its findings are in the cache."""

    def __init__(
        self, dockerfile: Dockerfile, settings: Settings, result: FileResult, cache: FindingCache
    ) -> None:
        self.cache = cache
        self.text = dockerfile.source.text
        # By id of an instruction: from the end of the previous instruction to its own end.
        self.bounds: dict[int, Bounds] = {}
        starts, at = dockerfile.source.line_starts, 0
        for one in dockerfile.instructions:
            end = starts[one.end_line] if one.end_line < len(starts) else len(self.text)
            self.bounds[id(one)] = at, end
            at = end
        self.end_of_last = at
        self.above = (0, dockerfile.stages[0].from_.start if dockerfile.stages else len(self.text))
        super().__init__(dockerfile, settings, result)
        cache.begin(settings, dockerfile, self.skipped)
        self.whole_plan = self.plan
        self.instructions: dict[Any, CachedFindings] = {}
        self.stages: dict[int, CachedFindings] = {}
        self.numbers: dict[object, int] = {}
        self.regions: dict[int, TextRegion] = {}  # by index of a stage
        self.above_number = self._number_of(self.text[slice(*self.above)])
        final = dockerfile.final_stage
        self.final_index = final.index if final is not None else -1
        self.recorders: list[Recorder] = []  # of the stage and the instruction that are recorded
        self.in_stage: dict[Any, CachedFindings] = {}  # of the stage that is recorded

    def words_in_text(self) -> Container[str]:
        """The words of rules that the text holds; each instruction is searched once."""
        words, known = self.cache.words_of(self.plan), self.cache.words
        found: dict[str, frozenset[str]] = {}
        for start, end in (*self.bounds.values(), (self.end_of_last, len(self.text))):
            text = self.text[start:end]
            in_text = known.get(text)
            if in_text is None:
                lower = text.lower()
                in_text = frozenset(word for word in words if word in lower)
            found[text] = in_text
        self.cache.words = found
        return frozenset().union(*found.values())

    def run(self) -> None:
        """Call every rule of the plan, and cache the findings for the next text."""
        set_rule_thread()
        super().run()
        self.cache.instructions, self.cache.stages = self.instructions, self.stages
        self.cache.numbers = self.numbers

    # -- stages ------------------------------------------------------------------------------------

    def stage(self, stage: Stage) -> None:
        """Call the rules on a stage; on an unchanged stage only those that look beyond it."""
        for one in stage.of("ONBUILD"):
            if isinstance(one, Onbuild) and one.trigger is not None:
                one.trigger.stage = stage  # as a call on the instruction would do
        region = self._region_of(stage)
        cached = self.stages.get(region.number) or self.cache.stages.get(region.number)
        if cached is not None:
            self.instructions.update(cached.instructions)
            self._replay(cached, region)
            self._call_only(cached.call_again, super().stage, stage)
        else:
            recorder, self.in_stage = Recorder(), {}
            self.recorders.append(recorder)
            super().stage(stage)
            self.recorders.pop()
            cached = recorder.cacheable(OWN_STAGE, region)
            cached.instructions = self.in_stage
        self.stages[region.number] = cached

    def _region_of(self, stage: Stage) -> TextRegion:
        """The region of a stage and of all that it is built from; each stage is looked at once."""
        todo = []
        above: Stage | None = stage
        while above is not None and above.index not in self.regions:
            todo.append(above)
            above = above.parent
        for one in reversed(todo):
            base = self.regions[one.parent.index] if one.parent is not None else None
            last = one.instructions[-1] if one.instructions else one.from_
            start, end = self.bounds[id(one.from_)][0], self.bounds[id(last)][1]
            key = (
                self.text[start:end],
                start == 0,
                one.index == self.final_index,
                one.index in self.dockerfile.shipped,
                one.index in self.dockerfile.needed,
                base.number if base is not None else self.above_number,
            )
            region = TextRegion((start, end), base, self.above, self._number_of(key))
            self.regions[one.index] = region
        return self.regions[stage.index]

    def _number_of(self, key: object) -> int:
        """A number for what a region holds; the same number as long as that is the same."""
        number = self.numbers.get(key) or self.cache.numbers.get(key) or next(_NUMBERS)
        self.numbers[key] = number
        return number

    def _call_only(self, codes: frozenset[str], call: Callable[[Any], None], on: Any) -> None:
        """Call the rules of these codes and no others."""
        if codes:
            self.plan = self.cache.partial_plan(self.whole_plan, codes)
            call(on)
            self.plan = self.whole_plan

    # -- instructions ------------------------------------------------------------------------------

    def instruction(self, one: Instruction) -> None:
        """Call the rules on an instruction; on an unchanged instruction only those that look beyond it."""
        if self.plan is not self.whole_plan:  # it stands in an unchanged stage
            if _has_rules_for(self.plan, one.keyword):
                super().instruction(one)
            return
        bounds = self.bounds[id(one)]
        inner = one.trigger if isinstance(one, Onbuild) else one
        dialect = inner.dialect if isinstance(inner, Program) else ""
        key = self.text[slice(*bounds)], dialect, bounds[0] == 0, one.stage is None
        cached = self.instructions.get(key) or self.cache.instructions.get(key)
        if cached is not None:
            self._replay(cached, TextRegion(bounds))
            self._call_only(cached.call_again, super().instruction, one)
        else:
            recorder = Recorder()
            self.recorders.append(recorder)
            super().instruction(one)
            self.recorders.pop()
            cached = recorder.cacheable(OWN_INSTRUCTION, TextRegion(bounds))
        self.instructions[key] = self.in_stage[key] = cached

    # -- rules -------------------------------------------------------------------------------------

    def call(self, rules: Iterable[Rule]) -> None:
        """Call rules, and record how far each of them looks."""
        for rule in rules:
            if rule.code in self.skipped:
                continue
            levels_read.clear()
            findings: list[Finding] = []
            level = OWN_INSTRUCTION
            try:
                found = rule.call(*[self.scope[name] for name in rule.parameters])
                if found is not None:
                    findings += found
            except BaseException as error:
                level = WHOLE_FILE  # so that it fails again
                self.failed(rule, error)
            if rule.code in self.cache.never_cached or FILE in levels_read:
                level = WHOLE_FILE
            elif STAGE in levels_read:
                level = max(level, OWN_STAGE)
            for finding in findings:
                self.result.findings.append(fill_in(finding, rule, self.dockerfile))
            for recorder in self.recorders:
                recorder.record(rule, level, findings)

    def _replay(self, cached: CachedFindings, region: TextRegion) -> None:
        """Report cached findings where their text is now."""
        for rule, finding in cached.moved_to(region):
            self.result.findings.append(fill_in(finding, rule, self.dockerfile))
            for recorder in self.recorders:
                recorder.record(rule, OWN_INSTRUCTION, (finding,))


def _has_rules_for(plan: Plan, keyword: str) -> bool:
    """Whether a plan has rules for instructions of a keyword, or for the commands that run in them."""
    units = plan.units
    if keyword in plan.by_keyword or units["instruction"]:
        return True
    inside = plan.by_command or plan.by_family or units["command"] or units["install"]
    return bool(inside) and keyword in ("RUN", "ONBUILD")
