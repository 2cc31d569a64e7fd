"""The report of a run: the chosen format, a diff, and the file of ``--output-file``."""

from __future__ import annotations

import sys

from dockerlint_rules.cli.terminal import (
    AnyTextStream,
    OutputError,
    is_regular_file,
    is_terminal,
    wants_color,
    write_bytes,
    write_error,
)
from dockerlint_rules.findings.results import RunError
from dockerlint_rules.formats import BUILT_IN, format_class
from dockerlint_rules.formats.context import ReportContext
from dockerlint_rules.version import HOME, VERSION

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from dockerlint_rules.engine.run import LintRun
    from dockerlint_rules.findings.results import RunResult
    from dockerlint_rules.formats import Format
    from dockerlint_rules.formats.context import RuleInfo
    from dockerlint_rules.syntax.source import Source


def write_report(run: LintRun, result: RunResult) -> None:
    """Write the findings in the chosen format, to the output file or to standard output."""
    if not run.options.output_file:
        # With --fix on standard input, standard output carries the fixed text.
        fixes_stdin = run.stdin_data is not None and run.options.fix
        _format(run, result, sys.stderr if fixes_stdin else sys.stdout)
        return
    import io

    buffer = io.StringIO()
    if _format(run, result, buffer):  # half a report of a plugin that failed is not written
        data = buffer.getvalue().encode("utf-8", "surrogateescape")
        _write_output_file(run.options.output_file, data, result)


def write_diff(run: LintRun, result: RunResult) -> None:
    """Write what the fixes would change."""
    from dockerlint_rules.fixes.diff import color_diff
    from dockerlint_rules.syntax.source import encode

    text = "".join(run.diffs)
    if run.options.output_file:
        _write_output_file(run.options.output_file, encode(text), result)
        return
    if text and not is_regular_file(sys.stdout):
        text = _shown_diff(text)
        if not run.options.no_color and wants_color(sys.stdout):
            text = color_diff(text)
    write_bytes(encode(text))


def _shown_diff(text: str) -> str:
    """The diff for a log or a terminal, which would obey some of its lines; a note says where that changes one."""
    from dockerlint_rules.formats.diff_text import safe_diff

    shown = safe_diff(text, keep_bytes=not is_terminal(sys.stdout))
    if shown != text:
        write_error(
            "the diff has control characters or commands of a CI server, which are shown escaped; "
            "to apply it, write it with --output-file"
        )
    return shown


def write_fixed_input(run: LintRun) -> None:
    """Write the fixed text of standard input to standard output."""
    if run.stdin_data is not None:
        write_bytes(run.stdin_data)


def _write_output_file(path: str, data: bytes, result: RunResult) -> None:
    from dockerlint_rules.files.reading import write_error_text
    from dockerlint_rules.files.writing import write_atomically

    try:
        write_atomically(path, data)
    except (OSError, ValueError) as error:
        result.errors.append(RunError(path, write_error_text(error), "io"))


def _format(run: LintRun, result: RunResult, stream: Any) -> bool:
    """Write the report to *stream*; False when a plugin's format failed."""
    options, safe_stream = _format_options(run, stream), AnyTextStream(stream)
    name = run.options.format
    if name not in BUILT_IN:
        return _format_by_plugin(run, result, options, safe_stream)
    _call_hooks(format_class(name)(options, safe_stream), result)
    return True


def _format_by_plugin(
    run: LintRun, result: RunResult, options: ReportContext, stream: AnyTextStream
) -> bool:
    from dockerlint_rules.plugins.formatter import make_format
    from dockerlint_rules.plugins.loading import error_line

    roster = run.roster
    entry = next(one for one in roster.reports if one.name == run.options.format)
    plugin = roster.load(entry)
    result.errors += run.plugin_errors()
    if plugin is None:
        return False
    roster.activate(run.options)
    try:
        made, shown = make_format(plugin.thing, options, stream, run.options, result)
        _call_hooks(made, shown)
    except (KeyboardInterrupt, BrokenPipeError, OutputError):
        raise
    except BaseException as error:  # whatever a plugin does
        roster.add_problem(f"{entry} failed: {error_line(error)}", error)
        result.errors += run.plugin_errors()
        return False
    return True


def _call_hooks(made: Format, result: RunResult) -> None:
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


def _format_options(run: LintRun, stream: Any) -> ReportContext:
    by_code = {rule.code: rule for rule in run.cache.rules}
    options = run.options
    return ReportContext(
        show_source=options.show_source,
        color=not options.no_color and wants_color(stream),
        statistics=options.statistics,
        quiet=options.quiet,
        version=VERSION,
        sources=_MaskedSources(run),
        rule_of=lambda code: by_code.get(code) or _plugin_rule(run, code),
        rules=run.cache.enabled(),
        url=HOME,
        warn=write_error,
    )


class _MaskedSources:
    """The texts of the files as a report may show them, without secrets."""

    def __init__(self, run: LintRun) -> None:
        self.run = run
        self.known: dict[str, Source | None] = {}

    def __call__(self, path: str) -> Source | None:
        """The text of a file; None where it can no longer be read."""
        if path not in self.known:
            from dockerlint_rules.findings.secrets import masked_source

            source = self.run.source_of(path)
            self.known[path] = None if source is None else masked_source(source)
        return self.known[path]


def _plugin_rule(run: LintRun, code: str) -> RuleInfo | None:
    """The rule of a code that only a plugin knows."""
    owner = run.cache.catalog.owner(code)
    if owner is None:
        return None
    from dockerlint_rules.plugins.rule_info import PluginCode

    return PluginCode(owner, code)
