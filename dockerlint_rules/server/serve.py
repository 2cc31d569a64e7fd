"""Runs the server on standard input and output."""

from __future__ import annotations

import os
import sys

from dockerlint_rules.server.ending import Watch, end_process
from dockerlint_rules.server.loop import Server
from dockerlint_rules.server.methods import METHODS
from dockerlint_rules.server.stderr import write_stderr


def serve_standard_streams() -> int:
    """Serve a client on standard input and output, then end the process.

    Standard output carries nothing but the protocol: whatever else writes to it ends up on standard error.
    Returns 2 if a stream is closed.
    """
    if sys.stdin is None or sys.stdout is None:
        write_stderr(
            "dockerlint server: standard input or output is closed. Start the server from an editor.\n"
        )
        return 2
    output = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    server = Server(sys.stdin.buffer, output, METHODS)
    watch = Watch((sys.stdin.fileno(), output.fileno()), server)
    server.at_end_of_input = watch.input_ended
    watch.start()
    if sys.stderr is not None:
        os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    sys.stdout = sys.stderr
    status = 1
    try:
        status = server.run()
    except KeyboardInterrupt:
        status = 130
    except BaseException:
        import traceback

        write_stderr(traceback.format_exc())
    finally:
        # The reading thread may wait for bytes that never come, and keeps standard input locked meanwhile.
        end_process(status)
