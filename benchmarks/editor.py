"""Measure the language server from an editor's side: the time to the first diagnostics and after a change, and memory.

    python benchmarks/editor.py [--beside COMMAND…]

Each time is a median in milliseconds over several rounds.  With ``--beside COMMAND…``, the server that COMMAND starts
gets the same files and changes.  A change inserts or removes a MAINTAINER.  It counts as answered when the
diagnostics report the MAINTAINER or no longer do: diagnostics for an earlier text do not count.  The number of changes
without an answer is printed too.
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
    """A typical Dockerfile: two stages, installs, copies, settings."""
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
    """A file of 25 times these stages."""
    return forty_lines() * 25


class Editor:
    """A minimal client."""

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
        # 1 is "full": the server asks for the whole text after each change.
        self.wants_all = (sync.get("change") if isinstance(sync, dict) else sync) == 1
        self.text = ""
        self.send({"method": "initialized", "params": {}})

    def send(self, message: dict[str, Any]) -> None:
        """Write a message with its header."""
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
        """Open the document."""
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
        """Close the document."""
        self.send({"method": "textDocument/didClose", "params": {"textDocument": {"uri": URI}}})

    def change(self, version: int, line: int, text: str, replaced: int = 0) -> None:
        """Insert text at the beginning of a line (from 0), in place of *replaced* lines."""
        lines = self.text.splitlines(keepends=True)
        lines[line : line + replaced] = [text]
        self.text = "".join(lines)
        start, end = {"line": line, "character": 0}, {"line": line + replaced, "character": 0}
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

    def wait_for_diagnostics(self, version: int | None, has_maintainer: bool | None = None) -> bool:
        """Wait for diagnostics of a version that report a MAINTAINER or do not; False if they do not come in time.

        Diagnostics without a version match any.
        """
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
                is_wanted = version is None or message["params"].get("version") in (None, version)
                is_reported = any(
                    "MAINTAINER" in str(diagnostic["message"]).upper()
                    for diagnostic in message["params"]["diagnostics"]
                )
                if is_wanted and has_maintainer in (None, is_reported):
                    return True
        return False

    def stop(self) -> None:
        """End the server's process."""
        self.process.kill()
        self.process.wait()

    def memory(self) -> float:
        """Resident memory in MiB; 0 if the system does not report it."""
        try:
            with open(f"/proc/{self.process.pid}/statm", encoding="ascii") as file:
                return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / (1 << 20)
        except OSError:
            return 0.0


def first_diagnostics(command: list[str], rounds: int = 11) -> float:
    """Milliseconds from the start of the process to the diagnostics of the example."""
    times = []
    for _ in range(rounds):
        begin = time.perf_counter()
        editor = Editor(command)
        editor.open(EXAMPLE)
        editor.wait_for_diagnostics(None)
        times.append((time.perf_counter() - begin) * 1000)
        editor.stop()
    return statistics.median(times)


def changes(command: list[str], text: str, rounds: int = 60) -> tuple[float, float, int]:
    """Median and 95th percentile of the milliseconds from a change to its diagnostics, and how often none came."""
    editor = Editor(command)
    editor.open(text)
    editor.wait_for_diagnostics(None)
    times, unanswered = [], 0
    for version in range(2, rounds + 2):
        begin = time.perf_counter()
        inserts = version % 2 == 0
        editor.change(version, 3, "MAINTAINER me\n" if inserts else "", 0 if inserts else 1)
        if editor.wait_for_diagnostics(version, inserts):
            times.append((time.perf_counter() - begin) * 1000)
        else:
            unanswered += 1
            if unanswered > 3:
                break
    editor.stop()
    times.sort()
    if not times:
        return 0.0, 0.0, unanswered
    return statistics.median(times), times[len(times) * 95 // 100], unanswered


def memory(command: list[str]) -> tuple[float, float]:
    """Resident memory after 100 and after 1,000 changes of the file of forty lines."""
    editor = Editor(command)
    editor.open(forty_lines())
    editor.wait_for_diagnostics(None)
    early = 0.0
    for version in range(2, 1002):
        editor.change(version, 3, "#" if version % 2 else "\n")
        editor.wait_for_diagnostics(version)
        if version == 101:
            early = editor.memory()
    late = editor.memory()
    editor.stop()
    return early, late


def measure(name: str, command: list[str]) -> dict[str, float]:
    """Measure one server and print its figures."""
    medians = {"first": first_diagnostics(command)}
    print(f"{name}: start to first diagnostics {medians['first']:.0f} ms", flush=True)
    for lines, text in (("40 lines", forty_lines()), ("1,000 lines", thousand_lines())):
        median, percentile, unanswered = changes(command, text)
        medians[lines] = median
        print(
            f"{name}: change in {lines}: median {median:.1f} ms, 95th percentile {percentile:.1f} ms, "
            f"{unanswered} unanswered",
            flush=True,
        )
    early, late = memory(command)
    print(
        f"{name}: memory {early:.0f} MiB after 100 changes, {late:.0f} MiB after 1,000", flush=True
    )
    return medians


def main() -> int:
    """Measure our server and, with --beside, another one."""
    ours = measure("dockerlint", [sys.executable, "-m", "dockerlint_rules", "server"])
    if "--beside" in sys.argv:
        theirs = measure("the other", sys.argv[sys.argv.index("--beside") + 1 :])
        for key, value in ours.items():
            if value and theirs.get(key):
                print(f"{key}: the other takes {theirs[key] / value:.2f} times as long")
    return 0


if __name__ == "__main__":
    sys.exit(main())
