"""The command while it runs: signals to it, its processes, and what it leaves behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import uuid
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parent.parent.parent
MARK = "DOCKERLINT_TEST_RUN"
PATIENCE = 30.0  # seconds until a test fails that waits for something; no measure of anything

# Runs the command with another program as ShellCheck.
WITH_SHELLCHECK = """
import sys
from dockerlint_rules.shellcheck import program
program._found.append(sys.argv.pop(1))
from dockerlint_rules.__main__ import main
sys.exit(main())
"""


def wait_until(is_true: Callable[[], object], what: str) -> None:
    """Wait for something that must happen soon."""
    until = time.monotonic() + PATIENCE
    while not is_true():
        assert time.monotonic() < until, f"waited in vain: {what}"
        time.sleep(0.005)


class Running:
    """A run of the checkout's own dockerlint, in a process group of its own."""

    def __init__(
        self, *words: str, cwd: Path, shellcheck: Path | None = None, ignored: tuple[int, ...] = ()
    ) -> None:
        self.mark = uuid.uuid4().hex
        self.scratch = cwd.parent / f"scratch-{self.mark}"
        self.scratch.mkdir()
        environment = {
            **os.environ, "PYTHONPATH": str(ROOT), "NO_COLOR": "1", MARK: self.mark, "TMPDIR": str(self.scratch),
        }  # fmt: skip
        start = ["-m", "dockerlint_rules"]
        if shellcheck is not None:
            start = ["-c", WITH_SHELLCHECK, str(shellcheck)]
        shell = "".join(f"trap '' {number}; " for number in ignored) + 'exec "$@"'
        self.process = subprocess.Popen(
            ["/bin/sh", "-c", shell, "sh", sys.executable, *start, *words],
            cwd=cwd, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            text=True, start_new_session=True,
        )  # fmt: skip

    def signal(self, number: int, *, group: bool = False) -> None:
        """Send a signal to the process, or to all of its group as a terminal does."""
        if group:
            os.killpg(self.process.pid, number)
        else:
            self.process.send_signal(number)

    def end(self) -> tuple[int, str, str]:
        """Exit status, standard output and standard error, once nobody holds their pipes any more."""
        try:
            out, err = self.process.communicate(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            for pid in self.pids():
                os.kill(pid, signal.SIGKILL)
            raise
        return self.process.returncode, out, err

    def pids(self) -> list[int]:
        """All processes of the run that are alive, with the programs that it started."""
        mark = f"{MARK}={self.mark}".encode()
        found = []
        for name in os.listdir("/proc"):
            if name.isdigit():
                try:
                    if mark in Path(f"/proc/{name}/environ").read_bytes().split(b"\0"):
                        found.append(int(name))
                except OSError:
                    continue
        return found

    def workers(self) -> list[int]:
        """Its processes besides the first."""
        return [pid for pid in self.pids() if pid != self.process.pid]

    def assert_nothing_is_left(self) -> None:
        """No process, and no scratch file."""
        wait_until(lambda: not self.pids(), f"processes of the run have ended: {self.pids()}")
        assert list(self.scratch.iterdir()) == []
