"""Volumes."""

from __future__ import annotations

import posixpath

from dockerlint_rules.model.stages import join_path
from dockerlint_rules.model.variables import expand_known
from dockerlint_rules.syntax.dockerfile.instructions import Volume

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.model.stages import Stage
    from dockerlint_rules.syntax.dockerfile.instructions import Instruction, Word


def absolute_path(stage: Stage, at: Instruction, path: str) -> str | None:
    """A path of the image in full, None where the file does not tell."""
    if "$" in path:
        path = expand_known(path, stage.scope.before(at), at.escape)
    if not path or "$" in path or path.startswith("~"):
        return None
    if not path.startswith("/"):
        here = stage.workdir_before(at)
        if here is None or "$" in here:
            return None
        path = join_path(here, path)
    return posixpath.normpath(path)


def volumes_before(stage: Stage) -> Iterator[tuple[str, Word, Instruction]]:
    """Each path that VOLUME declares in the stage, with its word and instruction."""
    for one in stage.of("VOLUME"):
        if isinstance(one, Volume):
            for word in one.paths:
                path = absolute_path(stage, one, word.value)
                if path is not None:
                    yield path, word, one


def known_volumes(stage: Stage) -> list[str] | None:
    """The folders that are volumes; None where one of them is not known."""
    from dockerlint_rules.model.state.server_data import volumes_of

    found = [posixpath.normpath(one) for one in volumes_of(stage) if one]
    return None if any("$" in one for one in found) else found


TEMPORARY_FOLDERS = ("/tmp", "/run", "/dev/shm", "/var/tmp", "/var/run", "/home/user/")
