"""Settings that a RUN writes to a file, and that count for every RUN after it."""

from __future__ import annotations

from dockerlint_rules.model.cleanup import has_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.model.stages import Stage
    from dockerlint_rules.syntax.instructions import Run


def runs_until(run: Run, stage: Stage | None) -> Iterator[Run]:
    """Give the RUNs of a stage and of those below it up to *run*, itself included."""
    for place in stage.lineage() if stage else ():
        for one in place.runs:
            if one.start <= run.start:
                yield one


def is_apt_configured(run: Run, stage: Stage | None, option: str) -> bool:
    """Whether this RUN or one before it writes an option of apt ("APT::Get::Assume-Yes")."""
    wanted = option.lower()
    return has_text(runs_until(run, stage), lambda text: wanted in text.lower())
