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
    from collections.abc import Iterable
    from queue import SimpleQueue
    from typing import Any

_INTERVAL = 1.0  # seconds between two looks


class FileWatcher:
    """A thread that checks once a second whether a file that matters has changed.

    The client could be asked to watch files, but not every client can.  A look at some dozen names takes less than a
    millisecond.
    """

    def __init__(self, inbox: SimpleQueue[tuple[str, Any]]) -> None:
        self.inbox = inbox
        self._files: frozenset[tuple[str, str | None]] = frozenset()  # each with its build context
        self._known: dict[str, tuple[int, int] | None] = {}
        threading.Thread(target=self._run, daemon=True).start()

    def watch(self, files: frozenset[tuple[str, str | None]]) -> None:
        """Watch what matters for these files, each given with its build context."""
        if files != self._files:
            states = _states(files)
            self._known = {path: self._known.get(path, state) for path, state in states.items()}
            self._files = files

    def _run(self) -> None:
        while True:
            time.sleep(_INTERVAL)
            seen = _states(self._files)
            known = self._known
            if any(known[path] != seen[path] for path in seen if path in known):
                self.inbox.put((events.FILES_CHANGED, None))
            known.update((path, state) for path, state in seen.items() if path in known)


def _states(files: Iterable[tuple[str, str | None]]) -> dict[str, tuple[int, int] | None]:
    return {path: _state(path) for file in files for path in _paths_to_watch(*file)}


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
