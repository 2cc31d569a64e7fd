"""Which files of the build context a COPY pattern could match, without those that .dockerignore excludes.

It compares patterns and does not look at the files that exist today, because a file may be added tomorrow.
"""

from __future__ import annotations

import posixpath
from itertools import islice

from dockerlint_rules.files.globs import name_matches as name_matches  # for rules as well
from dockerlint_rules.model.context.manifest_names import manifest_names
from dockerlint_rules.model.stages import WILDCARDS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.model.context.ignore_file import IgnoreFile

# Each of thousands of exceptions in an ignore file would be compared with each of its lines.
_FEWEST_SAMPLES, _MOST_COMPARISONS = 10, 1_000_000
# Names that stand for any other file.
_SOME_FILE, _SOME_FILE_BELOW = "some-file", "some-directory/some-file"


def context_path_of(path: str) -> str:
    """A COPY source as a path of the context, without ``./`` and outer slashes; "" for the whole context."""
    path = posixpath.normpath("/" + path).lstrip("/")
    return "" if path == "." else path


def content_kinds(pattern: str, ignore: IgnoreFile | None) -> tuple[bool, bool]:
    """Whether a COPY source could match source files, and whether it could match manifests or lock files."""
    names = manifest_names()
    path = context_path_of(pattern)
    source, manifest = names.kinds_of(path)
    if ignore is None or not ignore.patterns:
        return source, manifest
    if source:
        most = max(_FEWEST_SAMPLES, _MOST_COMPARISONS // len(ignore.patterns))
        source = any(
            not names.includes(sample) and not ignore.ignores(sample)
            for sample in islice(_sample_paths(path, ignore), most)
        )
    if manifest:
        manifest = any(not ignore.ignores(name) for name in _matching_manifests(path))
    return source, manifest


def _sample_paths(path: str, ignore: IgnoreFile) -> Iterator[str]:
    """Yield invented paths that a pattern matches, and those that an exception of the ignore file includes."""
    plain = _matching_path(path)
    if not path:
        yield from (_SOME_FILE, _SOME_FILE_BELOW)
    elif path == plain:
        # The name may be that of a file or of a directory.
        yield from (path, f"{path}/{_SOME_FILE}")
    else:
        yield plain
    for pattern in ignore.patterns:
        if pattern.is_exception:
            included = _matching_path(pattern.text)
            if manifest_names().includes(included):
                continue
            for sample in (included, f"{included}/{_SOME_FILE}"):
                if not path or takes_in(path, sample):
                    yield sample


def _matching_manifests(path: str) -> Iterator[str]:
    names = manifest_names()
    if path and not WILDCARDS & set(path):
        yield path
        return
    for name in names.literal:
        if not path or name_matches(path, name):
            yield name


def _matching_path(pattern: str) -> str:
    """A path that a pattern matches."""
    text = pattern.replace("**/", "").replace("**", "x").replace("*", "x").replace("?", "x")
    return text.replace("[", "").replace("]", "")


def takes_in(pattern: str, path: str) -> bool:
    """Whether a COPY source matches a path of the context, or something below that path.

    Source: COPY matches patterns with Go's ``filepath.Match``: ``*`` stops at a slash. It copies whole directories.
    """
    wanted = context_path_of(pattern)
    if not wanted or not path:
        return True
    parts, given = wanted.split("/"), path.split("/")
    return all(name_matches(part, name) for part, name in zip(parts, given, strict=False))


def takes_whole_context(source: str) -> bool:
    """Whether a source of COPY or ADD means the whole build context, as ``.``, ``/`` and ``*`` do."""
    return context_path_of(source) in ("", "*", "**")


def has_wildcard(text: str) -> bool:
    """Whether a path contains a wildcard or a variable, so that it may name several files."""
    return "$" in text or bool(WILDCARDS & set(text))
