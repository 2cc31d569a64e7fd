"""``dockerlint baseline``: record the current findings, so that later runs report only new ones."""

from __future__ import annotations

import os

from dockerlint_rules.cli.check import Terminal, lint, parse_arguments, write_errors
from dockerlint_rules.cli.parsers import check_parser
from dockerlint_rules.cli.terminal import write_error, write_note, write_output
from dockerlint_rules.config import ConfigError, UsageError
from dockerlint_rules.config.files import display_path
from dockerlint_rules.engine.baseline import DEFAULT_FILE, format_baseline, read_baseline
from dockerlint_rules.engine.run import LintRun
from dockerlint_rules.files.reading import write_error_text
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
        write_output(HELP)
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
    if run.broken_config:
        return 2
    path = output or run.options.baseline or DEFAULT_FILE
    is_chosen = output or given.get("baseline")
    if not is_chosen and os.path.lexists(path) and not _is_baseline(path):
        # The configuration belongs to the linted tree: it must not choose what is overwritten.
        write_error(
            f"{display_path(path)}: is not a baseline, so it is not replaced; name it with --output-file"
        )
        return 2
    text = format_baseline(os.path.dirname(path), _by_file(run, result))
    try:
        write_atomically(path, text.encode())
    except (OSError, ValueError) as error:
        write_error(f"{path}: {write_error_text(error)}")
        return 2
    path = display_path(path)
    write_note(
        f"{path}: recorded {plural(len(result.findings), 'finding')}; hide them with 'baseline = {path}' in the "
        f"configuration or with --baseline {path}"
    )
    return 2 if result.errors else 0


def _is_baseline(path: str) -> bool:
    try:
        read_baseline(path)
    except ConfigError:
        return False
    return True


def _by_file(run: LintRun, result: RunResult) -> Iterator[tuple[str, Source, list[Finding]]]:
    findings: dict[str, list[Finding]] = {}
    for finding in result.findings:
        findings.setdefault(finding.path, []).append(finding)
    for path, found in findings.items():
        source = run.source_of(path)
        if source is not None:
            yield path, source, found
