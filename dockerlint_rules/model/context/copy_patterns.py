"""What files of the build context a pattern could take in, less what .dockerignore leaves out.

This speaks of patterns, not of the files that lie there today: a file may be added tomorrow.
"""

from __future__ import annotations

import posixpath
from fnmatch import fnmatchcase

from dockerlint_rules.model.context.manifest_names import manifest_names

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.model.context.ignore_file import IgnoreFile

_WILD = frozenset("*?[")
# Stand for any file of which nothing is known.
_SOME_FILE, _SOME_FOLDER = "some-file", "some-folder/some-file"


def context_path_of(path: str) -> str:
    """A source of COPY as a path of the context: no slash and no ``./`` at its ends; "" for the whole."""
    path = posixpath.normpath("/" + path).lstrip("/")
    return "" if path == "." else path


def content_kinds(pattern: str, ignore: IgnoreFile | None) -> tuple[bool, bool]:
    """Whether a source of COPY could take in other files, and whether manifests or lock files."""
    names = manifest_names()
    path = context_path_of(pattern)
    source, manifest = names.kinds_of(path)
    if ignore is None or not ignore.patterns:
        return source, manifest
    if source:
        source = any(
            not names.holds(one) and not ignore.ignores(one) for one in _others(path, ignore)
        )
    if manifest:
        manifest = any(not ignore.ignores(one) for one in _manifests(path))
    return source, manifest


def _others(path: str, ignore: IgnoreFile) -> Iterator[str]:
    """Paths that a pattern takes in: made-up ones, and those that the ignore file takes in again."""
    plain = _plain(path)
    if not path:
        yield from (_SOME_FILE, _SOME_FOLDER)
    elif path == plain:
        # A name may be that of a file or of a folder.
        yield from (path, f"{path}/{_SOME_FILE}")
    else:
        yield plain
    for one in ignore.patterns:
        if one.is_exception:
            again = _plain(one.text)
            if manifest_names().holds(again):
                continue
            for found in (again, f"{again}/{_SOME_FILE}"):
                if not path or takes_in(path, found):
                    yield found


def _manifests(path: str) -> Iterator[str]:
    names = manifest_names()
    if path and not _WILD & set(path):
        yield path
        return
    for name in names.literal:
        if not path or fnmatchcase(name, path):
            yield name


def _plain(pattern: str) -> str:
    """A path that a pattern matches."""
    text = pattern.replace("**/", "").replace("**", "x").replace("*", "x").replace("?", "x")
    return text.replace("[", "").replace("]", "")


def takes_in(pattern: str, path: str) -> bool:
    """Whether a source of COPY takes in a path of the context, or a part of what lies below that path.

    Source: Go's ``filepath.Match``, by which COPY reads patterns: ``*`` stops at a slash; a folder is taken whole.
    """
    wanted = context_path_of(pattern)
    if not wanted or not path:
        return True
    parts, given = wanted.split("/"), path.split("/")
    return all(fnmatchcase(name, part) for part, name in zip(parts, given, strict=False))


def takes_whole_context(source: str) -> bool:
    """Whether a source of COPY or ADD stands for the whole build context, as ``.``, ``/`` and ``*`` do."""
    return context_path_of(source) in ("", "*", "**")


def has_wildcard(text: str) -> bool:
    """Whether a path holds a wildcard or a variable, so that it may name several files."""
    return any(one in text for one in "*?[$")
