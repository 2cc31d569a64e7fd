"""Stops the server when the editor dies without closing the server's standard input."""

from __future__ import annotations

import os
import threading

from dockerlint_rules.server.ending import end_process

_INTERVAL = 1.0  # seconds between two checks


def watch_parent(process_id: int) -> None:
    """Exit with status 1 once the process with this id is gone.  Does nothing outside of POSIX systems."""

    def check_until_gone() -> None:
        import time

        while True:
            time.sleep(_INTERVAL)
            try:
                os.kill(process_id, 0)
            except ProcessLookupError:
                end_process(1)
            except (OSError, OverflowError):
                return  # it belongs to another user, or there is no such number

    if os.name == "posix":
        threading.Thread(target=check_until_gone, daemon=True).start()
