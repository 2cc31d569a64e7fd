"""Methods about settings: what the editor sets, and what changes in workspace folders and on the disk."""

from __future__ import annotations

from dockerlint_rules.config import OPTIONS
from dockerlint_rules.server.methods.table import as_mapping, method
from dockerlint_rules.server.uris import folder_of, uri_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from dockerlint_rules.server.loop import Server

# What an editor may turn off; these are not options of a configuration file.
_FEATURES = ("layers", "completion")
# Keys that editors and extensions send, and that mean nothing to the server.
_OTHER_KEYS = ("globalSettings", "settings", "trace", "path", "enable")


def set_options(server: Server, settings: dict[str, Any], folder: str | None) -> None:
    """Replace the editor's options for a folder, or for all (None); log a warning for unknown names."""
    session = server.session
    options: dict[str, Any] = {}
    features: dict[str, bool] = {}
    for name, value in as_mapping(settings.get("dockerlint", settings)).items():
        key = name.replace("-", "_")
        if key in _FEATURES:
            features[key] = value is None or bool(value)
        elif key in OPTIONS:
            if value is not None:
                options[key] = value
        elif key not in _OTHER_KEYS:
            server.log(f"unknown setting '{name}'", 2)
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
