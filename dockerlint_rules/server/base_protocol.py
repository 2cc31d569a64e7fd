"""The protocol's framing: headers, a blank line, and that many bytes of JSON."""

from __future__ import annotations

import json

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, BinaryIO

# No editor sends a longer message; a longer one is skipped and never held in memory.
LONGEST_MESSAGE = 64 << 20
_LONGEST_HEADER = 1 << 12  # one line; a longer one is read in pieces
_LONGEST_HEADERS = 1 << 20  # all lines before a message
_MOST_VALUES = 2_000_000  # in one message
_LONG, _SHORT = 1 << 20, 1 << 10  # bytes of a message

PARSE_ERROR = -32700
INVALID_REQUEST = -32600
METHOD_NOT_FOUND = -32601
INVALID_PARAMS = -32602
INTERNAL_ERROR = -32603
NOT_INITIALIZED = -32002
REQUEST_CANCELLED = -32800
REQUEST_FAILED = -32803


class InvalidMessage(Exception):
    """A message that cannot be read; ``code`` is the error code for the client.

    ``rest`` is the number of its bytes that are still to be skipped.
    """

    def __init__(self, code: int, message: str, rest: int = 0) -> None:
        super().__init__(message)
        self.code = code
        self.rest = rest


class RequestError(Exception):
    """A request that the server refuses; ``code`` is the error code for the client."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code


def read_body(stream: BinaryIO) -> bytes:
    """Read the next message, without its headers.

    Raises InvalidMessage, and EOFError at the end of the stream.  The message is not parsed: as bytes it takes a
    twentieth of the memory.
    """
    length = _read_length(stream)
    if length is None:
        raise EOFError
    if length > LONGEST_MESSAGE:
        raise InvalidMessage(INVALID_REQUEST, f"the message is too long ({length} bytes)", length)
    body = stream.read(length)
    if len(body) < length:
        raise EOFError
    return body


def parse_body(body: bytes) -> Any:
    """The JSON of a message.  Raises InvalidMessage."""
    # Only a long one: each comma and bracket can cost a hundred bytes.
    if len(body) > _LONG and sum(body.count(one) for one in b",[{") > _MOST_VALUES:
        raise InvalidMessage(INVALID_REQUEST, "the message has too many values")
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        raise InvalidMessage(
            PARSE_ERROR, f"the message is not valid JSON: {str(error)[:200]}"
        ) from None


def _short_message(body: bytes, mark: bytes) -> dict[str, Any]:
    """A short message that holds *mark*; empty for any other one, which is not parsed to find out."""
    if len(body) > _SHORT or mark not in body:
        return {}
    try:
        message = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return message if isinstance(message, dict) else {}


def is_exit(body: bytes) -> bool:
    """Whether a message is the last one of a connection."""
    return _short_message(body, b"exit").get("method") == "exit"


def cancelled_id(body: bytes) -> Any:
    """The id of the request that a message cancels; None for any other message."""
    message = _short_message(body, b"cancelRequest")
    if message.get("method") != "$/cancelRequest":
        return None
    params = message.get("params")
    request_id = params.get("id") if isinstance(params, dict) else None
    return request_id if is_id(request_id) else None


def is_id(value: Any) -> bool:
    """Whether a value can be the id of a request."""
    return value is None or (isinstance(value, int | str) and not isinstance(value, bool))


def _read_length(stream: BinaryIO) -> int | None:
    """Read headers up to the blank line and return the length; None at the end of the stream.

    Lines that are not headers are skipped until there is a length and a blank line.  Raises InvalidMessage for a length
    that is not a number, and where there are only other lines.
    """
    length: int | None = None
    skipped = 0
    while True:
        line = stream.readline(_LONGEST_HEADER)
        if not line:
            return None
        # The last one in the line, as what stands before it may be the body of a message without a valid length.
        _, header, value = line.lower().rpartition(b"content-length:")
        if header:
            text = value.strip()
            length = int(text) if text.isdigit() and len(text) < 19 else None
            if length is None:
                raise InvalidMessage(INVALID_REQUEST, "the Content-Length is not a number of bytes")
        elif not line.strip() and length is not None:
            return length
        skipped += len(line)
        if skipped > _LONGEST_HEADERS:
            raise InvalidMessage(INVALID_REQUEST, "there is no header with a Content-Length")


def skip(stream: BinaryIO, length: int) -> None:
    """Skip bytes of the stream."""
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
