"""Methods about documents: opened, changed, saved, closed, and their diagnostics."""

from __future__ import annotations

from dockerlint_rules.server.diagnostics import diagnostics_of
from dockerlint_rules.server.methods.table import file_method, method, open_file
from dockerlint_rules.server.open_file import OpenFile
from dockerlint_rules.server.positions import IndexedText, apply_changes
from dockerlint_rules.server.time_limit import TimeLimitReached

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from dockerlint_rules.server.loop import Server


_UNKNOWN_TEXT = (
    "a change took too long to apply, so the file is not linted until it is opened again"
)


@method("textDocument/didOpen")
def opened(server: Server, params: dict[str, Any]) -> None:
    """Keep a new document and lint it."""
    document = params["textDocument"]
    text = IndexedText(str(document["text"]), server.session.encoding)
    language, version = str(document.get("languageId") or ""), int(document.get("version") or 0)
    file = OpenFile(document["uri"], language, version, text)
    server.session.close(file.uri)
    _keep_text(server, file)
    server.session.files[file.uri] = file
    if file.uri in server.unopened_shown:
        server.unopened_shown.discard(file.uri)
        if server.client_pulls:  # or the client would show both what was pushed and what it pulls
            server.clear_diagnostics(file.uri)
    server.mark_changed(file.uri)


@method("textDocument/didChange")
def document_changed(server: Server, params: dict[str, Any]) -> None:
    """Apply the changes to a document's text and lint it."""
    document = params["textDocument"]
    file = open_file(server, document["uri"])
    changes = params["contentChanges"]
    version = document.get("version")
    version = file.version + 1 if version is None else int(version)
    if file.refusal and not any(change.get("range") is None for change in changes):
        file.version = version  # changes of a text that was not kept
        return
    try:
        text = apply_changes(file.text, changes)
    except TimeLimitReached:  # from now on it is not known what the editor shows
        file.version = version
        file.refuse_text(_UNKNOWN_TEXT, server.session.encoding)
        server.mark_changed(file.uri)
        raise
    file.refusal = ""
    file.set_text(text, version)
    _keep_text(server, file)
    server.mark_changed(file.uri)


def _keep_text(server: Server, file: OpenFile) -> None:
    """Refuse a text that is too large, and say so in the log."""
    reason = server.session.refusal_of(file, file.text.text)
    if reason:
        file.refuse_text(reason, server.session.encoding)
        server.log(f"{file.uri}: {reason}", 2)


@method("textDocument/didSave")
def saved(server: Server, params: dict[str, Any]) -> None:
    """Lint a document again, and look at its build context again."""
    file = open_file(server, params["textDocument"]["uri"])
    file.forget_context()
    server.mark_changed(file.uri)


@method("textDocument/didClose")
def closed(server: Server, params: dict[str, Any]) -> None:
    """Forget a document and remove its diagnostics."""
    uri = params["textDocument"]["uri"]
    server.outdated.pop(uri, None)
    if server.session.close(uri) is not None:
        server.forget_shown(uri)


@file_method("textDocument/diagnostic")
def pull_diagnostics(server: Server, file: OpenFile, params: dict[str, Any]) -> Any:
    """A document's diagnostics, unless the client has them already."""
    server.stop_pushing()
    server.start_shellcheck(file)
    result_id = str(file.result_id)
    if params.get("previousResultId") == result_id:
        return {"kind": "unchanged", "resultId": result_id}
    items = diagnostics_of(file, server.session)
    return {"kind": "full", "resultId": result_id, "items": items}
