"""The command line: words to options, options to a run, a run to a format and an exit status."""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from dockerlint_rules.check import Check


def run(argv: list[str]) -> int:
    """Run ``dockerlint`` with these words and answer its exit status."""
    if argv and argv[0] in ("explain", "rules", "parse"):
        from dockerlint_rules import commands

        command = {"explain": commands.explain, "rules": commands.rules, "parse": commands.parse}
        return command[argv[0]](argv[1:])
    return check(argv[1:] if argv and argv[0] == "check" else argv)


def check(argv: list[str]) -> int:
    """Lint what the words say.  0 nothing at the threshold, 1 findings, 2 the run itself failed."""
    from dockerlint_rules.arguments import check_parser

    parser = check_parser()
    given: dict[str, Any] = vars(parser.parse_args(argv))
    if given.pop("help", False):
        sys.stdout.write(parser.format_help())
        return 0
    if given.pop("version", False):
        sys.stdout.write(version_text())
        return 0
    from dockerlint_rules.check import Check, UsageError

    try:
        run_ = Check(given)
        return _report(run_)
    except UsageError as error:
        sys.stderr.write(f"dockerlint: {error}\n")
        return 2


def version_text() -> str:
    """The versions of dockerlint and of what it runs on."""
    from dockerlint_rules.version import VERSION

    python = ".".join(str(part) for part in sys.version_info[:3])
    return f"dockerlint {VERSION} (Python {python})\n"


def _report(run_: Check) -> int:
    result = run_.go()
    for error in result.errors:
        where = f"{error.path}: " if error.path else ""
        sys.stderr.write(f"dockerlint: {where}{error.message}\n")
    return run_.exit_status(result)
