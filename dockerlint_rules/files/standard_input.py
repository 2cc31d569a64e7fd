"""Reads standard input, and explains why it cannot be read."""

from __future__ import annotations

import sys

from dockerlint_rules.files.reading import LARGEST_FILE, os_error_text, size_text


def read_standard_input(largest: int = LARGEST_FILE, remedy: str = "") -> bytes | str:
    """All bytes of standard input, or the reason why it cannot be read.

    More than *largest* bytes are not read; *remedy* is added to the reason in that case.
    """
    if sys.stdin is None:
        return "standard input is closed"
    try:
        data = sys.stdin.buffer.read(largest + 1)
    except (OSError, ValueError) as error:
        import errno

        if isinstance(error, ValueError) or error.errno == errno.EBADF:
            return "standard input is closed"
        return f"standard input {os_error_text(error)}"
    return (
        f"standard input is larger than {size_text(largest)}{remedy}"
        if len(data) > largest
        else data
    )
