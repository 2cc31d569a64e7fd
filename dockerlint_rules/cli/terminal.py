"""The terminal and the standard streams: colors, reading a file or standard input, writing any text."""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def wants_color(stream: object) -> bool:
    """Whether to color what goes to *stream*: NO_COLOR, FORCE_COLOR, else whether it is a terminal."""
    from os import environ

    if environ.get("NO_COLOR"):
        return False
    if environ.get("FORCE_COLOR") or environ.get("PRE_COMMIT_COLOR") == "always":
        return True
    isatty = getattr(stream, "isatty", None)
    return bool(isatty and isatty()) and environ.get("TERM") != "dumb"


def read_file(path: str) -> bytes | str:
    """A file's bytes, or why it cannot be read; ``-`` is standard input."""
    if path == "-":
        from dockerlint_rules.files.standard_input import read_standard_input

        return read_standard_input()
    from dockerlint_rules.files.reading import read_bytes
    from dockerlint_rules.files.tree import leads_out

    if leads_out(path):
        return "is a symbolic link out of the tree that it lies in; name its target to read it"
    return read_bytes(path)


def write_error(text: str) -> None:
    """Write one line to standard error, with the program's name in front."""
    sys.stderr.write(f"dockerlint: {text}\n")


class AnyTextStream:
    """A text stream that takes any text: what its encoding lacks is written as an escape."""

    def __init__(self, stream: Any) -> None:
        self.stream = stream

    def write(self, text: str) -> None:
        """Write *text*."""
        try:
            self.stream.write(text)
        except UnicodeEncodeError:
            encoding = getattr(self.stream, "encoding", None) or "utf-8"
            self.stream.write(text.encode(encoding, "backslashreplace").decode(encoding))
