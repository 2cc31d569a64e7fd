"""Which files are linted: those that are named, and what a search of directories finds; and what is excluded."""

from __future__ import annotations

import os
import stat

from dockerlint_rules.files.reading import entries_of, os_error_text
from dockerlint_rules.files.tree import real_path
from dockerlint_rules.syntax.kinds import DOCKERFILE, KINDS, kind_of, search_pattern, skip_pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    import re
    from collections.abc import Iterable, Iterator

    from dockerlint_rules.syntax.kinds import Kind

SKIPPED_FOLDERS = frozenset({".git", "node_modules", ".venv"})
_COMPILED: dict[str, tuple[re.Pattern[str], re.Pattern[str] | None]] = {}


class UnreadablePath:
    """A path that cannot be linted, and why."""

    __slots__ = ("message", "path")

    def __init__(self, path: str, message: str) -> None:
        self.path = path
        self.message = message

    def __repr__(self) -> str:
        return f"UnreadablePath({self.path!r}, {self.message!r})"


def is_searched(path: str, kind: Kind) -> bool:
    """Whether a search takes a file of this path as one of this kind."""
    patterns = _COMPILED.get(kind.name)
    if patterns is None:
        import re  # perf: no run needs it that names its files

        skipped = re.compile(skip_pattern([kind])) if kind.skipped else None
        patterns = _COMPILED[kind.name] = re.compile(search_pattern([kind])), skipped
    searched, skipped = patterns
    path = path.replace(os.sep, "/")
    return bool(searched.search(path)) and not (skipped and skipped.search(path))


def kind_in_editor(path: str, language: str) -> Kind | None:
    """The kind of a file that an editor opens as *language*; None where it is not ours."""
    kind, language = kind_of(path), language.lower()
    if any(language in one.languages for one in KINDS):
        return kind if language in kind.languages else None
    return kind if is_searched(path, kind) else None


def find_files(
    paths: Iterable[str],
    exclude: Iterable[str] = (),
    *,
    force_exclude: bool = False,
    root: str | None = None,
) -> Iterator[str | UnreadablePath]:
    """The files to lint, each once: those named, and those found in directories, where they are sorted.

    Patterns apply to paths below the current directory and, with *root*, to those below it.
    """
    patterns = ExcludePatterns(exclude, root)
    seen: set[str] = set()
    folders = _RealFolders()
    for path in paths:
        for found in _files_at(path, patterns, force_exclude=force_exclude):
            if isinstance(found, str):
                key = folders.real_path(found)
                if key in seen:
                    continue
                seen.add(key)
            yield found


class _RealFolders:
    """The real paths of files.  perf: in a deep tree, each folder is resolved from the one above it."""

    __slots__ = ("_last",)

    def __init__(self) -> None:
        self._last = ("", "")  # a folder and its real path

    def real_path(self, path: str) -> str:
        """The path with links resolved; as it is where no file system allows it."""
        folder, name = os.path.split(path)
        if os.path.islink(path) or name in ("", os.curdir, os.pardir):
            return real_path(path) or path
        known, real = self._last
        if folder != known or not real:
            above, last = os.path.split(folder)
            is_below = bool(known) and above == known and not os.path.islink(folder)
            real = os.path.join(real, last) if is_below else real_path(folder) or folder
            self._last = folder, real
        return os.path.join(real, name)


def _files_at(
    path: str, patterns: ExcludePatterns, *, force_exclude: bool
) -> Iterator[str | UnreadablePath]:
    try:
        is_directory = stat.S_ISDIR(os.stat(path).st_mode)
    except (OSError, ValueError) as error:
        yield UnreadablePath(path, os_error_text(error))
        return
    if force_exclude and is_excluded(path, patterns):
        return
    if not is_directory:
        yield path
        return
    if _below(path, os.curdir) == os.curdir or not is_excluded(path, patterns):
        yield from _search(path, patterns)


def _search(directory: str, patterns: ExcludePatterns) -> Iterator[str | UnreadablePath]:
    # A stack instead of recursion: a tree may be deeper than Python allows calls to be.
    stack = [_entries(directory, patterns)]
    while stack:
        for found, below in stack[-1]:
            if below:
                stack.append(_entries(str(found), patterns))
                break
            yield found
        else:
            stack.pop()


def _entries(
    directory: str, patterns: ExcludePatterns
) -> Iterator[tuple[str | UnreadablePath, bool]]:
    """The files to lint in a directory and the directories to search, sorted by name; True marks a directory."""
    try:
        found = entries_of(directory)
    except (OSError, ValueError) as error:
        yield UnreadablePath(directory, os_error_text(error)), False
        return
    has_dockerfile = any(
        kind_of(entry.name) is DOCKERFILE and is_searched(entry.name, DOCKERFILE) for entry in found
    )
    for entry in found:
        path = entry.name if directory == os.curdir else os.path.join(directory, entry.name)
        if path.startswith("./") and len(path) > 2:
            path = path[2:]
        if _is_folder(entry):
            if entry.name not in SKIPPED_FOLDERS and not _matches(path, patterns):
                yield path, True
        elif (
            _is_found(path, has_dockerfile=has_dockerfile)
            and _is_file(entry)
            and not _matches(path, patterns)
        ):
            yield path, False


def _is_found(path: str, *, has_dockerfile: bool) -> bool:
    """Whether a search takes a file: a Dockerfile, or beside one a file that says where images run."""
    kind = kind_of(path)
    return (has_dockerfile or not kind.needs_dockerfile) and is_searched(path, kind)


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir(follow_symlinks=False)
    except OSError:  # some file systems have to be asked
        return False


def _is_file(entry: os.DirEntry[str]) -> bool:
    # A dangling link is kept: reading it says what is wrong.
    try:
        return entry.is_file() or (entry.is_symlink() and not os.path.exists(entry.path))
    except OSError:
        return True


class ExcludePatterns:
    """Patterns that exclude files, and the directories that they are relative to."""

    __slots__ = ("patterns", "roots")

    def __init__(self, patterns: Iterable[str], root: str | None = None) -> None:
        self.patterns = list(patterns)
        self.roots = [os.curdir]
        if root and os.path.abspath(root) != os.getcwd():
            self.roots.append(root)


def is_excluded(path: str, patterns: ExcludePatterns) -> bool:
    """Whether a pattern matches the path or one of its parent directories."""
    return _matches(path, patterns, with_parents=True)


def _matches(path: str, patterns: ExcludePatterns, *, with_parents: bool = False) -> bool:
    """Whether a pattern matches the path; a search has asked for the parents before."""
    if not patterns.patterns:
        return False
    from dockerlint_rules.files.globs import glob_matches, glob_matches_above

    for root in patterns.roots:
        below = _below(path, root)
        matches = glob_matches_above if with_parents else glob_matches
        if below and any(matches(pattern, below) for pattern in patterns.patterns):
            return True
    return False


def _below(path: str, root: str) -> str:
    """The path relative to *root* where it is below it, with slashes."""
    if os.path.isabs(path) or root != os.curdir:
        below = os.path.relpath(path, root)
        path = path if below.startswith(os.pardir) else below
    return os.path.normpath(path).replace(os.sep, "/")
