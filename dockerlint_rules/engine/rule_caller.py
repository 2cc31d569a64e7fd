"""Calls the rules of a plan for a document, once for each unit that they ask for, and keeps what they find."""

from __future__ import annotations

from dockerlint_rules.model.stages import Dockerfile
from dockerlint_rules.registry.rule import BUILT_IN
from dockerlint_rules.registry.units import KEYWORD_UNITS
from dockerlint_rules.syntax.dockerfile.instruction import Instruction
from dockerlint_rules.syntax.dockerfile.instructions import Onbuild, Run

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Container, Iterable
    from typing import Any

    from dockerlint_rules.engine.settings import Settings
    from dockerlint_rules.findings.finding import Finding
    from dockerlint_rules.model.stages import Stage
    from dockerlint_rules.registry.rule import Rule
    from dockerlint_rules.syntax.kinds import LintedDocument
    from dockerlint_rules.syntax.source import Source

_UNIT_OF_KEYWORD = {keyword: unit for unit, keyword in KEYWORD_UNITS.items()}


class RuleFailure:
    """A rule that raised: which, on what file, and the error."""

    __slots__ = ("error", "path", "rule")

    def __init__(self, rule: Rule, path: str, error: BaseException) -> None:
        self.rule = rule
        self.path = path
        self.error = error


class FileResult:
    """Findings of one file, and the rules that failed on it."""

    __slots__ = ("document", "failures", "findings", "problem", "shellcheck", "source")

    def __init__(self, source: Source, document: LintedDocument) -> None:
        self.source = source
        self.document = document
        self.problem = document.problem
        self.shellcheck: str | None = None  # why ShellCheck's findings are missing
        self.findings: list[Finding] = []
        self.failures: list[RuleFailure] = []

    @property
    def dockerfile(self) -> Dockerfile | None:
        """The document where it is a Dockerfile."""
        return self.document if isinstance(self.document, Dockerfile) else None


class RuleCaller:
    """Calls each rule of the plan once for each unit of a document that it asks for."""

    def __init__(self, document: LintedDocument, settings: Settings, result: FileResult) -> None:
        self.document = document
        self.plan = settings.plan
        self.settings = settings
        self.result = result
        # What rules can ask for, by the name of the parameter.
        self.scope: dict[str, Any] = {
            "document": document,
            "filename": document.filename,
            "source": document.source,
            "options": settings.options,
        }
        self.skipped = self._skipped()
        self._add_rarely_needed()

    def _skipped(self) -> set[str]:
        """Codes of the rules that cannot find anything in this file, by the words, options or errors that they need."""
        conditional = self.plan.conditional
        if not conditional:
            return set()
        options, is_refused = self.settings.options, self.document.is_refused
        present = self.words_in_text()
        return {
            rule.code
            for rule in conditional
            if (rule.needs_syntax_errors and not is_refused)
            or (rule.option and not getattr(options, rule.option, None))
            or (rule.words and not any(word in present for word in rule.words))
        }

    def words_in_text(self) -> Container[str]:
        """The words of rules that the text holds, in lower case: the text itself, which can be searched for each."""
        return self.document.source.text.lower()

    def _add_rarely_needed(self) -> None:
        """Add what few rules ask for to the scope."""
        needs, source = self.plan.needs, self.document.source
        if "lines" in needs:
            self.scope["lines"] = physical_lines(source)
        if "total_lines" in needs:
            self.scope["total_lines"] = source.line_count
        if "noqa" in needs:
            self.scope["noqa"] = False
        if "context" in needs:
            from dockerlint_rules.model.context.build_context import context_of

            known = self.settings.build.context
            self.scope["context"] = known or context_of(source.filename, self.settings.options)

    def run(self) -> None:
        """Call every rule of the plan."""
        rules = self.plan.units
        for unit, value in self.document.units(self.plan.needs):
            self.scope[unit] = value
            self.call(rules[unit])

    def call(self, rules: Iterable[Rule]) -> None:
        """Call the rules with what they ask for and keep their findings."""
        scope, skipped = self.scope, self.skipped
        for rule in rules:
            if rule.code in skipped:
                continue
            try:
                found = rule.call(*[scope[name] for name in rule.parameters])
                if found is not None:
                    for finding in found:
                        self.result.findings.append(fill_in(finding, rule, self.document))
            except BaseException as error:
                self.failed(rule, error)

    def failed(self, rule: Rule, error: BaseException) -> None:
        """Keep the error of a rule.  Called where it is caught, so that what nobody may catch is raised again."""
        result, path = self.result, self.document.filename
        if rule.origin == BUILT_IN:
            # Without memory every further rule would fail too; the file gets one error instead.
            if not isinstance(error, Exception) or isinstance(error, MemoryError):
                raise
            if not any(one.rule is rule for one in result.failures):
                result.failures.append(RuleFailure(rule, path, error))
            return
        if isinstance(error, KeyboardInterrupt):
            raise
        # Once for each file and rule.  An error that does not count leaves the rule on.
        counts = getattr(error, "counts", True)
        if not any(
            one.rule is rule and getattr(one.error, "counts", True) is counts
            for one in result.failures
        ):
            result.failures.append(RuleFailure(rule, path, error))
        if counts:
            rule.failed_on.add(path)


class DockerfileRuleCaller(RuleCaller):
    """Calls rules for the parts of a Dockerfile.

    perf: this is the hot loop of a run, so it walks the document itself and asks no generator for units.
    """

    def __init__(self, dockerfile: Dockerfile, settings: Settings, result: FileResult) -> None:
        self.dockerfile = dockerfile
        super().__init__(dockerfile, settings, result)
        scope, needs = self.scope, self.plan.needs
        scope["dockerfile"] = dockerfile
        if "layers" in needs:
            from dockerlint_rules.model.layers.layer import makes_layer

            scope["layers"] = [one for one in dockerfile.instructions if makes_layer(one)]
        if "dockerfile_parser" in needs:
            from dockerlint_rules.plugins.dockerfile_parse import parser_of

            scope["dockerfile_parser"] = parser_of(dockerfile.source)

    def run(self) -> None:
        """Call every rule of the plan."""
        units, scope = self.plan.units, self.scope
        self.call(units["dockerfile"])
        if units["comment"]:
            for comment in self.dockerfile.comments:
                scope["comment"] = comment
                self.call(units["comment"])
        if units["physical_line"]:
            for number, line in enumerate(physical_lines(self.dockerfile.source), 1):
                scope["line_number"], scope["physical_line"] = number, line
                self.call(units["physical_line"])
        scope["stage"] = None
        for one in self.dockerfile.global_instructions:
            self.instruction(one)
        for stage in self.dockerfile.stages:
            scope["stage"] = stage
            self.stage(stage)

    def stage(self, stage: Stage) -> None:
        """Call the rules for a stage, then for each of its instructions."""
        self.call(self.plan.units["stage"])
        self.instruction(stage.from_)
        for one in stage.instructions:
            self.instruction(one)

    def instruction(self, one: Instruction) -> None:
        """Call the rules for one instruction, then for the commands inside it."""
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
        """Call the rules for each command of a RUN, and for each package-manager call."""
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
            for install in calls_of(command):
                scope["install"] = install
                self.call(by_family.get(install.family, ()))
                self.call(installs)


def physical_lines(source: Source) -> list[str]:
    """The physical lines with their line ends."""
    starts = [*source.line_starts[: source.line_count], len(source.text)]
    return (
        [source.text[a:b] for a, b in zip(starts, starts[1:], strict=False)] if source.text else []
    )


def fill_in(finding: Finding, rule: Rule, document: LintedDocument) -> Finding:
    """Fill in what a rule leaves to the engine: place, code, name, severity, instruction, stage."""
    source = document.source
    target = finding.target
    span = source.line_span(target) if isinstance(target, int) else target
    start = min(max(span.start, 0), len(source.text))
    end = min(max(span.end, start), len(source.text))
    finding.start, finding.end = start, end
    finding.path = source.filename
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
    element = document.element_at(finding.line)
    if element is not None:
        finding.instruction = {
            "keyword": element.keyword,
            "line": element.line,
            "end_line": element.end_line,
        }
        finding.stage = element.stage.name if element.stage else None
    return finding
