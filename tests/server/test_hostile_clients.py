"""Messages, documents and workspaces that nobody sends in good faith: the server stays small and goes on."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from counted import calls
from editor import DOCUMENT, URI, Client, codes, new_session
from processes import children, memory, until

from dockerlint_rules.server import session as sessions
from dockerlint_rules.server.file_watcher import FileWatcher
from dockerlint_rules.server.open_file import OpenFile
from dockerlint_rules.server.positions import UTF16, IndexedText

FINDING = "FROM debian:latest\n"


@pytest.fixture
def started(client: Client) -> Client:
    client.start()
    return client


def still_works(client: Client) -> None:
    client.open("file:///w/still/Dockerfile", FINDING)
    assert "DF102" in codes(client.diagnostics("file:///w/still/Dockerfile"))


def frame(body: bytes) -> bytes:
    return b"Content-Length: %d\r\n\r\n%s" % (len(body), body)


# -- messages -----------------------------------------------------------------------------------------

NEXT = frame(json.dumps({"jsonrpc": "2.0", "id": "next", "method": "x"}).encode())


@pytest.mark.parametrize(
    "noise",
    [
        pytest.param(b"Content-Length: -1\r\n\r\n", id="negative"),
        pytest.param(b'Content-Length: -1\r\n\r\n{"jsonrpc": "2.0"}', id="negative-with-a-body"),
        pytest.param(b"Content-Length: 1e3\r\n\r\n", id="not-a-number"),
        pytest.param(b"Content-Length: " + b"9" * 5000 + b"\r\n\r\n", id="very-long-number"),
        pytest.param(b"Content-Length:\r\n\r\n", id="empty"),
        pytest.param(b"X: y\r\n" * 300_000, id="endless-headers"),
        pytest.param(b"x" * (3 << 20) + b"\r\n", id="endless-line"),
        pytest.param(b"Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}", id="twice"),
        pytest.param(b"\0" * 100_000 + b"\r\n", id="zeros"),
    ],
)
def test_headers(started: Client, noise: bytes) -> None:
    started.raw(noise)
    started.raw(NEXT)
    while (message := started.next()).get("id") != "next":
        assert message.get("error", {}).get("code") == -32600
    still_works(started)
    assert memory(started.process.pid) < 150


def test_a_message_that_claims_ten_gigabytes_is_refused_at_once(started: Client) -> None:
    started.raw(b"Content-Length: 10000000000\r\n\r\n")
    started.raw(b" " * (20 << 20))
    message = started.answer(None)
    assert "too long (10000000000 bytes)" in message["error"]["message"]
    assert memory(started.process.pid) < 150
    assert started.process.stdin is not None
    started.process.stdin.close()
    assert started.ended() == 1


@pytest.mark.parametrize(
    ("body", "code"),
    [
        pytest.param(b"[" * 1_000_000, -32700, id="deep-list"),
        pytest.param(b'{"a":' * 300_000, -32700, id="deep-object"),
        pytest.param(b"[" * 5_000_000 + b"]" * 5_000_000, -32600, id="deep-and-long"),
        pytest.param(b"[" + b"[]," * 5_000_000 + b"[]]", -32600, id="many-lists"),
        pytest.param(b"[" + b"{}," * 5_000_000 + b"{}]", -32600, id="many-objects"),
        pytest.param(b'{"id": ' + b"1" * 5000 + b', "method": "x"}', -32700, id="huge-number"),
        pytest.param(b'{"id": NaN, "method": "x"}', -32600, id="nan"),
        pytest.param(b'{"id": 1e999, "method": "x"}', -32600, id="infinite"),
        pytest.param(b'{"method": 5}', -32600, id="method-is-a-number"),
    ],
)
def test_bodies(started: Client, body: bytes, code: int) -> None:
    started.raw(frame(body))
    assert started.answer(None)["error"]["code"] == code
    still_works(started)
    assert memory(started.process.pid) < 400


@pytest.mark.parametrize(
    "name", ["", "x" * 100_000, "\ud800", "\0", -1, 2**63, 10**4000, "dockerlint-1"]
)
def test_ids(started: Client, name: Any) -> None:
    body = json.dumps({"jsonrpc": "2.0", "id": name, "method": "x"}).encode()
    started.raw(frame(body))
    message = started.inbox.get(timeout=20)
    assert message is not None
    assert message["error"]["code"] == -32601
    assert message["id"] == (name if name != "\ud800" else "?")
    still_works(started)


@pytest.mark.parametrize(
    "uri",
    [
        "file:///dev/zero", "file:///dev/stdin", "file:///proc/self/mem", "file:///", "file://", "", ":", "%",
        "file:///w/\0/Dockerfile", "file:///w/%00/Dockerfile", "file:///w/\ud800/Dockerfile",
        "file:///w/%ff/Dockerfile", "file:///" + "x/" * 5000 + "Dockerfile", "file:///" + "x" * 5000,
        "file:///../../../../Dockerfile", "untitled:Untitled-1", "http://[::1", "file://[/Dockerfile",
        "git:/w/Dockerfile?ref=main", "FILE:///w/Dockerfile", "file:///w/Dockerfile#\x1b[31m", 5, None, [], {}, True,
    ],
)  # fmt: skip
def test_uris(started: Client, uri: Any) -> None:
    document = {"textDocument": {"uri": uri}}
    opened = {"uri": uri, "languageId": "dockerfile", "version": 1, "text": FINDING}
    started.notify("textDocument/didOpen", {"textDocument": opened})
    change = {"textDocument": {"uri": uri, "version": 2}, "contentChanges": [{"text": FINDING}]}
    started.notify("textDocument/didChange", change)
    started.notify("textDocument/didSave", document)
    for name in ("documentLink", "diagnostic", "hover", "definition", "codeAction"):
        place = {"position": {"line": 0, "character": 8}}
        place |= {"range": {"start": place["position"], "end": place["position"]}, "context": {}}
        started.answer(started.post(f"textDocument/{name}", {**document, **place}))
    started.notify("textDocument/didClose", document)
    started.notify("workspace/didChangeWorkspaceFolders", {"event": {"added": [{"uri": uri}]}})
    started.answer(
        started.post(
            "workspace/executeCommand", {"command": "dockerlint.applyAutofix", "arguments": [uri]}
        )
    )
    assert started.process.poll() is None
    started.notify("workspace/didChangeWorkspaceFolders", {"event": {"removed": [{"uri": uri}]}})
    started.open("file:///w/still/Dockerfile", FINDING)
    started.request(
        "textDocument/documentSymbol", {"textDocument": {"uri": "file:///w/still/Dockerfile"}}
    )


@pytest.mark.parametrize("pid", [0, -1, 1, 2**40, 10**30, "1", [], True, 1.5])
def test_process_ids(client: Client, pid: Any) -> None:
    client.start(processId=pid)
    still_works(client)
    client.stop()
    assert b"Traceback" not in client.errors


# -- documents ----------------------------------------------------------------------------------------


def about_size(diagnostics: list[dict[str, Any]]) -> bool:
    (one,) = diagnostics
    return "larger than 5 MiB, so it is not linted" in one["message"]


@pytest.mark.parametrize("letter", ["a", "é", "𝒳", "\ud800"])
def test_a_document_that_is_too_large_is_said_and_not_linted(started: Client, letter: str) -> None:
    text = f"{FINDING}# " + letter * (2 << 20 if letter > "\uffff" else 6 << 20)
    started.open(URI, text)
    assert about_size(started.diagnostics(URI, 1))
    assert any("larger than 5 MiB" in one for one in started.logged())
    # Changes of a text that is not kept are ignored; a whole text that is smaller is linted.
    place = {"line": 0, "character": 0}
    started.change(URI, 2, {"range": {"start": place, "end": place}, "text": "x"})
    assert started.request("textDocument/documentSymbol", DOCUMENT) == []
    started.change(URI, 3, {"text": FINDING})
    assert "DF102" in codes(started.diagnostics(URI, 3))
    # And it can grow too large.
    started.change(URI, 4, {"range": {"start": place, "end": place}, "text": text})
    assert about_size(started.diagnostics(URI, 4))
    started.notify("textDocument/didSave", DOCUMENT)
    assert about_size(started.diagnostics(URI, 4))
    still_works(started)


def test_a_document_of_the_largest_size_is_linted() -> None:
    session = new_session(isolated=True)
    file = OpenFile(URI, "dockerfile", 1, IndexedText("", UTF16))
    for size in (sessions.LARGEST_TEXT, sessions.LARGEST_TEXT + 1):
        assert bool(session.refusal_of(file, "a" * size)) == (size > sessions.LARGEST_TEXT)
        assert bool(session.refusal_of(file, "é" * (size // 2) + "a" * (size % 2))) == (
            size > sessions.LARGEST_TEXT
        )


@pytest.mark.skipif(sys.platform != "linux", reason="memory in /proc")
def test_more_open_documents_than_are_kept(started: Client) -> None:
    text = FINDING + "# " + "~" * (4 << 20)
    for number in range(18):
        started.open(f"file:///w/{number}/Dockerfile", text)
    last = "file:///w/17/Dockerfile"
    (found,) = started.diagnostics(last)
    assert "the open files hold more than 64 MiB" in found["message"]
    assert memory(started.process.pid) < 300
    for number in range(14):
        started.notify(
            "textDocument/didClose", {"textDocument": {"uri": f"file:///w/{number}/Dockerfile"}}
        )
    started.change(last, 2, {"text": FINDING})
    assert "DF102" in codes(started.diagnostics(last, 2))


@pytest.mark.skipif(sys.platform != "linux", reason="memory in /proc")
def test_thousands_of_open_files(started: Client) -> None:
    text = "FROM debian:12\n" + "RUN apt-get update && apt-get install -y curl\nCOPY . .\n" * 20
    count = 300
    for number in range(count):
        started.open(f"file:///w/{number % 50}/{number}.Dockerfile", text)
    started.diagnostics(f"file:///w/{(count - 1) % 50}/{count - 1}.Dockerfile")
    assert memory(started.process.pid) < 200
    # What was forgotten of the first one is found again.
    document = {"textDocument": {"uri": "file:///w/0/0.Dockerfile"}}
    assert len(started.request("textDocument/documentSymbol", document)) > 0


def test_findings_that_were_forgotten_are_found_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sessions, "_MOST_LINTED", 2)
    session = new_session(isolated=True)
    files = []
    for number in range(4):
        file = OpenFile(
            f"file:///w/{number}/Dockerfile", "dockerfile", 1, IndexedText(FINDING, UTF16)
        )
        session.files[file.uri] = file
        session.lint(file)
        files.append(file)
    assert [bool(one.findings) for one in files] == [False, False, True, True]
    session.lint(files[0])
    assert [bool(one.findings) for one in files] == [True, False, False, True]
    assert [one.code for one in files[0].findings] == [one.code for one in files[3].findings]


def test_many_changes_in_one_message(started: Client) -> None:
    started.open(URI, FINDING + "# a\n" * 20_000)
    started.diagnostics(URI, 1)
    changes = [
        {"range": {"start": {"line": number, "character": 0}, "end": {"line": number, "character": 1}}, "text": "#"}
        for number in range(1, 20_000)
    ]  # fmt: skip
    started.change(URI, 2, *changes)
    assert "DF102" in codes(started.diagnostics(URI, 2))


def test_more_diagnostics_than_an_editor_can_use(started: Client) -> None:
    started.open(URI, "FROM debian:12\n" + "RUN sudo a\n" * 10_500)
    found = started.diagnostics(URI, 1)
    assert len(found) == 10_001
    assert "only the first 10000 of" in found[-1]["message"]


def test_documents_that_come_and_go_leave_nothing(started: Client) -> None:
    started.open(URI, FINDING)
    started.diagnostics(URI)
    before = memory(started.process.pid)
    for number in range(1500):
        uri = f"file:///w/{number}/Dockerfile"
        started.open(uri, FINDING * 20)
        started.notify("textDocument/didClose", {"textDocument": {"uri": uri}})
    started.request("textDocument/documentSymbol", DOCUMENT)
    assert memory(started.process.pid) < before + 40


def _with_time_limit(seconds: float) -> list[str]:
    code = (
        "from dockerlint_rules.server import time_limit; "
        f"time_limit.TimeLimit.__init__.__defaults__ = ({seconds},); "
        "from dockerlint_rules.cli.server import server; server([])"
    )
    return [sys.executable, "-c", code]


def test_one_file_may_take_so_long_and_no_longer() -> None:
    client = Client(command=_with_time_limit(1.0))
    try:
        client.start()
        client.open(
            URI, "FROM debian:12\n" + "RUN apt-get update && apt-get install -y curl\n" * 20_000
        )
        (found,) = client.diagnostics(URI, 1)
        assert found["message"] == "linting took longer than 1 s and was stopped"
        assert client.request("textDocument/documentSymbol", DOCUMENT) == []
        still_works(client)
        client.change(URI, 2, {"text": FINDING})
        assert "DF102" in codes(client.diagnostics(URI, 2))
    finally:
        client.stop()


def test_changes_that_take_too_long_to_apply() -> None:
    client = Client(command=_with_time_limit(1.0))
    try:
        client.start()
        client.open(URI, FINDING + "# " + "a" * (4 << 20))
        client.diagnostics(URI, 1)
        place = {"line": 1, "character": 2}
        client.change(URI, 2, *[{"range": {"start": place, "end": place}, "text": "b"}] * 20_000)
        (found,) = client.diagnostics(URI, 2)
        assert "is not linted until it is opened again" in found["message"]
        client.change(URI, 3, {"text": FINDING})
        assert "DF102" in codes(client.diagnostics(URI, 3))
    finally:
        client.stop()


# -- the watched files --------------------------------------------------------------------------------


class _Inbox:
    def __init__(self) -> None:
        self.events: list[object] = []

    def put(self, event: object) -> None:
        self.events.append(event)


def test_watching_one_more_file_costs_the_same_however_many_there_are() -> None:
    watcher = FileWatcher(_Inbox())  # type: ignore[arg-type]

    def watch(first: int, last: int) -> None:
        for number in range(first, last):
            watcher.watch(f"/w/{number}/Dockerfile", None)
            watcher.watch(f"/w/{number}/Dockerfile", f"/w/{number}")

    few = calls(watch, 0, 50)
    watch(50, 1000)
    many = calls(watch, 1000, 1050)
    assert many < few * 1.3


def test_a_change_is_told_once_until_it_is_taken(tmp_path: Path) -> None:
    inbox = _Inbox()
    watcher = FileWatcher(inbox)  # type: ignore[arg-type]
    watcher.watch(str(tmp_path / "Dockerfile"), str(tmp_path))
    for text in ("a", "ab", "abc"):
        (tmp_path / ".dockerignore").write_text(text)
        assert until(lambda: len(inbox.events) == 1, 5.0)
        # Seen, but the first one still waits.
        assert until(lambda: not watcher._has_change(), 5.0)
    watcher.take_in()
    (tmp_path / ".dockerignore").write_text("abcd")
    assert until(lambda: len(inbox.events) == 2, 5.0)
    watcher.forget(str(tmp_path / "Dockerfile"))
    assert not watcher._known


# -- workspaces ---------------------------------------------------------------------------------------


@pytest.fixture
def in_tree(tmp_path: Path) -> Iterator[tuple[Client, Path]]:
    client = Client()
    client.start(workspaceFolders=[{"uri": tmp_path.as_uri(), "name": "w"}])
    yield client, tmp_path
    client.stop()


def lint_workspace(client: Client) -> None:
    command = {"command": "dockerlint.lintWorkspace", "workDoneToken": "t"}
    assert client.request("workspace/executeCommand", command) is None


def shown(client: Client) -> dict[str, list[str]]:
    return {
        one["params"]["uri"].rpartition("/")[2]: codes(one["params"]["diagnostics"])
        for one in client.seen
        if one["method"] == "textDocument/publishDiagnostics"
    }


def test_a_workspace_of_pipes_and_links(in_tree: tuple[Client, Path]) -> None:
    client, tree = in_tree
    os.mkfifo(tree / "Dockerfile")
    os.mkfifo(tree / "compose.yaml")
    os.mkfifo(tree / ".dockerignore")
    os.mkfifo(tree / ".git")
    os.mkfifo(tree / "package.json")
    (tree / "zero.Dockerfile").symlink_to("/dev/zero")
    (tree / "loop").symlink_to(tree)
    (tree / "self.Dockerfile").symlink_to("self.Dockerfile")
    (tree / "gone.Dockerfile").symlink_to("/nowhere/at/all")
    (tree / "folder.Dockerfile").mkdir()
    (tree / "large.Dockerfile").write_bytes(b"#" * (6 << 20))
    (tree / "good.Dockerfile").write_text(FINDING + "COPY . .\n")
    lint_workspace(client)
    assert "DF102" in shown(client)["good.Dockerfile"]
    assert any("gone.Dockerfile" in one for one in client.logged())
    assert memory(client.process.pid) < 200
    # The pipes beside a document that is open.
    client.open((tree / "open" / "Dockerfile").as_uri(), FINDING)
    client.open((tree / "Dockerfile").as_uri(), FINDING + "COPY . .\n")
    assert "DF102" in codes(client.diagnostics((tree / "Dockerfile").as_uri()))


def test_a_large_workspace_takes_little_memory(in_tree: tuple[Client, Path]) -> None:
    client, tree = in_tree
    text = "FROM debian:12\n" + "RUN apt-get update && apt-get install -y curl\nCOPY . .\n" * 20
    for number in range(120):
        (tree / f"{number}.Dockerfile").write_text(text)
    lint_workspace(client)
    assert len(shown(client)) == 120
    assert memory(client.process.pid) < 200


def test_many_runs_at_once_are_refused(started: Client) -> None:
    command = {"command": "dockerlint.lintWorkspace", "workDoneToken": "t"}
    body = json.dumps(
        {"jsonrpc": "2.0", "id": "many", "method": "workspace/executeCommand", "params": command}
    )
    count = 500
    started.raw(frame(body.encode()) * count)
    answers = [started.answer("many") for _ in range(count)]
    assert any("error" in one for one in answers)
    assert {one["error"]["code"] for one in answers if "error" in one} == {-32803}
    still_works(started)


# -- ShellCheck ---------------------------------------------------------------------------------------

_START = "import sys; sys.executable = sys.argv[1]; from dockerlint_rules.cli.server import server; server([])"


def test_without_shellcheck_the_log_says_so_once(tmp_path: Path) -> None:
    command = [sys.executable, "-c", _START, str(tmp_path / "python")]
    client = Client(command=command, env={**os.environ, "PATH": "/nowhere"})
    try:
        client.start(initializationOptions={})
        for number in range(3):
            client.open(f"file:///w/{number}/Dockerfile", "FROM debian:12\nRUN echo $A\n")
        while not any("ShellCheck is not installed" in one for one in client.logged()):
            client.next()
        client.open("file:///w/9/Dockerfile", "FROM debian:12\nRUN echo $A\n")
        assert not until(
            lambda: not client.inbox.empty() and "ShellCheck" in str(client.next()), 2.0
        )
        assert sum("ShellCheck is not installed" in one for one in client.logged()) == 1
    finally:
        client.stop()


@pytest.mark.parametrize(
    ("script", "said"),
    [("exit 3", "ShellCheck ended with status 3"), ("echo '[]'", "ShellCheck gave an answer")],
)
def test_a_broken_shellcheck_is_in_the_log_once(tmp_path: Path, script: str, said: str) -> None:
    path = tmp_path / "shellcheck"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    client = Client(command=[sys.executable, "-c", _START, str(tmp_path / "python")])
    try:
        client.start(initializationOptions={})
        for number in range(3):
            client.open(f"file:///w/{number}/Dockerfile", f"FROM debian:12\nRUN echo $A {number}\n")
        while not any(said in one for one in client.logged()):
            client.next()
        assert not until(lambda: not client.inbox.empty() and said in str(client.next()), 2.0)
        assert not children(client.process.pid)
    finally:
        client.stop()
