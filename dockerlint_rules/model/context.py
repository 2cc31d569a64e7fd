"""The build context: the one place through which rules look at files beside the Dockerfile.

Nothing outside the context is ever looked at, whatever a linted file names.
"""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class Context:
    """A directory that ``docker build`` would send; None for a text without one (standard input)."""

    __slots__ = ("_real", "directory")

    def __init__(self, directory: str | None) -> None:
        self.directory = directory
        self._real = os.path.realpath(directory) if directory else ""

    def exists(self, path: str) -> bool | None:
        """Whether a path of the context exists; None where there is no context to look at.

        A path that leaves the context, by ``..`` or by a symbolic link, does not exist for us.
        """
        if self.directory is None:
            return None
        real = os.path.realpath(os.path.join(self._real, path.lstrip("/")))
        inside = real == self._real or real.startswith(self._real.rstrip(os.sep) + os.sep)
        return inside and os.path.exists(real)


def context_of(filename: str, options: Any) -> Context:
    """The context of a Dockerfile: what the options say, else the directory it lies in."""
    said = getattr(options, "context", None)
    if said:
        return Context(said)
    directory = os.path.dirname(filename) or "."
    return Context(directory if os.path.isfile(filename) else None)
