"""Methods about settings: what the editor sets, and what changes in workspace folders and on the disk."""

from __future__ import annotations

from dockerlint_rules.server.methods.table import as_mapping, method
from dockerlint_rules.server.uris import folder_of, uri_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from dockerlint_rules.server.loop import Server


def set_options(server: Server, settings: dict[str, Any], folder: str | None) -> None:
    """Replace the editor's settings for a folder, or for all folders (None); log those that are ignored."""
    from dockerlint_rules.config.editor import read_settings

    session = server.session
    options, features, problems = read_settings(as_mapping(settings.get("dockerlint", settings)))
    for problem in problems:
        server.log(problem, 2)
    if folder is None:
        session.options, session.features = options, features
    else:
        session.folder_options[folder], session.folder_features[folder] = options, features
    session.forget_settings()


def request_settings(server: Server) -> None:
    """Ask the client for the settings of each folder, if it can be asked."""
    session = server.session
    if not session.can("workspace", "configuration"):
        return
    folders = session.folders or [""]
    items = [
        {"section": "dockerlint", **({"scopeUri": uri_of(one)} if one else {})} for one in folders
    ]

    def take(result: Any) -> None:
        answers = result if isinstance(result, list) else []
        for folder, settings in zip(folders, answers, strict=False):
            set_options(server, as_mapping(settings), folder)  # null removes the settings
        server.mark_all_changed()
        _refresh(server)

    server.ask("workspace/configuration", {"items": items}, take)


@method("workspace/didChangeConfiguration")
def configuration_changed(server: Server, params: dict[str, Any]) -> None:
    """Read all settings again."""
    settings = as_mapping(params.get("settings"))
    if "dockerlint" in settings:
        set_options(server, as_mapping(settings["dockerlint"]), None)
    server.session.forget_settings()
    server.mark_all_changed()
    request_settings(server)
    _refresh(server)


@method("workspace/didChangeWatchedFiles")
def files_changed(server: Server, _: dict[str, Any]) -> None:
    """Lint again because a configuration, an ignore file or a compose file has changed.

    The client or the server's own file watcher says so.
    """
    server.session.forget_settings()
    server.mark_all_changed()
    _refresh(server)


@method("workspace/didChangeWorkspaceFolders")
def folders_changed(server: Server, params: dict[str, Any]) -> None:
    """Add and remove workspace folders."""
    session, event = server.session, params["event"]
    removed = {folder_of(one["uri"]) for one in event.get("removed") or ()}
    added = [folder_of(one["uri"]) for one in event.get("added") or ()]
    kept = [one for one in session.folders if one not in removed]
    session.folders = list(dict.fromkeys([*kept, *added]))
    session.forget_settings()
    server.mark_all_changed()
    request_settings(server)


def _refresh(server: Server) -> None:
    """Have the client ask again for what it asks for itself."""
    if server.client_pulls and server.session.can("workspace", "diagnostics", "refreshSupport"):
        server.ask("workspace/diagnostic/refresh", None)
    # Only a client that shows hints: another may take the request for an error.
    if server.client_shows_hints and server.session.can("workspace", "inlayHint", "refreshSupport"):
        server.ask("workspace/inlayHint/refresh", None)
