"""Real sizes and times: what docker and BuildKit recorded of a build, added to the steps of a layer map.

It reads ``docker history --no-trunc --format json`` (a size for each instruction, the newest first), BuildKit's log
``--progress=rawjson`` (a time for each step) and ``docker image inspect`` (the size of the whole).
"""

from __future__ import annotations

import json
import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from dockerlint_rules.layers.layer_map import LayerMap, MapStep, StageColumn

_UNITS = {"": 1, "b": 1, "kb": 1e3, "mb": 1e6, "gb": 1e9, "tb": 1e12}
_SIZE = re.compile(r"([0-9]+(?:\.[0-9]+)?)\s*([kmgt]?b?)", re.I)
_STEP = re.compile(r"\[(?:([^\]\s]+) )?(?:[^\s/]+/\S+ )?\s*([0-9]+)/([0-9]+)\] (.*)", re.S)
_KEYWORDS = frozenset({
    "ADD", "ARG", "CMD", "COPY", "ENTRYPOINT", "ENV", "EXPOSE", "HEALTHCHECK", "LABEL", "MAINTAINER", "ONBUILD",
    "RUN", "SHELL",
    "STOPSIGNAL", "USER", "VOLUME", "WORKDIR",
})  # fmt: skip
_NEAR = 4  # history entries that may come between two instructions of the file


class HistoryError(Exception):
    """A history that cannot be read; the text says what is wrong with it."""


def add_history(layer_map: LayerMap, text: str) -> None:
    """Add the sizes or times of a history to a layer map.  Raises HistoryError."""
    objects = list(_objects(text))
    if not objects:
        raise HistoryError(
            "does not contain JSON; use the output of 'docker history --no-trunc --format json IMAGE'"
        )
    vertexes = [one for entry in objects for one in _list(entry, "vertexes")]
    entries = [one for one in objects if isinstance(one.get("CreatedBy"), str)]
    if vertexes:
        _times(layer_map, vertexes)
    elif entries:
        _sizes(layer_map, entries)
    elif any("RootFS" in one for one in objects):
        size = next((one["Size"] for one in objects if isinstance(one.get("Size"), int)), None)
        layer_map.total = size
    else:
        raise HistoryError(
            "is not the output of 'docker history', 'docker image inspect' or 'docker build --progress=rawjson'"
        )


def _objects(text: str) -> Iterator[dict[str, Any]]:
    """JSON objects: one a line, a list of them, or a single one."""
    try:
        whole = json.loads(text)
    except (ValueError, RecursionError):
        whole = None
    if whole is not None:
        for one in whole if isinstance(whole, list) else [whole]:
            if isinstance(one, dict):
                yield one
        return
    for line in text.splitlines():
        try:
            one = json.loads(line)
        except (ValueError, RecursionError):
            continue  # a log may have other lines in between
        if isinstance(one, dict):
            yield one


def _list(entry: dict[str, Any], key: str) -> list[dict[str, Any]]:
    found = entry.get(key)
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


# -- docker history ------------------------------------------------------------------------------


def _sizes(layer_map: LayerMap, entries: list[dict[str, Any]]) -> None:
    """Starting with the newest, each instruction of the image takes the next entry of its keyword."""
    at = 0
    for step in _newest_first(layer_map):
        near = entries[at : at + _NEAR]
        found = next((n for n, one in enumerate(near) if _keyword(one) == step.keyword), None)
        if found is None:
            continue
        at += found + 1
        step.size = size_of(near[found].get("Size"))


def _newest_first(layer_map: LayerMap) -> Iterator[MapStep]:
    column: StageColumn | None = layer_map.final
    while column is not None:
        yield from reversed(column.steps[1:])
        column = layer_map.columns[column.parent] if column.parent is not None else None


def _keyword(entry: dict[str, Any]) -> str:
    """The keyword of the instruction that made an entry, in the form of BuildKit and of the classic builder."""
    text = entry["CreatedBy"].strip()
    if "#(nop)" in text:
        text = text.partition("#(nop)")[2].strip()
    word = text.split(None, 1)[0] if text else ""
    return word if word in _KEYWORDS else "RUN"


def size_of(size: Any) -> int | None:
    """Bytes of ``12.3MB``, ``0B`` or a number; None for anything else."""
    if isinstance(size, int | float):
        return int(size) if 0 <= size < 1e18 else None
    found = _SIZE.fullmatch(size.strip()) if isinstance(size, str) else None
    if found is None:
        return None
    unit = found[2].lower()
    return int(float(found[1]) * _UNITS[unit if unit in _UNITS else f"{unit}b"])


# -- BuildKit's log ------------------------------------------------------------------------------


def _times(layer_map: LayerMap, vertexes: list[dict[str, Any]]) -> None:
    """The name of a vertex is "[stage 2/5] RUN …"; the last report of each counts."""
    known: dict[tuple[str, str], MapStep] = {}
    for column in layer_map.columns:
        for step in column.steps:
            for name in (column.name, f"stage-{column.index}", ""):
                if name is not None:
                    known.setdefault((name.lower(), _plain(step.text)), step)
    for vertex in vertexes:
        found = _STEP.match(str(vertex.get("name", "")))
        if found is None:
            continue
        done = known.get(((found[1] or "").lower(), _plain(found[4])))
        if done is None:
            continue
        if vertex.get("cached"):
            done.seconds = 0.0
        elif vertex.get("started") and vertex.get("completed"):
            seconds = _seconds(vertex["started"], vertex["completed"])
            if seconds is not None:
                done.seconds = seconds


def _plain(text: str) -> str:
    """An instruction as both write it: single blanks, the keyword in capitals, without flags."""
    words = text.split()
    if not words:
        return ""
    rest = words[1:]
    while rest and rest[0].startswith("--"):
        rest.pop(0)
    return " ".join([words[0].upper(), *rest])


def _seconds(started: Any, completed: Any) -> float | None:
    from datetime import datetime

    try:
        first, last = (
            # Python does not read nanoseconds.
            datetime.fromisoformat(
                re.sub(r"(\.[0-9]{1,6})[0-9]*", r"\1", str(one)).replace("Z", "+00:00")
            )
            for one in (started, completed)
        )
        return max(0.0, (last - first).total_seconds())
    except (ValueError, TypeError):
        return None
