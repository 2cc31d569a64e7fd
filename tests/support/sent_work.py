"""Work that a new interpreter can be sent: it lints nothing, and one file ends its process."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from dockerlint_rules.findings.results import FileReport

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.engine.time_limit import FileClock


class SentWork:
    """Gives a report for each file but "004"."""

    def __call__(self, paths: list[str], clock: FileClock) -> Iterator[FileReport]:
        """The reports of some files."""
        for path in paths:
            clock.start(path)
            if path == "004":
                os._exit(4)
            clock.stop()
            report = FileReport(path)
            report.diff = f"found in {path}"
            yield report
