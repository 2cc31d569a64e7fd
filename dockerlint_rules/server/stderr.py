"""Standard error, the only place for what the protocol has no message for."""

from __future__ import annotations

import sys


def write_stderr(text: str) -> None:
    """Write to standard error and flush it; never raises, because the stream may be closed."""
    try:
        sys.stderr.write(text)
        sys.stderr.flush()
    except (AttributeError, OSError, ValueError):
        pass
