"""Methods about a document's language: hovers, completion, navigation, code actions, hints."""

from __future__ import annotations

from dockerlint_rules.server.base_protocol import REQUEST_FAILED, RequestError
from dockerlint_rules.server.methods.table import as_mapping, file_method, method, position_method

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from dockerlint_rules.server.loop import Server
    from dockerlint_rules.server.open_file import OpenFile


# -- code actions ----------------------------------------------------------------------------------------


@file_method("textDocument/codeAction")
def code_action(server: Server, file: OpenFile, params: dict[str, Any]) -> Any:
    """The code actions for a range."""
    from dockerlint_rules.server.code_actions import code_actions

    context = as_mapping(params.get("context"))
    return code_actions(file, server.session, params["range"], context)


@method("codeAction/resolve")
def resolve_code_action(server: Server, params: dict[str, Any]) -> Any:
    """A code action with the edit that was left out when it was offered."""
    from dockerlint_rules.server.code_actions import resolve_code_action

    return resolve_code_action(params, server.session)


# -- hovers and completion -------------------------------------------------------------------------------


@position_method("textDocument/hover")
def hover(server: Server, file: OpenFile, offset: int, _: dict[str, Any]) -> Any:
    """What is known about the element at a position."""
    from dockerlint_rules.server.hover.hover import hover

    return hover(file, server.session, offset)


@position_method("textDocument/completion")
def complete(server: Server, file: OpenFile, offset: int, params: dict[str, Any]) -> Any:
    """What may be written at a position."""
    from dockerlint_rules.server.completion.complete import complete

    if not file.is_dockerfile or not server.session.is_enabled("completion", file.path):
        return []
    trigger = str(as_mapping(params.get("context")).get("triggerCharacter") or "")
    return complete(file, server.session, offset, trigger)


# -- navigation ------------------------------------------------------------------------------------------


@file_method("textDocument/documentSymbol")
def document_symbol(server: Server, file: OpenFile, _: dict[str, Any]) -> Any:
    """The outline of a file."""
    from dockerlint_rules.server.navigation import outline

    if server.session.can("textDocument", "documentSymbol", "hierarchicalDocumentSymbolSupport"):
        return outline.symbols(file)
    return outline.flat_symbols(file)


@file_method("textDocument/foldingRange")
def folding_range(_: Server, file: OpenFile, __: dict[str, Any]) -> Any:
    """What can be folded."""
    from dockerlint_rules.server.navigation.outline import folding_ranges

    return folding_ranges(file)


@file_method("textDocument/documentLink")
def document_link(_: Server, file: OpenFile, __: dict[str, Any]) -> Any:
    """Links to copied files and to the pages of images."""
    from dockerlint_rules.server.navigation.links import links

    return links(file)


@position_method("textDocument/definition")
def definition(_: Server, file: OpenFile, offset: int, __: dict[str, Any]) -> Any:
    """Where the name at a position is defined."""
    from dockerlint_rules.server.navigation.references import definitions

    return definitions(file, offset)


@position_method("textDocument/references")
def references(_: Server, file: OpenFile, offset: int, params: dict[str, Any]) -> Any:
    """Where the name at a position is used."""
    from dockerlint_rules.server.navigation.references import references

    with_declaration = as_mapping(params.get("context")).get("includeDeclaration", True)
    return references(file, offset, with_declaration=bool(with_declaration))


@position_method("textDocument/documentHighlight")
def document_highlight(_: Server, file: OpenFile, offset: int, __: dict[str, Any]) -> Any:
    """The places of the same name in the file."""
    from dockerlint_rules.server.navigation.references import references

    found = references(file, offset, with_declaration=True)
    return [{"range": one["range"]} for one in found]


@position_method("textDocument/prepareRename")
def prepare_rename(_: Server, file: OpenFile, offset: int, __: dict[str, Any]) -> Any:
    """The name at a position, if it can be renamed."""
    from dockerlint_rules.server.navigation.rename import renameable

    return renameable(file, offset)


@position_method("textDocument/rename")
def rename(server: Server, file: OpenFile, offset: int, params: dict[str, Any]) -> Any:
    """The edits that rename a stage."""
    from dockerlint_rules.server.navigation.rename import RenameError, rename_stage
    from dockerlint_rules.server.text_edits import workspace_edit

    try:
        edits = rename_stage(file, offset, str(params["newName"]))
    except RenameError as error:
        raise RequestError(REQUEST_FAILED, str(error)) from None
    return workspace_edit(file, server.session, edits)


@file_method("textDocument/inlayHint")
def inlay_hint(server: Server, file: OpenFile, params: dict[str, Any]) -> Any:
    """Hints behind instructions that make a layer: which changes rebuild it."""
    from dockerlint_rules.server.navigation.layer_hints import layer_hints

    server.client_shows_hints = True
    if not server.session.is_enabled("layers", file.path):
        return []
    start, end = (file.text.offset(params["range"][side]) for side in ("start", "end"))
    return layer_hints(file, start, end)
