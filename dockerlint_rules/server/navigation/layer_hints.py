"""Hints behind instructions that make a layer: which changes rebuild it."""

from __future__ import annotations

from dockerlint_rules.model.layers.rebuilds import rebuilds

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from dockerlint_rules.server.open_file import OpenFile


def layer_hints(file: OpenFile, start: int, end: int) -> list[dict[str, Any]]:
    """The hints between two offsets."""
    dockerfile = file.dockerfile
    if dockerfile is None:
        return []
    found = []
    for stage in rebuilds(dockerfile):
        for step in stage.steps:
            one = step.instruction
            if not step.layer or not (start <= one.end and one.start <= end):
                continue
            line = file.text.position(one.start)["line"]
            end_of_line = file.text.starts[line] + len(file.text.line(line))
            found.append(
                {
                    "position": file.text.position(end_of_line),
                    "label": f"new layer{_rebuilt_on(step.rebuilt_on)}",
                    "paddingLeft": True,
                    "tooltip": step.because,
                }
            )
    return found


def _rebuilt_on(kinds: list[str]) -> str:
    """The kind of change that rebuilds a layer, the most frequent one first."""
    if "source" in kinds:
        return ", rebuilt on every source edit"
    if "manifest" in kinds:
        return ", rebuilt when dependencies change"
    for kind in kinds:
        what, _, name = kind.partition(":")
        if what == "arg":
            return f", rebuilt when {name} changes"
        if what == "stage":
            return f", rebuilt when stage '{name}' changes"
    return ""
