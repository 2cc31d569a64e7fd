"""The protocol's framing: headers, a blank line, and that many bytes of JSON."""

from __future__ import annotations

import json

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, BinaryIO

# No editor sends a longer message; a longer one is skipped and never held in memory.
LONGEST_MESSAGE = 64 << 20
_LONGEST_HEADER = 1 << 12

PARSE_ERROR = -32700
INVALID_REQUEST = -32600
METHOD_NOT_FOUND = -32601
INVALID_PARAMS = -32602
INTERNAL_ERROR = -32603
NOT_INITIALIZED = -32002
REQUEST_CANCELLED = -32800
REQUEST_FAILED = -32803


class InvalidMessage(Exception):
    """A message that cannot be read; ``code`` is the error code for the client."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code


class RequestError(Exception):
    """A request that the server refuses; ``code`` is the error code for the client."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code


def read_message(stream: BinaryIO) -> Any:
    """Read the next message.

    Raises InvalidMessage, after which the next message can be read, and EOFError at the end of the stream.
    """
    length = _read_length(stream)
    if length is None:
        raise EOFError
    if length > LONGEST_MESSAGE:
        _skip(stream, length)
        raise InvalidMessage(INVALID_REQUEST, f"the message is too long ({length} bytes)")
    body = stream.read(length)
    if len(body) < length:
        raise EOFError
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        raise InvalidMessage(
            PARSE_ERROR, f"the message is not valid JSON: {str(error)[:200]}"
        ) from None


def _read_length(stream: BinaryIO) -> int | None:
    """Read headers up to the blank line and return the length; None at the end of the stream.

    Lines that are not headers are skipped until there is a length and a blank line.
    """
    length: int | None = None
    while True:
        line = stream.readline(_LONGEST_HEADER)
        if not line:
            return None
        name, colon, value = line.partition(b":")
        if colon and name.strip().lower() == b"content-length":
            text = value.strip()
            length = int(text) if text.isdigit() and len(text) < 19 else None
        elif not line.strip() and length is not None:
            return length


def _skip(stream: BinaryIO, length: int) -> None:
    while length > 0:
        piece = stream.read(min(length, 1 << 20))
        if not piece:
            return
        length -= len(piece)


def frame_message(message: dict[str, Any]) -> bytes:
    """Return a message as bytes; a lone surrogate becomes U+FFFD, because no client accepts one."""
    text = json.dumps(message, ensure_ascii=False, separators=(",", ":"))
    body = text.encode("utf-8", "replace")
    return b"Content-Length: %d\r\n\r\n" % len(body) + body
