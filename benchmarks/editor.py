"""The server as an editor feels it: start to first diagnostics, a change to new ones, memory; another server beside it.

    python benchmarks/editor.py [--beside COMMAND…]

Each figure is a median in milliseconds over several rounds.  The other server's command follows ``--beside`` and is given
the same files and the same changes.  A change puts a MAINTAINER in or takes it out, and is answered once the diagnostics say
so, or no longer: answers to an earlier text do not count.  How often none comes in time is counted as well.
"""

from __future__ import annotations

import json
import os
import queue
import statistics
import subprocess
import sys
import threading
import time
from pathlib import Path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

ROOT = Path(__file__).parent.parent
URI = "file:///w/Dockerfile"
EXAMPLE = (ROOT / "examples" / "webapp" / "Dockerfile").read_text(encoding="utf-8")
PATIENCE = 5.0  # seconds until a server counts as silent


def forty_lines() -> str:
    """A file as they are: two stages, installs, copies, settings."""
    lines = [
        "FROM node:24 AS web",
        "WORKDIR /web",
        "COPY package.json package-lock.json ./",
        "RUN npm ci",
        "COPY web ./",
        "RUN npm run build",
        "",
    ]
    lines += [
        "FROM python:3.13-slim",
        "ENV PYTHONUNBUFFERED=1 \\",
        "    PIP_NO_CACHE_DIR=1",
        "RUN apt-get update \\",
        "    && apt-get install -y --no-install-recommends \\",
    ]
    lines += [f"        package-{number} \\" for number in range(14)]
    lines += [
        "    && rm -rf /var/lib/apt/lists/*",
        "WORKDIR /app",
        "COPY requirements.txt ./",
        "RUN pip install -r requirements.txt",
        "COPY app ./app",
    ]
    lines += [
        "COPY --from=web /web/dist ./static",
        "ENV PORT=8000",
        "EXPOSE 8000",
        "USER 10001",
        "HEALTHCHECK CMD curl -f http://localhost:8000/",
        "",
    ]
    return "\n".join([*lines, 'CMD ["gunicorn", "app:app"]']) + "\n"


def thousand_lines() -> str:
    """Twenty-five such files as stages of one."""
    return forty_lines() * 25


class Editor:
    """The least client that there can be."""

    def __init__(self, command: list[str]) -> None:
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        self.inbox: queue.Queue[dict[str, Any] | None] = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()
        options = {"settings": {"no-shellcheck": True}}
        self.send(
            {
                "id": 1,
                "method": "initialize",
                "params": {
                    "processId": None,
                    "rootUri": None,
                    "capabilities": {},
                    "initializationOptions": options,
                },
            }
        )
        answer: dict[str, Any] = {}
        while answer.get("id") != 1:
            answer = self.inbox.get(timeout=PATIENCE) or {}
        sync = answer["result"]["capabilities"].get("textDocumentSync")
        # Who asks for whole texts gets them.
        self.wants_all = (sync.get("change") if isinstance(sync, dict) else sync) == 1
        self.text = ""
        self.send({"method": "initialized", "params": {}})

    def send(self, message: dict[str, Any]) -> None:
        """Frame and write."""
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self.process.stdin is not None
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self.process.stdin.flush()

    def _read(self) -> None:
        stream = self.process.stdout
        assert stream is not None
        while True:
            length = 0
            while (line := stream.readline()).strip():
                if line.lower().startswith(b"content-length"):
                    length = int(line.split(b":")[1])
            if not line:
                self.inbox.put(None)
                return
            self.inbox.put(json.loads(stream.read(length)))

    def open(self, text: str) -> None:
        """Open the one document."""
        self.text = text
        self.send(
            {
                "method": "textDocument/didOpen",
                "params": {
                    "textDocument": {
                        "uri": URI,
                        "languageId": "dockerfile",
                        "version": 1,
                        "text": text,
                    }
                },
            }
        )

    def close(self) -> None:
        """Close it."""
        self.send({"method": "textDocument/didClose", "params": {"textDocument": {"uri": URI}}})

    def change(self, version: int, line: int, text: str, taken: int = 0) -> None:
        """Put text at the beginning of a line, in the place of some lines."""
        lines = self.text.splitlines(keepends=True)
        lines[line : line + taken] = [text]
        self.text = "".join(lines)
        start, end = {"line": line, "character": 0}, {"line": line + taken, "character": 0}
        change: dict[str, Any] = {"range": {"start": start, "end": end}, "text": text}
        if self.wants_all:
            change = {"text": self.text}
        self.send(
            {
                "method": "textDocument/didChange",
                "params": {
                    "textDocument": {"uri": URI, "version": version},
                    "contentChanges": [change],
                },
            }
        )

    def diagnosed(self, version: int | None, maintainer: bool | None = None) -> bool:
        """Wait for the diagnostics of a version (any, where the server names none) that speak of a MAINTAINER, or do not."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            try:
                message = self.inbox.get(timeout=max(0.0, end - time.monotonic()))
            except queue.Empty:
                return False
            if message is None:
                return False
            if "id" in message and "method" in message:
                self.send({"id": message["id"], "result": None})
            if message.get("method") == "textDocument/publishDiagnostics":
                said = message["params"].get("version")
                found = any(
                    "MAINTAINER" in str(one["message"]).upper()
                    for one in message["params"]["diagnostics"]
                )
                if (version is None or said in (None, version)) and maintainer in (None, found):
                    return True
        return False

    def stop(self) -> None:
        """End it."""
        self.process.kill()
        self.process.wait()

    def memory(self) -> float:
        """Resident memory in MiB; 0 where the system does not tell."""
        try:
            with open(f"/proc/{self.process.pid}/statm", encoding="ascii") as file:
                return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / (1 << 20)
        except OSError:
            return 0.0


def first_diagnostics(command: list[str], rounds: int = 11) -> float:
    """From the start of the process to the diagnostics of the example."""
    taken = []
    for _ in range(rounds):
        begin = time.perf_counter()
        editor = Editor(command)
        editor.open(EXAMPLE)
        editor.diagnosed(None)
        taken.append((time.perf_counter() - begin) * 1000)
        editor.stop()
    return statistics.median(taken)


def changes(command: list[str], text: str, rounds: int = 60) -> tuple[float, float, int]:
    """Median and 95 of 100 of the time from a change to its diagnostics, and how many never came."""
    editor = Editor(command)
    editor.open(text)
    editor.diagnosed(None)
    taken, silent = [], 0
    for version in range(2, rounds + 2):
        begin = time.perf_counter()
        is_there = version % 2 == 0
        editor.change(version, 3, "MAINTAINER me\n" if is_there else "", 0 if is_there else 1)
        if editor.diagnosed(version, is_there):
            taken.append((time.perf_counter() - begin) * 1000)
        else:
            silent += 1
            if silent > 3:
                break
    editor.stop()
    taken.sort()
    if not taken:
        return 0.0, 0.0, silent
    return statistics.median(taken), taken[len(taken) * 95 // 100], silent


def memory(command: list[str]) -> tuple[float, float]:
    """Resident memory after 100 and after 1,000 changes of the file of forty lines."""
    editor = Editor(command)
    editor.open(forty_lines())
    editor.diagnosed(None)
    early = 0.0
    for version in range(2, 1002):
        editor.change(version, 3, "#" if version % 2 else "\n")
        editor.diagnosed(version)
        if version == 101:
            early = editor.memory()
    late = editor.memory()
    editor.stop()
    return early, late


def measure(name: str, command: list[str]) -> dict[str, float]:
    """All figures of one server."""
    found = {"first": first_diagnostics(command)}
    print(f"{name}: start to first diagnostics {found['first']:.0f} ms", flush=True)
    for lines, text in (("40 lines", forty_lines()), ("1,000 lines", thousand_lines())):
        middle, slow, silent = changes(command, text)
        found[lines] = middle
        print(
            f"{name}: a change of {lines}: {middle:.1f} ms, 95 of 100 within {slow:.1f} ms, {silent} without an answer",
            flush=True,
        )
    early, late = memory(command)
    print(
        f"{name}: memory {early:.0f} MiB after 100 changes, {late:.0f} MiB after 1,000", flush=True
    )
    return found


def main() -> int:
    """Measure ours and, with --beside, another one."""
    ours = measure("dockerlint", [sys.executable, "-m", "dockerlint_rules", "server"])
    if "--beside" in sys.argv:
        theirs = measure("the other", sys.argv[sys.argv.index("--beside") + 1 :])
        for key, value in ours.items():
            if value and theirs.get(key):
                print(f"{key}: the other takes {theirs[key] / value:.2f} times as long")
    return 0


if __name__ == "__main__":
    sys.exit(main())
