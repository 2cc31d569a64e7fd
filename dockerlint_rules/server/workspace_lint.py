"""Lints the whole workspace in steps of one file, so that the server goes on answering requests."""

from __future__ import annotations

import os
import threading
import time
from itertools import count

from dockerlint_rules.files.reading import read_bytes
from dockerlint_rules.project.discovery import find_files
from dockerlint_rules.server.diagnostics import diagnostics_of
from dockerlint_rules.server.open_file import OpenFile
from dockerlint_rules.server.positions import IndexedText
from dockerlint_rules.server.uris import uri_of
from dockerlint_rules.syntax.source import Source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Generator, Iterator
    from typing import Any

    from dockerlint_rules.server.loop import Server

_MOST_FILES = 5000
_MOST_PROBLEMS = 100
_PATIENCE, _NAP = 1.0, 0.002  # seconds to wait for the client's consent, and between two looks
_RUNS = count(1)


class Progress:
    """The progress message of one run, if the client has given a token or accepts ours."""

    def __init__(self, server: Server, token: Any) -> None:
        self.server = server
        self.token = token
        self._has_begun = False
        self._is_requested = False
        if token is None and server.session.can("window", "workDoneProgress"):
            own_token = f"dockerlint-workspace-{next(_RUNS)}"

            def accepted(_: Any) -> None:
                self.token = own_token

            self._is_requested = True
            server.ask("window/workDoneProgress/create", {"token": own_token}, accepted)

    @property
    def is_cancelled(self) -> bool:
        """Whether the user has cancelled the run."""
        return self.token is not None and self.token in self.server.cancelled_tokens

    def wait(self) -> Iterator[None]:
        """Give the client a moment to accept the token, so that it sees the whole run."""
        end = time.monotonic() + _PATIENCE
        while self._is_requested and self.token is None and time.monotonic() < end:
            time.sleep(_NAP)
            yield

    def report(self, message: str, percentage: int) -> None:
        """Show how far the run is; does nothing before the client has accepted the token."""
        if self.token is None:
            return
        if self._has_begun:
            self._send("report", message=message, percentage=percentage)
            return
        self._has_begun = True
        self._send(
            "begin", title="dockerlint", cancellable=True, message=message, percentage=percentage
        )

    def end(self, message: str) -> None:
        """Show that the run is over."""
        self.server.cancelled_tokens.discard(self.token)
        if self._has_begun:
            self._send("end", message=message)

    def _send(self, kind: str, **more: Any) -> None:
        self.server.notify("$/progress", {"token": self.token, "value": {"kind": kind, **more}})


def lint_workspace(server: Server, token: Any) -> Generator[None]:
    """Lint every Dockerfile of the workspace folders and show its findings.

    Removes the findings of files that an earlier run has shown and that no longer exist.
    """
    progress = Progress(server, token)
    yield from progress.wait()
    progress.report("searching for files", 0)
    search = _Search(server.session.folders)
    paths = search.paths
    done = 0
    try:
        while not search.is_done:
            if progress.is_cancelled:
                return
            time.sleep(_NAP)
            yield
        for problem in search.problems:
            server.log(problem, 2)
        gone = server.unopened_shown - {uri_of(path) for path in paths}
        for path in paths:
            # Compared by path, because clients write URIs in more than one way.
            if path not in {one.path for one in server.session.files.values()}:
                _lint_and_show(server, uri_of(path), path)
                server.note_garbage()
            done += 1
            progress.report(os.path.basename(path), 100 * done // len(paths))
            if progress.is_cancelled:
                return
            yield
        for uri in gone:
            server.unopened_shown.discard(uri)
            server.clear_diagnostics(uri)
    finally:
        search.is_stopped = True
        total = f" of {len(paths)}" if done < len(paths) else ""
        progress.end(f"linted {done}{total} {'file' if len(paths) == 1 else 'files'}")


class _Search:
    """The search for files, in a thread of its own: the server goes on answering where a tree is huge."""

    def __init__(self, folders: list[str]) -> None:
        self.folders = folders
        self.paths: list[str] = []
        self.problems: list[str] = []
        self.is_stopped = False  # set by who no longer needs it
        self.is_done = False
        threading.Thread(target=self._run, daemon=True).start()

    def _run(self) -> None:
        try:
            for found in find_files(self.folders):
                if self.is_stopped:
                    return
                if not isinstance(found, str):
                    if len(self.problems) < _MOST_PROBLEMS:
                        self.problems.append(f"{found.path} {found.message}")
                elif len(self.paths) < _MOST_FILES:
                    self.paths.append(found)
                else:
                    self.problems.append(
                        f"only the first {_MOST_FILES} files of the workspace are linted"
                    )
                    return
        except Exception as error:  # a bug of ours: lint what was found
            self.problems.append(f"search: {type(error).__name__}: {error}")
        finally:
            self.is_done = True


def _lint_and_show(server: Server, uri: str, path: str) -> None:
    data = read_bytes(path)
    if not isinstance(data, bytes):
        server.log(f"{path} {data}", 2)
        return
    source = Source.from_bytes(data, path)
    file = OpenFile(uri, "", 0, IndexedText(source.text, server.session.encoding))
    reason = server.session.refusal_of(file, source.text)
    if reason:
        file.refuse_text(reason, server.session.encoding)
    server.lint_file(file)
    diagnostics = diagnostics_of(file, server.session)
    if diagnostics or uri in server.unopened_shown:
        server.notify("textDocument/publishDiagnostics", {"uri": uri, "diagnostics": diagnostics})
    if diagnostics:
        server.unopened_shown.add(uri)
    else:
        server.unopened_shown.discard(uri)
