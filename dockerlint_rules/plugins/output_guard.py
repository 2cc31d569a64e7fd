"""Standard output belongs to the report: what a plugin prints goes to standard error."""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import TracebackType


class stdout_to_stderr:  # noqa: N801 - reads as a word in a with statement
    """Send standard output to standard error; with *descriptors*, also that of child processes.

    File descriptors belong to the whole process, so only the command line, which has no other threads,
    redirects them.
    """

    __slots__ = ("_descriptors", "_saved", "_stdout")

    def __init__(self, *, descriptors: bool = False) -> None:
        self._descriptors = descriptors
        self._saved: int | None = None

    def __enter__(self) -> None:
        self._stdout = sys.stdout
        if self._descriptors:
            import os

            try:
                sys.stdout.flush()
                self._saved = os.dup(1)
                os.dup2(2, 1)
            except (AttributeError, OSError, ValueError):  # AttributeError: it is closed
                self._saved = None
        sys.stdout = sys.stderr

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        sys.stdout = self._stdout
        if self._saved is not None:
            import os

            os.dup2(self._saved, 1)
            os.close(self._saved)
            self._saved = None
