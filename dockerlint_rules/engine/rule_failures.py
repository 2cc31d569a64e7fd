"""Rules that raise: what a run says about them, and which of a plugin's rules are switched off."""

from __future__ import annotations

from dockerlint_rules.engine.lint import MOST_FAILURES
from dockerlint_rules.findings.results import RunError
from dockerlint_rules.registry.rule import BUILT_IN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from dockerlint_rules.engine.rule_caller import RuleFailure
    from dockerlint_rules.findings.finding import Finding
    from dockerlint_rules.findings.results import FileReport
    from dockerlint_rules.registry.rule import Rule


def failure_error(failure: RuleFailure, *, verbose: bool = False) -> RunError:
    """The error that a run reports for a rule that raised."""
    rule = failure.rule
    kind = "internal" if rule.origin == BUILT_IN else "plugin"
    who = (
        f"rule {rule.code} ({rule.name})"
        if kind == "internal"
        else f"plugin {rule.origin} [{rule.code}]"
    )
    hint = "" if verbose else " (run again with --verbose for the traceback)"
    if kind == "plugin":
        return _plugin_error(failure, who, hint, verbose=verbose)
    return RunError(
        failure.path, f"{who} failed: {error_text(failure.error, verbose=verbose)}{hint}", kind
    )


def _plugin_error(failure: RuleFailure, who: str, hint: str, *, verbose: bool) -> RunError:
    from dockerlint_rules.plugins.adapters import InvalidFinding, UnexpectedCode
    from dockerlint_rules.plugins.loading import error_line

    error, code = failure.error, failure.rule.code
    if isinstance(error, UnexpectedCode):
        return RunError(
            None, f"{who} {error}; such findings are left out", "plugin", rule=code, once=True
        )
    if isinstance(error, InvalidFinding):
        return RunError(failure.path, f"{who} {error}", "plugin", rule=code)
    if not verbose:
        return RunError(
            failure.path, f"{who} failed: {error_line(error)}{hint}", "plugin", rule=code
        )
    return RunError(
        failure.path, f"{who} failed: {error_text(error, verbose=True)}", "plugin", rule=code
    )


def error_text(error: BaseException, *, verbose: bool) -> str:
    """The type and message of an exception, or with *verbose* its traceback."""
    if not verbose:
        return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    import traceback

    return "".join(traceback.format_exception(error)).rstrip()


def file_failure_text(error: BaseException, verb: str = "linted", *, verbose: bool = False) -> str:
    """Why a whole file could not be linted or fixed, to put after its path."""
    if verbose:
        return f"was not {verb}: {error_text(error, verbose=True)}"
    if isinstance(error, MemoryError):
        return f"was not {verb}: there is not enough memory"
    if isinstance(error, RecursionError):
        return f"was not {verb}: it is nested too deeply"
    text = error_text(error, verbose=False)
    return f"was not {verb}: internal error: {text} (run again with --verbose for the traceback)"


class FailingRules:
    """Switches off a plugin's rule that failed on too many files, in the reports of all processes.

    Each process switches off a rule that has failed often enough on its own files.  Over all files in their order
    that may
    be earlier, and the report must not depend on the number of processes.
    """

    def __init__(self, owner: Callable[[str], Rule | None]) -> None:
        self.owner = owner
        self.failures: dict[str, int] = {}  # by code
        self.switched_off: set[str] = set()
        self.reported_once: set[str] = set()

    def filter_report(self, report: FileReport) -> FileReport:
        """Take out of the next file's report what a rule that is switched off found; count its failures."""
        if self.switched_off:
            report.findings = [one for one in report.findings if not self._is_off(one)]
        errors: list[RunError] = []
        for error in report.errors:
            if error.rule in self.switched_off:
                continue
            if error.once and error.rule in self.reported_once:
                continue
            if error.once and error.rule:
                self.reported_once.add(error.rule)
            errors.append(error)
        failed = {error.rule: error for error in report.errors if error.rule and not error.once}
        for error in failed.values():
            self._count(error, errors)
        report.errors = errors
        return report

    def _count(self, error: RunError, errors: list[RunError]) -> None:
        if error.rule in self.switched_off:
            return
        count = self.failures[error.rule] = self.failures.get(error.rule, 0) + 1
        if count == MOST_FAILURES:
            self.switched_off.add(error.rule)
            who = error.message.partition("]")[0]
            message = f"{who}] failed on {count} files and is switched off for this run"
            errors.append(RunError(None, message, "plugin"))

    def _is_off(self, finding: Finding) -> bool:
        owner = self.owner(finding.code)
        return owner is not None and owner.code in self.switched_off
