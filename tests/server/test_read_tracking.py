"""The lists of tracked attributes name every slot through which a rule can look beyond its instruction."""

from __future__ import annotations

import pytest

from dockerlint_rules.model.stages import Dockerfile, Stage
from dockerlint_rules.server import read_tracking
from dockerlint_rules.syntax.dockerfile.directives import Directive
from dockerlint_rules.syntax.dockerfile.instructions import Instruction, Program
from dockerlint_rules.syntax.dockerfile.logical_lines import Comment, SyntaxProblem
from dockerlint_rules.syntax.source import Source

LISTS = (
    read_tracking.STAGE_ATTRIBUTES,
    read_tracking.FILE_ATTRIBUTES,
    read_tracking.FACT_ATTRIBUTES,
    read_tracking.COMPUTED_ATTRIBUTES,
)
# Slots whose value follows from the text of the instruction alone, or is a condition of the whole cache (the file's
# name, the build, the escape character), or leads on to attributes that are tracked themselves (``stage``, ``source``).
UNTRACKED = {
    Stage: set(),
    Dockerfile: {"build"},
    Instruction: {
        "args", "comments", "errors", "escape", "flags", "form", "heredocs", "inner_comments", "keyword",
        "keyword_word", "logical", "rest", "source", "stage", "words",
    },
    Program: {"_script", "dialect"},
    Comment: {"inside", "text"},
    Directive: {"indented", "name", "value"},
    SyntaxProblem: {"kind", "message", "stage"},
    Source: {"filename"},
}  # fmt: skip


def tracked(kind: type) -> set[str]:
    return {name for attributes in LISTS for name in attributes.get(kind, ())}


def test_no_other_class_is_tracked() -> None:
    assert {kind for attributes in LISTS for kind in attributes} == set(UNTRACKED)


@pytest.mark.parametrize("kind", UNTRACKED, ids=lambda kind: kind.__name__)
def test_each_slot_is_tracked_or_known_to_lead_nowhere(kind: type) -> None:
    slots = set(kind.__dict__["__slots__"])
    assert slots - tracked(kind) == UNTRACKED[kind]


@pytest.mark.parametrize("kind", UNTRACKED, ids=lambda kind: kind.__name__)
def test_what_is_tracked_is_an_attribute_of_the_class_itself(kind: type) -> None:
    """An attribute of a base class would be replaced for all of its other classes as well."""
    assert tracked(kind) <= set(kind.__dict__)
    for attributes in LISTS[:3]:  # the computed ones are properties
        assert set(attributes.get(kind, ())) <= set(kind.__dict__["__slots__"])
