"""Checks messages of the server against the protocol's own model: nothing missing, nothing unknown."""

from __future__ import annotations

from functools import cache
from typing import Any

from lsprotocol import types
from lsprotocol.converters import get_converter


@cache
def _converter() -> Any:
    return get_converter()


def check(message: dict[str, Any], method: str | None = None) -> None:
    """Raise if a message is not valid; *method* is what a response answers.  A command's result may be anything."""
    if "error" in message:
        kind: Any = types.ResponseErrorMessage
    elif "method" in message:
        known = types.METHOD_TO_TYPES.get(message["method"])
        assert known is not None, f"{message['method']} is not a method"
        kind = known[0]
    elif method in types.METHOD_TO_TYPES:
        kind = types.METHOD_TO_TYPES[method][1]
    else:
        return
    made = _converter().structure(message, kind)
    _same(message, _converter().unstructure(made, kind), message.get("method") or method or "error")


def _same(sent: Any, known: Any, where: str) -> None:
    """Everything in the message is in the model as well."""
    if isinstance(sent, dict):
        assert isinstance(known, dict), f"{where}: {sent!r} was read as {known!r}"
        for key, value in sent.items():
            if value is not None:
                assert key in known, f"{where}: the protocol knows no {key!r}"
                _same(value, known[key], f"{where}.{key}")
    elif isinstance(sent, list):
        assert isinstance(known, list | tuple), f"{where}: {sent!r} was read as {known!r}"
        assert len(sent) == len(known), where
        for number, (a, b) in enumerate(zip(sent, known, strict=True)):
            _same(a, b, f"{where}[{number}]")
    else:
        assert sent == known, f"{where}: {sent!r} was read as {known!r}"
