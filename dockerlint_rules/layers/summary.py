"""The layer map in a few sentences, which every drawing ends with."""

from __future__ import annotations

from dockerlint_rules.layers.layer_map import human_size

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from dockerlint_rules.layers.layer_map import LayerMap, MapStep, StageColumn


def sentences(layer_map: LayerMap) -> list[str]:
    """How many layers there are, what changes rebuild, what is large, and which data is lost."""
    final = layer_map.final
    if final is None:
        return ["The file has no build stage, so it has no layers."]
    found = [_layer_count(layer_map, final)]
    if layer_map.changed or any(b.is_rebuilt is not None for b in final.steps):
        found.append(_effect_of_request(layer_map))
    else:
        found += [
            _effect_of_kind(layer_map, "source", "a source file"),
            _effect_of_kind(layer_map, "manifest", "a dependency manifest"),
        ]
    sized = [step for step in final.steps if step.size]
    if sized:
        total = sum(step.size or 0 for step in sized)
        biggest = max(sized, key=lambda step: step.size or 0)
        found.append(
            f"The layers add up to {human_size(total)}; line {biggest.line} is the largest with "
            f"{human_size(biggest.size or 0)}."
        )
    if layer_map.total is not None:
        found.append(f"The image size is {human_size(layer_map.total)}.")
    unneeded = [column.label for column in layer_map.columns if not column.is_needed]
    if unneeded:
        found.append(f"Not needed for the result: {', '.join(unneeded)}.")
    found += [
        f"The data of {data.owner} (line {data.line}) in {data.folder} is lost when the container "
        "is removed: no volume holds it."
        for data in final.data
        if not data.is_covered
    ]
    return found


def _layer_count(layer_map: LayerMap, final: StageColumn) -> str:
    above, at = 0, final
    while True:
        above += len(at.layers)
        if at.parent is None:
            break
        at = layer_map.columns[at.parent]
    return f"{_plural(above, 'layer')} on top of the base image."


def _effect_of_kind(layer_map: LayerMap, kind: str, what: str) -> str:
    """Which layers of the stages that the result needs a change rebuilds."""
    affected = next((one.steps for one in layer_map.causes if one.kind == kind), set())
    return _effect(
        what,
        (
            step
            for column in layer_map.columns
            if column.is_needed
            for place, step in enumerate(column.steps)
            if step.is_layer and (column.index, place) in affected
        ),
    )


def _effect_of_request(layer_map: LayerMap) -> str:
    what = ", ".join(layer_map.changed) or "nothing"
    return _effect(
        what,
        (
            step
            for column in layer_map.columns
            if column.is_needed
            for step in column.layers
            if step.is_rebuilt
        ),
    )


def _effect(what: str, steps: Iterable[MapStep]) -> str:
    found = list(steps)
    if not found:
        return f"Changing {what} rebuilds no layer."
    parts = _ranges([step.line for step in found])
    where = ("line " if len(found) == 1 else "lines ") + ", ".join(parts)
    seconds = sum(step.seconds or 0 for step in found)
    took = f", which took {seconds:.1f} s" if seconds else ""
    return f"Changing {what} rebuilds {_plural(len(found), 'layer')} ({where}){took}."


def _ranges(lines: list[int]) -> list[str]:
    """Numbers, with three or more in a row as ``6–9``."""
    runs: list[list[int]] = []
    for line in sorted(set(lines)):
        if runs and line == runs[-1][-1] + 1:
            runs[-1].append(line)
        else:
            runs.append([line])
    return [f"{run[0]}–{run[-1]}" if len(run) > 2 else ", ".join(map(str, run)) for run in runs]


def _plural(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
