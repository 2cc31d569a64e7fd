"""The methods of the protocol: one decorated function each, which gets the server and the message's parameters.

What a method alone needs is imported where it is used: the first diagnostics come 10 ms sooner.
"""

from __future__ import annotations

from dockerlint_rules.config import ConfigError
from dockerlint_rules.server.base_protocol import INVALID_PARAMS, REQUEST_FAILED
from dockerlint_rules.server.diagnostics import diagnostics_of
from dockerlint_rules.server.positions import UTF8, UTF16, UTF32, Text, changed
from dockerlint_rules.server.session import OpenFile, path_of, uri_of
from dockerlint_rules.version import VERSION

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from dockerlint_rules.server.loop import Server

    Handler = Callable[[Server, dict[str, Any]], Any]

METHODS: dict[str, Handler] = {}
# What asks for completion when it is typed.  Behind a blank only what is nearly always wanted is shown.
_TRIGGERS = ["-", "$", "{", "=", ",", "/", " "]
_MOST_TOKENS = 1000
_COMMANDS = ["dockerlint.applyAutofix", "dockerlint.debugInformation", "dockerlint.lintWorkspace"]


class Refused(Exception):
    """A request that cannot be done; ``code`` is the protocol's."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code


def method(name: str) -> Callable[[Handler], Handler]:
    """Register the handler of a method."""

    def register(handler: Handler) -> Handler:
        METHODS[name] = handler
        return handler

    return register


def _file(server: Server, params: dict[str, Any]) -> OpenFile:
    uri = params["textDocument"]["uri"]
    file = server.session.files.get(uri)
    if file is None:
        raise Refused(INVALID_PARAMS, f"{uri} is not open")
    return file


def _linted(server: Server, params: dict[str, Any]) -> OpenFile:
    """The file of a request, with what is found in it now."""
    file = _file(server, params)
    server.session.lint(file)
    return file


def _offset(file: OpenFile, params: dict[str, Any]) -> int:
    return file.text.offset(params["position"])


# -- life cycle ------------------------------------------------------------------------------------------


@method("initialize")
def initialize(server: Server, params: dict[str, Any]) -> Any:
    """Settle what both can do."""
    session = server.session
    capabilities = params.get("capabilities")
    session.capabilities = capabilities if isinstance(capabilities, dict) else {}
    general = session.capabilities.get("general") or {}
    offered = general.get("positionEncodings") or [UTF16]
    session.encoding = next((one for one in (UTF8, UTF16, UTF32) if one in offered), UTF16)
    folders = params.get("workspaceFolders")
    if isinstance(folders, list):
        session.folders = [_folder(one["uri"]) for one in folders]
    elif params.get("rootUri"):
        session.folders = [_folder(params["rootUri"])]
    elif params.get("rootPath"):
        session.folders = [str(params["rootPath"])]
    options = params.get("initializationOptions")
    if isinstance(options, dict):
        _take_options(
            server,
            {
                **_mapping(options.get("globalSettings")),
                **_mapping(options.get("settings", options)),
            },
            None,
        )
    parent = params.get("processId")
    if isinstance(parent, int) and not isinstance(parent, bool) and parent > 1:
        from dockerlint_rules.server.loop import watch

        watch(parent)
    server.state = "initialized"
    return {
        "capabilities": _capabilities(server),
        "serverInfo": {"name": "dockerlint", "version": VERSION},
    }


def _folder(uri: str) -> str:
    """The path of a workspace folder, without a slash at its end."""
    path = path_of(uri)
    return path.rstrip("/") or path


def _capabilities(server: Server) -> dict[str, Any]:
    session = server.session
    return {
        "positionEncoding": session.encoding,
        "textDocumentSync": {"openClose": True, "change": 2, "save": {"includeText": False}},
        "diagnosticProvider": {
            "identifier": "dockerlint",
            "interFileDependencies": True,
            "workspaceDiagnostics": False,
        },
        "codeActionProvider": {
            "codeActionKinds": ["quickfix", "source.fixAll.dockerlint"],
            "resolveProvider": True,
        },
        "hoverProvider": True,
        "documentSymbolProvider": True,
        "foldingRangeProvider": True,
        "documentLinkProvider": {"resolveProvider": False},
        "definitionProvider": True,
        "referencesProvider": True,
        "renameProvider": {"prepareProvider": True}
        if session.can("textDocument", "rename", "prepareSupport")
        else True,
        "executeCommandProvider": {"commands": _COMMANDS},
        "documentHighlightProvider": True,
        # Offered also where nobody wants them now: the setting may become another one.
        "inlayHintProvider": True,
        "completionProvider": {"triggerCharacters": _TRIGGERS},
        "workspace": {"workspaceFolders": {"supported": True, "changeNotifications": True}},
    }


@method("initialized")
def initialized(server: Server, _: dict[str, Any]) -> None:
    """Ask for the settings of the folders."""
    _ask_settings(server)


@method("shutdown")
def shutdown(server: Server, _: dict[str, Any]) -> None:
    """Nothing more is done but to wait for exit."""
    server.state = "shut down"
    server.dirty.clear()
    for job in list(server.jobs):
        server.give_up(job)


@method("$/cancelRequest")
def cancelled(server: Server, params: dict[str, Any]) -> None:
    """Long work is given up; of what waits in the queue the loop knows already."""
    server.cancel(params.get("id"))


@method("$/setTrace")
@method("$/progress")
@method("workspace/didRenameFiles")
def nothing(_: Server, __: dict[str, Any]) -> None:
    """What the loop has seen to already, or what is of no matter."""


# -- settings --------------------------------------------------------------------------------------------


def _mapping(said: Any) -> dict[str, Any]:
    return said if isinstance(said, dict) else {}


def _take_options(server: Server, said: dict[str, Any], folder: str | None) -> None:
    """Take over what the editor says; what is no option is said once."""
    from dockerlint_rules.config.editor import read_settings

    session = server.session
    known, wishes, problems = read_settings(_mapping(said.get("dockerlint", said)))
    for problem in problems:
        server.log(problem, 2)
    if folder is None:
        session.options, session.wishes = known, wishes
    else:
        session.folder_options[folder], session.folder_wishes[folder] = known, wishes
    session.forget_settings()


def _ask_settings(server: Server) -> None:
    """Ask for the settings of each folder, where the client can be asked."""
    session = server.session
    if not session.can("workspace", "configuration"):
        return
    folders = session.folders or [""]
    items = [
        {"section": "dockerlint", **({"scopeUri": uri_of(one)} if one else {})} for one in folders
    ]

    def take(result: Any) -> None:
        for folder, said in zip(folders, result if isinstance(result, list) else [], strict=False):
            _take_options(server, _mapping(said), folder)  # none said: none hold any more
        server.touch_all()
        _refresh(server)

    server.ask("workspace/configuration", {"items": items}, take)


@method("workspace/didChangeConfiguration")
def configuration_changed(server: Server, params: dict[str, Any]) -> None:
    """Read settings anew."""
    settings = _mapping(params.get("settings"))
    if "dockerlint" in settings:
        _take_options(server, _mapping(settings["dockerlint"]), None)
    server.session.forget_settings()
    server.touch_all()
    _ask_settings(server)
    _refresh(server)


@method("workspace/didChangeWatchedFiles")
def files_changed(server: Server, _: dict[str, Any]) -> None:
    """A configuration, an ignore file or a compose file is another one: the client says so, or the watcher."""
    server.session.forget_settings()
    server.touch_all()
    _refresh(server)


@method("workspace/didChangeWorkspaceFolders")
def folders_changed(server: Server, params: dict[str, Any]) -> None:
    """Folders come and go."""
    session, event = server.session, params["event"]
    gone = {_folder(one["uri"]) for one in event.get("removed") or ()}
    added = [_folder(one["uri"]) for one in event.get("added") or ()]
    kept = [one for one in session.folders if one not in gone]
    session.folders = list(dict.fromkeys([*kept, *added]))
    session.forget_settings()
    server.touch_all()
    _ask_settings(server)


def _refresh(server: Server) -> None:
    """Have the client ask again for what it asks for itself."""
    if server.is_pulled and server.session.can("workspace", "diagnostics", "refreshSupport"):
        server.ask("workspace/diagnostic/refresh", None)
    # Only of who shows hints: a client that does not may take the request for an error.
    if server.has_hinted and server.session.can("workspace", "inlayHint", "refreshSupport"):
        server.ask("workspace/inlayHint/refresh", None)


# -- documents -------------------------------------------------------------------------------------------


@method("textDocument/didOpen")
def opened(server: Server, params: dict[str, Any]) -> None:
    """A document is open."""
    said = params["textDocument"]
    text = Text(str(said["text"]), server.session.encoding)
    file = OpenFile(
        said["uri"], str(said.get("languageId") or ""), int(said.get("version") or 0), text
    )
    server.session.files[file.uri] = file
    if file.uri in server.shown_unopened:
        server.shown_unopened.discard(file.uri)
        if server.is_pulled:  # what was pushed of it would stay beside what is pulled
            server.notify("textDocument/publishDiagnostics", {"uri": file.uri, "diagnostics": []})
    server.touch(file.uri)


@method("textDocument/didChange")
def document_changed(server: Server, params: dict[str, Any]) -> None:
    """A document has another text."""
    file = _file(server, params)
    text = changed(file.text, params["contentChanges"])
    version = params["textDocument"].get("version")
    file.take(text, file.version + 1 if version is None else int(version))
    server.touch(file.uri)


@method("textDocument/didSave")
def saved(server: Server, params: dict[str, Any]) -> None:
    """What lies on the disk may be another thing now."""
    file = _file(server, params)
    file.linted = file.context = None
    server.touch(file.uri)


@method("textDocument/didClose")
def closed(server: Server, params: dict[str, Any]) -> None:
    """A document is no longer open, and nothing is shown of it."""
    uri = params["textDocument"]["uri"]
    if server.session.files.pop(uri, None) is not None and not server.is_pulled:
        server.dirty.pop(uri, None)
        server.notify("textDocument/publishDiagnostics", {"uri": uri, "diagnostics": []})


@method("textDocument/diagnostic")
def diagnostic(server: Server, params: dict[str, Any]) -> Any:
    """What is found in a document, unless the client has it already."""
    file = _linted(server, params)
    server.pulled()
    server.ask_shellcheck(file)
    name = str(file.answer)
    if params.get("previousResultId") == name:
        return {"kind": "unchanged", "resultId": name}
    return {"kind": "full", "resultId": name, "items": diagnostics_of(file, server.session)}


# -- requests about a document -----------------------------------------------------------------------------


@method("textDocument/codeAction")
def code_action(server: Server, params: dict[str, Any]) -> Any:
    """What can be done about a range."""
    from dockerlint_rules.server import code_actions as actions

    file = _linted(server, params)
    return actions.actions(file, server.session, params["range"], _mapping(params.get("context")))


@method("codeAction/resolve")
def code_action_resolve(server: Server, params: dict[str, Any]) -> Any:
    """The edit of an action that was offered without."""
    from dockerlint_rules.server import code_actions as actions

    return actions.resolved(params, server.session)


@method("textDocument/hover")
def hover(server: Server, params: dict[str, Any]) -> Any:
    """What is known of a place."""
    from dockerlint_rules.server.hover.hover import hover as hover_of

    file = _linted(server, params)
    return hover_of(file, server.session, _offset(file, params))


@method("textDocument/completion")
def complete(server: Server, params: dict[str, Any]) -> Any:
    """What may stand at a place."""
    from dockerlint_rules.server.completion.complete import complete as complete_at

    file = _linted(server, params)
    if not file.is_dockerfile or not server.session.wants("completion", file.path):
        return []
    trigger = str(_mapping(params.get("context")).get("triggerCharacter") or "")
    return complete_at(file, server.session, _offset(file, params), trigger)


@method("textDocument/documentSymbol")
def document_symbol(server: Server, params: dict[str, Any]) -> Any:
    """The outline of a file."""
    from dockerlint_rules.server.navigation import features as navigation

    file = _linted(server, params)
    if server.session.can("textDocument", "documentSymbol", "hierarchicalDocumentSymbolSupport"):
        return navigation.symbols(file)
    return navigation.flat_symbols(file)


@method("textDocument/foldingRange")
def folding_range(server: Server, params: dict[str, Any]) -> Any:
    """What can be folded."""
    from dockerlint_rules.server.navigation import features as navigation

    return navigation.folding(_linted(server, params))


@method("textDocument/documentLink")
def document_link(server: Server, params: dict[str, Any]) -> Any:
    """Files and images."""
    from dockerlint_rules.server.navigation import features as navigation

    return navigation.links(_linted(server, params))


@method("textDocument/definition")
def definition(server: Server, params: dict[str, Any]) -> Any:
    """Where a name comes from."""
    from dockerlint_rules.server.navigation import features as navigation

    file = _linted(server, params)
    return navigation.definition(file, _offset(file, params))


@method("textDocument/references")
def references(server: Server, params: dict[str, Any]) -> Any:
    """Where a name is used."""
    from dockerlint_rules.server.navigation import features as navigation

    file = _linted(server, params)
    declared = bool(_mapping(params.get("context")).get("includeDeclaration", True))
    return navigation.references(file, _offset(file, params), with_declaration=declared)


@method("textDocument/documentHighlight")
def document_highlight(server: Server, params: dict[str, Any]) -> Any:
    """The same name elsewhere in the file."""
    from dockerlint_rules.server.navigation import features as navigation

    file = _linted(server, params)
    found = navigation.references(file, _offset(file, params), with_declaration=True)
    return [{"range": one["range"]} for one in found]


@method("textDocument/prepareRename")
def prepare_rename(server: Server, params: dict[str, Any]) -> Any:
    """Whether a name can be another one."""
    from dockerlint_rules.server.navigation import features as navigation

    file = _linted(server, params)
    return navigation.renameable(file, _offset(file, params))


@method("textDocument/rename")
def rename(server: Server, params: dict[str, Any]) -> Any:
    """Give a stage another name."""
    from dockerlint_rules.server import code_actions as actions
    from dockerlint_rules.server.navigation import features as navigation

    file = _linted(server, params)
    found = navigation.renamed(file, _offset(file, params), str(params["newName"]))
    if isinstance(found, str):
        raise Refused(REQUEST_FAILED, found)
    return actions.workspace_edit(file, server.session, found)


@method("textDocument/inlayHint")
def inlay_hint(server: Server, params: dict[str, Any]) -> Any:
    """Which lines are layers, and when they are built anew."""
    from dockerlint_rules.server.navigation import features as navigation

    file = _linted(server, params)
    server.has_hinted = True
    if not server.session.wants("layers", file.path):
        return []
    start, end = (
        file.text.offset(params["range"]["start"]),
        file.text.offset(params["range"]["end"]),
    )
    return navigation.hints(file, start, end)


# -- commands --------------------------------------------------------------------------------------------


@method("workspace/executeCommand")
def execute_command(server: Server, params: dict[str, Any]) -> Any:
    """One of our commands."""
    from dockerlint_rules.server import code_actions as actions

    command, arguments = params["command"], params.get("arguments") or []
    if command == "dockerlint.debugInformation":
        return _debug_information(server)
    if command == "dockerlint.applyAutofix":
        said = arguments[0] if arguments else {}
        file = _linted(
            server, {"textDocument": {"uri": said["uri"] if isinstance(said, dict) else said}}
        )
        edits = actions.fix_all(file, server.session)
        if edits:
            edit = actions.workspace_edit(file, server.session, edits)
            server.ask("workspace/applyEdit", {"label": "dockerlint: mend", "edit": edit})
        return None
    if command == "dockerlint.lintWorkspace":
        from dockerlint_rules.server.loop import Job
        from dockerlint_rules.server.workspace_lint import lint_workspace

        token = params.get("workDoneToken")
        job = Job(lint_workspace(server, token))
        if token is not None:  # a client's own token is good until its request is answered
            return job
        server.jobs.append(job)
        return None
    raise Refused(INVALID_PARAMS, f"unknown command {command}")


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
        "version": VERSION, "python": platform.python_version(), "encoding": session.encoding, "folders": session.folders,
        "options": session.options, "files": files,
    }  # fmt: skip


@method("window/workDoneProgress/cancel")
def progress_cancelled(server: Server, params: dict[str, Any]) -> None:
    """The user has had enough."""
    if len(server.stopped) < _MOST_TOKENS:
        server.stopped.add(params["token"])
