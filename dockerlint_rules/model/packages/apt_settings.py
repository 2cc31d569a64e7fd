"""Settings of apt that a RUN writes to a file, which apply to every later RUN."""

from __future__ import annotations

from dockerlint_rules.model.layers.cleanup import has_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from dockerlint_rules.model.stages import Stage
    from dockerlint_rules.syntax.dockerfile.instructions import Run


def is_written_before(
    run: Run, stage: Stage | None, key: str, is_setting: Callable[[str], bool]
) -> bool:
    """Whether *is_setting* accepts the text of this RUN or of an earlier one in the stage or its ancestors.

    *key* identifies *is_setting*: the answer is kept under it, so that each stage is only searched once.
    """
    if stage is None:
        return False
    place = ("written", key)

    def first_offset(ancestor: Stage) -> list[int]:
        # The first RUN of the lineage is enough, because the ancestors of a stage end before it begins.
        if ancestor.parent is not None and ancestor.parent.gathered(place, first_offset):
            return []
        writers = (each for each in ancestor.runs if has_text((each,), is_setting))
        first = next(writers, None)
        return [] if first is None else [first.start]

    return any(start <= run.start for start in stage.gathered(place, first_offset))


def keeps_downloads(run: Run, stage: Stage | None) -> bool:
    """Whether this RUN or an earlier one turns off the hook in Debian's images that deletes downloads of apt."""
    return is_written_before(
        run, stage, "docker-clean", lambda text: "docker-clean" in text or "Keep-Downloaded" in text
    )


def is_apt_configured(run: Run, stage: Stage | None, option: str) -> bool:
    """Whether this RUN or an earlier one sets an option of apt ("APT::Get::Assume-Yes")."""
    wanted = option.lower()
    return is_written_before(run, stage, option, lambda text: wanted in text.lower())
