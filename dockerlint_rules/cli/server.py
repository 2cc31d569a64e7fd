"""``dockerlint server``: the arguments of the language server."""

from __future__ import annotations


def server(argv: list[str]) -> int:
    """Serve an editor over standard input and output."""
    if any(one != "--stdio" for one in argv):
        # perf: parsing arguments that are not there would cost 5 ms of an editor's start.
        from dockerlint_rules.cli.parsers import server_parser

        server_parser().parse_args(argv)
    from dockerlint_rules.server.serve import serve_standard_streams

    return serve_standard_streams()
