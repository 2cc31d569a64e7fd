"""The layers as JSON; the form is a contract (docs/design.md)."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from dockerlint_rules.layers.layer_map import Brick, Column, Picture


def as_json(picture: Picture) -> str:
    """One object: path, stages, and their instructions, FROM included."""
    import json

    stages = [_stage(column) for column in picture.columns]
    return json.dumps({"path": picture.path, "stages": stages}, indent=1) + "\n"


def _stage(column: Column) -> dict[str, Any]:
    return {
        "name": column.name,
        "index": column.index,
        "needed": column.is_needed,
        "instructions": [_instruction(brick) for brick in column.bricks],
    }


def _instruction(brick: Brick) -> dict[str, Any]:
    said: dict[str, Any] = {
        "keyword": brick.keyword,
        "line": brick.line,
        "layer": brick.is_layer,
        "rebuilt_on": brick.kinds,
        "because": brick.because,
    }
    if brick.is_rebuilt is not None:
        said["rebuilt"] = brick.is_rebuilt
    if brick.size is not None:
        said["size"] = brick.size
    if brick.seconds is not None:
        said["seconds"] = brick.seconds
    return said
