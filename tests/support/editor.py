"""An editor for tests of the language server: over a real process, or without one."""

from __future__ import annotations

import json
import queue
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import protocol

from dockerlint_rules.server.open_file import OpenFile
from dockerlint_rules.server.positions import UTF16, IndexedText
from dockerlint_rules.server.session import Session

URI = "file:///w/Dockerfile"
DOCUMENT = {"textDocument": {"uri": URI}}
EXAMPLE = """\
# syntax=docker/dockerfile:1
ARG VERSION=3.13
FROM python:$VERSION AS build
WORKDIR /app
COPY package.json ./
RUN npm ci
COPY . .
RUN apt-get update && apt-get install redis-server
RUN <<EOF
echo a
EOF
FROM build AS test
ENV MODE=fast
RUN echo $MODE ${MODE}
FROM scratch
COPY --from=build /app /app
RUN --mount=from=test,target=/t true
"""
ROOT = Path(__file__).parent.parent.parent
PATIENCE = 20.0  # seconds until a test gives up; the server needs milliseconds


class Client:
    """A small client over a real process: it frames messages, waits, and keeps what the server sends."""

    def __init__(
        self, *, env: dict[str, str] | None = None, command: list[str] | None = None
    ) -> None:
        self.process = subprocess.Popen(
            command or [sys.executable, "-m", "dockerlint_rules", "server"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT, env=env,
        )  # fmt: skip
        self.inbox: queue.Queue[dict[str, Any] | None] = queue.Queue()
        self.asked: list[dict[str, Any]] = []  # requests of the server
        self.seen: list[dict[str, Any]] = []  # its notifications
        self.answers: dict[str, Any] = {}  # results for its requests, by method
        self._ids = 0
        self._methods: dict[str, str] = {}  # of our requests, by id
        threading.Thread(target=self._read, daemon=True).start()
        self.errors = b""
        self._errors_reader = threading.Thread(target=self._read_errors, daemon=True)
        self._errors_reader.start()

    def _read_errors(self) -> None:
        assert self.process.stderr is not None
        self.errors = self.process.stderr.read()

    def _read(self) -> None:
        stream = self.process.stdout
        assert stream is not None
        while True:
            length = 0
            while True:
                line = stream.readline()
                if not line:
                    self.inbox.put(None)
                    return
                if not line.strip():
                    break
                name, _, value = line.partition(b":")
                if name.lower() == b"content-length":
                    length = int(value)
            self.inbox.put(json.loads(stream.read(length)))

    # -- to the server ---------------------------------------------------------------------------------

    def raw(self, data: bytes) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(data)
        self.process.stdin.flush()

    def send(self, message: dict[str, Any]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.raw(b"Content-Length: %d\r\n\r\n" % len(body) + body)

    def notify(self, method: str, params: Any = None) -> None:
        self.send({"method": method, "params": params})

    def post(self, method: str, params: Any = None) -> int:
        self._ids += 1
        self._methods[str(self._ids)] = method
        self.send({"id": self._ids, "method": method, "params": params})
        return self._ids

    # -- from the server ---------------------------------------------------------------------------------

    def next(self) -> dict[str, Any]:
        """The next message.  Requests of the server are answered and kept, notifications are kept."""
        message = self.inbox.get(timeout=PATIENCE)
        assert message is not None, self.errors
        protocol.check(message, self._methods.get(str(message.get("id"))))
        if "method" in message and "id" in message:
            self.asked.append(message)
            self.send({"id": message["id"], "result": self.answers.get(message["method"])})
        elif "method" in message:
            self.seen.append(message)
        return message

    def answer(self, number: Any) -> dict[str, Any]:
        """The whole answer to a request."""
        while True:
            message = self.next()
            if message.get("id") == number and "method" not in message:
                return message

    def request(self, method: str, params: Any = None) -> Any:
        """The result of a request."""
        message = self.answer(self.post(method, params))
        assert "error" not in message, message
        return message["result"]

    def diagnostics(self, uri: str, version: int | None = None) -> list[dict[str, Any]]:
        """The next diagnostics of a file (and version) that are pushed."""
        while True:
            message = self.next()
            params = message.get("params") or {}
            if (
                message.get("method") == "textDocument/publishDiagnostics"
                and params["uri"] == uri
                and version in (None, params.get("version"))
            ):
                found: list[dict[str, Any]] = params["diagnostics"]
                return found

    def logged(self) -> list[str]:
        return [
            one["params"]["message"]
            for one in self.seen
            if one["method"] in ("window/logMessage", "window/showMessage")
        ]

    # -- what most tests do ------------------------------------------------------------------------

    def start(self, capabilities: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
        options = {"settings": {"no-shellcheck": True}}
        params = {
            "processId": None,
            "rootUri": None,
            "capabilities": capabilities or {},
            "initializationOptions": options,
            **more,
        }
        result: dict[str, Any] = self.request("initialize", params)
        self.notify("initialized", {})
        return result["capabilities"]  # type: ignore[no-any-return]

    def open(self, uri: str, text: str, language: str = "dockerfile", version: int = 1) -> None:
        document = {"uri": uri, "languageId": language, "version": version, "text": text}
        self.notify("textDocument/didOpen", {"textDocument": document})

    def show(self, text: str, version: int = 1) -> list[dict[str, Any]]:
        """Open a Dockerfile with this text and return its diagnostics."""
        self.open(URI, text, version=version)
        return self.diagnostics(URI, version)

    def change(self, uri: str, version: int, *changes: dict[str, Any]) -> None:
        document = {"uri": uri, "version": version}
        self.notify(
            "textDocument/didChange", {"textDocument": document, "contentChanges": list(changes)}
        )

    def about(self, method: str, uri: str, line: int, character: int, **more: Any) -> Any:
        place = {"line": line, "character": character}
        return self.request(
            f"textDocument/{method}", {"textDocument": {"uri": uri}, "position": place, **more}
        )

    def stop(self) -> int:
        """Shut it down as the protocol says; the exit status."""
        if self.process.poll() is None:
            try:
                self.request("shutdown")
                self.notify("exit")
            except (OSError, AssertionError, queue.Empty):
                self.process.kill()
        return self.ended()

    def ended(self) -> int:
        """Wait for its end, and for all that it writes to standard error; the exit status."""
        status = self.process.wait(timeout=PATIENCE)
        self._errors_reader.join(PATIENCE)
        return status


def codes(diagnostics: list[dict[str, Any]]) -> list[str]:
    return [str(one.get("code")) for one in diagnostics]


def new_session(**options: Any) -> Session:
    """A session without a server process, with these options of the editor."""
    session = Session()
    session.options = {"no_shellcheck": True, **options}
    return session


def linted(text: str, session: Session, uri: str = URI) -> OpenFile:
    """A document that is open in a session, with its findings."""
    file = OpenFile(uri, "dockerfile", 1, IndexedText(text, UTF16))
    session.lint(file)
    return file


def title_of(code: str) -> str:
    """The title of a rule, which hovers and completion show."""
    rules = new_session(isolated=True).cache_for("/w/Dockerfile").rules
    return next(rule.title for rule in rules if rule.code == code)


def cut(marked: str) -> tuple[str, int]:
    """A text and the offset of the cursor in it, which is written as ``‸``."""
    offset = marked.index("‸")
    return marked.replace("‸", "", 1), offset


def position(line: int, character: int = 0) -> dict[str, int]:
    return {"line": line, "character": character}


def range_of(line: int, start: int = 0, end: int | None = None) -> dict[str, Any]:
    """A range in one line; an empty one without an end."""
    return {"start": position(line, start), "end": position(line, start if end is None else end)}


def starts(locations: list[dict[str, Any]]) -> list[tuple[int, int]]:
    """Line and character where each location starts."""
    found = [one["range"]["start"] for one in locations]
    return [(one["line"], one["character"]) for one in found]
