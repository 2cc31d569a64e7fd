"""Sources to findings: read each, call the rules that are on, filter what they find."""

from __future__ import annotations

from dockerlint_rules.engine.filtering import filter_findings
from dockerlint_rules.engine.rule_caller import (
    DockerfileRuleCaller,
    FileResult,
    RuleCaller,
    fill_in,
)
from dockerlint_rules.engine.time_limit import UNTIMED
from dockerlint_rules.findings.secret_hints import has_secret_names, may_hold_secrets
from dockerlint_rules.model.stages import Dockerfile
from dockerlint_rules.syntax.dockerfile.document import Document
from dockerlint_rules.syntax.dockerfile.instructions import Onbuild, Program
from dockerlint_rules.syntax.kinds import DOCKERFILE, kind_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Protocol

    from dockerlint_rules.engine.settings import Settings
    from dockerlint_rules.engine.time_limit import FileClock
    from dockerlint_rules.shellcheck import Batch
    from dockerlint_rules.syntax.kinds import LintedDocument
    from dockerlint_rules.syntax.source import Source

    class DockerfileSteps(Protocol):
        """How Dockerfiles are read and rules are called for them, where results of an earlier text are used again."""

        def read(self, source: Source) -> Document:
            """Read a source."""

        def rule_caller(
            self, dockerfile: Dockerfile, settings: Settings, result: FileResult
        ) -> DockerfileRuleCaller:
            """What calls the rules."""


MOST_FAILURES = 3  # files; a plugin's rule that fails on more of them is switched off


def lint_source(
    source: Source,
    settings: Settings,
    steps: DockerfileSteps | None = None,
    clock: FileClock = UNTIMED,
) -> FileResult:
    """Findings of one source, sorted.  A rule that raises becomes a failure; the others go on.

    While a plugin's rules run, what they print goes to standard error.
    """
    (result,) = lint_sources([(source, settings)], steps, clock)
    return result


def lint_sources(
    sources: Iterable[tuple[Source, Settings]],
    steps: DockerfileSteps | None = None,
    clock: FileClock = UNTIMED,
) -> list[FileResult]:
    """Findings of several sources.  ShellCheck works on all their scripts while our own rules run.

    Raises TimeLimitReached for the first file that uses up its time; the clock stands still afterwards.
    """
    work: list[tuple[FileResult, Settings]] = []
    batch: Batch | None = None
    try:
        for source, settings in sources:
            clock.start(source.filename)
            work.append((FileResult(source, _read(source, settings, steps)), settings))
        batch = _start_shellcheck(work, clock)
        for result, settings in work:
            clock.start(result.source.filename)
            _call_rules(_rule_caller(result, settings, steps))
            if result.dockerfile is not None and result.problem is None:
                result.problem = _unread_scripts(result.dockerfile)
        if batch is not None:
            clock.stop()  # ShellCheck has a limit of its own
            batch.wait()
        for result, settings in work:
            clock.start(result.source.filename)
            if batch is not None and settings.shellcheck:
                _add_shellcheck_findings(batch, result, settings)
            result.findings = filter_findings(result.findings, result.document, settings)
            _mask_secrets(result)
    finally:
        clock.stop()
        if batch is not None:
            batch.close()
    return [result for result, _ in work]


def _read(source: Source, settings: Settings, steps: DockerfileSteps | None) -> LintedDocument:
    kind = kind_of(source.filename)
    if kind is not DOCKERFILE:
        return kind.read(source, settings.build)
    return Dockerfile(steps.read(source) if steps else Document(source), settings.build)


def _rule_caller(
    result: FileResult, settings: Settings, steps: DockerfileSteps | None
) -> RuleCaller:
    document = result.document
    if not isinstance(document, Dockerfile):
        return RuleCaller(document, settings, result)
    make = steps.rule_caller if steps else DockerfileRuleCaller
    return make(document, settings, result)


def _call_rules(caller: RuleCaller) -> None:
    if not caller.plan.has_plugin_rules:
        caller.run()
    else:
        from dockerlint_rules.plugins.output_guard import stdout_to_stderr

        with stdout_to_stderr():
            if caller.settings.activate_plugins:
                caller.settings.activate_plugins()
            caller.run()
    for failure in caller.result.failures:
        if len(failure.rule.failed_on) >= MOST_FAILURES:
            failure.rule.call = _find_nothing


def _mask_secrets(result: FileResult) -> None:
    # perf: one look at all that a file's findings say, and at the names in it.
    said = "\n".join([text for finding in result.findings for text in finding.texts])
    if said and (has_secret_names(result.source.text) or may_hold_secrets(said)):
        from dockerlint_rules.findings.secrets import mask_findings

        mask_findings(result.findings, result.source)


def _unread_scripts(dockerfile: Dockerfile) -> str | None:
    """The first script that is too complex to be parsed, as an error: what rules would find there is missing."""
    for instruction in dockerfile.instructions:
        run = instruction.trigger if isinstance(instruction, Onbuild) else instruction
        if isinstance(run, Program):
            script = run.known_script
            if script is not None and script.is_unread:
                return (
                    f"line {instruction.line}: this script is too complex to be read, so findings on its commands "
                    "are missing; move it into a file that the image copies"
                )
    return None


def _find_nothing(*values: object) -> None:
    """Stand for a rule that is switched off."""


# -- ShellCheck --------------------------------------------------------------------------------------


def _start_shellcheck(work: list[tuple[FileResult, Settings]], clock: FileClock) -> Batch | None:
    dockerfiles = [
        result.dockerfile
        for result, settings in work
        if settings.shellcheck and result.dockerfile is not None
    ]
    if not dockerfiles:
        return None
    from dockerlint_rules.shellcheck import Batch

    thorough = any(
        settings.shellcheck == "all" for result, settings in work if result.dockerfile is not None
    )
    return Batch(_timed(dockerfiles, clock), thorough=thorough)


def _timed(dockerfiles: list[Dockerfile], clock: FileClock) -> Iterator[Dockerfile]:
    """Each file with its time running, while its scripts are looked for."""
    for one in dockerfiles:
        clock.start(one.filename)
        yield one
    clock.stop()


def _add_shellcheck_findings(batch: Batch, result: FileResult, settings: Settings) -> None:
    """Add ShellCheck's findings on a file's scripts to the others."""
    from dockerlint_rules.shellcheck import WIKI

    if result.dockerfile is None:
        return
    for rule in settings.plan.units["scripts"]:
        for finding in batch.findings(result.dockerfile):
            fill_in(finding, rule, result.dockerfile)
            finding.url = WIKI.format(code=finding.code)
            result.findings.append(finding)
    result.shellcheck = batch.problem
