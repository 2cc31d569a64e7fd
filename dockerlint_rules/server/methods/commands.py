"""The commands that an editor can run, and the progress of the long one."""

from __future__ import annotations

from dockerlint_rules.config import ConfigError
from dockerlint_rules.server.base_protocol import INVALID_PARAMS, REQUEST_FAILED, RequestError
from dockerlint_rules.server.jobs import Job
from dockerlint_rules.server.methods.table import linted_file, method
from dockerlint_rules.version import VERSION

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from dockerlint_rules.server.loop import Server

_FIX_ALL, _LINT_WORKSPACE = "dockerlint.applyAutofix", "dockerlint.lintWorkspace"
_DEBUG_INFORMATION = "dockerlint.debugInformation"
COMMANDS = [_FIX_ALL, _DEBUG_INFORMATION, _LINT_WORKSPACE]
_MOST_JOBS = 8  # at once
_MOST_TOKENS = 1000  # cancelled ones that are kept


@method("workspace/executeCommand")
def execute_command(server: Server, params: dict[str, Any]) -> Any:
    """Run one of our commands."""
    command, arguments = params["command"], params.get("arguments") or []
    if command == _DEBUG_INFORMATION:
        return _debug_information(server)
    if command == _FIX_ALL:
        argument = arguments[0] if arguments else {}
        return _fix_all(server, argument["uri"] if isinstance(argument, dict) else argument)
    if command == _LINT_WORKSPACE:
        return _lint_workspace(server, params.get("workDoneToken"))
    raise RequestError(INVALID_PARAMS, f"unknown command {command}")


def _fix_all(server: Server, uri: str) -> None:
    from dockerlint_rules.server.code_actions import fix_all
    from dockerlint_rules.server.text_edits import workspace_edit

    file = linted_file(server, uri)
    edits = fix_all(file, server.session)
    if edits:
        edit = workspace_edit(file, server.session, edits)
        server.ask("workspace/applyEdit", {"label": "dockerlint: fix", "edit": edit})


def _lint_workspace(server: Server, token: Any) -> Job | None:
    from dockerlint_rules.server.workspace_lint import lint_workspace

    if len(server.jobs) >= _MOST_JOBS:
        raise RequestError(REQUEST_FAILED, "the workspace is being linted already")
    job = Job(lint_workspace(server, token))
    if token is not None:  # a client's own token is valid until its request is answered
        return job
    server.jobs.append(job)
    return None


def _debug_information(server: Server) -> dict[str, Any]:
    import platform

    session = server.session
    files = {}
    for file in session.files.values():
        try:
            config = session.cache_for(file.path).config_of(file.path)
        except ConfigError as error:
            config = str(error)
        files[file.uri] = {
            "version": file.version,
            "findings": len(file.all_findings()),
            "configuration": config,
        }
    return {
        "version": VERSION,
        "python": platform.python_version(),
        "encoding": session.encoding,
        "folders": session.folders,
        "options": session.options,
        "files": files,
    }


@method("window/workDoneProgress/cancel")
def cancel_progress(server: Server, params: dict[str, Any]) -> None:
    """Stop the work that a progress message is about."""
    if len(server.cancelled_tokens) < _MOST_TOKENS:
        server.cancelled_tokens.add(params["token"])
