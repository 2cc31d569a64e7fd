"""The names of manifests and lock files, and whether a COPY pattern could match them, other files, or both.

The names are from ``knowledge.ecosystems``.
"""

from __future__ import annotations

from dockerlint_rules import knowledge
from dockerlint_rules.files.globs import name_matches
from dockerlint_rules.model.stages import WILDCARDS


class ManifestNames:
    """Names and patterns of manifests and lock files, sorted for fast look-ups."""

    __slots__ = ("directories", "literal", "patterns")

    def __init__(self) -> None:
        names = {
            name
            for ecosystem in knowledge.ecosystems()
            if ecosystem.kind == "language"
            for name in (*ecosystem.manifests, *ecosystem.locks)
            if not name.endswith("/")
        }
        self.literal = frozenset(name for name in names if not WILDCARDS & set(name))
        # Directories that contain nothing else, such as requirements/ of pip.
        self.directories = frozenset(
            name.partition("/")[0] + "/"
            for name in names
            if name.count("/") == 1 and "*" in name and name[0] != "*"
        )
        self.patterns = tuple(sorted(name for name in names if WILDCARDS & set(name)))

    def includes(self, path: str) -> bool:
        """Whether a path (not a pattern) has the name of a manifest or a lock file."""
        parts = path.rstrip("/").split("/")
        if parts[-1] in self.literal or "/".join(parts[-2:]) in self.literal:
            return True
        return any(
            name_matches(pattern, "/".join(parts[-1 - pattern.count("/") :]))
            for pattern in self.patterns
        )

    def kinds_of(self, path: str) -> tuple[bool, bool]:
        """Whether a path or pattern of the context ("" for all of it) could match source files, and manifests.

        A plain name that is not a manifest may be a directory; manifests in it do not count.
        """
        name = path.rpartition("/")[2]
        if not path:
            return True, True
        if self.includes(path) or f"{name}/" in self.directories:
            return False, True
        if not WILDCARDS & set(name):
            return True, False
        if not any("/" not in each and name_matches(name, each) for each in self.literal):
            return True, False
        # `package*.json` and `go.*` mean the manifests, `*.json` and `s*` mean more.
        prefix = name[: next(at for at, char in enumerate(name) if char in WILDCARDS)]
        return len(prefix) < 2, True


_names: list[ManifestNames] = []


def manifest_names() -> ManifestNames:
    """The table of names, made on first use."""
    if not _names:
        _names.append(ManifestNames())
    return _names[0]
