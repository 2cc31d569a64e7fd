"""Standard error, the only place for what the protocol has no message for."""

from __future__ import annotations

import os
import sys

from dockerlint_rules.formats.terminal_text import safe_line

_PIECE = 4096  # bytes that a pipe takes at once or not at all (PIPE_BUF)
_WRITABLE = 4  # POLLOUT


def write_stderr(text: str) -> None:
    """Write to standard error; never raises, because the stream may be closed.

    What the client does not read is lost: it must not keep the server waiting.
    """
    try:
        sys.stderr.flush()
        descriptor = sys.stderr.fileno()
        shown = "\n".join(safe_line(line) for line in text.split("\n"))
        data = shown.encode("utf-8", "backslashreplace")
        for at in range(0, len(data), _PIECE):
            if not _has_room(descriptor):
                return
            os.write(descriptor, data[at : at + _PIECE])
    except (AttributeError, OSError, ValueError):
        pass


def _has_room(descriptor: int) -> bool:
    """Whether a piece can be written without waiting, as far as the system tells."""
    import select

    if not hasattr(select, "poll"):
        return True
    poll = select.poll()
    poll.register(descriptor, _WRITABLE)
    return any(event & _WRITABLE for _, event in poll.poll(0))
