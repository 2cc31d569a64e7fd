"""The parsers of all subcommands; the options of ``check`` come from the option table."""

from __future__ import annotations

import argparse

from dockerlint_rules.config.options import COMMAND_LINE, GROUPS, TABLE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from dockerlint_rules.config.options import Option

USAGE = "dockerlint [check] [OPTIONS] [PATH…]"
_TEXT = """\
Lint Dockerfiles and Compose files: show what is wrong, where and why, and fix it.

PATH is a file, a directory to search, or - for standard input (default: the current directory).

other commands:
  dockerlint explain CODE    explain a rule (by code, name or alias: DF201, stale-package-index, DL3009)
  dockerlint rules           list all rules
  dockerlint parse FILE…     print what the parser sees, as JSON
  dockerlint layers FILE     show the layers, what a change rebuilds, and which data is lost with the container
  dockerlint server          start the language server for editors
  dockerlint baseline PATH…  record the current findings, so that later runs report only new ones
  dockerlint migrate [FILE]  convert a .hadolint.yaml to dockerlint's own configuration
"""
_EPILOG = """\
Options in configuration files have the same names: see docs/configuration.md.

exit status: 0 no findings at or above the failure threshold, 1 such findings, 2 the run itself failed.
"""


class Parser(argparse.ArgumentParser):
    """An ArgumentParser that reports an error in one line, with exit status 2."""

    def error(self, message: str) -> Any:
        """Print the error and how to get help."""
        from dockerlint_rules.cli.terminal import write_error, write_note

        write_error(message)
        write_note(f"Try '{self.prog} --help'.")
        self.exit(2)

    def print_help(self, file: Any = None) -> None:
        """Print the help, or fail where it cannot be printed."""
        from dockerlint_rules.cli.terminal import write_output

        write_output(self.format_help())


class HelpFormatter(argparse.RawDescriptionHelpFormatter):
    """Help as wide as the terminal, up to 100 columns."""

    def __init__(self, prog: str) -> None:
        # perf: argparse makes a formatter for each option, and imports shutil (4 ms) when it has no width.
        super().__init__(prog, width=_columns(), max_help_position=30)


def _columns() -> int:
    import os

    try:
        return max(60, min(int(os.environ.get("COLUMNS") or os.get_terminal_size().columns), 100))
    except (OSError, ValueError):
        return 100


def check_parser() -> argparse.ArgumentParser:
    """The parser of ``dockerlint [check]``; an option that is not given is missing from the result."""
    parser = Parser(
        prog="dockerlint", usage=USAGE, description=_TEXT, epilog=_EPILOG, add_help=False, allow_abbrev=False,
        formatter_class=HelpFormatter, argument_default=argparse.SUPPRESS,
    )  # fmt: skip
    parser.add_argument("paths", nargs="*", metavar="PATH", help=argparse.SUPPRESS)
    groups = {group: parser.add_argument_group(title) for group, title in GROUPS}
    for option in TABLE:
        if option.may_be_set_by(COMMAND_LINE):
            add_option(groups[option.group], option)
    running = groups["run"]
    running.add_argument("--version", action="store_true", help="print versions and exit")
    running.add_argument("-h", "--help", action="store_true", help="print this help and exit")
    return parser


def add_option(parser: Any, option: Option) -> None:
    """Add an option of the table; its value is converted and checked when options are merged."""
    flags = (option.short, f"--{option.dashed}") if option.short else (f"--{option.dashed}",)
    if option.kind == "flag":
        parser.add_argument(*flags, action="store_true", help=option.help)
        return
    takes_several = option.kind in ("list", "files", "pairs", "arguments")
    action = "append" if takes_several else "store"
    parser.add_argument(*flags, action=action, metavar=option.metavar, help=option.help)


def explain_parser() -> argparse.ArgumentParser:
    """The parser of ``dockerlint explain``."""
    parser = Parser(prog="dockerlint explain", description="Explain a rule: print its page.")
    parser.add_argument("code", metavar="CODE", nargs="+", help="a rule's code, name or alias")
    parser.add_argument(
        "--where", action="store_true", help="print the source file and line of the rule instead"
    )
    parser.add_argument("--no-color", action="store_true", help="print plain text")
    return parser


def rules_parser() -> argparse.ArgumentParser:
    """The parser of ``dockerlint rules``."""
    parser = Parser(prog="dockerlint rules", description="List all rules.")
    parser.add_argument(
        "-f", "--format", choices=("default", "json", "markdown"), default="default"
    )
    parser.add_argument("--no-color", action="store_true", help="print plain text")
    return parser


def parse_parser() -> argparse.ArgumentParser:
    """The parser of ``dockerlint parse``."""
    parser = Parser(
        prog="dockerlint parse",
        description="Print what the parser sees, as a JSON list with one object per file.",
    )
    parser.add_argument(
        "paths", metavar="FILE", nargs="+", help="a Dockerfile, or - for standard input"
    )
    parser.add_argument("-f", "--format", choices=("json",), default="json")
    return parser


def migrate_parser() -> argparse.ArgumentParser:
    """The parser of ``dockerlint migrate``."""
    parser = Parser(
        prog="dockerlint migrate",
        description="Convert hadolint's settings to dockerlint's configuration, each with a comment on its origin.",
    )
    parser.add_argument(
        "path",
        metavar="FILE",
        nargs="?",
        help="a .hadolint.yaml (default: the one in the current directory)",
    )
    parser.add_argument(
        "-f", "--format", choices=("ini", "toml"), default="ini",
        help="ini for .dockerlint, setup.cfg and tox.ini, toml for pyproject.toml",
    )  # fmt: skip
    parser.add_argument(
        "-o",
        "--output-file",
        metavar="NEW",
        help="write to this new file instead of standard output",
    )
    return parser


def layers_parser() -> argparse.ArgumentParser:
    """The parser of ``dockerlint layers``."""
    parser = Parser(
        prog="dockerlint layers",
        description="Show the layers of a Dockerfile: what a change rebuilds, what is large, and which data "
        "is lost with the container.",
    )
    parser.add_argument(
        "path", metavar="FILE", help="a Dockerfile, its directory, or - for standard input"
    )
    parser.add_argument(
        "-f", "--format", choices=("default", "json", "mermaid", "svg", "html"), default="default",
        help="a table (default), JSON, a Mermaid chart, or a drawing",
    )  # fmt: skip
    parser.add_argument("-o", "--output-file", metavar="FILE", help="write the output to FILE")
    parser.add_argument(
        "--changed",
        metavar="PATH",
        nargs="+",
        help="show what a change to these files of the build context rebuilds",
    )
    parser.add_argument(
        "--history", metavar="LOG",
        help="add sizes or times of a real build: the output of 'docker history --no-trunc --format json', "
        "'docker image inspect' or 'docker build --progress=rawjson'",
    )  # fmt: skip
    for option in TABLE:
        if option.group == "build" or option.name == "stdin_filename":
            add_option(parser, option)
    parser.add_argument("--no-color", action="store_true", help="print plain text")
    return parser


def server_parser() -> argparse.ArgumentParser:
    """The parser of ``dockerlint server``."""
    parser = Parser(
        prog="dockerlint server",
        description="Start the language server (LSP) on standard input and output. See docs/editors.md.",
    )
    parser.add_argument(
        "--stdio",
        action="store_true",
        help="accepted for compatibility; the server always uses standard input and output",
    )
    parser.add_argument("--clientProcessId", metavar="PID", help=argparse.SUPPRESS)
    return parser
