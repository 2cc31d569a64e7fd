"""The table of methods, and the decorators that put functions into it."""

from __future__ import annotations

from dockerlint_rules.server.base_protocol import INVALID_PARAMS, RequestError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from dockerlint_rules.server.loop import Handler, Server
    from dockerlint_rules.server.open_file import OpenFile

    FileHandler = Callable[[Server, OpenFile, dict[str, Any]], Any]
    PositionHandler = Callable[[Server, OpenFile, int, dict[str, Any]], Any]

METHODS: dict[str, Handler] = {}


def method(name: str) -> Callable[[Handler], Handler]:
    """Register a function as the handler of a method; it gets the server and the message's parameters."""

    def register(handler: Handler) -> Handler:
        METHODS[name] = handler
        return handler

    return register


def file_method(name: str) -> Callable[[FileHandler], FileHandler]:
    """Register the handler of a method about an open document; it gets the document, linted, as well."""

    def register(handler: FileHandler) -> FileHandler:
        def handle(server: Server, params: dict[str, Any]) -> Any:
            return handler(server, linted_file(server, params["textDocument"]["uri"]), params)

        METHODS[name] = handle
        return handler

    return register


def position_method(name: str) -> Callable[[PositionHandler], PositionHandler]:
    """Register the handler of a method about a position; it gets the document and the offset as well."""

    def register(handler: PositionHandler) -> PositionHandler:
        def handle(server: Server, file: OpenFile, params: dict[str, Any]) -> Any:
            return handler(server, file, file.text.offset(params["position"]), params)

        file_method(name)(handle)
        return handler

    return register


def open_file(server: Server, uri: str) -> OpenFile:
    """The open document with a URI.  Raises RequestError if it is not open."""
    file = server.session.files.get(uri)
    if file is None:
        raise RequestError(INVALID_PARAMS, f"{uri} is not open")
    return file


def linted_file(server: Server, uri: str) -> OpenFile:
    """The open document with a URI, with its findings up to date.  Raises RequestError if it is not open."""
    file = open_file(server, uri)
    server.lint_file(file)
    return file


def as_mapping(value: Any) -> dict[str, Any]:
    """The value if it is a JSON object, else an empty one: clients leave out or null what they do not set."""
    return value if isinstance(value, dict) else {}
