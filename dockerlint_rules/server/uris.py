"""Paths to the protocol's URIs and back."""

from __future__ import annotations

import os


def path_of(uri: str) -> str:
    """The path of a file URI; for any other URI a name that no file has."""
    if uri.startswith("file:///") and not set("%?#") & set(uri) and os.name != "nt":
        return uri[7:]  # perf: urllib takes 4 ms to import
    from urllib.parse import unquote, urlsplit

    parts = urlsplit(uri)
    if parts.scheme != "file":
        return f"{parts.scheme or 'untitled'}:{unquote(parts.path)}"
    path = unquote(parts.path)
    if os.name == "nt" and path[:1] == "/" and path[2:3] == ":":
        path = path[1:]
    return path or "/"


def folder_of(uri: str) -> str:
    """The path of a workspace folder, without a slash at its end."""
    path = path_of(uri)
    return path.rstrip("/") or path


def uri_of(path: str) -> str:
    """The URI of a file."""
    from urllib.parse import quote

    path = os.path.abspath(path).replace(os.sep, "/")
    return "file://" + quote(path if path.startswith("/") else f"/{path}")
