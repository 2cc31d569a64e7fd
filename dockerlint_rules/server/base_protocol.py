"""Framing: headers, a blank line, and so many bytes of JSON."""

from __future__ import annotations

import json

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, BinaryIO

# What is longer is no message of an editor; it is passed over without being kept.
LONGEST = 64 << 20
_LONGEST_HEADER = 1 << 12

PARSE_ERROR, INVALID_REQUEST, METHOD_NOT_FOUND, INVALID_PARAMS, INTERNAL_ERROR = (
    -32700,
    -32600,
    -32601,
    -32602,
    -32603,
)
NOT_INITIALIZED, REQUEST_FAILED, CONTENT_MODIFIED, CANCELLED = -32002, -32803, -32801, -32800


class Broken(Exception):
    """A message that cannot be read; ``code`` is what the client is answered."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code


def read(stream: BinaryIO) -> Any:
    """The next message.  Raises Broken, after which the next one can be read, and EOFError at the end of the stream."""
    length = _length(stream)
    if length is None:
        raise EOFError
    if length > LONGEST:
        _skip(stream, length)
        raise Broken(INVALID_REQUEST, f"a message of {length} bytes is too long")
    body = stream.read(length)
    if len(body) < length:
        raise EOFError
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Broken(PARSE_ERROR, f"this is no JSON: {str(error)[:200]}") from None


def _length(stream: BinaryIO) -> int | None:
    """What the headers say; lines that are none are passed over until a length is found and a blank line."""
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


def frame(message: dict[str, Any]) -> bytes:
    """A message as bytes; half a character becomes U+FFFD, as no client takes it."""
    text = json.dumps(message, ensure_ascii=False, separators=(",", ":"))
    body = text.encode("utf-8", "replace")
    return b"Content-Length: %d\r\n\r\n" % len(body) + body
