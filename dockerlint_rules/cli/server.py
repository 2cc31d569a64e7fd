"""``dockerlint server``: reads the words of the command and starts the language server."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


def server(argv: Sequence[str]) -> int:
    """Serve an editor over standard input and output, and return the exit status."""
    if any(word != "--stdio" for word in argv):
        # perf: a parser without arguments to read would cost 5 ms of an editor's start.
        from dockerlint_rules.cli.parsers import server_parser

        server_parser().parse_args(argv)
    from dockerlint_rules.server.serve import serve_standard_streams

    return serve_standard_streams()
