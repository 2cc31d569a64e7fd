"""``dockerlint baseline``: record the current findings, so that later runs report only new ones."""

from __future__ import annotations

import os
import sys

from dockerlint_rules.cli.check import Terminal, lint, parse_arguments, write_errors
from dockerlint_rules.cli.parsers import check_parser
from dockerlint_rules.cli.terminal import write_error
from dockerlint_rules.config import UsageError
from dockerlint_rules.config.files import display_path
from dockerlint_rules.engine.baseline import DEFAULT_FILE, format_baseline
from dockerlint_rules.engine.run import LintRun
from dockerlint_rules.files.writing import write_atomically
from dockerlint_rules.formats.text import plural
from dockerlint_rules.plugins.installed import installed_roster

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.findings.finding import Finding
    from dockerlint_rules.findings.results import RunResult
    from dockerlint_rules.syntax.source import Source

HELP = """\
usage: dockerlint baseline [OPTIONS] [PATH…]

Lint as 'dockerlint check' does, with the same options, and write the findings to a file: that of --output-file,
else that of 'baseline' in the configuration, else .dockerlint-baseline.json.

Later runs with 'baseline = FILE' in the configuration or with --baseline FILE hide these findings, even when their
lines move. A finding reappears when its line changes.

exit status: 0 the file was written, 2 something could not be linted or written.
"""


def baseline(argv: list[str]) -> int:
    """Lint as ``check`` does and write what was found.  0, or 2 where something failed."""
    roster = installed_roster()
    given = parse_arguments(check_parser(), roster, argv)
    if given.pop("help", False):
        sys.stdout.write(HELP)
        return 0
    given.pop("version", None)
    output = given.pop("output_file", None)
    try:
        run = LintRun(
            given | {"fix": False, "diff": False}, roster, Terminal(), with_baseline=False
        )
        result = lint(run)
    except UsageError as error:
        write_error(str(error))
        return 2
    write_errors(result)
    path = output or run.options.baseline or DEFAULT_FILE
    text = format_baseline(os.path.dirname(path), _by_file(run, result))
    try:
        write_atomically(path, text.encode())
    except OSError as error:
        write_error(f"{path}: cannot be written: {(error.strerror or str(error)).lower()}")
        return 2
    path = display_path(path)
    sys.stderr.write(
        f"{path}: recorded {plural(len(result.findings), 'finding')}; hide them with 'baseline = {path}' in the "
        f"configuration or with --baseline {path}\n"
    )
    return 2 if result.errors else 0


def _by_file(run: LintRun, result: RunResult) -> Iterator[tuple[str, Source, list[Finding]]]:
    findings: dict[str, list[Finding]] = {}
    for finding in result.findings:
        findings.setdefault(finding.path, []).append(finding)
    for path, found in findings.items():
        source = run.source_of(path)
        if source is not None:
            yield path, source, found
