"""Watches the files beside a Dockerfile that its findings depend on."""

from __future__ import annotations

import os
import threading
import time

from dockerlint_rules.config.files import HADOLINT_FILES, INI_FILES, TOML_FILE
from dockerlint_rules.server import events
from dockerlint_rules.syntax.kinds import COMPOSE_NAMES, COMPOSE_OVERRIDES, DOCKERRUN_NAME

TYPE_CHECKING = False
if TYPE_CHECKING:
    from queue import SimpleQueue
    from typing import Any

_INTERVAL = 1.0  # seconds between two looks
_SPARE = 20  # how many times as long as a look takes the thread rests


class FileWatcher:
    """A thread that checks once a second whether a file that matters has changed.

    The client could be asked to watch files, but not every client can.  A look at some dozen names takes less than a
    millisecond; a look at many files is taken less often.
    """

    def __init__(self, inbox: SimpleQueue[tuple[str, Any]]) -> None:
        self.inbox = inbox
        self._contexts: dict[str, str | None] = {}  # of the files
        self._paths: dict[str, list[str]] = {}  # what matters for each file
        self._known: dict[str, tuple[int, int] | None] = {}
        self._users: dict[str, int] = {}  # of each path: how many files it matters for
        self._lock = threading.Lock()
        self._is_told = threading.Event()  # a change waits in the inbox
        threading.Thread(target=self._run, daemon=True).start()

    def watch(self, path: str, context: str | None) -> None:
        """Watch what matters for a file, which is given with its build context."""
        if self._contexts.get(path, "") == context or (context is None and path in self._contexts):
            return
        paths = list(dict.fromkeys(_paths_to_watch(path, context)))
        new = {one: _state(one) for one in paths if one not in self._known}
        with self._lock:
            states = {**new, **{one: self._known[one] for one in paths if one in self._known}}
            self._remove(path)
            self._contexts[path], self._paths[path] = context, paths
            for one in paths:
                self._users[one] = self._users.get(one, 0) + 1
                self._known.setdefault(one, states.get(one))

    def forget(self, path: str) -> None:
        """Watch no longer what matters only for this file."""
        with self._lock:
            self._remove(path)

    def _remove(self, path: str) -> None:
        self._contexts.pop(path, None)
        for one in self._paths.pop(path, ()):
            self._users[one] -= 1
            if not self._users[one]:
                del self._users[one], self._known[one]

    def take_in(self) -> None:
        """Note that the change was taken out of the inbox, so that the next one can be told."""
        self._is_told.clear()

    def _run(self) -> None:
        while True:
            start = time.monotonic()
            if self._has_change() and not self._is_told.is_set():
                self._is_told.set()
                self.inbox.put((events.FILES_CHANGED, None))
            time.sleep(max(_INTERVAL, (time.monotonic() - start) * _SPARE))

    def _has_change(self) -> bool:
        """Look at all files, and note what they are like."""
        with self._lock:
            known = dict(self._known)
        found = False
        for path, before in known.items():
            state = _state(path)
            if state != before:
                found = True
                with self._lock:
                    if path in self._known:
                        self._known[path] = state
        return found


def _paths_to_watch(path: str, context: str | None) -> list[str]:
    """The files that matter for a Dockerfile: beside it, in its build context, and configurations further up."""
    folder = os.path.dirname(path)
    paths = [f"{path}.dockerignore"]
    for place in dict.fromkeys((folder, context or folder, os.path.dirname(folder))):
        paths += [
            os.path.join(place, name)
            for name in (".dockerignore", DOCKERRUN_NAME, *COMPOSE_NAMES, *COMPOSE_OVERRIDES)
        ]
    while True:
        paths += [os.path.join(folder, name) for name in (*INI_FILES, TOML_FILE, *HADOLINT_FILES)]
        above = os.path.dirname(folder)
        if above == folder:
            return paths
        folder = above


def _state(path: str) -> tuple[int, int] | None:
    """Time of the last change and size; None if there is no such file."""
    try:
        found = os.stat(path)
    except (OSError, ValueError):
        return None
    return found.st_mtime_ns, found.st_size
