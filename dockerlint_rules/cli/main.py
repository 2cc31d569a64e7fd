"""The command line: the first argument chooses the subcommand."""

from __future__ import annotations

from importlib import import_module

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

SUBCOMMANDS = ("check", "explain", "rules", "parse", "layers", "server", "migrate", "baseline")


def run(argv: list[str]) -> int:
    """Run ``dockerlint`` with these arguments and return its exit status."""
    from dockerlint_rules.cli.terminal import with_streams

    if argv and argv[0] in SUBCOMMANDS:
        return with_streams(command(argv[0]), argv[1:])
    return with_streams(command("check"), argv)


def command(name: str) -> Callable[[list[str]], int]:
    """The function that runs a subcommand; its module and the function itself have the subcommand's name."""
    module = import_module(f"dockerlint_rules.cli.{name}")
    function: Callable[[list[str]], int] = getattr(module, name)
    return function
