"""From one text of a file to the next: what need not be looked for again, because all that a rule looked at is the same.

Kept are findings, never what was read: of an instruction those that follow from its own text alone, of a stage those that
follow from its text, from the stages it is built from and from the ARGs before the first.  ``reads`` tells which those are.
All else is asked again of each new text.  Places are kept as distances from the beginning of what they were found in.
"""

from __future__ import annotations

from dockerlint_rules.engine import RuleRun, complete
from dockerlint_rules.findings import Edit, Finding, Fix, Related
from dockerlint_rules.registry import OURS
from dockerlint_rules.server.reads import FILE, SEEN, STAGE, watch
from dockerlint_rules.syntax.document import Document
from dockerlint_rules.syntax.instructions import Instruction, Onbuild, Program, Run
from dockerlint_rules.syntax.rereading import reread
from dockerlint_rules.syntax.source import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

    from dockerlint_rules.engine import FileResult, Settings
    from dockerlint_rules.model.stages import Dockerfile, Stage
    from dockerlint_rules.registry import Rule
    from dockerlint_rules.syntax.source import Source

    Region = tuple[int, int]  # two offsets
    Place = tuple[int, int]  # the number of a region, and the distance from its beginning

_OWN, _STAGE, _FILE = 0, 1, 2


class _Elsewhere(Exception):
    """A finding that speaks of a place outside of what it follows from."""


class Kept:
    """What was found in an instruction or a stage, and the rules that have to be asked again all the same."""

    __slots__ = ("again", "findings", "own")

    def __init__(self) -> None:
        self.findings: list[tuple[Any, ...]] = []
        self.again: frozenset[str] = frozenset()
        self.own: dict[Any, Kept] = {}  # of a stage: what is kept of its instructions


class Memory:
    """What is kept of one open file.  It holds what the last text had, and nothing older."""

    __slots__ = ("_equal", "_same", "document", "instructions", "narrowed", "stages")

    def __init__(self) -> None:
        watch()
        self.document: Document | None = None
        self._same: tuple[object, ...] = ()
        self._equal: tuple[object, ...] = ()
        self.instructions: dict[Any, Kept] = {}
        self.stages: dict[Any, Kept] = {}
        self.narrowed: dict[Any, tuple[Rule, ...]] = {}

    def begin(self, same: tuple[object, ...], equal: tuple[object, ...]) -> None:
        """Forget everything unless it was found under the same conditions: the very same objects, and equal ones."""
        if [*map(id, same)] != [*map(id, self._same)] or equal != self._equal:
            self.instructions, self.stages, self.narrowed = {}, {}, {}
        self._same, self._equal = same, equal

    def read(self, source: Source) -> Document:
        """The file's next text as a document, made of the one before, which is used up."""
        old, self.document = self.document, None
        self.document = Document(source) if old is None else reread(old, source)
        return self.document

    def rule_run(
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

    def kept(self, most: int, regions: list[Region]) -> Kept:
        """What follows from looks no farther than *most*."""
        kept = Kept()
        again = {code for code, level in self.levels.items() if level > most}
        for code, said in self.found.items():
            if code in again:
                continue
            try:
                kept.findings += [_frozen(rule, finding, regions) for rule, finding in said]
            except _Elsewhere:
                again.add(code)
        # What was frozen of a rule before one of its findings turned out to be elsewhere.
        kept.findings = [one for one in kept.findings if one[0].code not in again]
        kept.again = frozenset(again)
        return kept


class RememberingRun(RuleRun):
    """Asks each rule of the plan but for what it has said of the same already."""

    def __init__(
        self, dockerfile: Dockerfile, settings: Settings, result: FileResult, memory: Memory
    ) -> None:
        super().__init__(dockerfile, settings, result)
        self.memory = memory
        self.instructions: dict[Any, Kept] = {}
        self.stages: dict[Any, Kept] = {}
        self.wanted: frozenset[str] | None = None  # codes; None for all
        self.recorders: list[_Recorder] = []
        self.regions: dict[int, Region] = {}  # by id of an instruction
        plan = self.plan
        self.program_codes = {
            rule.code
            for table in (plan.by_command, plan.by_family)
            for rules in table.values()
            for rule in rules
        } | {rule.code for unit in ("command", "install") for rule in plan.units[unit]}
        # What is spared for want of errors comes and goes while somebody types: those rules are asked each time.
        refused = {rule.code for rule in plan.conditional if rule.only_refused}
        self.unkept = refused | {
            rule.code
            for rule in plan.rules
            if rule.origin != OURS
            or {"checker_state", "lines", "total_lines", "layers", "dockerfile_parser"}
            & set(rule.parameters)
        }
        memory.begin(
            (settings, settings.build.context),
            (
                dockerfile.filename,
                dockerfile.document.escape,
                dockerfile.source.newline,
                self.spared - refused,
            ),
        )

    def all(self) -> None:
        """Ask every rule of the plan, and keep what can be kept for the next text."""
        source = self.dockerfile.source
        text, starts = source.text, source.line_starts
        at = 0
        for one in self.dockerfile.instructions:
            end = starts[one.end_line] if one.end_line < len(starts) else len(text)
            self.regions[id(one)] = at, end
            at = end
        self.text = text
        first = self.dockerfile.stages[0].from_.start if self.dockerfile.stages else len(text)
        self.before_stages = (0, first)
        super().all()
        self.memory.instructions = self.instructions
        self.memory.stages = self.stages

    # -- stages ------------------------------------------------------------------------------------

    def stage(self, stage: Stage) -> None:
        """Ask about a stage; of one that is the same as before only what looks beyond it."""
        for one in stage.of("ONBUILD"):
            if isinstance(one, Onbuild) and one.trigger is not None:
                one.trigger.stage = stage  # as asking about it would do
        key, regions = self._stage_key(stage)
        known = self.stages.get(key) or self.memory.stages.get(key)
        if known is not None:
            self.stages[key] = known
            self.instructions.update(known.own)
            self._replay(known, regions)
            if known.again:
                self.wanted = known.again
                super().stage(stage)
                self.wanted = None
            return
        recorder = _Recorder()
        self.recorders.append(recorder)
        own: dict[Any, Kept] = {}
        self._own = own
        super().stage(stage)
        self.recorders.pop()
        kept = self.stages[key] = recorder.kept(_STAGE, regions)
        kept.own = own

    _own: dict[Any, Kept]

    def _stage_key(self, stage: Stage) -> tuple[Any, list[Region]]:
        """What a stage's findings follow from, and where that lies: itself, what it is built from, what is above all."""
        regions, key = [], []
        for one in stage.lineage():
            last = one.instructions[-1] if one.instructions else one.from_
            region = self.regions[id(one.from_)][0], self.regions[id(last)][1]
            regions.append(region)
            key.append((self.text[slice(*region)], region[0] == 0, one.is_final, one.ships, one.needed))
        regions.append(self.before_stages)
        key.append(self.text[slice(*self.before_stages)])
        return tuple(key), regions

    # -- instructions ------------------------------------------------------------------------------

    def instruction(self, one: Instruction) -> None:
        """Ask about an instruction; of one that is the same as before only what looks beyond it."""
        if self.wanted is not None:  # of a stage that is known
            super().instruction(one)
            return
        region = self.regions[id(one)]
        inner = one.trigger if isinstance(one, Onbuild) else one
        dialect = inner.dialect if isinstance(inner, Program) else ""
        key = self.text[slice(*region)], dialect, region[0] == 0, one.stage is None
        known = self.instructions.get(key) or self.memory.instructions.get(key)
        if known is not None:
            self._replay(known, [region])
            self.wanted = known.again
            super().instruction(one)
            self.wanted = None
        else:
            recorder = _Recorder()
            self.recorders.append(recorder)
            super().instruction(one)
            self.recorders.pop()
            known = recorder.kept(_OWN, [region])
        self.instructions[key] = known
        if self.recorders:
            self._own[key] = known

    def program(self, run: Run) -> None:
        """Ask about what runs inside of an instruction, unless nobody wants to know."""
        if self.wanted is None or self.wanted & self.program_codes:
            super().program(run)

    # -- rules -------------------------------------------------------------------------------------

    def call(self, rules: Iterable[Rule]) -> None:
        """Call the rules that are wanted, and take note of how far each looks."""
        for rule in self._narrowed(rules):
            SEEN.clear()
            findings: list[Finding] = []
            failed = False
            try:
                found = rule.call(*[self.scope[name] for name in rule.parameters])
                if found is not None:
                    findings += found
            except BaseException as error:
                failed = True
                self.failed(rule, error)
            if failed or rule.code in self.unkept or FILE in SEEN:
                level = _FILE
            else:
                level = _STAGE if STAGE in SEEN else _OWN
            for finding in findings:
                self.result.findings.append(complete(finding, rule, self.dockerfile))
            for recorder in self.recorders:
                recorder.take(rule, level, findings)

    def _narrowed(self, rules: Iterable[Rule]) -> Iterable[Rule]:
        wanted = self.wanted
        if wanted is None:
            return [rule for rule in rules if rule.code not in self.spared]
        key = id(rules), wanted
        found = self.memory.narrowed.get(key)
        if found is None:
            found = self.memory.narrowed[key] = tuple(one for one in rules if one.code in wanted)
        return [rule for rule in found if rule.code not in self.spared] if found else found

    def _replay(self, kept: Kept, regions: list[Region]) -> None:
        for frozen in kept.findings:
            rule, finding = _thawed(frozen, regions)
            complete(finding, rule, self.dockerfile)
            self.result.findings.append(finding)
            for recorder in self.recorders:
                recorder.take(rule, _OWN, (finding,))


# -- findings without a place -------------------------------------------------------------------------


def _place(offset: int, regions: list[Region]) -> Place:
    for number, (start, end) in enumerate(regions):
        if start <= offset <= end:
            return number, offset - start
    raise _Elsewhere


def _frozen(rule: Rule, finding: Finding, regions: list[Region]) -> tuple[Any, ...]:
    fix = finding.fix
    return (
        rule,
        finding.code,
        finding.message,
        finding.severity,
        finding.aliases,
        _place(finding.start, regions),
        _place(finding.end, regions),
        None
        if fix is None
        else (
            fix.message,
            fix.safety,
            [(_place(one.start, regions), _place(one.end, regions), one.text) for one in fix.edits],
        ),
        [
            (_place(one.start, regions), _place(one.end, regions), one.message)
            for one in finding.related
        ],
    )


def _thawed(frozen: tuple[Any, ...], regions: list[Region]) -> tuple[Rule, Finding]:
    rule, code, message, severity, aliases, start, end, fix, related = frozen

    def span(start: Place, end: Place) -> Span:
        return Span(regions[start[0]][0] + start[1], regions[end[0]][0] + end[1])

    mended = None
    if fix is not None:
        what, safety, edits = fix
        mended = Fix(
            what, [Edit.replace(span(a, b), text) for a, b, text in edits], safe=safety == "safe"
        )
    finding = Finding(
        span(start, end),
        message,
        fix=mended,
        aliases=aliases,
        related=[Related(span(a, b), said) for a, b, said in related],
        severity=severity,
    )
    finding.code = code
    return rule, finding
