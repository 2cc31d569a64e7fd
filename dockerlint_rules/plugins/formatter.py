"""Formats in flake8's form: a class that takes the options and has flake8's hooks, called in its order."""

from __future__ import annotations

from dockerlint_rules.findings.results import RunError, RunResult
from dockerlint_rules.formats import Format, ReportHooks
from dockerlint_rules.formats.terminal_text import printable_text, safe_columns, safe_line
from dockerlint_rules.formats.text import shown_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from dockerlint_rules.config.options import Options
    from dockerlint_rules.findings.finding import Finding
    from dockerlint_rules.formats import Stream
    from dockerlint_rules.formats.context import ReportContext


class BaseFormatter(ReportHooks):
    """Base of a format; the hooks are called in this order.

    ``after_init()``; ``start()``; for each file with findings ``beginning(filename)``, ``handle(violation)``
    for each, ``finished(filename)``; with ``--statistics`` ``show_statistics(statistics)``; ``stop()``.

    A violation has the attributes of a finding and flake8's names for them: ``filename``, ``line_number``,
    ``column_number``, ``text``, ``physical_line``.  ``self.options`` are the run's options, with
    those of plugins; ``self.run`` has its rules and sources, and whether to use color.
    """

    run: ReportContext
    stream: Stream

    def __init__(self, options: Any) -> None:
        self.options = options
        self.filename = getattr(options, "output_file", None)
        self.newline = "\n"
        self.after_init()

    def handle(self, error: Any) -> None:
        """Write one finding, with its source if that is asked for."""
        self.write(self.format(error), self.show_source(error))

    def format(self, error: Any) -> str | None:
        """Return the text of one finding, without a line end."""
        raise NotImplementedError

    def show_source(self, error: Any) -> str | None:
        """Return the line with carets below the place, with ``--show-source``."""
        if not self.options.show_source or error.physical_line is None:
            return None
        line: str = error.physical_line.rstrip("\r\n")
        before = "".join(one if one.isspace() else " " for one in line[: error.column - 1])
        end = error.end_column if error.end_line == error.line else len(line) + 1
        return f"{line}\n{before}{'^' * max(end - error.column, 1)}"

    def show_statistics(self, statistics: Statistics) -> None:
        """Write how often each code was found."""
        for code in statistics.error_codes():
            found = list(statistics.statistics_for(code))
            count = sum(one.count for one in found)
            self.write(f"{count:<5} {code} {found[0].message}", None)

    def show_benchmarks(self, benchmarks: list[tuple[str, float]]) -> None:
        """Write timings; exists for flake8's formats and is not called."""

    def write(self, line: str | None, source: str | None = None) -> None:
        """Write the line and the source, those that are not None or empty."""
        for text in (line, source):
            if text:
                self.stream.write(text + self.newline)

    def stop(self) -> None:
        """End the report."""


class Violation:
    """A finding with flake8's names as well."""

    __slots__ = ("_finding", "physical_line")

    def __init__(self, finding: Finding, physical_line: str | None) -> None:
        self._finding = finding
        self.physical_line = physical_line

    def __getattr__(self, name: str) -> Any:
        return getattr(self._finding, name)

    @property
    def filename(self) -> str:
        """The finding's ``path``."""
        return self._finding.path

    @property
    def line_number(self) -> int:
        """The finding's ``line``."""
        return self._finding.line

    @property
    def column_number(self) -> int:
        """The finding's ``column``, from 1."""
        return self._finding.column

    @property
    def text(self) -> str:
        """The finding's ``message``."""
        return self._finding.message


class Statistic:
    """How often one code was found in one file."""

    __slots__ = ("count", "error_code", "filename", "message")

    def __init__(self, error_code: str, filename: str, message: str) -> None:
        self.error_code = error_code
        self.filename = filename
        self.message = message
        self.count = 0


class Statistics:
    """How often each code was found, in the form of flake8's statistics."""

    def __init__(self, findings: list[Finding]) -> None:
        self._store: dict[tuple[str, str], Statistic] = {}
        for one in findings:
            known = self._store.setdefault(
                (one.code, one.path), Statistic(one.code, one.path, one.message)
            )
            known.count += 1

    def error_codes(self) -> list[str]:
        """The codes, sorted."""
        return sorted({code for code, _ in self._store})

    def statistics_for(self, prefix: str, filename: str | None = None) -> Any:
        """The counts of the codes that begin with *prefix*, in one file or in all."""
        for code, path in sorted(self._store):
            if code.startswith(prefix) and filename in (None, path):
                yield self._store[code, path]


class Flake8Format(Format):
    """A format in flake8's form, called like ours."""

    def __init__(self, kind: Any, options: ReportContext, stream: Stream, values: Options) -> None:
        self.made = kind(values)
        self.made.run = options
        self.made.stream = stream
        self.values = values
        super().__init__(options, stream)

    def start(self) -> None:
        """Pass it on."""
        self.made.start()

    def beginning(self, path: str) -> None:
        """Pass it on."""
        self.made.beginning(path)

    def handle(self, finding: Finding) -> None:
        """Pass it on, as a violation with flake8's attributes."""
        source = self.options.sources(finding.path)
        line = safe_columns(source.line(finding.line)) + "\n" if source else None
        self.made.handle(Violation(finding, line))

    def finished(self, path: str) -> None:
        """Pass it on."""
        self.made.finished(path)

    def stop(self, result: RunResult) -> None:
        """Write statistics if they are asked for, and end."""
        if self.values.statistics:
            self.made.show_statistics(Statistics(result.findings))
        self.made.stop()


def make_format(
    kind: Any, options: ReportContext, stream: Stream, values: Options, result: RunResult
) -> tuple[Format, RunResult]:
    """A plugin's format, in our form or in flake8's, and the result that it may write as it is."""
    shown = PrintableResult(result)
    sources = options.sources
    options.sources = lambda path: sources(shown.paths.get(path, path))
    if isinstance(kind, type) and issubclass(kind, Format):
        made: Format = kind(options, stream)
    else:
        made = Flake8Format(kind, options, stream, values)
    return made, shown


class PrintableResult(RunResult):
    """A result for a format that may not know that file names and messages come from strangers.

    None of its texts has a line end or anything else that a terminal or a CI server obeys; *paths* gives the real path
    for one that is shown.
    """

    __slots__ = ("paths",)

    def __init__(self, result: RunResult) -> None:
        super().__init__([], [], result.files, result.seconds)
        self.paths: dict[str, str] = {}
        self.findings = [self._finding(one) for one in result.findings]
        for one in result.errors:
            message = "\n".join(safe_line(line) for line in one.message.split("\n"))
            path = one.path and self._path(one.path)
            self.errors.append(RunError(path, message, one.kind, rule=one.rule, once=one.once))

    def _path(self, path: str) -> str:
        shown = shown_path(
            "".join(char if "\udc80" <= char <= "\udcff" else printable_text(char) for char in path)
        )
        self.paths[shown] = path
        return shown

    def _finding(self, finding: Finding) -> Finding:
        path = self._path(finding.path)
        texts = [safe_line(text) for text in (finding.message, finding.code, finding.name)]
        if [path, *texts] == [finding.path, finding.message, finding.code, finding.name]:
            return finding
        from copy import copy

        made = copy(finding)
        made.path = path
        made.message, made.code, made.name = texts
        return made
