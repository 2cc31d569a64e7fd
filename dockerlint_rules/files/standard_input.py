"""Reads standard input, and explains why it cannot be read."""

from __future__ import annotations

import sys

from dockerlint_rules.files.reading import os_error_text


def read_standard_input() -> bytes | str:
    """All bytes of standard input, or the reason why it cannot be read."""
    if sys.stdin is None:
        return "standard input is closed"
    try:
        return sys.stdin.buffer.read()
    except (OSError, ValueError) as error:
        import errno

        if isinstance(error, ValueError) or error.errno == errno.EBADF:
            return "standard input is closed"
        return f"standard input {os_error_text(error)}"
