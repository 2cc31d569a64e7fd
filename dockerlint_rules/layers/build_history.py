"""Real sizes and times: what docker and BuildKit have noted of a build, put on its bricks.

Read are ``docker history --no-trunc --format json`` (a size for each instruction, the newest first), BuildKit's log
``--progress=rawjson`` (a time for each step) and ``docker image inspect`` (the size of the whole).
"""

from __future__ import annotations

import json
import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from dockerlint_rules.layers.layer_map import Brick, Column, Picture

_UNITS = {"": 1, "b": 1, "kb": 1e3, "mb": 1e6, "gb": 1e9, "tb": 1e12}
_SIZE = re.compile(r"([0-9]+(?:\.[0-9]+)?)\s*([kmgt]?b?)", re.I)
_STEP = re.compile(r"\[(?:([^\]\s]+) )?(?:\S+/\S+ )?\s*([0-9]+)/([0-9]+)\] (.*)", re.S)
_KEYWORDS = frozenset({
    "ADD", "ARG", "CMD", "COPY", "ENTRYPOINT", "ENV", "EXPOSE", "HEALTHCHECK", "LABEL", "MAINTAINER", "ONBUILD", "RUN", "SHELL",
    "STOPSIGNAL", "USER", "VOLUME", "WORKDIR",
})  # fmt: skip
_NEAR = 4  # history entries that may stand between two instructions of the file


class HistoryError(Exception):
    """What was given is no history that this knows; the text says what is missing."""


def put(picture: Picture, text: str) -> None:
    """Put the sizes or times of a history on the picture.  Raises HistoryError."""
    objects = list(_objects(text))
    if not objects:
        raise HistoryError(
            "holds no JSON; give what 'docker history --no-trunc --format json IMAGE' prints"
        )
    vertexes = [one for entry in objects for one in _list(entry, "vertexes")]
    entries = [one for one in objects if isinstance(one.get("CreatedBy"), str)]
    if vertexes:
        _times(picture, vertexes)
    elif entries:
        _sizes(picture, entries)
    elif any("RootFS" in one for one in objects):
        size = next((one["Size"] for one in objects if isinstance(one.get("Size"), int)), None)
        picture.total = size
    else:
        raise HistoryError(
            "is neither a docker history, nor an image's description, nor a log of --progress=rawjson"
        )


def _objects(text: str) -> Iterator[dict[str, Any]]:
    """JSON objects: one a line, a list of them, or one alone."""
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
            continue  # a log may have lines of others between
        if isinstance(one, dict):
            yield one


def _list(entry: dict[str, Any], key: str) -> list[dict[str, Any]]:
    found = entry.get(key)
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


# -- docker history ------------------------------------------------------------------------------


def _sizes(picture: Picture, entries: list[dict[str, Any]]) -> None:
    """From the newest on: each instruction of the image takes the next entry of its keyword."""
    at = 0
    for brick in _newest_first(picture):
        near = entries[at : at + _NEAR]
        found = next((n for n, one in enumerate(near) if _keyword(one) == brick.keyword), None)
        if found is None:
            continue
        at += found + 1
        brick.size = size_of(near[found].get("Size"))


def _newest_first(picture: Picture) -> Iterator[Brick]:
    column: Column | None = picture.final
    while column is not None:
        yield from reversed(column.bricks[1:])
        column = picture.columns[column.parent] if column.parent is not None else None


def _keyword(entry: dict[str, Any]) -> str:
    """The instruction that an entry was made by, in BuildKit's form and in the classic builder's."""
    text = entry["CreatedBy"].strip()
    if "#(nop)" in text:
        text = text.partition("#(nop)")[2].strip()
    word = text.split(None, 1)[0] if text else ""
    return word if word in _KEYWORDS else "RUN"


def size_of(said: Any) -> int | None:
    """Bytes of ``12.3MB``, ``0B`` or a number; None where it is none of these."""
    if isinstance(said, int | float):
        return int(said) if 0 <= said < 1e18 else None
    found = _SIZE.fullmatch(said.strip()) if isinstance(said, str) else None
    if found is None:
        return None
    unit = found[2].lower()
    return int(float(found[1]) * _UNITS[unit if unit in _UNITS else f"{unit}b"])


# -- BuildKit's log ------------------------------------------------------------------------------


def _times(picture: Picture, vertexes: list[dict[str, Any]]) -> None:
    """A vertex is named "[stage 2/5] RUN …"; the last report of each counts."""
    known: dict[tuple[str, str], Brick] = {}
    for column in picture.columns:
        for brick in column.bricks:
            for name in (column.name, f"stage-{column.index}", ""):
                if name is not None:
                    known.setdefault((name.lower(), _plain(brick.text)), brick)
    for vertex in vertexes:
        found = _STEP.match(str(vertex.get("name", "")))
        if found is None:
            continue
        step = known.get(((found[1] or "").lower(), _plain(found[4])))
        if step is None:
            continue
        if vertex.get("cached"):
            step.seconds = 0.0
        elif vertex.get("started") and vertex.get("completed"):
            seconds = _seconds(vertex["started"], vertex["completed"])
            if seconds is not None:
                step.seconds = seconds


def _plain(text: str) -> str:
    """An instruction as both write it: blanks alike, keyword in capitals, the flags left out."""
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
            # Nanoseconds are more than Python reads.
            datetime.fromisoformat(
                re.sub(r"(\.[0-9]{1,6})[0-9]*", r"\1", str(one)).replace("Z", "+00:00")
            )
            for one in (started, completed)
        )
        return max(0.0, (last - first).total_seconds())
    except (ValueError, TypeError):
        return None
