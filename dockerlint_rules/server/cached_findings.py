"""Findings with places relative to their own text, so that they can be used again where that text has moved."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from dockerlint_rules.findings.finding import Finding
    from dockerlint_rules.registry.rule import Rule

    Bounds = tuple[int, int]  # offsets of the first and the last character
    # How many regions further down (or _ABOVE), and the distance from the beginning of that region.
    RelativePlace = tuple[int, int]

# How far a rule looks.
OWN_INSTRUCTION, OWN_STAGE, WHOLE_FILE = 0, 1, 2
_ABOVE = -1


class _OutsideRegion(Exception):
    """A finding mentions a place outside of the text that it follows from."""


class TextRegion:
    """Where the text is that findings follow from.

    ``own`` is an instruction or a stage, ``base`` the region of the stage that it is built from, ``above`` the text
    before the first FROM.  Regions with the same ``number`` have the same text in all of these.
    """

    __slots__ = ("above", "base", "number", "own")

    def __init__(
        self, own: Bounds, base: TextRegion | None = None, above: Bounds = (0, -1), number: int = 0
    ) -> None:
        self.own = own
        self.base = base
        self.above = above
        self.number = number

    def relative(self, offset: int) -> RelativePlace:
        """An offset as a place within the region.  Raises _OutsideRegion."""
        number, region = 0, self
        while True:
            start, end = region.own
            if start <= offset <= end:
                return number, offset - start
            if region.base is None:
                break
            number, region = number + 1, region.base
        start, end = self.above
        if start <= offset <= end:
            return _ABOVE, offset - start
        raise _OutsideRegion

    def absolute(self, place: RelativePlace) -> int:
        """The offset of a place within the region."""
        number, distance = place
        if number == _ABOVE:
            return self.above[0] + distance
        region = self
        for _ in range(number):
            assert region.base is not None
            region = region.base
        return region.own[0] + distance


class CachedFindings:
    """The findings in an instruction or a stage, and the rules that have to be called again all the same."""

    __slots__ = ("call_again", "findings", "instructions", "region")

    def __init__(self, region: TextRegion) -> None:
        self.region = region  # where the findings were found
        self.findings: list[tuple[Rule, Finding]] = []
        self.call_again: frozenset[str] = frozenset()
        self.instructions: dict[Any, CachedFindings] = {}  # of a stage: those of its instructions

    def moved_to(self, region: TextRegion) -> Iterable[tuple[Rule, Finding]]:
        """The findings in another region with the same text; each is a copy."""
        for rule, finding in self.findings:
            yield rule, finding.moved(lambda at: region.absolute(self.region.relative(at)))


class Recorder:
    """Records what rules find in an instruction or stage, and how far each of them looked."""

    __slots__ = ("found", "levels")

    def __init__(self) -> None:
        self.found: dict[str, list[tuple[Rule, Finding]]] = {}
        self.levels: dict[str, int] = {}

    def record(self, rule: Rule, level: int, findings: Iterable[Finding]) -> None:
        """Record one call.  Of several calls the farthest look counts, because a rule may keep facts in between."""
        code = rule.code
        if level > self.levels.get(code, 0):
            self.levels[code] = level
        for finding in findings:
            self.found.setdefault(code, []).append((rule, finding))

    def cacheable(self, farthest: int, region: TextRegion) -> CachedFindings:
        """The findings of rules that looked no farther than *farthest*, and mention only places in the region."""
        cached = CachedFindings(region)
        call_again = {code for code, level in self.levels.items() if level > farthest}
        for code, found in self.found.items():
            if code in call_again:
                continue
            try:
                # Copies, because the engine goes on to change the findings; this also checks each place.
                copies = [
                    (rule, one.moved(lambda at: region.absolute(region.relative(at))))
                    for rule, one in found
                ]
            except _OutsideRegion:
                call_again.add(code)
            else:
                cached.findings += copies
        cached.call_again = frozenset(call_again)
        return cached
