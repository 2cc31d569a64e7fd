"""Which files name dependencies, and whether a COPY's pattern could take in those, others, or both.

The names are those of ``knowledge.ecosystems``: manifests and lock files.
"""

from __future__ import annotations

from fnmatch import fnmatchcase

from dockerlint_rules import knowledge

_WILD = frozenset("*?[")


class ManifestNames:
    """Names and patterns of manifests and lock files, ready to be asked often."""

    __slots__ = ("literal", "patterns")

    def __init__(self) -> None:
        names = {
            name
            for ecosystem in knowledge.ecosystems()
            if ecosystem.kind == "language"
            for name in (*ecosystem.manifests, *ecosystem.locks)
            if not name.endswith("/")
        }
        self.literal = frozenset(name for name in names if not _WILD & set(name))
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

    def kinds_of(self, pattern: str) -> tuple[bool, bool]:
        """Whether a source pattern of the context could take in other files, and manifests.

        A plain name that is no manifest may be a directory; its own manifests are not counted here.
        """
        path = pattern.removeprefix("./").strip("/")
        name = path.rpartition("/")[2]
        if path in ("", "."):
            return True, True
        if self.holds(path):
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
