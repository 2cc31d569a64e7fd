"""One file to findings: read it, ask the rules that are on, drop what pragmas silence."""

from __future__ import annotations

from bisect import bisect_right

from dockerlint_rules.findings.finding import Finding, Severity
from dockerlint_rules.model.stages import Build, Dockerfile
from dockerlint_rules.registry.plan import Plan
from dockerlint_rules.registry.rule import BUILT_IN, Rule
from dockerlint_rules.registry.units import KEYWORD_UNITS
from dockerlint_rules.syntax.dockerfile.document import Document
from dockerlint_rules.syntax.dockerfile.instructions import Instruction, Onbuild, Run
from dockerlint_rules.syntax.kinds import is_deployment
from dockerlint_rules.syntax.source import Source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Mapping
    from typing import Any, Protocol

    from dockerlint_rules.engine.suppressions import Pragmas
    from dockerlint_rules.model.stages import Stage
    from dockerlint_rules.shellcheck import Batch

    class Steps(Protocol):
        """How a source is read and its rules are asked, where that is done in a way of its own."""

        def read(self, source: Source) -> Document:
            """Read a source."""

        def rule_run(
            self, dockerfile: Dockerfile, settings: Settings, result: FileResult
        ) -> RuleRun:
            """What calls the rules."""


MOST_FAILURES = 3  # files; a plugin's rule that fails on more of them is switched off
_UNIT_OF_KEYWORD = {keyword: unit for unit, keyword in KEYWORD_UNITS.items()}


class RuleFailure:
    """A rule that raised: which, on what file, and the error."""

    __slots__ = ("error", "path", "rule")

    def __init__(self, rule: Rule, path: str, error: BaseException) -> None:
        self.rule = rule
        self.path = path
        self.error = error


class Settings:
    """What the engine needs to know for a file: the plan, the build, and how findings are sifted."""

    __slots__ = (
        "allows",
        "before",
        "build",
        "options",
        "plan",
        "pragmas",
        "severities",
        "shellcheck",
    )

    def __init__(
        self,
        plan: Plan,
        build: Build,
        *,
        options: Any = None,
        severities: Mapping[str, Severity] | None = None,
        allows: Callable[[Rule, Finding], bool] | None = None,
        pragmas: Callable[[Dockerfile], Pragmas | None] | None = None,
        before: Callable[[], None] | None = None,
        shellcheck: str = "",
    ) -> None:
        # What ShellCheck is asked for: nothing, "warnings", or "all" with its notes.
        self.shellcheck = shellcheck
        self.before = before  # tells plugins the options that hold for the next file
        self.plan = plan
        self.build = build
        self.options = options
        self.severities = severities or {}
        self.allows = allows
        self.pragmas = pragmas


class FileResult:
    """Findings of one file, and the rules that failed on it."""

    __slots__ = ("dockerfile", "failures", "findings", "problem", "shellcheck", "source")

    def __init__(self, source: Source) -> None:
        self.source = source
        self.problem: str | None = None  # why nothing can be read, with line and column
        self.shellcheck: str | None = None  # why ShellCheck's findings are not among them
        self.findings: list[Finding] = []
        self.failures: list[RuleFailure] = []
        self.dockerfile: Dockerfile | None = None


def lint_source(source: Source, settings: Settings, steps: Steps | None = None) -> FileResult:
    """Findings of one source, sorted.  A rule that raises becomes a failure; the others go on.

    While a plugin's rules run, what they print goes to standard error.  *steps* may do the work in another way.
    """
    (result,) = lint_sources([(source, settings)], steps)
    return result


def lint_sources(
    sources: Iterable[tuple[Source, Settings]], steps: Steps | None = None
) -> list[FileResult]:
    """Findings of several sources: all their scripts are ShellCheck's work while our own rules run."""
    read_source, rule_run = (steps.read, steps.rule_run) if steps else (Document, RuleRun)
    results: list[FileResult] = []
    read: list[tuple[FileResult, Dockerfile, Settings]] = []
    for source, settings in sources:
        result = FileResult(source)
        results.append(result)
        if is_deployment(source.filename):
            _lint_deployment(result, settings)
        else:
            read.append((result, Dockerfile(read_source(source), settings.build), settings))
    batch: Batch | None = None
    if any(settings.shellcheck for _, _, settings in read):
        from dockerlint_rules.shellcheck import Batch

        batch = Batch(
            (dockerfile for _, dockerfile, settings in read if settings.shellcheck),
            thorough=any(settings.shellcheck == "all" for _, _, settings in read),
        )
    try:
        for result, dockerfile, settings in read:
            result.dockerfile = dockerfile
            _ask(rule_run(dockerfile, settings, result))
        for result, dockerfile, settings in read:
            if batch is not None and settings.shellcheck:
                _add_scripts(batch, dockerfile, settings, result)
            result.findings = _sift(result.findings, dockerfile, settings)
    finally:
        if batch is not None:
            batch.close()
    return results


def _lint_deployment(result: FileResult, settings: Settings) -> None:
    """Findings of a file that says where images are run."""
    from dockerlint_rules.project.services import Deployment

    deployment = Deployment(result.source, settings.build)
    result.problem = deployment.problem
    _ask(RuleRun(deployment, settings, result))  # type: ignore[arg-type]
    result.findings = _sift(result.findings, deployment, settings)  # type: ignore[arg-type]


def _ask(run: RuleRun) -> None:
    if not run.plan.has_plugin_rules:
        run.all()
    else:
        from dockerlint_rules.plugins.output_guard import stdout_to_stderr

        with stdout_to_stderr():
            if run.settings.before:
                run.settings.before()
            run.all()
    for failure in run.result.failures:
        if len(failure.rule.failed_on) >= MOST_FAILURES:
            failure.rule.call = _nothing


def _add_scripts(
    batch: Batch, dockerfile: Dockerfile, settings: Settings, result: FileResult
) -> None:
    """Take what ShellCheck says of a file's scripts among its findings."""
    from dockerlint_rules.shellcheck import WIKI

    for rule in settings.plan.units["scripts"]:
        for finding in batch.findings(dockerfile):
            complete(finding, rule, dockerfile)
            finding.url = WIKI.format(code=finding.code)
            result.findings.append(finding)
    result.shellcheck = batch.problem


def _nothing(*values: object) -> None:
    """What a rule that is switched off says."""


class RuleRun:
    """Calls each rule of the plan once for each unit that it asks for."""

    def __init__(self, dockerfile: Dockerfile, settings: Settings, result: FileResult) -> None:
        self.dockerfile = dockerfile
        self.plan = settings.plan
        self.settings = settings
        self.result = result
        self.scope: dict[str, Any] = {
            "dockerfile": dockerfile,
            "filename": dockerfile.filename,
            "source": dockerfile.source,
            "options": settings.options,
        }
        self.spared = self._spared()
        self._add_rare(settings)

    def _spared(self) -> set[str]:
        """Codes of the rules that could find nothing in this file, by the words, options or errors they need."""
        conditional = self.plan.conditional
        if not conditional:
            return set()
        options, refused = self.settings.options, bool(self.dockerfile.errors)
        said = self.words_said()
        return {
            rule.code
            for rule in conditional
            if (rule.needs_syntax_errors and not refused)
            or (rule.option and not getattr(options, rule.option, None))
            or (rule.words and not any(word in said for word in rule.words))
        }

    def words_said(self) -> Container[str]:
        """The words of rules that the text holds, in lower case: the text itself, in which they can be looked for."""
        return self.dockerfile.source.text.lower()

    def _add_rare(self, settings: Settings) -> None:
        needs = self.plan.needs
        if "lines" in needs:
            self.scope["lines"] = dockerfile_lines(self.dockerfile.source)
        if "total_lines" in needs:
            self.scope["total_lines"] = self.dockerfile.source.line_count
        if "noqa" in needs:
            self.scope["noqa"] = False
        if "layers" in needs:
            from dockerlint_rules.model.layers.layer import makes_layer

            self.scope["layers"] = [one for one in self.dockerfile.instructions if makes_layer(one)]
        if "context" in needs:
            from dockerlint_rules.model.context.build_context import context_of

            known = settings.build.context
            self.scope["context"] = known or context_of(self.dockerfile.filename, settings.options)
        if "dockerfile_parser" in needs and not is_deployment(self.dockerfile.filename):
            from dockerlint_rules.plugins.dockerfile_parse import parser_of

            self.scope["dockerfile_parser"] = parser_of(self.dockerfile.source)

    def all(self) -> None:
        """Ask every rule of the plan."""
        units, scope = self.plan.units, self.scope
        services = getattr(self.dockerfile, "services", None)
        if services is not None:
            scope["deployment"] = self.dockerfile
            self.call(units["deployment"])
            for scope["service"] in services:
                self.call(units["service"])
            return
        self.call(units["dockerfile"])
        if units["comment"]:
            for scope["comment"] in self.dockerfile.comments:
                self.call(units["comment"])
        if units["physical_line"]:
            lines = dockerfile_lines(self.dockerfile.source)
            for scope["line_number"], scope["physical_line"] in enumerate(lines, 1):
                self.call(units["physical_line"])
        scope["stage"] = None
        for one in self.dockerfile.global_instructions:
            self.instruction(one)
        for stage in self.dockerfile.stages:
            scope["stage"] = stage
            self.stage(stage)

    def stage(self, stage: Stage) -> None:
        """Ask the rules about a stage, then about each of its instructions."""
        self.call(self.plan.units["stage"])
        self.instruction(stage.from_)
        for one in stage.instructions:
            self.instruction(one)

    def instruction(self, one: Instruction) -> None:
        """Ask the rules about one instruction, then about what runs inside it."""
        # Only what BuildKit accepts: rules rely on the arguments that an instruction must have.
        if one.errors:
            return
        scope = self.scope
        scope["instruction"] = one
        rules = self.plan.by_keyword.get(one.keyword)
        if rules:
            scope[_UNIT_OF_KEYWORD[one.keyword]] = one
            self.call(rules)
        self.call(self.plan.units["instruction"])
        inner = one.trigger if isinstance(one, Onbuild) else one
        # Also before the first FROM, where there is no stage: fragments of files are linted too.
        if isinstance(inner, Run):
            inner.stage = scope["stage"]
            self.program(inner)

    def program(self, run: Run) -> None:
        """Ask the rules about each command of a RUN, and each package-manager call."""
        plan, scope = self.plan, self.scope
        by_family, installs = plan.by_family, plan.units["install"]
        if not (plan.by_command or by_family or plan.units["command"] or installs):
            return
        from dockerlint_rules.model.packages.call_reader import calls_of

        scope["run"] = run
        for command in run.commands:
            scope["command"] = command
            rules = plan.by_command.get(command.name)
            if rules:
                self.call(rules)
            self.call(plan.units["command"])
            if not (by_family or installs):
                continue
            for scope["install"] in calls_of(command):
                self.call(by_family.get(scope["install"].family, ()))
                self.call(installs)

    def call(self, rules: Iterable[Rule]) -> None:
        """Call the rules with what they ask for and keep what they say."""
        scope, spared = self.scope, self.spared
        for rule in rules:
            if rule.code in spared:
                continue
            try:
                found = rule.call(*[scope[name] for name in rule.parameters])
                if found is not None:
                    for finding in found:
                        self.result.findings.append(complete(finding, rule, self.dockerfile))
            except BaseException as error:
                self.failed(rule, error)

    def failed(self, rule: Rule, error: BaseException) -> None:
        """Keep what a rule raised; called where it is caught, so that what is not for us goes on."""
        result, path = self.result, self.dockerfile.filename
        if rule.origin == BUILT_IN:
            if not isinstance(error, Exception):
                raise
            if not any(one.rule is rule for one in result.failures):
                result.failures.append(RuleFailure(rule, path, error))
            return
        if isinstance(error, KeyboardInterrupt):
            raise
        # Once for each file and rule; what says so of itself does not count as a failure on the file.
        counts = getattr(error, "counts", True)
        if not any(
            one.rule is rule and getattr(one.error, "counts", True) is counts
            for one in result.failures
        ):
            result.failures.append(RuleFailure(rule, path, error))
        if counts:
            rule.failed_on.add(path)


def dockerfile_lines(source: Source) -> list[str]:
    """The physical lines with their line ends."""
    starts = [*source.line_starts[: source.line_count], len(source.text)]
    return (
        [source.text[a:b] for a, b in zip(starts, starts[1:], strict=False)] if source.text else []
    )


def complete(finding: Finding, rule: Rule, dockerfile: Dockerfile) -> Finding:
    """Fill in what a rule leaves to the engine: place, code, name, severity, instruction, stage."""
    source = dockerfile.source
    target = finding.target
    span = source.line_span(target) if isinstance(target, int) else target
    start = min(max(span.start, 0), len(source.text))
    end = min(max(span.end, start), len(source.text))
    finding.start, finding.end = start, end
    finding.path = dockerfile.filename
    finding.line, finding.column = source.position(start)
    finding.end_line, finding.end_column = source.position(end)
    if not rule.gives_own_codes:
        finding.code = rule.code
    finding.name = rule.name
    if not hasattr(finding, "severity"):
        finding.severity = rule.severity
    finding.url = rule.url
    if finding.aliases is None:
        finding.aliases = rule.aliases
    instruction = instruction_at(dockerfile, finding.line)
    if instruction is not None:
        finding.instruction = {
            "keyword": instruction.keyword,
            "line": instruction.line,
            "end_line": instruction.end_line,
        }
        finding.stage = instruction.stage.name if instruction.stage else None
    return finding


def instruction_at(dockerfile: Dockerfile, line: int) -> Instruction | None:
    """The instruction whose lines hold *line*."""
    instructions = dockerfile.instructions
    index = bisect_right(instructions, line, key=lambda one: one.line) - 1
    if index >= 0 and instructions[index].end_line >= line:
        return instructions[index]
    return None


def _sift(findings: list[Finding], dockerfile: Dockerfile, settings: Settings) -> list[Finding]:
    pragmas = settings.pragmas(dockerfile) if settings.pragmas else None
    kept = []
    for finding in findings:
        rule = settings.plan.owner(finding.code)
        if settings.allows and not settings.allows(rule, finding):
            continue
        if pragmas and pragmas.raises(finding):
            finding.severity = Severity.ERROR
        if settings.severities:  # what the user says of a rule comes last
            finding.severity = _severity(finding, rule, settings.severities)
        if pragmas and pragmas.suppresses(finding, instruction_at(dockerfile, finding.line)):
            continue
        kept.append(finding)
    if pragmas and settings.plan.units["ignores"]:
        kept += _about_ignores(Ignores(pragmas, settings.plan), dockerfile, settings)
    kept.sort(key=lambda finding: finding.sort_key)
    return kept


class Ignores:
    """What became of the ignore comments: codes that stand for no rule, and codes that silenced nothing.

    A code counts as unused only when a rule that it stands for was on.
    """

    __slots__ = ("source", "unknown", "unused")

    def __init__(self, pragmas: Pragmas, plan: Plan) -> None:
        from dockerlint_rules.engine.selection import Catalog, rank

        self.source = pragmas.dockerfile.source

        self.unknown = pragmas.unknown(pragmas.catalog or Catalog(plan.rules))
        strange = {id(one) for one in self.unknown}
        names = [name for rule in plan.rules for name in (rule.code, rule.name, *rule.aliases)]
        below = tuple(rule.code for rule in plan.rules if rule.gives_own_codes)
        self.unused = [
            one
            for one in pragmas.unused()
            if id(one) not in strange
            and (
                any(rank(one.selector, name) >= 0 for name in names)
                or one.selector.startswith(below)
            )
        ]


def _about_ignores(ignores: Ignores, dockerfile: Dockerfile, settings: Settings) -> list[Finding]:
    """Findings on the ignore comments themselves; nothing silences them but the selection."""
    kept = []
    for rule in settings.plan.units["ignores"]:
        for finding in rule.call(ignores) or ():
            complete(finding, rule, dockerfile)
            if not settings.allows or settings.allows(rule, finding):
                finding.severity = _severity(finding, rule, settings.severities)
                kept.append(finding)
    return kept


def _severity(finding: Finding, rule: Rule, severities: Mapping[str, Severity]) -> Severity:
    """The user's level for the code, name or an alias of this finding, the highest if several."""
    said = [
        severities[key]
        for key in (finding.code, rule.code, rule.name, *(finding.aliases or ()))
        if key in severities
    ]
    return min(said, key=lambda level: level.rank) if said else finding.severity
