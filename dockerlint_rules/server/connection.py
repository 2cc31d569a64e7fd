"""Sends messages to the client, and keeps what waits for the client's answers."""

from __future__ import annotations

from queue import SimpleQueue

from dockerlint_rules.server import events
from dockerlint_rules.server.base_protocol import frame_message
from dockerlint_rules.server.time_limit import TimeLimit

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, BinaryIO


_MOST_WAITING = 1000  # of our requests
_MOST_WARNINGS = 1000


class Connection:
    """The way to one client.  ``inbox`` holds the events that the server has not handled yet."""

    def __init__(self, output: BinaryIO) -> None:
        self.output = output
        self.inbox: SimpleQueue[tuple[str, Any]] = SimpleQueue()
        self._callbacks: dict[str, Callable[[Any], None]] = {}  # by id of our request
        self._request_count = 0
        self._warnings: set[str] = set()
        self.is_closed = False  # nothing can be written any more
        self.time_limit = TimeLimit()
        self.progress = 0
        """Grows with everything that is done: events, steps of long work, messages that were written."""

    def send(self, message: dict[str, Any]) -> None:
        """Write one message; waits for a client that does not read.  If it is gone, the next event says so."""
        if self.is_closed:
            return
        data = frame_message({"jsonrpc": "2.0", **message})
        self.time_limit.is_held = True
        try:
            self.output.write(data)
            self.output.flush()
            self.progress += 1
        except OSError:
            self.is_closed = True
            self.inbox.put((events.CONNECTION_CLOSED, None))
        finally:
            self.time_limit.is_held = False

    def notify(self, method: str, params: Any) -> None:
        """Send a notification."""
        self.send({"method": method, "params": params})

    def ask(self, method: str, params: Any, then: Callable[[Any], None] | None = None) -> None:
        """Send a request; *then* gets the result, unless the client answers with an error."""
        self._request_count += 1
        request_id = f"dockerlint-{self._request_count}"
        if then is not None:
            self._callbacks[request_id] = then
            if len(self._callbacks) > _MOST_WAITING:  # this client does not answer
                del self._callbacks[next(iter(self._callbacks))]
        self.send({"id": request_id, "method": method, "params": params})

    def log(self, text: str, level: int = 4) -> None:
        """Write to the client's log (1 error, 2 warning, 3 info, 4 log)."""
        self.notify("window/logMessage", {"type": level, "message": f"dockerlint: {text}"})

    def warn_once(self, text: str) -> None:
        """Log a warning, unless it was logged before."""
        if text not in self._warnings and len(self._warnings) < _MOST_WARNINGS:
            self._warnings.add(text)
            self.log(text, 2)

    def send_error(self, request_id: Any, code: int, message: str) -> None:
        """Answer a request with an error."""
        self.send({"id": request_id, "error": {"code": code, "message": message}})

    def handle_response(self, message: dict[str, Any]) -> None:
        """Hand the result of one of our requests to what waits for it."""
        request_id = message.get("id")
        if not isinstance(request_id, str):
            return
        callback = self._callbacks.pop(request_id, None)
        if callback is not None and "error" not in message:
            try:
                callback(message.get("result"))
            except Exception as error:
                self.log(f"{type(error).__name__}: {error}", 1)
