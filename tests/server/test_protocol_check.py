"""What looks at every message of the server sees what is wrong in one."""

from __future__ import annotations

from typing import Any

import protocol
import pytest

PLACE = {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 1}}


def published(**diagnostic: Any) -> dict[str, Any]:
    found = [{"range": PLACE, "message": "m", **diagnostic}]
    params = {"uri": "file:///a", "diagnostics": found}
    return {"jsonrpc": "2.0", "method": "textDocument/publishDiagnostics", "params": params}


def test_what_is_right() -> None:
    protocol.check(published(severity=1, code="DF101", tags=[1]))
    protocol.check({"jsonrpc": "2.0", "id": 1, "result": None}, "shutdown")


@pytest.mark.parametrize(
    "message",
    [
        published(sevrity=1),
        published(severity=9),
        published(range=None),
        published(tags=[7]),
        {"jsonrpc": "2.0", "method": "textDocument/published", "params": {}},
        {"jsonrpc": "2.0", "id": 1, "error": {"message": "no code"}},
    ],
)
def test_what_is_wrong(message: dict[str, Any]) -> None:
    with pytest.raises(Exception, match=r"."):
        protocol.check(message)
