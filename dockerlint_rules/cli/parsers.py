"""The command line's words: one table of options for ``check``, and the parsers of the subcommands."""

from __future__ import annotations

import argparse

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

SUBCOMMANDS = ("check", "explain", "rules", "parse", "layers", "server", "migrate", "baseline")
LEVELS = ("error", "warning", "info", "style")

CHECK_USAGE = "dockerlint [check] [OPTIONS] [PATH…]"
_TEXT = """\
Lint Dockerfiles: say what is wrong, where to the character, why, and mend it.

PATH is a file, a directory to search, or - for standard input; without one, the current directory.

other commands:
  dockerlint explain CODE    the page of a rule (DF201, stale-package-index or DL3009)
  dockerlint rules           the table of all rules
  dockerlint parse FILE…     what the parser sees, as JSON
  dockerlint layers FILE     the layers, what a change builds anew, and what is lost with a container
  dockerlint server          a language server: the same findings in the editor, while you type
  dockerlint baseline PATH…  write down today's findings, so that later runs tell only new ones
  dockerlint migrate [FILE]  a .hadolint.yaml written as dockerlint's own configuration
"""
_EPILOG = """\
exit status: 0 nothing at or above the failure threshold, 1 findings, 2 the run itself failed.
"""


class Parser(argparse.ArgumentParser):
    """argparse that says what is wrong in one line, with exit status 2."""

    def error(self, message: str) -> Any:
        """Say what is wrong and how to get help."""
        self.exit(2, f"dockerlint: {message}\nTry 'dockerlint --help'.\n")


class Help(argparse.RawDescriptionHelpFormatter):
    """Help as wide as the terminal, up to 100 columns."""

    def __init__(self, prog: str) -> None:
        # perf: argparse makes one for every option, and without a width imports shutil (4 ms) for it.
        super().__init__(prog, width=_columns(), max_help_position=30)


def _columns() -> int:
    import os

    try:
        return max(60, min(int(os.environ.get("COLUMNS") or os.get_terminal_size().columns), 100))
    except (OSError, ValueError):
        return 100


def check_parser() -> argparse.ArgumentParser:
    """The parser of ``dockerlint [check]``; an option that is not given is not in the result."""
    parser = Parser(
        prog="dockerlint", usage=CHECK_USAGE, description=_TEXT, epilog=_EPILOG, add_help=False, allow_abbrev=False,
        formatter_class=Help, argument_default=argparse.SUPPRESS,
    )  # fmt: skip
    parser.add_argument("paths", nargs="*", metavar="PATH", help=argparse.SUPPRESS)
    _choice(parser.add_argument_group("which rules"))
    _files(parser.add_argument_group("which files"))
    _output(parser.add_argument_group("output"))
    _mending(parser.add_argument_group("mending"))
    _configuration(parser.add_argument_group("configuration and plugins"))
    _build(parser.add_argument_group("what docker build would be given"))
    _running(parser.add_argument_group("running"))
    return parser


def _choice(group: Any) -> None:
    codes = {"metavar": "CODES", "action": "append"}
    group.add_argument(
        "--select",
        **codes,
        help="the rules to run, instead of the default set: codes, prefixes, names, aliases or ALL",
    )
    group.add_argument("--extend-select", **codes, help="rules to run as well")
    group.add_argument("--ignore", **codes, help="rules to leave out")
    group.add_argument("--extend-ignore", **codes, help="the same, for those used to flake8")
    group.add_argument(
        "--per-file-ignores",
        metavar="PATTERN:CODES",
        action="append",
        help="rules to leave out in files that match",
    )
    group.add_argument(
        "--severity",
        metavar="CODE=LEVEL",
        action="append",
        help=f"another severity for a rule ({', '.join(LEVELS)})",
    )
    group.add_argument(
        "--profile",
        choices=("elastic-beanstalk", "compose", "kubernetes"),
        help="rules for where the image will run",
    )
    group.add_argument("--preview", action="store_true", help="run rules that are still in preview")


def _files(group: Any) -> None:
    group.add_argument(
        "--exclude",
        metavar="PATTERNS",
        action="append",
        help="files and directories that a search leaves out",
    )
    group.add_argument(
        "--force-exclude",
        action="store_true",
        help="leave excluded files out even when they are named",
    )
    group.add_argument(
        "--baseline",
        metavar="FILE",
        help="leave out the findings that 'dockerlint baseline' wrote there",
    )
    group.add_argument("--stdin-filename", metavar="NAME", help="what to call standard input")


def _output(group: Any) -> None:
    group.add_argument(
        "-f",
        "--format",
        metavar="FORMAT",
        help="default, pre-commit, json, sarif, github, gitlab, checkstyle or junit, or a plugin's",
    )
    group.add_argument("--output-file", metavar="FILE", help="write the findings there")
    group.add_argument(
        "--show-source",
        action="store_true",
        help="show the line of each finding, with the exact place",
    )
    group.add_argument(
        "--statistics", action="store_true", help="count the findings of each rule at the end"
    )
    group.add_argument("-q", "--quiet", action="store_true", help="no summary and no progress")
    group.add_argument("--no-color", action="store_true", help="no colours, even on a terminal")
    group.add_argument(
        "--failure-threshold",
        metavar="LEVEL",
        help="least severity that makes the run fail (default: warning)",
    )
    group.add_argument(
        "--exit-zero", action="store_true", help="exit with 0 even when there are findings"
    )


def _mending(group: Any) -> None:
    group.add_argument(
        "--fix",
        action="store_true",
        help="mend what can be mended without changing what the image is",
    )
    group.add_argument(
        "--unsafe-fixes",
        action="store_true",
        help="with --fix or --diff: mend also where the image may differ",
    )
    group.add_argument(
        "--diff", action="store_true", help="show what would change, and write nothing"
    )


def _configuration(group: Any) -> None:
    group.add_argument(
        "--config", metavar="FILE", help="read this configuration instead of the nearest one"
    )
    group.add_argument("--isolated", action="store_true", help="read no configuration")
    group.add_argument(
        "--local-plugins",
        action="store_true",
        help="load the plugins that the configuration names in the linted tree",
    )
    group.add_argument(
        "--require-plugins",
        metavar="NAMES",
        action="append",
        help="plugins without which the run fails, such as 'dockerlint-acme>=1.2'",
    )
    group.add_argument(
        "--enable-extensions",
        metavar="NAMES",
        action="append",
        help="plugins to run that are off by default",
    )
    group.add_argument(
        "--plugin-errors",
        choices=("fail", "warn"),
        help="whether a plugin that cannot be loaded makes the run fail (default) or is passed over",
    )


def _build(group: Any) -> None:
    group.add_argument(
        "--context", metavar="DIR", help="the build context (default: the Dockerfile's directory)"
    )
    group.add_argument(
        "--build-arg", metavar="NAME=VALUE", action="append", help="a build argument"
    )
    group.add_argument("--target", metavar="STAGE", help="the stage to build (default: the last)")
    group.add_argument(
        "--platform", metavar="PLATFORM", help="the platform to build for (default: linux/amd64)"
    )


def _running(group: Any) -> None:
    group.add_argument(
        "-j", "--jobs", type=int, metavar="N", help="processes to use (default: one a core)"
    )
    group.add_argument("--no-cache", action="store_true", help="lint every file anew")
    group.add_argument("--no-shellcheck", action="store_true", help="leave ShellCheck out")
    group.add_argument(
        "--today", metavar="DATE", help="the day to judge ends of life by (YYYY-MM-DD)"
    )
    group.add_argument(
        "-v", "--verbose", action="store_true", help="show tracebacks of rules that fail"
    )
    group.add_argument("--version", action="store_true", help="print versions and exit")
    group.add_argument("-h", "--help", action="store_true", help="print this and exit")


def explain_parser() -> argparse.ArgumentParser:
    """The parser of ``dockerlint explain``."""
    parser = Parser(prog="dockerlint explain", description="Print the page of a rule.")
    parser.add_argument("code", metavar="CODE", nargs="+", help="a code, a name or an alias")
    parser.add_argument("--no-color", action="store_true", help="plain text")
    return parser


def rules_parser() -> argparse.ArgumentParser:
    """The parser of ``dockerlint rules``."""
    parser = Parser(prog="dockerlint rules", description="Print the table of all rules.")
    parser.add_argument(
        "-f", "--format", choices=("default", "json", "markdown"), default="default"
    )
    parser.add_argument("--no-color", action="store_true", help="plain text")
    return parser


def parse_parser() -> argparse.ArgumentParser:
    """The parser of ``dockerlint parse``."""
    parser = Parser(
        prog="dockerlint parse",
        description="Print what the parser sees, as a JSON list with an object for each file.",
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
        description="Print hadolint's settings as dockerlint's own, each with what it was.",
    )
    parser.add_argument(
        "path", metavar="FILE", nargs="?", help="a .hadolint.yaml (default: the one in this folder)"
    )
    parser.add_argument(
        "-f", "--format", choices=("ini", "toml"), default="ini",
        help="ini for .dockerlint, setup.cfg and tox.ini, toml for pyproject.toml",
    )  # fmt: skip
    parser.add_argument(
        "-o", "--output-file", metavar="NEW", help="write to a new file instead of standard output"
    )
    return parser


def layers_parser() -> argparse.ArgumentParser:
    """The parser of ``dockerlint layers``."""
    parser = Parser(
        prog="dockerlint layers",
        description="Show the layers of a Dockerfile: what a change builds anew, what is big, and what is lost with a container.",
    )
    parser.add_argument(
        "path", metavar="FILE", help="a Dockerfile, its directory, or - for standard input"
    )
    parser.add_argument(
        "-f", "--format", choices=("default", "json", "mermaid", "svg", "html"), default="default",
        help="a table (default), JSON, a mermaid chart, or a drawing",
    )  # fmt: skip
    parser.add_argument("-o", "--output-file", metavar="FILE", help="write the drawing there")
    parser.add_argument(
        "--changed",
        metavar="PATH",
        nargs="+",
        help="files of the build context: what does their change build anew?",
    )
    parser.add_argument(
        "--history", metavar="LOG",
        help="sizes or times of a real build: what 'docker history --no-trunc --format json' printed, 'docker image "
        "inspect', or a log of 'docker build --progress=rawjson'",
    )  # fmt: skip
    _build(parser)
    parser.add_argument("--stdin-filename", metavar="NAME", help="what to call standard input")
    parser.add_argument("--no-color", action="store_true", help="plain text")
    return parser


def server_parser() -> argparse.ArgumentParser:
    """The parser of ``dockerlint server``."""
    parser = Parser(
        prog="dockerlint server",
        description="Serve an editor over standard input and output (the language server protocol). See docs/editors.md.",
    )
    parser.add_argument("--stdio", action="store_true", help="accepted, as there is no other way")
    parser.add_argument("--clientProcessId", metavar="PID", help=argparse.SUPPRESS)
    return parser
