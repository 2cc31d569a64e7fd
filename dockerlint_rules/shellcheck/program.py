"""The program ShellCheck: where it is, what of it runs, and how all of that is ended."""

from __future__ import annotations

import os
import sys
from _thread import RLock  # perf: threading takes 1 ms, and only a file with scripts needs it

TYPE_CHECKING = False
if TYPE_CHECKING:
    from subprocess import Popen

# The time limit of a call, and what each script adds.  A script usually takes a few milliseconds.
SECONDS = 30.0
SECONDS_A_SCRIPT = 0.5
MOST_SECONDS = 300.0
# Of one answer.  A thousand findings take 0.3 MB, and parsed they take five times as much.
MOST_BYTES = 8 << 20
# Of the program's memory: it needs 0.4 GB for a script of 10,000 commands, and 60 MB for one of a thousand.
MOST_MEMORY = 2 << 30
# ShellCheck's codes that do not apply to a RUN: it has no other files to follow, and is not an executable file.
EXCLUDED_CODES = ("SC1090", "SC1091", "SC2148", "SC2187", "SC2239")
OLDEST_VERSION = (0, 10, 0)  # the first one with --extended-analysis

_found: list[str | None] = []


def find_program() -> str | None:
    """Path of ShellCheck: beside this Python (where its wheel installs it), else on PATH; None where there is none.

    Entries of PATH that are relative, such as ``.``, are skipped: the linted tree would choose what runs.
    """
    if not _found:
        name = "shellcheck.exe" if sys.platform == "win32" else "shellcheck"
        folders = [os.path.dirname(sys.executable), *os.environ.get("PATH", "").split(os.pathsep)]
        candidates = (os.path.join(folder, name) for folder in folders if os.path.isabs(folder))
        _found.append(
            next(
                (one for one in candidates if os.access(one, os.X_OK) and os.path.isfile(one)), None
            )
        )
    return _found[0]


def forget_program() -> None:
    """Look for the program again the next time."""
    _found.clear()


def environment() -> dict[str, str]:
    """The environment with UTF-8, without the variable that would change ShellCheck's options."""
    kept = {name: value for name, value in os.environ.items() if name != "SHELLCHECK_OPTS"}
    return {**kept, "LC_ALL": "C.UTF-8"}


# -- what runs, and what lies on the disk ------------------------------------------------------------


class Running:
    """The processes that run and the folders that exist, for all threads of this process.

    A process or folder is noted before it is made, and *lock* is held meanwhile.  So wherever a signal or another
    thread ends the work, everything that was made is known.
    """

    def __init__(self) -> None:
        self.lock = RLock()
        self.processes: set[Popen[bytes]] = set()
        self.folders: set[str] = set()
        self.has_ended = False
        self.process_id = 0

    def check(self) -> None:
        """Get ready to make a process or a folder.  Raises OSError once all calls were ended."""
        if self.process_id != os.getpid():  # what a forked process inherits belongs to its parent
            import atexit

            self.processes, self.folders, self.process_id = set(), set(), os.getpid()
            atexit.register(close_all)
        if self.has_ended:
            raise OSError("dockerlint is about to end")

    def make_folder(self) -> str:
        """Make a folder that only this user can enter, and return its path.  Raises OSError.

        Its name holds the number of the process, so that what a killed one leaves behind can be found.
        """
        with self.lock:
            self.check()
            name = f"dockerlint-{os.getpid()}-{os.urandom(8).hex()}"
            path = os.path.join(_temporary_folder(), name)
            self.folders.add(path)
            os.mkdir(path, 0o700)
            return path


running = Running()


def _temporary_folder() -> str:
    """Where a folder for scripts is made.  Raises OSError where there is no place for it."""
    import tempfile

    place = tempfile.gettempdir()
    wanted = [os.environ.get(name) for name in ("TMPDIR", "TEMP", "TMP")]
    usual = {"/tmp", "/var/tmp", "/usr/tmp", *(os.path.abspath(one) for one in wanted if one)}
    # Python's last choice is the current directory, which may be the linted tree.
    if place == os.getcwd() and place not in usual:
        raise OSError("no temporary directory can be written to")
    return place


def close_all(*, for_good: bool = False) -> None:
    """Kill every ShellCheck that this process has started, and remove the folders; *for_good*, no other call can begin.

    For signal handlers, the end of a worker, and ``atexit``: it can be called from every thread and at every moment,
    also a second time, never raises, and takes about a second at most.
    """
    has_lock = running.lock.acquire(timeout=1.0)  # another thread may be about to start a process
    try:
        running.has_ended = running.has_ended or for_good
        if running.process_id != os.getpid():
            return
        processes = list(running.processes)
        for process in processes:
            send_kill(process)
        for process in processes:
            reap(process)
        for folder in list(running.folders):
            remove_folder(folder)
    finally:
        if has_lock:
            running.lock.release()


def send_kill(process: Popen[bytes]) -> None:
    """Kill a process and those that it has started, as a wrapper script does; never raises."""
    process_id = getattr(process, "pid", None)  # not there before the process has started
    if process_id is None or process.returncode is not None:
        return
    try:
        if os.name == "posix":
            import signal

            os.killpg(process_id, signal.SIGKILL)
        else:
            process.kill()
    except OSError:
        pass  # it has ended


def reap(process: Popen[bytes]) -> None:
    """Take the status of a process that was killed; never raises."""
    if getattr(process, "pid", None) is not None:
        import subprocess

        try:
            process.wait(1.0)
        except (OSError, subprocess.TimeoutExpired):
            return
    running.processes.discard(process)


def remove_folder(path: str) -> None:
    """Remove a folder of scripts; never raises."""
    import shutil

    shutil.rmtree(path, ignore_errors=True)
    running.folders.discard(path)
