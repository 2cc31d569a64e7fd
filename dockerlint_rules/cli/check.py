"""``dockerlint check``: lint, fix if asked to, report, and the exit status."""

from __future__ import annotations

import os
import sys

from dockerlint_rules.cli.parsers import check_parser
from dockerlint_rules.cli.terminal import is_terminal, write_error, write_output, write_progress
from dockerlint_rules.config import ConfigError, UsageError
from dockerlint_rules.engine.run import LintRun, RunListener
from dockerlint_rules.findings.finding import Severity
from dockerlint_rules.plugins.installed import installed_roster

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from typing import Any

    from dockerlint_rules.findings.results import RunResult
    from dockerlint_rules.plugins.roster import Roster


class Terminal(RunListener):
    """Writes what a run has to say to standard error, with *verbose* tracebacks as well."""

    def __init__(self, *, verbose: bool = False) -> None:
        self.verbose = verbose

    def note(self, text: str) -> None:
        """Write the line."""
        write_error(text, details=self.verbose)


def check(argv: list[str]) -> int:
    """Lint what the arguments name.  0 nothing at the threshold, 1 findings, 2 the run itself failed."""
    parser = check_parser()
    roster = installed_roster()
    given = parse_arguments(parser, roster, argv)
    if given.pop("help", False):
        write_output(parser.format_help())
        return 0
    if given.pop("version", False):
        write_output(version_text(roster))
        return 0
    try:
        return run_and_report(given, roster)
    except UsageError as error:
        write_error(str(error))
        return 2


def run_and_report(given: dict[str, Any], roster: Roster) -> int:
    """Lint, fix if asked to, write the report and the summary; the exit status.  Raises UsageError."""
    from dockerlint_rules.cli.report import write_diff, write_fixed_input, write_report

    run = LintRun(given, roster, _listener(given))
    result = lint(run)
    options = run.options
    try:
        if options.diff:
            write_diff(run, result)
        else:
            if options.fix:
                write_fixed_input(run)
                _write_fix_summary(run, result)
            write_report(run, result)
        _write_summary(run, result)
    finally:  # even if the report cannot be written
        write_errors(result, verbose=options.verbose)
    return exit_status(run, result)


def lint(run: LintRun) -> RunResult:
    """What a run finds.  A KeyboardInterrupt, which a signal raises, gets a note that says what is missing."""
    try:
        return run.lint()
    except KeyboardInterrupt as error:
        if not run.file_count:
            error.add_note("nothing was linted")
            raise
        from dockerlint_rules.formats.text import plural

        linted = f"{run.done_count} of {plural(run.file_count, 'file')} linted"
        if run.fixed_files and run.options.fix and not run.options.diff:
            linted += f" and {plural(run.fixed_files, 'file')} fixed"
        error.add_note(f"{linted}; findings are not shown, because they would not be complete")
        raise


def _listener(given: dict[str, Any]) -> RunListener:
    verbose = bool(given.get("verbose"))
    if not is_terminal(sys.stderr) or given.get("quiet"):
        return Terminal(verbose=verbose)
    from dockerlint_rules.cli.summary import ProgressBar

    return ProgressBar(verbose=verbose)


def _write_fix_summary(run: LintRun, result: RunResult) -> None:
    if run.fixed and not run.options.quiet:
        from dockerlint_rules.cli.summary import fix_summary

        write_progress(fix_summary(run, result.findings) + "\n")


def _write_summary(run: LintRun, result: RunResult) -> None:
    """Write the summary, except with formats that programs read."""
    options = run.options
    if options.quiet or options.format not in ("default", "pre-commit"):
        return
    if options.diff:
        _write_fix_summary(run, result)
    elif result.files and (result.findings or is_terminal(sys.stderr)):
        from dockerlint_rules.cli.summary import summary

        write_progress(summary(run, result) + "\n")


def write_errors(result: RunResult, *, verbose: bool = False) -> None:
    """Write what kept the run from linting, a line each; one for a configuration, however many files it holds for.

    With *verbose*, a traceback is in lines of its own.
    """
    configurations: set[str] = set()
    for error in result.errors:
        if error.kind == "config" and error.once:  # the message names the configuration
            if error.message not in configurations:
                configurations.add(error.message)
                write_error(error.message)
            continue
        where = f"{error.path}: " if error.path else ""
        write_error(f"{where}{error.message}", details=verbose)


def exit_status(run: LintRun, result: RunResult) -> int:
    """0, 1 or 2, as ``--help`` documents."""
    options = run.options
    if result.errors:
        return 2
    if options.exit_zero:
        return 0
    if options.diff:
        return 1 if run.diffs else 0
    if options.failure_threshold == "none":
        return 0
    rank = Severity(options.failure_threshold).rank
    return 1 if any(finding.severity.rank <= rank for finding in result.findings) else 0


# -- arguments -------------------------------------------------------------------------------------


def parse_arguments(parser: ArgumentParser, roster: Roster, argv: list[str]) -> dict[str, Any]:
    """The options that the arguments give.  Plugins are asked for theirs only when an argument is unknown."""
    known, rest = parser.parse_known_args(argv)
    local = getattr(known, "local_plugins", False)
    if not rest and not getattr(known, "help", False):
        return vars(known)
    if not roster and not local:
        return vars(parser.parse_args(argv))
    from dockerlint_rules.plugins.output_guard import stdout_to_stderr

    with stdout_to_stderr(descriptors=True):
        roster.set_command_line(vars(known))
        if local and not getattr(known, "isolated", False):
            _add_local_plugins(known, roster)
        roster.add_options_to(parser)
    try:
        given = vars(parser.parse_args(argv))
    except SystemExit:
        # The argument may belong to a plugin that cannot be loaded.
        for problem in roster.take_problems():
            write_error(problem)
        raise
    roster.collect_values(given)
    return given


def _add_local_plugins(known: Namespace, roster: Roster) -> None:
    """Make the local plugins of the configuration known: they may have options."""
    from dockerlint_rules.config.files import find_config, read_config

    path = (getattr(known, "paths", None) or ["."])[0]
    directory = path if os.path.isdir(path) else os.path.dirname(path)
    named = getattr(known, "config", None)
    try:
        config = named or find_config(directory)
        if config:
            read_config(config, roster, {"local_plugins": True, "config": named})
    except ConfigError:
        pass  # reported when the run reads it


def version_text(roster: Roster) -> str:
    """The versions of dockerlint, of Python and of the plugins."""
    from dockerlint_rules.version import VERSION

    python = ".".join(str(part) for part in sys.version_info[:3])
    lines = [f"dockerlint {VERSION} (Python {python})", *(roster.version_lines() if roster else ())]
    return "\n".join(lines) + "\n"
