"""Which files name dependencies, and whether a COPY's pattern could take in those, others, or both.

The names are those of ``knowledge.ecosystems``: manifests and lock files.
"""

from __future__ import annotations

from fnmatch import fnmatchcase

from dockerlint_rules import knowledge

_WILD = frozenset("*?[")


class ManifestNames:
    """Names and patterns of manifests and lock files, ready to be asked often."""

    __slots__ = ("folders", "literal", "patterns")

    def __init__(self) -> None:
        names = {
            name
            for ecosystem in knowledge.ecosystems()
            if ecosystem.kind == "language"
            for name in (*ecosystem.manifests, *ecosystem.locks)
            if not name.endswith("/")
        }
        self.literal = frozenset(name for name in names if not _WILD & set(name))
        # Folders that hold nothing else, such as requirements/ of pip.
        self.folders = frozenset(
            name.partition("/")[0] + "/"
            for name in names
            if name.count("/") == 1 and "*" in name and name[0] != "*"
        )
        self.patterns = tuple(sorted(name for name in names if _WILD & set(name)))

    def holds(self, path: str) -> bool:
        """Whether a path (no pattern) is a manifest or a lock file by its name."""
        parts = path.rstrip("/").split("/")
        if parts[-1] in self.literal or "/".join(parts[-2:]) in self.literal:
            return True
        return any(
            fnmatchcase("/".join(parts[-1 - pattern.count("/") :]), pattern)
            for pattern in self.patterns
        )

    def kinds_of(self, path: str) -> tuple[bool, bool]:
        """Whether a path or pattern of the context ("" for all of it) could take in other files, and manifests.

        A plain name that is no manifest may be a directory; its own manifests are not counted here.
        """
        name = path.rpartition("/")[2]
        if not path:
            return True, True
        if self.holds(path) or f"{name}/" in self.folders:
            return False, True
        if not _WILD & set(name):
            return True, False
        taken = [one for one in self.literal if "/" not in one and fnmatchcase(one, name)]
        if not taken:
            return True, False
        # `package*.json` and `go.*` mean the manifests, `*.json` and `s*` mean more.
        prefix = name[: next(at for at, char in enumerate(name) if char in _WILD)]
        return len(prefix) < 2, True


_names: list[ManifestNames] = []


def manifest_names() -> ManifestNames:
    """The one table, made when first asked for."""
    if not _names:
        _names.append(ManifestNames())
    return _names[0]
