"""Linting all of the workspace: a file at each step, so that the server answers meanwhile."""

from __future__ import annotations

import os
import time
from itertools import count

from dockerlint_rules.files.reading import read_bytes
from dockerlint_rules.project.discovery import find_files
from dockerlint_rules.server.diagnostics import diagnostics_of
from dockerlint_rules.server.positions import Text
from dockerlint_rules.server.session import OpenFile, uri_of
from dockerlint_rules.syntax.source import Source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Generator, Iterator
    from typing import Any

    from dockerlint_rules.server.loop import Server

_MOST_FILES = 5000
_PATIENCE, _NAP = 1.0, 0.002  # seconds
_RUNS = count(1)


class Progress:
    """What the user sees of it, where the client has given a token or takes ours."""

    def __init__(self, server: Server, token: Any) -> None:
        self.server = server
        self.token = token
        self._is_begun = False
        self._is_asked = False
        if token is None and server.session.can("window", "workDoneProgress"):
            name = f"dockerlint-workspace-{next(_RUNS)}"

            def take(_: Any) -> None:
                self.token = name

            self._is_asked = True
            server.ask("window/workDoneProgress/create", {"token": name}, take)

    @property
    def is_stopped(self) -> bool:
        """Whether the user has had enough."""
        return self.token is not None and self.token in self.server.stopped

    def wait(self) -> Iterator[None]:
        """Leave the client a moment to take the token, so that it sees all of it."""
        end = time.monotonic() + _PATIENCE
        while self._is_asked and self.token is None and time.monotonic() < end:
            time.sleep(_NAP)
            yield

    def report(self, message: str, percentage: int) -> None:
        """Say how far it is; nothing before the client has taken the token."""
        if self.token is None:
            return
        if not self._is_begun:
            self._is_begun = True
            self._say(
                "begin",
                title="dockerlint",
                cancellable=True,
                message=message,
                percentage=percentage,
            )
        else:
            self._say("report", message=message, percentage=percentage)

    def end(self, message: str) -> None:
        """Say that it is over."""
        self.server.stopped.discard(self.token)
        if self._is_begun:
            self._say("end", message=message)

    def _say(self, kind: str, **more: Any) -> None:
        self.server.notify("$/progress", {"token": self.token, "value": {"kind": kind, **more}})


def lint_workspace(server: Server, token: Any) -> Generator[None]:
    """Lint every Dockerfile of the folders and show what is found; what was shown of files that are gone is taken back."""
    progress = Progress(server, token)
    yield from progress.wait()
    progress.report("looking for files", 0)
    paths: list[str] = []
    done = 0
    try:
        for found in find_files(server.session.folders):
            if isinstance(found, str) and len(paths) < _MOST_FILES:
                paths.append(found)
            if progress.is_stopped:
                return
            yield
        gone = server.shown_unopened - {uri_of(path) for path in paths}
        for path in paths:
            # By path, as clients spell addresses in more than one way.
            if not any(one.path == path for one in server.session.files.values()):
                _show(server, uri_of(path), path)
            done += 1
            progress.report(os.path.basename(path), 100 * done // len(paths))
            if progress.is_stopped:
                return
            yield
        for uri in gone:
            server.shown_unopened.discard(uri)
            server.notify("textDocument/publishDiagnostics", {"uri": uri, "diagnostics": []})
    finally:
        stopped = f" of {len(paths)}" if done < len(paths) else ""
        progress.end(f"{done}{stopped} {'file' if len(paths) == 1 else 'files'}")


def _show(server: Server, uri: str, path: str) -> None:
    data = read_bytes(path)
    if not isinstance(data, bytes):
        return
    source = Source.from_bytes(data, path)
    file = OpenFile(uri, "", 0, Text(source.text, server.session.encoding))
    server.session.lint(file)
    said = diagnostics_of(file, server.session)
    if said or uri in server.shown_unopened:
        server.notify("textDocument/publishDiagnostics", {"uri": uri, "diagnostics": said})
    if said:
        server.shown_unopened.add(uri)
    else:
        server.shown_unopened.discard(uri)
