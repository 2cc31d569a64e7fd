"""The life of a connection: in order, out of order, and cut off."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time

import pytest
from editor import PATIENCE, ROOT, URI, Client, codes


def test_in_order(client: Client) -> None:
    capabilities = client.start()
    assert capabilities["textDocumentSync"] == {
        "openClose": True,
        "change": 2,
        "save": {"includeText": False},
    }
    assert capabilities["codeActionProvider"]["codeActionKinds"] == [
        "quickfix",
        "source.fixAll.dockerlint",
    ]
    assert client.request("shutdown") is None
    client.notify("exit")
    assert client.process.wait(PATIENCE) == 0


def test_exit_without_shutdown_is_a_failure(client: Client) -> None:
    client.start()
    client.notify("exit")
    assert client.process.wait(PATIENCE) == 1


def test_a_client_that_goes_away_ends_it(client: Client) -> None:
    client.start()
    assert client.process.stdin is not None
    client.process.stdin.close()
    assert client.process.wait(PATIENCE) == 1


def test_a_client_that_dies_ends_it_though_standard_input_stays_open() -> None:
    parent = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    made = Client()
    try:
        made.start(processId=parent.pid)
        parent.kill()
        parent.wait()
        assert made.process.wait(PATIENCE) == 1
    finally:
        made.stop()


@pytest.mark.parametrize(
    ("encodings", "chosen"),
    [
        (["utf-16"], "utf-16"),
        (["utf-16", "utf-8"], "utf-8"),
        (["utf-32"], "utf-32"),
        (None, "utf-16"),
        (["utf-7"], "utf-16"),
    ],
)
def test_the_encoding_is_agreed_upon(
    client: Client, encodings: list[str] | None, chosen: str
) -> None:
    general = {"general": {"positionEncodings": encodings}} if encodings else {}
    assert client.start(general)["positionEncoding"] == chosen


def error(client: Client, method: str, params: object = None) -> int:
    code: int = client.answer(client.post(method, params))["error"]["code"]
    return code


def test_before_initialize(client: Client) -> None:
    client.notify("textDocument/didOpen", {})
    assert error(client, "textDocument/hover", {}) == -32002
    client.start()


def test_invalid_requests_are_refused(client: Client) -> None:
    client.start()
    assert error(client, "initialize", {}) == -32600
    assert error(client, "textDocument/unheardOf") == -32601
    assert error(client, "textDocument/hover", {}) == -32602
    assert (
        error(client, "textDocument/hover", {"textDocument": {"uri": URI}, "position": {}})
        == -32602
    )
    assert error(client, "workspace/executeCommand", {"command": "rm"}) == -32602
    client.notify("textDocument/didChange", {"textDocument": {"uri": URI}})
    client.notify("unheardOf/atAll")
    client.notify("$/unheardOf")
    client.request("shutdown")
    assert error(client, "textDocument/hover", {}) == -32600


def test_a_cancelled_request_is_not_done(client: Client) -> None:
    client.start()
    client.open(URI, "FROM a\n")
    client.diagnostics(URI)
    body = b"".join(
        b"Content-Length: %d\r\n\r\n%s" % (len(one), one)
        for one in (
            json.dumps({"jsonrpc": "2.0", **message}).encode()
            for message in (
                {
                    "id": "x",
                    "method": "textDocument/documentSymbol",
                    "params": {"textDocument": {"uri": URI}},
                },
                {"method": "$/cancelRequest", "params": {"id": "x"}},
            )
        )
    )
    client.raw(body)
    answer = client.answer("x")
    # Both came in one go, or the request was faster.
    assert answer.get("error", {"code": -32800})["code"] == -32800


@pytest.mark.parametrize(
    "noise",
    [
        b"Content-Length: 5\r\n\r\n{nope",
        b"Content-Length: 2\r\n\r\n\xff\xfe",
        b"Content-Length: 4\r\n\r\n1234",
        b"Content-Length: 4\r\n\r\nnull",
        b"Content-Length: 2\r\n\r\n[]",
        b"Content-Length: many\r\n\r\n",
        b"\r\n\r\nHello: there\r\n",
        b'content-length:17\r\nContent-Type: x\r\n\r\n{"jsonrpc":"2.0"}',
        b"Content-Length: 100000\r\n\r\n" + b"[" * 100_000,
    ],
)
def test_noise_stops_nothing(client: Client, noise: bytes) -> None:
    client.start()
    client.raw(noise)
    client.open(URI, "FROM debian:latest\n")
    assert "DF102" in codes(client.diagnostics(URI))


def test_a_message_in_pieces(client: Client) -> None:
    body = json.dumps(
        {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {"capabilities": {}}}
    ).encode()
    whole = b"Content-Length: %d\r\n\r\n%s" % (len(body), body)
    for at in range(0, len(whole), 7):
        client.raw(whole[at : at + 7])
    assert client.answer(1)["result"]["serverInfo"]["name"] == "dockerlint"


def test_a_huge_message_is_skipped(client: Client) -> None:
    client.start()
    size = (64 << 20) + 10
    client.raw(b"Content-Length: %d\r\n\r\n" % size)
    for _ in range(size // (1 << 20)):
        client.raw(b" " * (1 << 20))
    client.raw(b" " * (size % (1 << 20)))
    assert client.answer(None)["error"]["code"] == -32600
    client.open(URI, "FROM debian:latest\n")
    assert "DF102" in codes(client.diagnostics(URI))


def test_nothing_but_the_protocol_goes_to_standard_output(client: Client) -> None:
    # A request that fails is reported on standard error.
    client.start()
    error(client, "textDocument/hover", {})
    client.stop()
    assert b"Traceback" in client.errors


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
def test_killed_and_started_again() -> None:
    for _ in range(2):
        made = Client()
        made.start()
        made.open(URI, "FROM debian:latest\n")
        assert "DF102" in codes(made.diagnostics(URI))
        made.process.send_signal(signal.SIGKILL)
        made.process.wait(PATIENCE)


@pytest.mark.parametrize("name", [[1], {}, {"a": 1}, True, 1.5])
def test_an_invalid_id(client: Client, name: object) -> None:
    client.start()
    client.send({"id": name, "method": "textDocument/hover", "params": {}})
    assert client.answer(None)["error"]["code"] == -32600
    client.notify("$/cancelRequest", {"id": name})
    client.open(URI, "FROM debian:latest\n")
    assert "DF102" in codes(client.diagnostics(URI))


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
def test_an_interrupt_ends_it_quietly(client: Client) -> None:
    client.start()
    client.process.send_signal(signal.SIGINT)
    assert client.ended() == 130
    assert b"Traceback" not in client.errors


@pytest.mark.parametrize("stream", ["stdout", "stderr"])
def test_a_client_that_no_longer_listens(client: Client, stream: str) -> None:
    client.start()
    descriptor = getattr(client.process, stream).fileno()
    os.dup2(os.open(os.devnull, os.O_RDONLY), descriptor)  # the pipe's reading end is gone
    for _ in range(3):
        try:
            client.post("textDocument/hover", {})
        except OSError:
            break
    assert client.process.stdin is not None
    with contextlib.suppress(OSError):
        client.process.stdin.close()
    assert client.process.wait(PATIENCE) == 1


def test_without_standard_input() -> None:
    command = f'exec "{sys.executable}" -m dockerlint_rules server <&-'
    done = subprocess.run(
        ["sh", "-c", command], cwd=ROOT, capture_output=True, timeout=PATIENCE, check=False
    )
    assert done.returncode == 2
    assert b"standard input or output is closed" in done.stderr
    assert b"Traceback" not in done.stderr


def test_nothing_is_sent_after_shutdown(client: Client) -> None:
    client.start(initializationOptions={"settings": {"select": ["SC2086"]}})
    client.open(URI, "FROM a:1\nRUN echo $A\n")
    client.diagnostics(URI)
    client.request("shutdown")
    client.seen.clear()
    time.sleep(1.0)  # long enough for ShellCheck to start
    client.notify("exit")
    assert client.process.wait(PATIENCE) == 0
    while (message := client.inbox.get(timeout=PATIENCE)) is not None:
        pytest.fail(str(message))
