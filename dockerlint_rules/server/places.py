"""What stands at a place of a file: an instruction, a stage."""

from __future__ import annotations

from bisect import bisect_right

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dockerlint_rules.model.stages import Dockerfile, Stage
    from dockerlint_rules.syntax.dockerfile.instruction import Instruction


def instruction_at(dockerfile: Dockerfile, offset: int) -> Instruction | None:
    """The instruction whose lines hold an offset."""
    found = dockerfile.instructions
    at = bisect_right(found, offset, key=lambda one: one.start) - 1
    if at < 0:
        return None
    line = dockerfile.source.line_of(min(offset, len(dockerfile.source.text)))
    return found[at] if found[at].line <= line <= found[at].end_line else None


def stage_at(dockerfile: Dockerfile, offset: int) -> Stage | None:
    """The stage that an offset lies in; None above the first FROM."""
    at = bisect_right(dockerfile.stages, offset, key=lambda one: one.from_.start) - 1
    return dockerfile.stages[at] if at >= 0 else None
