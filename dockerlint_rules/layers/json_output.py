"""The layers as JSON; docs/json.md describes the structure."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from dockerlint_rules.layers.layer_map import LayerMap, MapStep, StageColumn


def as_json(layer_map: LayerMap) -> str:
    """One object: path, stages, and their instructions, FROM included."""
    import json

    from dockerlint_rules.formats.terminal_text import json_without_commands

    stages = [_stage(column) for column in layer_map.columns]
    text = json.dumps({"path": layer_map.path, "stages": stages}, indent=1)
    return json_without_commands(text) + "\n"


def _stage(column: StageColumn) -> dict[str, Any]:
    return {
        "name": column.name,
        "index": column.index,
        "needed": column.is_needed,
        "instructions": [_instruction(step) for step in column.steps],
    }


def _instruction(step: MapStep) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "keyword": step.keyword,
        "line": step.line,
        "layer": step.is_layer,
        "rebuilt_on": step.kinds,
        "because": step.because,
    }
    if step.is_rebuilt is not None:
        fields["rebuilt"] = step.is_rebuilt
    if step.size is not None:
        fields["size"] = step.size
    if step.seconds is not None:
        fields["seconds"] = step.seconds
    return fields
