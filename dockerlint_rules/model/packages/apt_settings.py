"""Settings that a RUN writes to a file, and that count for every RUN after it."""

from __future__ import annotations

from dockerlint_rules.model.layers.cleanup import has_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from dockerlint_rules.model.stages import Stage
    from dockerlint_rules.syntax.dockerfile.instructions import Run


def is_written_before(
    run: Run, stage: Stage | None, key: str, is_said: Callable[[str], bool]
) -> bool:
    """Whether this RUN, or one before it in the stage or below it, says something.

    *key* names the question: each stage looks for its first such RUN only once.
    """
    if stage is None:
        return False

    def first(place: Stage) -> list[int]:
        # The earliest is enough: every stage below ends before this one begins.
        found = next((one.start for one in place.runs if has_text((one,), is_said)), None)
        return [] if found is None else [found]

    return any(start <= run.start for start in stage.gathered(("said", key), first))


def keeps_downloads(run: Run, stage: Stage | None) -> bool:
    """Whether the hook of Debian's images that deletes what apt has fetched is out of the way."""
    return is_written_before(
        run, stage, "docker-clean", lambda text: "docker-clean" in text or "Keep-Downloaded" in text
    )


def is_apt_configured(run: Run, stage: Stage | None, option: str) -> bool:
    """Whether this RUN or one before it writes an option of apt ("APT::Get::Assume-Yes")."""
    wanted = option.lower()
    return is_written_before(run, stage, option, lambda text: wanted in text.lower())
