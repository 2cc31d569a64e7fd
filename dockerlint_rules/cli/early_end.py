"""What is said when a run ends before its report is complete: a signal came, or something unexpected failed."""

from __future__ import annotations

import os
import sys

from dockerlint_rules.cli.terminal import write_error
from dockerlint_rules.files.interrupts import ignore, signal_name

_SIGINT = 2
_WITH_VERBOSE = ("check", "baseline")


def report_interrupt(error: KeyboardInterrupt) -> int:
    """Say which signal ended the run and what is missing; the exit status, as a shell gives it."""
    ignore()
    _close_shellcheck()
    number = getattr(error, "number", _SIGINT)
    notes = "; ".join(getattr(error, "__notes__", ())) or "the report is not complete"
    write_error(f"interrupted by {signal_name(number)}: {notes}")
    return 128 + int(number)


def report_internal_error(error: Exception, argv: list[str]) -> int:
    """Say what failed and where in a line, or with ``--verbose`` in a traceback; exit status 2."""
    _close_shellcheck()
    if "--verbose" in argv or "-v" in argv:
        import traceback

        for line in "".join(traceback.format_exception(error)).splitlines():
            write_error(line)
        return 2
    text = " ".join(str(error).split())
    hint = ""
    if not argv or argv[0] in _WITH_VERBOSE or argv[0] not in _subcommands():
        hint = "; run with --verbose for the traceback"
    from dockerlint_rules.findings.secrets import masked

    name = type(error).__name__
    message = f"internal error: {name}{': ' if text else ''}{text} ({_place(error)}){hint}"
    write_error(masked(message))
    return 2


def _subcommands() -> tuple[str, ...]:
    from dockerlint_rules.cli.main import SUBCOMMANDS

    return SUBCOMMANDS


def _place(error: Exception) -> str:
    """File and line of the innermost code that raised."""
    traceback = error.__traceback__
    while traceback is not None and traceback.tb_next is not None:
        traceback = traceback.tb_next
    if traceback is None:
        return "nowhere"
    return f"{os.path.basename(traceback.tb_frame.f_code.co_filename)}:{traceback.tb_lineno}"


def _close_shellcheck() -> None:
    """End a ShellCheck that is still running, and remove its files."""
    program = sys.modules.get("dockerlint_rules.shellcheck.program")
    if program is not None:
        program.close_all()
