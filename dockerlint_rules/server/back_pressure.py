"""Limits what is taken in before it is handled: a client that does not read its answers is not read from."""

from __future__ import annotations

import threading

# Bytes of the messages that wait; one message may be longer.
MOST_BYTES = 16 << 20
_OVERHEAD = 300  # bytes that a waiting message takes besides its text


class BackPressure:
    """Counts the bytes of the messages that wait, and lets the reading thread wait while they are too many."""

    def __init__(self, most: int = MOST_BYTES) -> None:
        self.most = most
        self.held = 0
        self._has_changed = threading.Condition()

    def take_in(self, size: int) -> None:
        """Count a message that was read, then wait until there is room for another one."""
        with self._has_changed:
            self.held += size + _OVERHEAD
            while self.held > self.most:
                self._has_changed.wait()

    def let_go(self, size: int) -> None:
        """Count a message as handled."""
        with self._has_changed:
            self.held -= size + _OVERHEAD
            self._has_changed.notify()
