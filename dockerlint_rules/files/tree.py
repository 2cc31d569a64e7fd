"""What lies inside the linted tree, and which symbolic links lead out of it.

The tree belongs to a stranger.  A link in it may name any file of the machine, such as ``~/.ssh/config``: such a file
is not written, and not read as a part of the tree.
"""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

_SYSTEM_PATHS = ("/dev/fd/", "/dev/std", "/proc/")


def real_path(path: str) -> str | None:
    """The path with every link resolved; None for a name that no file system allows."""
    try:
        return os.path.realpath(path)
    except (OSError, ValueError):  # a NUL, or a character that no name can have
        return None


def is_system_path(path: str) -> bool:
    """Whether a path is one of the kernel's, such as ``/dev/stdout``: its links are not a stranger's."""
    return os.path.abspath(path).startswith(_SYSTEM_PATHS)


def is_inside(path: str, folder: str) -> bool:
    """Whether a path is a folder or lies in it; both with links resolved."""
    return path == folder or path.startswith(folder.rstrip(os.sep) + os.sep)


def repository_around(folder: str) -> str | None:
    """The nearest folder upward that holds a ``.git``; None if there is none.  *folder* has no links."""
    at = folder
    while not os.path.lexists(os.path.join(at, ".git")):
        above = os.path.dirname(at)
        if above == at:
            return None
        at = above
    return at


def _tree_around(folder: str) -> str | None:
    """The repository around a folder."""
    return as_tree(repository_around(folder))


def as_tree(folder: str | None) -> str | None:
    """The folder, unless it is the whole machine, or the home directory with every secret of its owner."""
    home = os.path.realpath(os.path.expanduser("~"))
    return None if folder in (os.path.abspath(os.sep), home) else folder


def lies_in_tree_of(folder: str, path: str) -> bool:
    """Whether a path, with links resolved, lies in a folder, in its repository, or in the current directory."""
    real, holder = real_path(path), real_path(folder)
    if real is None or holder is None:
        return False
    trees = holder, _tree_around(holder), as_tree(os.path.realpath(os.curdir))
    return any(tree is not None and is_inside(real, tree) for tree in trees)


def leads_out(path: str, also: Iterable[str] = (), *, to_write: bool = False) -> bool:
    """Whether a path follows a symbolic link out of the tree that the link lies in.

    The tree is the current directory with its repository, elsewhere the repository, and the folders *also* (real
    paths).  With *to_write*, which is stricter, the repository around the current directory does not count, and a
    link that lies in no tree must stay in its folder.  Links to folders above a tree, such as macOS's ``/tmp``, are
    the system's.
    """
    whole = os.path.abspath(path)
    real = real_path(path)
    if real is None or real == whole or is_system_path(path):
        return False
    here = os.path.realpath(os.curdir)
    start = here if is_inside(whole, here) else os.path.abspath(os.sep)
    if os.pardir in path.replace(os.sep, "/").split("/"):
        # "link/../x" is not what it looks like: the folder that ".." leads to is the parent of the link's target.
        start, whole = here, os.path.join(here, path)
    steps = _steps(start, whole)
    return any(
        _is_out(at, here, [*also], is_last=at is steps[-1], to_write=to_write)
        for at in steps
        if os.path.islink(at)
    )


def _steps(start: str, path: str) -> list[str]:
    """Each path on the way from a folder to a path below it, the path itself last."""
    steps, at = [], start if is_inside(path, start) else os.path.abspath(os.sep)
    for part in path[len(at) :].split(os.sep):
        if part:
            at = os.path.join(at, part)
            steps.append(at)
    return steps


def _is_out(link: str, here: str, trees: list[str], *, is_last: bool, to_write: bool) -> bool:
    target, holder = os.path.realpath(link), os.path.realpath(os.path.dirname(link))
    is_here = as_tree(here) is not None and is_inside(holder, here)
    if is_here:
        trees.append(here)
    repository = None if is_here and to_write else _tree_around(holder)
    if repository is not None:
        trees.append(repository)
    elif not is_here and not any(is_inside(holder, tree) for tree in trees):
        if not (is_last and to_write):
            return False  # in no tree, so the user's own
        trees.append(holder)
    return not any(is_inside(target, tree) for tree in trees)


def real_folders(paths: Iterable[str], *, to_write: bool = False) -> list[str]:
    """The real paths of those paths that are folders and do not lead out of their tree."""
    return [
        os.path.realpath(one)
        for one in paths
        if os.path.isdir(one) and not leads_out(one, to_write=to_write)
    ]


class NamedPaths:
    """What the command line names, and so what ``--fix`` may change."""

    __slots__ = ("_files", "_folders")

    def __init__(self, paths: Iterable[str]) -> None:
        named = [one for one in paths if real_path(one) is not None]
        self._folders = real_folders(named, to_write=True)
        self._files = {
            os.path.realpath(one)
            for one in named
            if not os.path.isdir(one) and not leads_out(one, self._folders, to_write=True)
        }

    def real_path_of(self, path: str) -> str | None:
        """The real path of a file that lies in what is named; None if its links lead out of it, or to Git's files."""
        real = real_path(path)
        if real is None:
            return None
        if real != os.path.abspath(path) and ".git" in real.lower().split(os.sep):
            return None
        is_named = real in self._files or any(is_inside(real, one) for one in self._folders)
        return real if is_named else None
