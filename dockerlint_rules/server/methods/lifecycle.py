"""Methods that begin and end a connection, or cancel a request."""

from __future__ import annotations

from dockerlint_rules.server.loop import INITIALIZED, SHUT_DOWN
from dockerlint_rules.server.methods.commands import COMMANDS
from dockerlint_rules.server.methods.settings import request_settings, set_options
from dockerlint_rules.server.methods.table import as_mapping, method
from dockerlint_rules.server.positions import UTF8, UTF16, UTF32
from dockerlint_rules.server.uris import folder_of
from dockerlint_rules.version import VERSION

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from dockerlint_rules.server.loop import Server
    from dockerlint_rules.server.session import Session

_CODE_ACTION_KINDS = ["quickfix", "source.fixAll.dockerlint"]
# The characters that open the list of completions when they are typed.
_TRIGGERS = ["-", "$", "{", "=", ",", "/", " "]


@method("initialize")
def initialize(server: Server, params: dict[str, Any]) -> Any:
    """Take over the client's capabilities, folders and options, and answer with ours."""
    session = server.session
    session.capabilities = as_mapping(params.get("capabilities"))
    general = session.capabilities.get("general") or {}
    offered = general.get("positionEncodings") or [UTF16]
    session.encoding = next((one for one in (UTF8, UTF16, UTF32) if one in offered), UTF16)
    session.folders = _folders(params)
    options = params.get("initializationOptions")
    if isinstance(options, dict):
        everywhere = as_mapping(options.get("globalSettings"))
        own = as_mapping(options.get("settings", options))
        set_options(server, {**everywhere, **own}, None)
    parent = params.get("processId")
    if isinstance(parent, int) and not isinstance(parent, bool) and parent > 1:
        from dockerlint_rules.server.parent_process import watch_parent

        watch_parent(parent)
    server.state = INITIALIZED
    return {
        "capabilities": _capabilities(session),
        "serverInfo": {"name": "dockerlint", "version": VERSION},
    }


def _folders(params: dict[str, Any]) -> list[str]:
    folders = params.get("workspaceFolders")
    if isinstance(folders, list):
        return [folder_of(one["uri"]) for one in folders]
    if params.get("rootUri"):
        return [folder_of(params["rootUri"])]
    return [str(params["rootPath"])] if params.get("rootPath") else []


def _capabilities(session: Session) -> dict[str, Any]:
    can_prepare = session.can("textDocument", "rename", "prepareSupport")
    return {
        "positionEncoding": session.encoding,
        "textDocumentSync": {"openClose": True, "change": 2, "save": {"includeText": False}},
        "diagnosticProvider": {
            "identifier": "dockerlint",
            "interFileDependencies": True,
            "workspaceDiagnostics": False,
        },
        "codeActionProvider": {"codeActionKinds": _CODE_ACTION_KINDS, "resolveProvider": True},
        "hoverProvider": True,
        "documentSymbolProvider": True,
        "foldingRangeProvider": True,
        "documentLinkProvider": {"resolveProvider": False},
        "definitionProvider": True,
        "referencesProvider": True,
        "renameProvider": {"prepareProvider": True} if can_prepare else True,
        "executeCommandProvider": {"commands": COMMANDS},
        "documentHighlightProvider": True,
        # Offered even when hints are off: the setting may change later.
        "inlayHintProvider": True,
        "completionProvider": {"triggerCharacters": _TRIGGERS},
        "workspace": {"workspaceFolders": {"supported": True, "changeNotifications": True}},
    }


@method("initialized")
def initialized(server: Server, _: dict[str, Any]) -> None:
    """Ask for the settings of the folders."""
    request_settings(server)


@method("shutdown")
def shutdown(server: Server, _: dict[str, Any]) -> None:
    """Stop all work and wait for ``exit``."""
    server.state = SHUT_DOWN
    server.outdated.clear()
    for job in list(server.jobs):
        server.abort_job(job)


@method("$/cancelRequest")
def cancel_request(server: Server, params: dict[str, Any]) -> None:
    """Abort long work.  Requests that have not begun are cancelled by the loop."""
    server.cancel_request(params.get("id"))


@method("$/setTrace")
@method("$/progress")
@method("workspace/didRenameFiles")
def ignore_notification(_: Server, __: dict[str, Any]) -> None:
    """Do nothing: these notifications do not concern the server."""
