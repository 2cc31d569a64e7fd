"""How far a rule looks: at its own instruction, at the stage and those it is built from, or at the whole file.

What a rule says of an instruction it will say again as long as all that it has looked at is the same.  So the attributes
that lead out of an instruction take note when they are read.  ``watch`` puts that in place, in a server's process only:
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
SEEN: set[str] = set()
"""What was read since it was last cleared.  Other threads may add to it, which makes no finding wrong: it is looked for anew."""
READER = [0]
"""The thread whose rules are watched; no other may take anything out."""

_OF_STAGE = {
    Stage: ("_calls", "_held", "_of", "_scope", "base", "dialect", "dockerfile", "from_", "instructions", "name", "parent"),
    # What stands above the first stage counts as part of each.
    Dockerfile: ("global_instructions", "global_values"),
}  # fmt: skip
_OF_FILE = {
    Stage: ("index", "uses"),
    Dockerfile: ("_by_name", "_needed", "_shipped", "document", "stages"),
    # A line's number is another one when lines come in above.
    Instruction: ("end_line", "line", "raw_line"),
    Comment: ("line",),
    Directive: ("line",),
    SyntaxProblem: ("line",),
    Source: ("_starts", "text"),
}  # fmt: skip


class _Noted:
    """An attribute that takes note when it is read."""

    def __init__(self, slot: Any, level: str) -> None:
        self.slot = slot
        self.level = level

    def __get__(self, owner: Any, kind: Any = None) -> Any:
        if owner is None:
            return self
        SEEN.add(self.level)
        return self.slot.__get__(owner, kind)

    def __set__(self, owner: Any, value: Any) -> None:
        self.slot.__set__(owner, value)


class _NotedFacts(_Noted):
    """A mapping in which rules keep what they have found out: who takes a fact has read all that it was made of."""

    def __get__(self, owner: Any, kind: Any = None) -> Any:
        if owner is None:
            return self
        if self.level:
            SEEN.add(self.level)
        return self.slot.__get__(owner, kind)

    def __set__(self, owner: Any, value: dict[Any, Any]) -> None:
        self.slot.__set__(owner, _Facts(value))


class _Facts(dict):  # type: ignore[type-arg]
    __slots__ = ("read",)

    def __init__(self, known: dict[Any, Any]) -> None:
        super().__init__(known)
        self.read: dict[Any, frozenset[str]] = {}

    def __getitem__(self, key: Any) -> Any:
        SEEN.update(self.read.get(key, ()))
        return super().__getitem__(key)

    def __contains__(self, key: object) -> bool:
        SEEN.update(self.read.get(key, ()))
        return super().__contains__(key)

    def get(self, key: Any, default: Any = None) -> Any:
        SEEN.update(self.read.get(key, ()))
        return super().get(key, default)

    def setdefault(self, key: Any, default: Any = None) -> Any:
        if not super().__contains__(key):
            self[key] = default
        return self[key]

    def __setitem__(self, key: Any, value: Any) -> None:
        self.read[key] = frozenset(SEEN)
        super().__setitem__(key, value)


class _Settled(_Noted):
    """A property that leads further than its value does, which is the same wherever ``reuse`` calls two stages the same."""

    def __get__(self, owner: Any, kind: Any = None) -> Any:
        if owner is None:
            return self
        if get_ident() != READER[0]:
            return self.slot.__get__(owner, kind)  # not for another thread to take notes back
        before = set(SEEN)
        value = self.slot.__get__(owner, kind)
        SEEN.clear()
        SEEN.update(before)
        if self.level:
            SEEN.add(self.level)
        return value


def watch() -> None:
    """Have it noted what rules read; once and for all, for this process."""
    if isinstance(Stage.__dict__["index"], _Noted):
        return
    for level, attributes in ((STAGE, _OF_STAGE), (FILE, _OF_FILE)):
        for kind, names in attributes.items():
            for name in names:
                _put(kind, name, _Noted(kind.__dict__[name], level))
    for name in ("start", "end"):
        _put(Stage, name, _Noted(Span.__dict__[name], STAGE))
    for name in ("is_final", "ships", "needed", "scope"):
        _put(Stage, name, _Settled(Stage.__dict__[name], STAGE))
    _put(Stage, "facts", _NotedFacts(Stage.__dict__["facts"], STAGE))
    for kind in (Program, Dockerfile):
        _put(kind, "facts", _NotedFacts(kind.__dict__["facts"], ""))
    _put(Dockerfile, "filename", _Settled(Dockerfile.__dict__["filename"], ""))
    _put(Source, "newline", _Settled(Source.__dict__["newline"], ""))


def _put(kind: type, name: str, attribute: _Noted) -> None:
    setattr(kind, name, attribute)
