"""The end of the server: at once, whatever it is doing, and nothing stays behind."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from editor import PATIENCE, ROOT, URI
from processes import children, is_running, memory, open_files, until

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="counts processes in /proc")

SCRIPT = "FROM debian:12\nRUN echo $A\n"
# Ten thousand instructions keep the server busy for many seconds.
SLOW = "FROM debian:12\n" + "RUN apt-get update && apt-get install -y curl\n" * 20_000
# ShellCheck is looked for beside Python first.
_START = "import sys; sys.executable = sys.argv[1]; from dockerlint_rules.cli.server import server; server([])"


def frame(message: dict[str, Any]) -> bytes:
    body = json.dumps({"jsonrpc": "2.0", **message}).encode()
    return b"Content-Length: %d\r\n\r\n%s" % (len(body), body)


class RawServer:
    """A server on pipes that the test reads, or does not."""

    def __init__(self, folder: Path) -> None:
        self.scratch = folder / "scratch"
        self.programs = folder / "bin"
        self.scratch.mkdir()
        self.programs.mkdir()
        self.process = subprocess.Popen(
            [sys.executable, "-c", _START, str(self.programs / "python")],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT,
            env={**os.environ, "TMPDIR": str(self.scratch), "PATH": "/usr/bin:/bin"},
        )  # fmt: skip

    def put_shellcheck(self, script: str) -> None:
        path = self.programs / "shellcheck"
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)

    def send(self, *messages: dict[str, Any]) -> None:
        assert self.process.stdin is not None
        for one in messages:
            self.process.stdin.write(frame(one))
        self.process.stdin.flush()

    def start(self, **params: Any) -> None:
        given = {"processId": None, "rootUri": None, "capabilities": {}, **params}
        self.send({"id": 0, "method": "initialize", "params": given})
        self.send({"method": "initialized", "params": {}})

    def open(self, text: str, uri: str = URI) -> None:
        document = {"uri": uri, "languageId": "dockerfile", "version": 1, "text": text}
        self.send({"method": "textDocument/didOpen", "params": {"textDocument": document}})

    def read_message(self) -> dict[str, Any]:
        stream = self.process.stdout
        assert stream is not None
        length = 0
        while line := stream.readline().strip():
            length = int(line.partition(b":")[2])
        message: dict[str, Any] = json.loads(stream.read(length))
        return message

    def status(self, seconds: float = PATIENCE) -> int:
        return self.process.wait(seconds)

    def leftovers(self) -> list[str]:
        return sorted(os.listdir(self.scratch))


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RawServer]:
    made = RawServer(tmp_path)
    yield made
    made.process.kill()
    made.process.wait()
    for stream in (made.process.stdin, made.process.stdout, made.process.stderr):
        if stream is not None and not stream.closed:
            with contextlib.suppress(OSError):
                stream.close()


def say_exit(server: RawServer) -> None:
    server.send({"id": 9, "method": "shutdown"}, {"method": "exit"})


def say_only_exit(server: RawServer) -> None:
    server.send({"method": "exit"})


def close_input(server: RawServer) -> None:
    assert server.process.stdin is not None
    server.process.stdin.close()


def close_output(server: RawServer) -> None:
    assert server.process.stdout is not None
    server.process.stdout.close()


def close_both(server: RawServer) -> None:
    close_input(server)
    close_output(server)


def send_signal(name: str) -> Callable[[RawServer], None]:
    return lambda server: server.process.send_signal(getattr(signal, name))


ENDINGS = [
    pytest.param(say_exit, 0, id="exit"),
    pytest.param(say_only_exit, 1, id="exit-without-shutdown"),
    pytest.param(close_input, 1, id="input-closed"),
    pytest.param(close_output, 1, id="output-closed"),
    pytest.param(close_both, 1, id="both-closed"),
    pytest.param(send_signal("SIGTERM"), 143, id="SIGTERM"),
    pytest.param(send_signal("SIGINT"), 130, id="SIGINT"),
    pytest.param(send_signal("SIGHUP"), 129, id="SIGHUP"),
]


@pytest.mark.parametrize(("end", "status"), ENDINGS)
def test_idle(server: RawServer, end: Callable[[RawServer], None], status: int) -> None:
    server.start()
    server.read_message()
    end(server)
    assert server.status() == status
    assert server.process.stderr is not None
    assert b"Traceback" not in server.process.stderr.read()


@pytest.mark.parametrize(("end", "status"), ENDINGS)
@pytest.mark.parametrize(
    "script",
    [
        pytest.param('echo $$ > "$TMPDIR.pid"; exec sleep 300', id="program"),
        pytest.param('sleep 300 & echo $! > "$TMPDIR.pid"; wait', id="wrapper"),
    ],
)
def test_while_shellcheck_runs(
    server: RawServer, script: str, end: Callable[[RawServer], None], status: int
) -> None:
    server.put_shellcheck(script)
    server.start()
    server.open(SCRIPT)
    note = Path(f"{server.scratch}.pid")
    assert until(lambda: note.exists() and note.read_text().strip())
    pid = int(note.read_text())
    assert is_running(pid)
    assert len(server.leftovers()) == 1
    end(server)
    assert server.status() == status
    assert until(lambda: not is_running(pid), 2.0)
    assert server.leftovers() == []


def test_while_shellcheck_runs_and_the_editor_is_killed(server: RawServer) -> None:
    server.put_shellcheck('echo $$ > "$TMPDIR.pid"; exec sleep 300')
    editor = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    server.start(processId=editor.pid)
    server.open(SCRIPT)
    note = Path(f"{server.scratch}.pid")
    assert until(lambda: note.exists() and note.read_text().strip())
    editor.kill()
    editor.wait()
    assert server.status() == 1
    assert until(lambda: not is_running(int(note.read_text())), 2.0)
    assert server.leftovers() == []


@pytest.mark.parametrize(
    ("end", "status"), [one for one in ENDINGS if one.id not in ("exit", "output-closed")]
)
def test_while_it_lints(server: RawServer, end: Callable[[RawServer], None], status: int) -> None:
    server.start()
    server.read_message()
    server.open(SLOW)
    server.send(
        {"id": 1, "method": "textDocument/documentSymbol", "params": {"textDocument": {"uri": URI}}}
    )
    end(server)
    assert server.status() == status


def fill(server: RawServer, message: bytes, most: int) -> int:
    """Send a message again and again until the server takes no more, or *most* bytes; how many bytes it took."""
    assert server.process.stdin is not None
    server.process.stdin.flush()
    descriptor = server.process.stdin.fileno()
    os.set_blocking(descriptor, False)
    sent, rest = 0, b""
    while sent < most:
        rest = rest or message * max(1, 65536 // len(message))
        written = 0
        end = time.monotonic() + 3.0
        while not written and time.monotonic() < end:
            try:
                written = os.write(descriptor, rest)
            except BlockingIOError:
                time.sleep(0.02)
        if not written:
            break
        sent, rest = sent + written, rest[written:]
    return sent


REQUEST = frame(
    {"id": 1, "method": "textDocument/documentSymbol", "params": {"textDocument": {"uri": URI}}}
)
FLOODS = [
    pytest.param(REQUEST, id="requests"),
    pytest.param(frame({"id": 1, "method": "x" * 100_000}), id="large-requests"),
    pytest.param(frame({"id": 1, "method": "x", "params": [[]] * 50_000}), id="many-values"),
    pytest.param(b"Content-Length: 1\r\n\r\n{", id="invalid"),
    pytest.param(b"Content-Length: -1\r\n\r\n", id="invalid-headers"),
    pytest.param(frame({"method": "textDocument/didChange", "params": {}}), id="notifications"),
]


@pytest.mark.parametrize("message", FLOODS)
def test_a_client_that_does_not_read_is_not_read_from(server: RawServer, message: bytes) -> None:
    server.start()
    server.open(SCRIPT * 50)
    server.read_message()
    most = 400 << 20
    assert fill(server, message, most) < most // 4
    assert memory(server.process.pid) < 200
    server.process.terminate()
    assert server.status() == 143


@pytest.mark.parametrize(
    ("end", "status"), [one for one in ENDINGS if not str(one.id).startswith("exit")]
)
def test_while_it_waits_for_a_client_that_does_not_read(
    server: RawServer, end: Callable[[RawServer], None], status: int
) -> None:
    server.start()
    server.open(SCRIPT * 50)
    fill(server, REQUEST, 400 << 20)
    end(server)
    assert server.status() == status


def test_a_client_that_reads_again_gets_all_answers(server: RawServer) -> None:
    server.start()
    server.open(SCRIPT)
    count = 30_000  # their answers are far more than a pipe holds
    assert server.process.stdin is not None
    stdin = server.process.stdin

    def send() -> None:
        for _ in range(count):
            stdin.write(REQUEST)
        stdin.write(frame({"id": 9, "method": "shutdown"}) + frame({"method": "exit"}))
        stdin.flush()

    thread = threading.Thread(target=send)
    thread.start()
    answers = 0
    while (message := server.read_message()).get("id") != 9:
        answers += message.get("id") == 1
    thread.join()
    assert answers == count
    assert server.status() == 0


@pytest.mark.parametrize("how", ["closed", "half-closed"])
def test_sockets_instead_of_pipes(how: str) -> None:
    """Node gives its children sockets."""
    ours, theirs = socket.socketpair()
    process = subprocess.Popen(
        [sys.executable, "-m", "dockerlint_rules", "server"], stdin=theirs, stdout=theirs, cwd=ROOT
    )
    theirs.close()
    try:
        ours.sendall(frame({"id": 0, "method": "initialize", "params": {"capabilities": {}}}))
        assert ours.recv(1)
        document = {"uri": URI, "languageId": "dockerfile", "version": 1, "text": SLOW}
        ours.sendall(
            frame({"method": "textDocument/didOpen", "params": {"textDocument": document}})
        )
        if how == "closed":
            ours.close()
        else:
            ours.shutdown(socket.SHUT_WR)
        assert process.wait(PATIENCE) == 1
    finally:
        process.kill()
        ours.close()


def test_standard_error_that_nobody_reads(server: RawServer) -> None:
    server.start()
    server.read_message()
    for number in range(200):  # a traceback each: more than a pipe holds
        server.send({"id": number, "method": "textDocument/hover", "params": {}})
    assert until(lambda: server.read_message().get("id") == 199)


def test_a_session_from_a_file_is_finished(tmp_path: Path) -> None:
    # The input has ended before the first message is handled.
    document = {"uri": URI, "languageId": "dockerfile", "version": 1, "text": SCRIPT * 300}
    session = tmp_path / "session"
    session.write_bytes(
        frame({"id": 0, "method": "initialize", "params": {"capabilities": {}}})
        + frame({"method": "textDocument/didOpen", "params": {"textDocument": document}})
        + REQUEST * 300
    )
    for command in ("cat {} | {}", "{1} < {0}"):
        line = command.format(session, f"{sys.executable} -m dockerlint_rules server")
        done = subprocess.run(
            ["sh", "-c", line], cwd=ROOT, capture_output=True, timeout=60, check=False
        )
        assert done.stdout.count(b'"id":1,') == 300
        assert done.returncode == 1


def test_many_shellchecks_leave_no_pipes(server: RawServer) -> None:
    server.put_shellcheck("""echo '{"comments": []}'""")
    server.start()
    server.read_message()
    seen = []
    for number in range(3):
        for one in range(20):
            server.open(f"FROM debian:12\nRUN echo $A {number}\n", f"file:///w/{one}/Dockerfile")
        server.send(
            {
                "id": number + 1,
                "method": "textDocument/documentSymbol",
                "params": {"textDocument": {"uri": "file:///w/19/Dockerfile"}},
            }
        )
        while server.read_message().get("id") != number + 1:
            pass
        assert until(lambda: server.leftovers() == [] and not children(server.process.pid))
        seen.append(open_files(server.process.pid))
    assert seen[-1] <= seen[0] + 4  # those of a call that has just begun
