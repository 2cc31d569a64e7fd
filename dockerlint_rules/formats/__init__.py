"""Formats: how findings are written.

The table maps the names that ``--format`` accepts to ``module:class``.  A module is imported when its format is used.
A plugin's format derives from :class:`Format` and is registered in the entry-point group ``dockerlint.report``.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Protocol

    from dockerlint_rules.findings.finding import Finding
    from dockerlint_rules.findings.results import RunResult
    from dockerlint_rules.formats.context import ReportContext

    class Stream(Protocol):
        """The only method of a text stream that formats use."""

        def write(self, text: str, /) -> object:
            """Write *text*."""


FORMATS = {
    "default": "dockerlint_rules.formats.text:Default",
    "pre-commit": "dockerlint_rules.formats.text:PreCommit",
    "json": "dockerlint_rules.formats.json_report:Json",
    "sarif": "dockerlint_rules.formats.sarif:Sarif",
    "github": "dockerlint_rules.formats.github:GitHub",
    "gitlab": "dockerlint_rules.formats.gitlab:GitLab",
    "checkstyle": "dockerlint_rules.formats.checkstyle:Checkstyle",
    "junit": "dockerlint_rules.formats.junit:JUnit",
}
BUILT_IN = frozenset(FORMATS)
"""The formats of this package; those of plugins are added to :data:`FORMATS` when their entry points are found."""


class ReportHooks:
    """The hooks that formats of every shape have, in the order in which they are called, as in flake8."""

    def after_init(self) -> None:
        """Set up what a subclass needs, without overriding the constructor."""

    def start(self) -> None:
        """React to the start of the run."""

    def beginning(self, path: str) -> None:
        """React to a file whose findings follow."""

    def finished(self, path: str) -> None:
        """React to a file that has no more findings."""


class Format(ReportHooks):
    """Base of all formats.

    The hooks are called in this order: ``start()``; for each file ``beginning(path)``, ``handle(finding)`` for each
    of its
    findings in order, ``finished(path)``; then ``stop(result)`` once.  A format that overrides only :meth:`format`
    writes
    one piece of text for each finding.
    """

    wants_summary = False
    """Whether the command line prints its summary line as well."""

    def __init__(self, options: ReportContext, stream: Stream) -> None:
        self.options = options
        self.stream = stream
        self.after_init()

    def handle(self, finding: Finding) -> None:
        """Write one finding, and the source that it points at."""
        self.write(self.format(finding), self.show_source(finding))

    def format(self, finding: Finding) -> str | None:
        """Return the text of one finding, without a line end; None for nothing."""
        raise NotImplementedError

    def show_source(self, finding: Finding) -> str | None:
        """Return the source to show below a finding's text; None for nothing."""
        return None

    def stop(self, result: RunResult) -> None:
        """End the report.  *result* is everything that the run found."""

    def write(self, *parts: str | None) -> None:
        """Write each part that is not None on a line of its own."""
        for part in parts:
            if part is not None:
                self.stream.write(part + "\n")

    def warn(self, message: str) -> None:
        """Tell the user what is wrong with the report itself."""
        self.options.warn(message)


class Report(Format):
    """A format that is one document and is written at the end."""

    def handle(self, finding: Finding) -> None:
        """Leave the finding to :meth:`stop`."""

    def stop(self, result: RunResult) -> None:
        """Write the whole document."""
        self.write(self.render(result))

    def render(self, result: RunResult) -> str:
        """Return the document, without the final line end."""
        raise NotImplementedError


def format_class(name: str) -> type[Format]:
    """Import a built-in format; KeyError when there is none of this name."""
    module, _, attribute = FORMATS[name].partition(":")
    from importlib import import_module

    found: type[Format] = getattr(import_module(module), attribute)
    return found


def in_order(findings: list[Finding]) -> list[Finding]:
    """Sort findings by path, line, column and code."""
    return sorted(findings, key=lambda finding: finding.sort_key)
