"""What the files beside a Dockerfile mount into the containers of its image: such a folder is a volume there."""

from __future__ import annotations

import os

from dockerlint_rules.model.context.build_context import context_of, text_of
from dockerlint_rules.model.layers.cleanup import is_in, without_slashes
from dockerlint_rules.syntax.kinds import COMPOSE_NAMES, COMPOSE_OVERRIDES, DOCKERRUN_NAME, kind_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Container, Iterator

    from dockerlint_rules.model.stages import Dockerfile, Stage
    from dockerlint_rules.project.services import Deployment


def mounted_directories(dockerfile: Dockerfile) -> list[str]:
    """Folders in a container of this image that are volumes or folders of the host, according to the files beside it.

    These are the compose files in the Dockerfile's folder, in its build context and in the folder above, and a
    Dockerrun.aws.json beside it; of those the services that are built from this Dockerfile.

    perf: rules ask only where a finding depends on the answer.
    """
    known: list[str] | None = dockerfile.facts.get("mounted-folders")
    if known is None:
        known = dockerfile.facts["mounted-folders"] = list(dict.fromkeys(_find(dockerfile)))
    return known


def is_mounted(dockerfile: Dockerfile, path: str) -> bool:
    """Whether such a mount is on a path or above it."""
    folders = dockerfile.facts.get("mounted-folders-by-name")
    if folders is None:
        folders = without_slashes(mounted_directories(dockerfile))
        dockerfile.facts["mounted-folders-by-name"] = folders
    return is_in(path, folders)


def is_on_volume(stage: Stage, path: str, volumes: Container[str]) -> bool:
    """Whether a path is below one of the volumes (without a final slash) or below such a mount."""
    return is_in(path, volumes) or is_mounted(stage.dockerfile, path)


def _find(dockerfile: Dockerfile) -> Iterator[str]:
    if not os.path.isfile(dockerfile.filename):
        return
    own = os.path.realpath(dockerfile.filename)
    folder = os.path.dirname(dockerfile.filename) or "."
    context = dockerfile.build.context or context_of(dockerfile.filename, None)
    folders = dict.fromkeys((folder, context.directory or folder, os.path.join(folder, os.pardir)))
    for place in folders:
        for deployment in _deployments(place, dockerfile, is_own_folder=place == folder):
            for service in deployment.services:
                if service.is_built_from(own):
                    yield from (one.target for one in service.mounts if one.kind != "tmpfs")


def _deployments(
    folder: str, dockerfile: Dockerfile, *, is_own_folder: bool
) -> Iterator[Deployment]:
    names = (*COMPOSE_NAMES, *COMPOSE_OVERRIDES, *((DOCKERRUN_NAME,) if is_own_folder else ()))
    for name in names:
        path = os.path.join(folder, name)
        content = text_of(path)
        if content is not None:
            from dockerlint_rules.project.services import Deployment
            from dockerlint_rules.syntax.source import Source

            found = kind_of(path).read(Source(content, path), dockerfile.build)
            assert isinstance(found, Deployment)
            yield found
