"""The loop: one thread reads, one (the main one) answers in turn, one asks ShellCheck late.

All changes that wait are taken in before a file is linted, so that fast typing costs one run and the last text wins.
"""

from __future__ import annotations

import gc
import os
import sys
import threading
from importlib import import_module
from queue import Empty, SimpleQueue

from dockerlint_rules.config import ConfigError
from dockerlint_rules.registry.indexed import IndexedRule
from dockerlint_rules.server import base_protocol as wire
from dockerlint_rules.server.diagnostics import diagnostics_of
from dockerlint_rules.server.methods import METHODS, Refused
from dockerlint_rules.server.session import OpenFile, Session

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable
    from typing import Any, BinaryIO

    from dockerlint_rules.engine.settings import Settings
    from dockerlint_rules.findings.finding import Finding
    from dockerlint_rules.server.file_watcher import Watcher
    from dockerlint_rules.server.positions import Text
    from dockerlint_rules.server.shellcheck_thread import Late

# What most files need beside the modules of their rules.
_OFTEN = ("model.packages.calls", "knowledge.image_records", "knowledge.package_manager_records", "knowledge.release_records", "knowledge.stateful_software", "syntax.shell.script", "syntax.words")  # fmt: skip
_QUIET = 0.5  # seconds without a message before garbage is collected
_MOST_WASTE = 60_000  # objects, some 7 MiB, that may be made without such a pause
_PARENT = 5.0  # seconds between two looks whether the client still lives


class Server:
    """One connection to one client."""

    def __init__(self, stream: BinaryIO, output: BinaryIO) -> None:
        self.stream = stream
        self.output = output
        self.inbox: SimpleQueue[tuple[str, Any]] = SimpleQueue()
        self.session = Session()
        self.session.warn = self.warn_once
        self._warned: set[str] = set()
        self.state = "new"  # then "initialized", "shut down"
        self.dirty: dict[str, None] = {}
        self.jobs: list[Job] = []
        self.stopped: set[Any] = set()  # progress tokens that the client has cancelled
        self.shown_unopened: set[str] = (
            set()
        )  # addresses of files, as linting the workspace leaves them
        self._pending: dict[str, Callable[[Any], None]] = {}
        self._cancelled: set[Any] = set()
        self._count = 0
        self._late: Late | None = None
        self._is_wasteful = False  # whether files were linted since garbage was last collected
        self._is_frozen = False
        self.is_pulled = False
        self.has_hinted = False  # whether the client has asked for hints on layers
        self._shown: set[str] = set()  # addresses of files of which something was pushed
        self._watcher: Watcher | None = None

    # -- messages out ------------------------------------------------------------------------------

    def send(self, message: dict[str, Any]) -> None:
        """Write one message; a client that is gone is noticed by the reader."""
        try:
            self.output.write(wire.frame({"jsonrpc": "2.0", **message}))
            self.output.flush()
        except OSError:
            self.inbox.put(("end", None))

    def notify(self, method: str, params: Any) -> None:
        """Send a notification."""
        self.send({"method": method, "params": params})

    def ask(self, method: str, params: Any, then: Callable[[Any], None] | None = None) -> None:
        """Send a request; *then* gets the result, unless the client answers with an error."""
        self._count += 1
        name = f"dockerlint-{self._count}"
        if then is not None:
            self._pending[name] = then
        self.send({"id": name, "method": method, "params": params})

    def log(self, text: str, level: int = 4) -> None:
        """Tell the client's log (1 error, 2 warning, 3 info, 4 log)."""
        self.notify("window/logMessage", {"type": level, "message": f"dockerlint: {text}"})

    def warn_once(self, text: str) -> None:
        """Log a warning that was not logged before."""
        if text not in self._warned:
            self._warned.add(text)
            self.log(text, 2)

    def show(self, text: str, level: int = 2) -> None:
        """Show the user a message."""
        self.notify("window/showMessage", {"type": level, "message": f"dockerlint: {text}"})

    def _fail(self, name: Any, code: int, message: str) -> None:
        self.send({"id": name, "error": {"code": code, "message": message}})

    # -- the loop ----------------------------------------------------------------------------------

    def run(self) -> int:
        """Serve until the client says exit or is gone; the exit status."""
        threading.Thread(target=self._read, daemon=True).start()
        # perf: each run makes thousands of objects that all go at once; looking for cycles meanwhile costs a third of it.
        gc.disable()
        while True:
            waiting = [self._next()]
            while True:
                try:
                    waiting.append(self.inbox.get_nowait())
                except Empty:
                    break
            self._cancelled = {name for kind, said in waiting for name in _cancels(kind, said)}
            for kind, said in waiting:
                status = self._take(kind, said)
                if status is not None:
                    return status

    def _next(self) -> tuple[str, Any]:
        """What comes next; while nothing does, files are linted and long work goes on by a step."""
        while True:
            try:
                return self.inbox.get_nowait()
            except Empty:
                pass
            if self.dirty:
                uri = next(iter(self.dirty))
                del self.dirty[uri]
                self._publish(uri)
            elif self.jobs:
                self._go_on(self.jobs[0])
            else:
                return self._wait()

    def _go_on(self, job: Job) -> None:
        """Take one step of long work; who waits for its end is answered then."""
        try:
            next(job.steps)
            return
        except StopIteration:
            answer: dict[str, Any] = {"result": None}
        except Exception as error:
            self.log(f"{type(error).__name__}: {error}", 1)
            answer = {"error": {"code": wire.INTERNAL_ERROR, "message": str(error)}}
        self.jobs.remove(job)
        if job.name is not None:
            self.send({"id": job.name, **answer})

    def cancel(self, name: Any) -> None:
        """Give up the long work that a request waits for."""
        for job in [job for job in self.jobs if job.name is not None and job.name == name]:
            self.give_up(job)

    def give_up(self, job: Job) -> None:
        """End long work before its time; who waits for it is told."""
        self.jobs.remove(job)
        job.steps.close()
        if job.name is not None:
            self._fail(job.name, wire.CANCELLED, "cancelled")

    def _wait(self) -> tuple[str, Any]:
        """The next message, however long that takes; garbage is collected in a pause."""
        if self._is_wasteful:
            try:
                return self.inbox.get(timeout=_QUIET)
            except Empty:
                self._collect()
        return self.inbox.get()

    def _collect(self) -> None:
        gc.collect()
        self._is_wasteful = False
        if not self._is_frozen:
            gc.freeze()  # modules and tables stay, and need not be looked at again
            self._is_frozen = True

    def _read(self) -> None:
        while True:
            try:
                said = wire.read(self.stream)
            except wire.Broken as error:
                self.inbox.put(("broken", error))
                continue
            except (EOFError, OSError, ValueError):
                self.inbox.put(("end", None))
                return
            self.inbox.put(("message", said))

    def _take(self, kind: str, said: Any) -> int | None:
        """Handle one thing; an exit status ends the loop."""
        if kind == "end":
            return 0 if self.state == "shut down" else 1
        if kind == "broken":
            self._fail(None, said.code, str(said))
        elif kind == "late":
            self._take_late(*said)
        elif kind == "watched":
            if self.state == "initialized":
                METHODS["workspace/didChangeWatchedFiles"](self, {})
        elif isinstance(said, list):
            for one in said:  # a batch, which the protocol has no more and some clients send
                status = self._take("message", one)
                if status is not None:
                    return status
        elif not isinstance(said, dict) or not isinstance(said.get("method", ""), str):
            self._fail(None, wire.INVALID_REQUEST, "this is no request")
        elif "method" not in said:
            self._answered(said)
        elif said["method"] == "exit":
            return 0 if self.state == "shut down" else 1
        else:
            self._dispatch(said)
        return None

    def _answered(self, said: dict[str, Any]) -> None:
        then = (
            self._pending.pop(said.get("id") or "", None)
            if isinstance(said.get("id"), str)
            else None
        )
        if then is not None and "error" not in said:
            try:
                then(said.get("result"))
            except Exception as error:
                self.log(f"{type(error).__name__}: {error}", 1)

    def _dispatch(self, said: dict[str, Any]) -> None:
        method, name, is_request = said["method"], said.get("id"), "id" in said
        if is_request and not _is_id(name):
            self._fail(None, wire.INVALID_REQUEST, "an id is a number or a text")
            return
        handler = METHODS.get(method)
        if is_request and name in self._cancelled:
            self._fail(name, wire.CANCELLED, "cancelled")
            return
        problem = self._not_now(method)
        if problem is not None:
            if is_request:
                self._fail(name, *problem)
            return
        if handler is None:
            if is_request:
                self._fail(name, wire.METHOD_NOT_FOUND, f"{method} is not known")
            return
        params = said.get("params")
        try:
            result = handler(self, params if isinstance(params, dict) else {})
        except Refused as error:
            if is_request:
                self._fail(name, error.code, str(error))
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            self._went_wrong(method, name, error, wire.INVALID_PARAMS, is_request=is_request)
        except Exception as error:
            self._went_wrong(method, name, error, wire.INTERNAL_ERROR, is_request=is_request)
        else:
            if isinstance(result, Job):
                result.name = name if is_request else None
                self.jobs.append(result)
            elif is_request:
                self.send({"id": name, "result": result})
                if method == "initialize":
                    self.jobs.append(Job(warm_up(self.session)))

    def _not_now(self, method: str) -> tuple[int, str] | None:
        if self.state == "new" and method != "initialize":
            return wire.NOT_INITIALIZED, "the first request has to be initialize"
        if self.state == "initialized" and method == "initialize":
            return wire.INVALID_REQUEST, "initialize was there already"
        if self.state == "shut down":
            return wire.INVALID_REQUEST, "after shutdown there is only exit"
        return None

    def _went_wrong(
        self, method: str, name: Any, error: Exception, code: int, *, is_request: bool
    ) -> None:
        import traceback

        complain("".join(traceback.format_exception(error)))
        text = f"{method}: {type(error).__name__}: {error}"
        if is_request:
            self._fail(name, code, text)
        if self.state == "initialized":
            self.log(text, 1)

    # -- linting -------------------------------------------------------------------------------------

    def touch(self, uri: str) -> None:
        """Note that what is shown of a file is old."""
        self.dirty[uri] = None

    def touch_all(self) -> None:
        """Note that for every open file, as when a configuration has changed."""
        for uri in self.session.files:
            self.touch(uri)

    def pulled(self) -> None:
        """Note that the client asks for diagnostics itself.

        From then on nothing is pushed, which would show them twice, and what was pushed is taken back.  That a client
        could ask is not enough: some say so and wait all the same.
        """
        self.is_pulled = True
        for uri in self._shown:
            self.notify("textDocument/publishDiagnostics", {"uri": uri, "diagnostics": []})
        self._shown.clear()

    def _publish(self, uri: str) -> None:
        file = self.session.files.get(uri)
        if file is None:
            return
        self._watch()
        try:
            self.session.lint(file)
        except Exception as error:  # our own fault: said in the file, and the loop goes on
            file.problems = [f"internal error: {type(error).__name__}: {error}"]
            self._went_wrong("lint", None, error, 0, is_request=False)
        if not self.is_pulled:
            self.push(file)
        self.ask_shellcheck(file)
        self._watch()
        self._is_wasteful = True
        if gc.get_count()[0] > _MOST_WASTE:  # counted also while the collector is off
            self._collect()

    def _watch(self) -> None:
        """Have the files looked after that what is shown depends on."""
        files = frozenset(
            (one.path, one.context.directory if one.context else None)
            for one in self.session.files.values()
            if os.path.isabs(one.path)
        )
        if self._watcher is None:
            from dockerlint_rules.server.file_watcher import Watcher

            self._watcher = Watcher(self.inbox)
        self._watcher.look_after(files)

    def push(self, file: OpenFile) -> None:
        """Send what was found in a file."""
        found = diagnostics_of(file, self.session)
        self._shown.add(file.uri)
        self.notify(
            "textDocument/publishDiagnostics",
            {"uri": file.uri, "version": file.version, "diagnostics": found},
        )

    def ask_shellcheck(self, file: OpenFile) -> None:
        """Have the scripts of a file checked once nothing has changed for a moment."""
        if not file.is_dockerfile or file.late_version == file.version or file.problems:
            return
        if self.session.is_excluded(file):
            return
        _, alone = self.session.settings_for(file.path)
        if alone is None:
            return
        if self._late is None:
            from dockerlint_rules.server.shellcheck_thread import Late

            self._late = Late(self.inbox)
        self._late.put(file, alone)

    def _take_late(
        self, file: OpenFile, text: Text, settings: Settings, found: list[Finding]
    ) -> None:
        # Of a file that was closed, a text that is gone, or settings that hold no more?
        if self.session.files.get(file.uri) is not file or file.text is not text:
            return
        if self.state != "initialized" or not self.session.is_current(settings, file.path):
            return
        had = file.late
        file.take_late(found)
        if not found and not had:
            return
        if not self.is_pulled:
            self.push(file)
        elif self.session.can("workspace", "diagnostics", "refreshSupport"):
            self.ask("workspace/diagnostic/refresh", None)


class Job:
    """Long work in steps; *name* is the request that is answered at its end, None where one was answered at once."""

    def __init__(self, steps: Generator[None]) -> None:
        self.steps = steps
        self.name: Any = None


def _is_id(name: Any) -> bool:
    return name is None or (isinstance(name, int | str) and not isinstance(name, bool))


def _cancels(kind: str, said: Any) -> list[Any]:
    """The request that a message takes back."""
    if kind != "message" or not isinstance(said, dict) or said.get("method") != "$/cancelRequest":
        return []
    params = said.get("params")
    name = params.get("id") if isinstance(params, dict) else None
    return [name] if name is not None and _is_id(name) else []


def complain(text: str) -> None:
    """Write to standard error, which may be closed."""
    try:
        sys.stderr.write(text)
        sys.stderr.flush()
    except (AttributeError, OSError, ValueError):
        pass


def warm_up(session: Session) -> Generator[None]:
    """Load what the first file will need, in small steps, while the client still thinks about what to send."""
    folder = session.folders[0] if session.folders else os.sep
    try:
        settings, _ = session.settings_for(os.path.join(folder, "Dockerfile"))
    except ConfigError:
        return  # it is told in the file
    yield
    late = [rule for rule in settings.plan.rules if isinstance(rule, IndexedRule)]
    yield from _loaded(rule for rule in late if not rule.is_conditional)
    for name in _OFTEN:
        import_module(f"dockerlint_rules.{name}")
        yield
    yield from _loaded(late)


def _loaded(rules: Iterable[IndexedRule]) -> Generator[None]:
    """Load the modules of rules, one at each step."""
    seen = set()
    for rule in rules:
        if rule.module not in seen:
            seen.add(rule.module)
            rule.load()
            yield


def watch(parent: int) -> None:
    """End the process when the client's is gone, in case standard input stays open."""

    def look() -> None:
        import time

        while True:
            time.sleep(_PARENT)
            try:
                os.kill(parent, 0)
            except ProcessLookupError:
                os._exit(1)
            except OSError:
                return

    if os.name == "posix":
        threading.Thread(target=look, daemon=True).start()


def serve() -> int:
    """Serve one client; only messages of the protocol go to standard output."""
    if sys.stdin is None or sys.stdout is None:
        complain(
            "dockerlint server: standard input or output is closed; an editor starts it with both\n"
        )
        return 2
    output = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    if sys.stderr is not None:
        os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    sys.stdout = sys.stderr
    status = 1
    try:
        status = Server(sys.stdin.buffer, output).run()
    except KeyboardInterrupt:
        status = 130
    except BaseException:
        import traceback

        complain(traceback.format_exc())
    finally:
        try:  # noqa: SIM105 (perf: contextlib takes 2 ms of an editor's start)
            output.close()
        except OSError:
            pass  # the client is gone
        complain("")
        # The reader may wait for bytes that never come, and has standard input locked meanwhile.
        os._exit(status)
