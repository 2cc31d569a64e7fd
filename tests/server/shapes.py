"""Whether what the server says has the shape that the protocol's own model gives it, with nothing that it does not know."""

from __future__ import annotations

from functools import cache
from typing import Any

from lsprotocol import types
from lsprotocol.converters import get_converter


@cache
def _converter() -> Any:
    return get_converter()


def check(message: dict[str, Any], method: str | None = None) -> None:
    """Raise unless a message is right; *method* is what a response answers.  Commands' results may be anything."""
    if "error" in message:
        kind: Any = types.ResponseErrorMessage
    elif "method" in message:
        known = types.METHOD_TO_TYPES.get(message["method"])
        assert known is not None, f"{message['method']} is no method"
        kind = known[0]
    elif method in types.METHOD_TO_TYPES:
        kind = types.METHOD_TO_TYPES[method][1]
    else:
        return
    made = _converter().structure(message, kind)
    _same(message, _converter().unstructure(made, kind), message.get("method") or method or "error")


def _same(said: Any, known: Any, where: str) -> None:
    """Everything that was said is there again."""
    if isinstance(said, dict):
        assert isinstance(known, dict), f"{where}: {said!r} was read as {known!r}"
        for key, value in said.items():
            if value is not None:
                assert key in known, f"{where}: the protocol knows no {key!r}"
                _same(value, known[key], f"{where}.{key}")
    elif isinstance(said, list):
        assert isinstance(known, list | tuple), f"{where}: {said!r} was read as {known!r}"
        assert len(said) == len(known), where
        for number, (a, b) in enumerate(zip(said, known, strict=True)):
            _same(a, b, f"{where}[{number}]")
    else:
        assert said == known, f"{where}: {said!r} was read as {known!r}"
