"""Every attribute that leads out of an instruction is one that the server notes when a rule reads it."""

from __future__ import annotations

import pytest

from dockerlint_rules.model.stages import Dockerfile, Stage
from dockerlint_rules.server import read_tracking

# What leads no further: values of the stage itself, and what is given to the whole run.
NOT_NOTED = {
    Stage: {"facts", "name"},
    Dockerfile: {"build", "facts"},
}


@pytest.mark.parametrize("kind", [Stage, Dockerfile], ids=lambda kind: str(kind.__name__))
def test_each_slot_is_noted_or_known_to_lead_no_further(kind: type) -> None:
    noted = {
        name
        for attributes in (read_tracking._OF_STAGE, read_tracking._OF_FILE)
        for name in attributes.get(kind, ())
    }
    assert noted | NOT_NOTED[kind] == {*kind.__slots__} | (noted & NOT_NOTED[kind])


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        (kind, name)
        for attributes in (read_tracking._OF_STAGE, read_tracking._OF_FILE)
        for kind, names in attributes.items()
        for name in names
    ],
    ids=lambda value: getattr(value, "__name__", value),
)
def test_each_noted_attribute_is_a_slot_of_the_class_itself(kind: type, name: str) -> None:
    # A slot of a base class would be replaced for nothing, or raise KeyError when the server starts.
    assert name in kind.__slots__
    assert name in kind.__dict__
