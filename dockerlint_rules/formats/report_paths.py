"""The root of the linted tree, the commit that is checked out there, and paths relative to the root.

This reads the files of ``.git``, because starting git costs more than a whole run.  They may be hostile: only what
looks right is used, and credentials are removed from addresses.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dockerlint_rules.findings.finding import Finding
    from dockerlint_rules.formats.context import ReportContext


def repository_root(start: str | None = None) -> str:
    """Return the real path of the repository around *start* (the current directory), or *start*."""
    import os

    from dockerlint_rules.files.tree import repository_around

    here = os.path.realpath(start or os.curdir)
    return repository_around(here) or here


def root_of(options: ReportContext) -> str:
    """Return the real path of the directory that report paths are relative to."""
    import os

    return os.path.realpath(options.root) if options.root else repository_root()


def report_paths(findings: Iterable[Finding], root: str) -> dict[str, str]:
    """Return the path that a report shows for each path of the findings."""
    return {path: report_path(path, root) for path in {finding.path for finding in findings}}


def relative_path(path: str, root: str) -> str | None:
    """Return *path* relative to *root*, with ``/``; None when it is outside.

    Symbolic links are resolved: GitHub shows nothing at the path of a link.
    """
    import os

    real = os.path.realpath(path)
    try:
        relative = os.path.relpath(real, root)
    except ValueError:  # another drive
        return None
    if relative == os.pardir or relative.startswith(os.pardir + os.sep):
        return None
    return relative.replace(os.sep, "/")


def report_path(path: str, root: str) -> str:
    """Return the path that a report shows: relative where possible, else unchanged."""
    relative = relative_path(path, root)
    return path.removeprefix("./") if relative is None else relative


def provenance(root: str) -> tuple[str, str] | None:
    """Return the address of the repository at *root* and the commit that is checked out."""
    folder = _git_folder(root)
    if folder is None:
        return None
    common = _common_folder(folder)
    revision = _revision(folder, common)
    address = _address(common)
    return (address, revision) if revision and address else None


def _read(folder: str, *parts: str) -> str:
    """The text of a file below a folder, which must not be a link out of it; empty where it cannot be read."""
    import os

    from dockerlint_rules.files.reading import read_side_text
    from dockerlint_rules.files.tree import is_inside, real_path

    real, inside = real_path(os.path.join(folder, *parts)), real_path(folder)
    if real is None or inside is None or not is_inside(real, inside):
        return ""
    return (read_side_text(real) or "").encode("utf-8", "replace").decode()


def _git_folder(root: str) -> str | None:
    """``.git``, or what it points to in a worktree or a submodule, if that points back.

    A stranger's ``.git`` could name another repository of the machine, whose address would be told.
    """
    import os

    from dockerlint_rules.files.tree import is_inside, real_path

    git = os.path.join(root, ".git")
    if os.path.isdir(git):
        return git if real_path(git) == os.path.join(os.path.realpath(root), ".git") else None
    pointer = _read(root, ".git").strip()
    if not pointer.startswith("gitdir:"):
        return None
    folder = real_path(os.path.join(root, pointer.removeprefix("gitdir:").strip()))
    if folder is None:
        return None
    back = _read(folder, "gitdir").strip()
    if back:
        points_back = real_path(os.path.join(folder, back)) == real_path(git)
    else:
        worktrees = (
            value
            for section, key, value in _settings(folder)
            if (section, key) == ("[core]", "worktree")
        )
        points_back = real_path(os.path.join(folder, next(worktrees, ""))) == real_path(root)
    return folder if points_back or is_inside(folder, os.path.realpath(root)) else None


def _common_folder(folder: str) -> str:
    """The directory with the refs and the configuration that all worktrees share."""
    import os

    from dockerlint_rules.files.tree import real_path

    common = real_path(os.path.join(folder, _read(folder, "commondir").strip()))
    # Git keeps a worktree's folder in .git/worktrees; any other one is not its own.
    return (
        common if common == os.path.dirname(os.path.dirname(os.path.realpath(folder))) else folder
    )


def _revision(folder: str, common: str) -> str | None:
    head = _read(folder, "HEAD").strip()
    if not head.startswith("ref:"):
        return _commit(head)
    name = head.removeprefix("ref:").strip()
    if not name.startswith("refs/") or ".." in name.split("/"):
        return None
    return _commit(_read(folder, name)) or _commit(_read(common, name)) or _packed(common, name)


def _commit(text: str) -> str | None:
    import re

    found = re.fullmatch(r"[0-9a-f]{40}(?:[0-9a-f]{24})?", text.strip())
    return found[0] if found else None


def _packed(common: str, name: str) -> str | None:
    for line in _read(common, "packed-refs").splitlines():
        commit, _, ref = line.partition(" ")
        if ref == name:
            return _commit(commit)
    return None


def _address(common: str) -> str | None:
    """Address of ``origin``, or of the first remote when there is no origin."""
    remotes: dict[str, str] = {}
    for section, key, value in _settings(common):
        if key == "url" and section.startswith('[remote "') and section.endswith('"]'):
            remotes.setdefault(section[9:-2], value)
    url = remotes.get("origin") or next(iter(remotes.values()), None)
    return None if url is None else public_address(url)


def _settings(folder: str) -> Iterator[tuple[str, str, str]]:
    """Section as written, key and value of each line of Git's configuration in a folder."""
    section = ""
    for line in _read(folder, "config").splitlines():
        text = line.strip()
        if text.startswith("["):
            section = text
            continue
        key, equals, value = text.partition("=")
        if equals:
            yield section, key.strip().lower(), value.strip().strip('"')


def public_address(url: str) -> str | None:
    """Return a remote's address as a URI without credentials; None for a path on this machine."""
    import re

    uri = re.fullmatch(r"(https?|ssh|git)://(?:[^/?#]*@)?([\w.\-]+(?::\d+)?)(/[\w.~/\-]+)", url)
    if uri:
        return f"{uri[1]}://{uri[2]}{uri[3]}"
    # Git's short form, user@host:path; one letter before the colon is a Windows drive.
    short = re.fullmatch(r"(?:[^/@:]+@)?([\w.\-]{2,}):/?([\w.~][\w.~/\-]*)", url)
    return f"ssh://{short[1]}/{short[2]}" if short else None
