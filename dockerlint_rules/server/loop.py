"""The server's main loop: one thread reads messages, the main thread answers them in order.

The loop takes in all waiting changes before it lints a file.  So fast typing costs one run, and the last text wins.
Methods are registered in ``methods``; ``serve`` hands them to the loop.
"""

from __future__ import annotations

import gc
import os
import threading
from queue import Empty

from dockerlint_rules.server import base_protocol, events
from dockerlint_rules.server.back_pressure import BackPressure
from dockerlint_rules.server.base_protocol import RequestError
from dockerlint_rules.server.connection import Connection
from dockerlint_rules.server.diagnostics import diagnostics_of
from dockerlint_rules.server.jobs import Job
from dockerlint_rules.server.session import Session
from dockerlint_rules.server.stderr import write_stderr
from dockerlint_rules.server.time_limit import TimeLimitReached
from dockerlint_rules.server.uris import path_of
from dockerlint_rules.server.warm_up import warm_up
from dockerlint_rules.syntax.required_packages import MissingPackage, missing

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any, BinaryIO

    from dockerlint_rules.engine.settings import Settings
    from dockerlint_rules.findings.finding import Finding
    from dockerlint_rules.server.file_watcher import FileWatcher
    from dockerlint_rules.server.open_file import OpenFile
    from dockerlint_rules.server.positions import IndexedText
    from dockerlint_rules.server.shellcheck_thread import ShellCheckThread

    Handler = Callable[["Server", dict[str, Any]], Any]

_PAUSE = 0.5  # seconds without a message before garbage is collected
_MOST_OBJECTS = 60_000  # new objects, some 7 MiB, before garbage is collected without a pause
NEW, INITIALIZED, SHUT_DOWN = "new", "initialized", "shut down"


class Server(Connection):
    """Serves one client."""

    def __init__(self, stream: BinaryIO, output: BinaryIO, methods: Mapping[str, Handler]) -> None:
        super().__init__(output)
        self.stream = stream
        self.methods = methods
        self.session = Session()
        self.session.warn = self.warn_once
        self.state = NEW
        self.outdated: dict[str, None] = {}
        """URIs of the open files that have to be linted again, in the order of their changes."""
        self.jobs: list[Job] = []
        self.cancelled_tokens: set[Any] = set()
        """Tokens of the progress messages that the user has cancelled."""
        self.unopened_shown: set[str] = set()
        """URIs of the files that are not open and have findings on display since the workspace was linted."""
        self.client_pulls = False
        """Whether the client asks for diagnostics itself."""
        self.client_shows_hints = False
        """Whether the client has asked for inlay hints."""
        self.pressure = BackPressure()
        self.at_end_of_input: Callable[[], None] | None = None
        """Called by the reading thread once nothing more will be read."""
        self._shown: set[str] = set()  # URIs of the files whose diagnostics were pushed
        self._cancelled_ids: set[Any] = set()  # of the requests that are waiting
        self._shellcheck: ShellCheckThread | None = None
        self._watcher: FileWatcher | None = None
        self._has_garbage = False  # whether files were linted since garbage was last collected
        self._is_frozen = False

    # -- the loop ----------------------------------------------------------------------------------

    def run(self) -> int:
        """Serve until the client says exit or is gone, and return the exit status."""
        threading.Thread(target=self._read_messages, daemon=True).start()
        # perf: a run makes thousands of objects that all go at once; a search for cycles meanwhile costs a third of it.
        gc.disable()
        while True:
            waiting = [self._next_event()]
            while True:
                try:
                    waiting.append(self.inbox.get_nowait())
                except Empty:
                    break
            self._cancelled_ids = {
                base_protocol.cancelled_id(value)
                for kind, value in waiting
                if kind == events.MESSAGE
            } - {None}
            waiting.reverse()
            while waiting:
                status = self._handle_event(*waiting.pop())
                self.progress += 1
                if status is not None:
                    return status

    def _next_event(self) -> tuple[str, Any]:
        """The next event; until there is one, lint changed files and do the steps of long work."""
        while True:
            try:
                return self.inbox.get_nowait()
            except Empty:
                pass
            if self.outdated:
                uri = next(iter(self.outdated))
                del self.outdated[uri]
                self._lint_and_show(uri)
            elif self.jobs:
                self._do_step(self.jobs[0])
            else:
                return self._wait()

    def _wait(self) -> tuple[str, Any]:
        """The next event, however long it takes; a pause is used to collect garbage."""
        if self._has_garbage:
            try:
                return self.inbox.get(timeout=_PAUSE)
            except Empty:
                self._collect_garbage()
        return self.inbox.get()

    def _collect_garbage(self) -> None:
        gc.collect()
        self._has_garbage = False
        if not self._is_frozen:
            gc.freeze()  # modules and tables stay for good: no later collection looks at them
            self._is_frozen = True

    def _read_messages(self) -> None:
        """Put what the client sends into the inbox; runs in a thread of its own."""
        while True:
            try:
                body = base_protocol.read_body(self.stream)
            except base_protocol.InvalidMessage as error:
                self.inbox.put((events.INVALID_MESSAGE, error))
                self.pressure.take_in(0)
                base_protocol.skip(self.stream, error.rest)
                continue
            except (EOFError, OSError, ValueError, MemoryError):
                self.inbox.put((events.CONNECTION_CLOSED, None))
                break
            self.inbox.put((events.MESSAGE, body))
            if base_protocol.is_exit(body):
                break
            self.pressure.take_in(len(body))
        if self.at_end_of_input is not None:
            self.at_end_of_input()

    def _handle_event(self, kind: str, value: Any) -> int | None:
        """Handle one event; an exit status ends the loop."""
        if kind == events.MESSAGE:
            try:
                return self._handle_message(base_protocol.parse_body(value))
            except base_protocol.InvalidMessage as error:
                self.send_error(None, error.code, str(error))
            finally:
                self.pressure.let_go(len(value))
        elif kind == events.CONNECTION_CLOSED:
            return self.exit_status()
        elif kind == events.INVALID_MESSAGE:
            self.send_error(None, value.code, str(value))
            self.pressure.let_go(0)
        elif kind == events.SHELLCHECK_FINISHED:
            self._show_shellcheck_findings(*value)
        elif kind == events.FILES_CHANGED:
            if self._watcher is not None:
                self._watcher.take_in()
            if self.state == INITIALIZED:
                self.methods["workspace/didChangeWatchedFiles"](self, {})
        return None

    def _handle_message(self, message: Any) -> int | None:
        """Handle one message of the client; an exit status ends the loop."""
        if isinstance(message, list):
            for one in message:  # the protocol no longer has batches, but some clients send them
                status = self._handle_message(one)
                if status is not None:
                    return status
        elif not isinstance(message, dict) or not isinstance(message.get("method", ""), str):
            self.send_error(None, base_protocol.INVALID_REQUEST, "this is not a request")
        elif "method" not in message:
            self.handle_response(message)
        elif message["method"] == "exit":
            return self.exit_status()
        else:
            self._call_method(message)
        return None

    def exit_status(self) -> int:
        """The exit status once the client has said ``exit`` or is gone."""
        return 0 if self.state == SHUT_DOWN else 1

    def _call_method(self, message: dict[str, Any]) -> None:
        """Call the handler of a request or notification, and answer a request."""
        method, request_id, is_request = message["method"], message.get("id"), "id" in message
        if is_request and not base_protocol.is_id(request_id):
            self.send_error(
                None, base_protocol.INVALID_REQUEST, "an id must be a number or a string"
            )
            return
        if is_request and request_id in self._cancelled_ids:
            self.send_error(request_id, base_protocol.REQUEST_CANCELLED, "cancelled")
            return
        try:
            self._check_state(method)
            if method not in self.methods:
                raise RequestError(base_protocol.METHOD_NOT_FOUND, f"unknown method {method}")
            params = message.get("params")
            with self.time_limit:
                result = self.methods[method](self, params if isinstance(params, dict) else {})
        except RequestError as error:
            if is_request:
                self.send_error(request_id, error.code, str(error))
        except TimeLimitReached:
            self._refuse_slow(method, request_id, is_request=is_request)
        except Exception as error:
            is_bad_input = isinstance(error, (KeyError, TypeError, ValueError, AttributeError))
            code = base_protocol.INVALID_PARAMS if is_bad_input else base_protocol.INTERNAL_ERROR
            text = self._log_exception(method, error)
            if is_request:
                self.send_error(request_id, code, text)
        else:
            self._answer(method, request_id if is_request else None, result, is_request=is_request)

    def _refuse_slow(self, method: str, request_id: Any, *, is_request: bool) -> None:
        text = f"{method} took longer than {self.time_limit.seconds:g} s and was stopped"
        self.log(text, 1)
        if is_request:
            self.send_error(request_id, base_protocol.REQUEST_FAILED, text)

    def _answer(self, method: str, request_id: Any, result: Any, *, is_request: bool) -> None:
        if isinstance(result, Job):
            result.request_id = request_id
            self.jobs.append(result)
        elif is_request:
            self.send({"id": request_id, "result": result})
            if method == "initialize":
                self.jobs.append(Job(warm_up(self.session)))

    def _check_state(self, method: str) -> None:
        """Raise RequestError for a method that the client may not call now."""
        if self.state == NEW and method != "initialize":
            raise RequestError(
                base_protocol.NOT_INITIALIZED, "the first request must be 'initialize'"
            )
        if self.state == INITIALIZED and method == "initialize":
            raise RequestError(base_protocol.INVALID_REQUEST, "the server is initialized already")
        if self.state == SHUT_DOWN:
            raise RequestError(
                base_protocol.INVALID_REQUEST, "the server is shut down; send 'exit'"
            )

    def _log_exception(self, doing: str, error: Exception) -> str:
        """Write a traceback to standard error and one line to the client's log; return the line."""
        import traceback

        write_stderr("".join(traceback.format_exception(error)))
        text = f"{doing}: {type(error).__name__}: {error}"
        if self.state == INITIALIZED:
            self.log(text, 1)
        return text

    # -- long work ---------------------------------------------------------------------------------

    def _do_step(self, job: Job) -> None:
        """Do one step of long work; at the end, answer the request that waits for it."""
        self.progress += 1
        try:
            next(job.steps)
            return
        except StopIteration:
            answer: dict[str, Any] = {"result": None}
        except Exception as error:
            self.log(f"{type(error).__name__}: {error}", 1)
            answer = {"error": {"code": base_protocol.INTERNAL_ERROR, "message": str(error)}}
        self.jobs.remove(job)
        if job.request_id is not None:
            self.send({"id": job.request_id, **answer})

    def abort_job(self, job: Job) -> None:
        """End long work early, and tell the client whose request waits for it."""
        self.jobs.remove(job)
        job.steps.close()
        if job.request_id is not None:
            self.send_error(job.request_id, base_protocol.REQUEST_CANCELLED, "cancelled")

    def cancel_request(self, request_id: Any) -> None:
        """Abort the long work that a request waits for."""
        if request_id is None:
            return
        for job in [one for one in self.jobs if one.request_id == request_id]:
            self.abort_job(job)

    # -- linting -------------------------------------------------------------------------------------

    def mark_changed(self, uri: str) -> None:
        """Lint an open file again once no more messages are waiting."""
        self.outdated[uri] = None

    def mark_all_changed(self) -> None:
        """Lint all open files again, because a configuration has changed."""
        for uri in self.session.files:
            self.mark_changed(uri)

    def stop_pushing(self) -> None:
        """Push no more diagnostics, because the client asks for them itself, and remove those on display.

        Otherwise the client would show them twice.  It is not enough that a client says that it can ask: some say so
        and wait for diagnostics all the same.
        """
        self.client_pulls = True
        for uri in self._shown:
            self.clear_diagnostics(uri)
        self._shown.clear()

    def forget_shown(self, uri: str) -> None:
        """Forget a document that was closed, and remove the diagnostics that were pushed for it."""
        self._shown.discard(uri)
        if self._shellcheck is not None:
            self._shellcheck.forget(uri)
        if self._watcher is not None:
            self._watcher.forget(path_of(uri))
        if not self.client_pulls:
            self.clear_diagnostics(uri)

    def clear_diagnostics(self, uri: str) -> None:
        """Remove what the client shows for a file."""
        self.notify("textDocument/publishDiagnostics", {"uri": uri, "diagnostics": []})

    def _lint_and_show(self, uri: str) -> None:
        file = self.session.files.get(uri)
        if file is None:
            return
        self._watch_files(file)
        self.lint_file(file)
        if not self.client_pulls:
            self._push_diagnostics(file)
        self.start_shellcheck(file)
        self._watch_files(file)
        self.note_garbage()

    def lint_file(self, file: OpenFile) -> None:
        """Lint a file unless that is done already.  What goes wrong is shown in the file."""
        try:
            with self.time_limit:
                self.session.lint(file)
        except TimeLimitReached:
            file.forget_findings()
            file.problems = [
                f"linting took longer than {self.time_limit.seconds:g} s and was stopped"
            ]
        except MissingPackage as error:
            file.problems = [str(error)]
        except Exception as error:  # a bug of ours: show it in the file and go on
            file.problems = [f"internal error: {type(error).__name__}: {error}"]
            self._log_exception("lint", error)
        else:
            return
        finally:
            for sentence in missing.values():
                self.warn_once(sentence)
        file.linted_version = file.version  # so that not every request tries it again

    def note_garbage(self) -> None:
        """Have garbage collected in the next pause, or now if there is much of it.  To be called after each file."""
        self._has_garbage = True
        if gc.get_count()[0] > _MOST_OBJECTS:  # counts on while the collector is off
            self._collect_garbage()

    def _watch_files(self, file: OpenFile) -> None:
        """Watch the files on the disk that a file's findings depend on."""
        if self._watcher is None:
            from dockerlint_rules.server.file_watcher import FileWatcher

            self._watcher = FileWatcher(self.inbox)
        if os.path.isabs(file.path):
            self._watcher.watch(file.path, file.context.directory if file.context else None)

    def _push_diagnostics(self, file: OpenFile) -> None:
        self._shown.add(file.uri)
        self.notify(
            "textDocument/publishDiagnostics",
            {
                "uri": file.uri,
                "version": file.version,
                "diagnostics": diagnostics_of(file, self.session),
            },
        )

    def start_shellcheck(self, file: OpenFile) -> None:
        """Have ShellCheck check a file's scripts once nothing has changed for a moment."""
        if not file.is_dockerfile or file.shellcheck_version == file.version or file.problems:
            return
        if self.session.is_excluded(file):
            return
        _, settings = self.session.settings_for(file.path)
        if settings is None:
            return
        if self._shellcheck is None:
            from dockerlint_rules.server.shellcheck_thread import ShellCheckThread

            self._shellcheck = ShellCheckThread(self.inbox)
        self._shellcheck.put(file, settings)

    def _show_shellcheck_findings(
        self,
        file: OpenFile,
        text: IndexedText,
        settings: Settings,
        findings: list[Finding],
        problem: str,
    ) -> None:
        if problem:
            self.warn_once(problem)
        # Only while the file is open and still has this text and these settings.
        if self.session.files.get(file.uri) is not file or file.text is not text:
            return
        if self.state != INITIALIZED or not self.session.is_current(settings, file.path):
            return
        is_same = not findings and not file.shellcheck_findings
        file.set_shellcheck_findings(findings)
        if is_same:
            return
        self.lint_file(file)
        if not self.client_pulls:
            self._push_diagnostics(file)
        elif self.session.can("workspace", "diagnostics", "refreshSupport"):
            self.ask("workspace/diagnostic/refresh", None)
