"""Standard error, the only place for what the protocol has no message for."""

from __future__ import annotations

import sys

from dockerlint_rules.formats.terminal_text import safe_line


def write_stderr(text: str) -> None:
    """Write to standard error and flush it; never raises, because the stream may be closed."""
    try:
        sys.stderr.write("\n".join(safe_line(line) for line in text.split("\n")))
        sys.stderr.flush()
    except (AttributeError, OSError, ValueError):
        pass
