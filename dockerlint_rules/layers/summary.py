"""The picture in a few sentences, which every drawing ends with."""

from __future__ import annotations

from dockerlint_rules.layers.layer_map import human_size

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from dockerlint_rules.layers.layer_map import Brick, Column, Picture


def sentences(picture: Picture) -> list[str]:
    """What there is, what a change of the source and of the dependencies builds anew, what is big, what is lost."""
    final = picture.final
    if final is None:
        return ["There is no stage, so there are no layers."]
    said = [_count(picture, final)]
    if picture.changed or any(b.is_rebuilt is not None for b in final.bricks):
        said.append(_changed(picture))
    else:
        said += [
            _on(picture, "source", "A change of a source file"),
            _on(picture, "manifest", "A change of a dependency manifest"),
        ]
    sized = [brick for brick in final.bricks if brick.size]
    if sized:
        total = sum(brick.size or 0 for brick in sized)
        biggest = max(sized, key=lambda brick: brick.size or 0)
        said.append(
            f"{human_size(total)} in all, {human_size(biggest.size or 0)} of it from line {biggest.line}."
        )
    if picture.total is not None:
        said.append(f"The image has {human_size(picture.total)}.")
    unneeded = [column.label for column in picture.columns if not column.is_needed]
    if unneeded:
        said.append(f"Not needed for the result: {', '.join(unneeded)}.")
    said += [
        f"{data.folder} of {data.owner} (line {data.line}) is lost with the container: no volume holds it."
        for data in final.data
        if not data.is_covered
    ]
    return said


def _count(picture: Picture, final: Column) -> str:
    above, at = 0, final
    while True:
        above += len(at.layers)
        if at.parent is None:
            break
        at = picture.columns[at.parent]
    return f"{_plural(above, 'layer')} on top of the base image."


def _on(picture: Picture, kind: str, what: str) -> str:
    """Which layers of what is needed a change builds anew."""
    lit = next((one.bricks for one in picture.causes if one.kind == kind), set())
    return _lines(
        what,
        (
            brick
            for column in picture.columns
            if column.is_needed
            for place, brick in enumerate(column.bricks)
            if brick.is_layer and (column.index, place) in lit
        ),
    )


def _changed(picture: Picture) -> str:
    what = f"A change of {', '.join(picture.changed)}" if picture.changed else "No change"
    return _lines(
        what,
        (
            brick
            for column in picture.columns
            if column.is_needed
            for brick in column.layers
            if brick.is_rebuilt
        ),
    )


def _lines(what: str, bricks: Iterable[Brick]) -> str:
    found = list(bricks)
    if not found:
        return f"{what} builds no layer anew."
    parts = _ranges([brick.line for brick in found])
    where = ("line " if len(found) == 1 else "lines ") + ", ".join(parts)
    seconds = sum(brick.seconds or 0 for brick in found)
    took = f", which took {seconds:.1f} s" if seconds else ""
    return f"{what} builds {_plural(len(found), 'layer')} anew ({where}){took}."


def _ranges(lines: list[int]) -> list[str]:
    """Numbers with what follows each other as ``6–9``."""
    runs: list[list[int]] = []
    for line in sorted(set(lines)):
        if runs and line == runs[-1][-1] + 1:
            runs[-1].append(line)
        else:
            runs.append([line])
    return [f"{run[0]}–{run[-1]}" if len(run) > 2 else ", ".join(map(str, run)) for run in runs]


def _plural(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
