"""The root of the linted tree, the commit that is checked out there, and paths relative to the root.

This reads the files of ``.git``, because starting git costs more than a whole run.  They may be hostile: only what
looks right is used, and credentials are removed from addresses.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from dockerlint_rules.findings.finding import Finding
    from dockerlint_rules.formats.context import ReportContext

_LARGEST = 1 << 20
"""Bytes to read from a file of ``.git``."""


def repository_root(start: str | None = None) -> str:
    """Return the real path of the repository around *start* (the current directory), or *start*."""
    import os

    here = os.path.realpath(start or os.curdir)
    folder = here
    while True:
        if os.path.exists(os.path.join(folder, ".git")):
            return folder
        parent = os.path.dirname(folder)
        if parent == folder:
            return here
        folder = parent


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


def _read(*parts: str) -> str:
    import os

    try:
        with open(os.path.join(*parts), encoding="utf-8", errors="replace") as file:
            return file.read(_LARGEST)
    except (OSError, ValueError):
        return ""


def _git_folder(root: str) -> str | None:
    """``.git``, or what it points to in a worktree or a submodule."""
    import os

    git = os.path.join(root, ".git")
    if os.path.isdir(git):
        return git
    pointer = _read(git).strip()
    if not pointer.startswith("gitdir:"):
        return None
    return os.path.join(root, pointer.removeprefix("gitdir:").strip())


def _common_folder(folder: str) -> str:
    """The directory with the refs and the configuration that all worktrees share."""
    import os

    common = _read(folder, "commondir").strip()
    return os.path.join(folder, common) if common else folder


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
    remote = None
    for line in _read(common, "config").splitlines():
        text = line.strip()
        if text.startswith("["):
            remote = text[9:-2] if text.startswith('[remote "') and text.endswith('"]') else None
            continue
        key, equals, value = text.partition("=")
        if remote is not None and equals and key.strip().lower() == "url":
            remotes.setdefault(remote, value.strip().strip('"'))
    url = remotes.get("origin") or next(iter(remotes.values()), None)
    return None if url is None else public_address(url)


def public_address(url: str) -> str | None:
    """Return a remote's address as a URI without credentials; None for a path on this machine."""
    import re

    uri = re.fullmatch(r"(https?|ssh|git)://(?:[^/?#]*@)?([\w.\-]+(?::\d+)?)(/[\w.~/\-]+)", url)
    if uri:
        return f"{uri[1]}://{uri[2]}{uri[3]}"
    # Git's short form, user@host:path; one letter before the colon is a Windows drive.
    short = re.fullmatch(r"(?:[^/@:]+@)?([\w.\-]{2,}):/?([\w.~][\w.~/\-]*)", url)
    return f"ssh://{short[1]}/{short[2]}" if short else None
