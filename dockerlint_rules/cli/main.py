"""The command line: words to options, options to a run, a run to a format and an exit status."""

from __future__ import annotations

import os
import sys

from dockerlint_rules.plugins.entry_points import installed_roster

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from typing import Any

    from dockerlint_rules.engine.run import Check
    from dockerlint_rules.plugins.roster import Roster


def run(argv: list[str]) -> int:
    """Run ``dockerlint`` with these words and answer its exit status."""
    if argv and argv[0] in ("explain", "rules", "parse"):
        from dockerlint_rules.cli import explain as commands

        command = {"explain": commands.explain, "rules": commands.rules, "parse": commands.parse}
        return command[argv[0]](argv[1:])
    if argv and argv[0] == "layers":
        from dockerlint_rules.cli.layers import layers

        return layers(argv[1:])
    if argv and argv[0] == "server":
        from dockerlint_rules.cli.server import server

        return server(argv[1:])
    if argv and argv[0] == "migrate":
        from dockerlint_rules.cli.migrate import migrate

        return migrate(argv[1:])
    if argv and argv[0] == "baseline":
        from dockerlint_rules.engine import baseline

        return baseline.command(argv[1:])
    return check(argv[1:] if argv and argv[0] == "check" else argv)


def check(argv: list[str]) -> int:
    """Lint what the words say.  0 nothing at the threshold, 1 findings, 2 the run itself failed."""
    from dockerlint_rules.cli.parsers import check_parser

    parser = check_parser()
    roster = installed_roster()
    given: dict[str, Any] = _words(parser, roster, argv)
    if given.pop("help", False):
        sys.stdout.write(parser.format_help())
        return 0
    if given.pop("version", False):
        sys.stdout.write(version_text(roster))
        return 0
    from dockerlint_rules.engine.run import Check, UsageError

    try:
        run_ = Check(given, roster)
        return _report(run_)
    except UsageError as error:
        sys.stderr.write(f"dockerlint: {error}\n")
        return 2


def _words(parser: ArgumentParser, roster: Roster, argv: list[str]) -> dict[str, Any]:
    """What the words say.  Plugins are asked for options only when there are words that nobody knows."""
    known, rest = parser.parse_known_args(argv)
    local = getattr(known, "local_plugins", False)
    if not rest and not getattr(known, "help", False):
        return vars(known)
    if not roster and not local:
        return vars(parser.parse_args(argv))
    from dockerlint_rules.plugins.output_guard import redirected

    with redirected(descriptors=True):
        roster.heed(vars(known))
        if local and not getattr(known, "isolated", False):
            _find_local(known, roster)
        roster.add_to(parser)
    try:
        given = vars(parser.parse_args(argv))
    except SystemExit:
        # The word may have been meant for a plugin that cannot be loaded.
        for problem in roster.take_problems():
            sys.stderr.write(f"dockerlint: {problem}\n")
        raise
    roster.from_command_line(given)
    return given


def _find_local(known: Namespace, roster: Roster) -> None:
    """Take in the local plugins of the configuration that holds, as they may have options."""
    from dockerlint_rules.config import ConfigError, find_config, load

    path = (getattr(known, "paths", None) or ["."])[0]
    directory = path if os.path.isdir(path) else os.path.dirname(path)
    config = getattr(known, "config", None) or find_config(directory)
    try:
        if config:
            load(config, roster, {"local_plugins": True})
    except ConfigError:
        pass  # said when it is read for good


def version_text(roster: Roster) -> str:
    """The versions of dockerlint, of what it runs on, and of the plugins."""
    from dockerlint_rules.version import VERSION

    python = ".".join(str(part) for part in sys.version_info[:3])
    lines = [f"dockerlint {VERSION} (Python {python})", *(roster.lines() if roster else ())]
    return "\n".join(lines) + "\n"


def _report(run_: Check) -> int:
    result = run_.go()
    for error in result.errors:
        where = f"{error.path}: " if error.path else ""
        sys.stderr.write(f"dockerlint: {where}{error.message}\n")
    return run_.exit_status(result)
