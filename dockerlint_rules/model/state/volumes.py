"""Volumes of a stage: the directories that VOLUME declares, and directories for temporary files."""

from __future__ import annotations

import posixpath

from dockerlint_rules.model.layers.cleanup import without_slashes
from dockerlint_rules.model.stages import is_below, join_path
from dockerlint_rules.model.variables import expand_known
from dockerlint_rules.syntax.dockerfile.instructions import Volume

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.model.stages import Stage
    from dockerlint_rules.syntax.dockerfile.instruction import Instruction, Word


# Source: Filesystem Hierarchy Standard 3.0, /tmp, /run and /var/tmp; /var/run is a link to /run, /dev/shm is memory.
_TEMPORARY_DIRECTORIES = ("/tmp", "/run", "/dev/shm", "/var/tmp", "/var/run")


def is_temporary(path: str) -> bool:
    """Whether an absolute path is in a directory for temporary files, which need not outlive the container."""
    return any(is_below(path, directory) for directory in _TEMPORARY_DIRECTORIES)


def absolute_path(stage: Stage, at: Instruction, path: str) -> str | None:
    """Give the absolute path for a path in an instruction, variables expanded; None if the file does not show it."""
    if "$" in path:
        path = expand_known(path, stage.scope.before(at), at.escape)
    if not path or "$" in path or path.startswith("~"):
        return None
    if not path.startswith("/"):
        workdir = stage.workdir_before(at)
        if workdir is None or "$" in workdir:
            return None
        path = join_path(workdir, path)
    return posixpath.normpath(path)


def declared_volumes(stage: Stage) -> Iterator[tuple[str, Word, Volume]]:
    """Yield each known path that a VOLUME of the stage declares, with its word and instruction."""
    for volume in stage.of("VOLUME"):
        if isinstance(volume, Volume):
            for word in volume.paths:
                path = absolute_path(stage, volume, word.value)
                if path is not None:
                    yield path, word, volume


def known_volumes(stage: Stage) -> set[str] | None:
    """The volumes of the image, those of its base included, without a final slash; None if one is not known."""
    from dockerlint_rules.model.state.server_data import volumes_of

    paths = [posixpath.normpath(path) for path in volumes_of(stage) if path]
    return None if any("$" in path for path in paths) else without_slashes(paths)
