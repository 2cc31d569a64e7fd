"""Notes how far a rule looks: at its own instruction, at the stage and those it is built from, or at the whole file.

A rule gives the same findings for an instruction as long as everything that it has read is the same.  So the
attributes that lead out of an instruction note each read.  ``track_reads`` replaces them, in a server's process only;
elsewhere they stay plain slots, which cost nothing.
"""

from __future__ import annotations

from threading import get_ident

from dockerlint_rules.model.stages import Dockerfile, Stage
from dockerlint_rules.syntax.dockerfile.directives import Directive
from dockerlint_rules.syntax.dockerfile.instruction import Instruction
from dockerlint_rules.syntax.dockerfile.instructions import Program
from dockerlint_rules.syntax.dockerfile.logical_lines import Comment, SyntaxProblem
from dockerlint_rules.syntax.source import Source, Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

STAGE, FILE = "stage", "file"
levels_read: set[str] = set()
"""What was read since the set was last cleared.

Other threads may add to it.  That makes no finding wrong: it only causes work to be done again.
"""
_rule_thread = 0
"""The thread whose rules are tracked.  No other thread may remove levels."""

# Attributes whose value depends on the stage, on those that it is built from, or on the ARGs above the first FROM.
STAGE_ATTRIBUTES: dict[type, tuple[str, ...]] = {
    Stage: (
        "_calls", "_held", "_of", "_scope", "base", "dialect", "dockerfile", "from_", "instructions", "name", "parent",
        "root",
    ),
    # What is above the first stage counts as part of every stage.
    Dockerfile: ("global_instructions", "global_values"),
}  # fmt: skip
# Attributes whose value depends on the whole file.
FILE_ATTRIBUTES: dict[type, tuple[str, ...]] = {
    Stage: ("index", "uses"),
    Dockerfile: ("_by_name", "_needed", "_shipped", "document", "stages"),
    # A line number changes when lines are added above.
    Instruction: ("end_line", "line", "raw_line"),
    Comment: ("line",),
    Directive: ("line",),
    SyntaxProblem: ("line",),
    Source: ("_after", "_starts", "text"),
}  # fmt: skip
# Slots that hold what rules have found out; each fact remembers what was read for it.
FACT_ATTRIBUTES: dict[type, tuple[str, ...]] = {
    Stage: ("facts",),
    Program: ("facts",),
    Dockerfile: ("facts",),
}
# Properties that read more than their value depends on.
COMPUTED_ATTRIBUTES: dict[type, tuple[str, ...]] = {
    Stage: ("is_final", "ships", "needed", "scope"),
    Dockerfile: ("filename",),
    Source: ("newline",),
}


class _TrackedAttribute:
    """An attribute that notes when it is read."""

    def __init__(self, attribute: Any, level: str) -> None:
        self.attribute = attribute
        self.level = level  # empty: reading the attribute by itself leads nowhere

    def __get__(self, owner: Any, kind: Any = None) -> Any:
        if owner is None:
            return self
        levels_read.add(self.level)
        return self.attribute.__get__(owner, kind)

    def __set__(self, owner: Any, value: Any) -> None:
        self.attribute.__set__(owner, value)


class _TrackedFacts(_TrackedAttribute):
    """A mapping in which rules keep facts.  A rule that takes a fact has read all that the fact is made of."""

    def __get__(self, owner: Any, kind: Any = None) -> Any:
        if owner is None:
            return self
        if self.level:
            levels_read.add(self.level)
        return self.attribute.__get__(owner, kind)

    def __set__(self, owner: Any, value: dict[Any, Any]) -> None:
        self.attribute.__set__(owner, _Facts(value))


class _Facts(dict):  # type: ignore[type-arg]
    __slots__ = ("levels",)

    def __init__(self, known: dict[Any, Any]) -> None:
        super().__init__(known)
        self.levels: dict[Any, frozenset[str]] = {}

    def __getitem__(self, key: Any) -> Any:
        levels_read.update(self.levels.get(key, ()))
        return super().__getitem__(key)

    def __contains__(self, key: object) -> bool:
        levels_read.update(self.levels.get(key, ()))
        return super().__contains__(key)

    def get(self, key: Any, default: Any = None) -> Any:
        levels_read.update(self.levels.get(key, ()))
        return super().get(key, default)

    def setdefault(self, key: Any, default: Any = None) -> Any:
        if not super().__contains__(key):
            self[key] = default
        return self[key]

    def __setitem__(self, key: Any, value: Any) -> None:
        self.levels[key] = frozenset(levels_read)
        super().__setitem__(key, value)


class _ComputedAttribute(_TrackedAttribute):
    """A property of which only its own level counts, not what is read to compute it.

    Its value is the same for all stages that ``finding_reuse`` takes to be the same.
    """

    def __get__(self, owner: Any, kind: Any = None) -> Any:
        if owner is None:
            return self
        if get_ident() != _rule_thread:
            return self.attribute.__get__(owner, kind)
        before = set(levels_read)
        value = self.attribute.__get__(owner, kind)
        levels_read.clear()
        levels_read.update(before)
        if self.level:
            levels_read.add(self.level)
        return value


def set_rule_thread() -> None:
    """Track the rules that run in the current thread."""
    global _rule_thread
    _rule_thread = get_ident()


def track_reads() -> None:
    """Make the attributes note when they are read, from now on and in the whole process."""
    if isinstance(Stage.__dict__["index"], _TrackedAttribute):
        return
    for level, attributes in ((STAGE, STAGE_ATTRIBUTES), (FILE, FILE_ATTRIBUTES)):
        for kind, names in attributes.items():
            for name in names:
                setattr(kind, name, _TrackedAttribute(kind.__dict__[name], level))
    for name in ("start", "end"):
        setattr(Stage, name, _TrackedAttribute(Span.__dict__[name], STAGE))
    for tracked, attributes in (
        (_TrackedFacts, FACT_ATTRIBUTES),
        (_ComputedAttribute, COMPUTED_ATTRIBUTES),
    ):
        for kind, names in attributes.items():
            for name in names:
                setattr(kind, name, tracked(kind.__dict__[name], STAGE if kind is Stage else ""))
