"""What the files beside a Dockerfile mount into the containers of its image: a volume there is a volume."""

from __future__ import annotations

import os

from dockerlint_rules.model.context.build_context import context_of, text_of
from dockerlint_rules.model.stages import is_below
from dockerlint_rules.syntax.kinds import COMPOSE_NAMES, DOCKERRUN, OVERRIDES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dockerlint_rules.model.stages import Dockerfile, Stage
    from dockerlint_rules.project.services import Deployment, Service


def mounted(dockerfile: Dockerfile) -> list[str]:
    """Folders of a container of this image that are volumes or folders of the host, by the files beside it.

    Looked at are the compose files in the Dockerfile's folder and in the one above it, and a Dockerrun.aws.json beside it; of
    those the services that are built from this Dockerfile.  perf: asked for only where a finding depends on it.
    """
    known: list[str] | None = dockerfile.facts.get("mounted")
    if known is None:
        known = dockerfile.facts["mounted"] = list(dict.fromkeys(_find(dockerfile)))
    return known


def covered(dockerfile: Dockerfile, path: str) -> bool:
    """Whether such a mount lies on a path or above it."""
    return any(is_below(path, folder) for folder in mounted(dockerfile))


def _find(dockerfile: Dockerfile) -> list[str]:
    if not os.path.isfile(dockerfile.filename):
        return []
    own = os.path.realpath(dockerfile.filename)
    folder = os.path.dirname(dockerfile.filename) or "."
    context = dockerfile.build.context or context_of(dockerfile.filename, None)
    folders = dict.fromkeys((folder, context.directory or folder, os.path.join(folder, os.pardir)))
    found = []
    for place in folders:
        for deployment in _deployments(place, dockerfile, beside=place == folder):
            for service in deployment.services:
                if _builds(service, deployment, own):
                    found += [one.target for one in service.mounts if one.kind != "tmpfs"]
    return found


def _deployments(folder: str, dockerfile: Dockerfile, *, beside: bool) -> list[Deployment]:
    from dockerlint_rules.project.services import Deployment
    from dockerlint_rules.syntax.source import Source

    names = [*COMPOSE_NAMES, *OVERRIDES, *([DOCKERRUN] if beside else [])]
    found = []
    for name in names:
        path = os.path.join(folder, name)
        text = text_of(path)
        if text is not None:
            found.append(Deployment(Source(text, path), dockerfile.build))
    return found


def _builds(service: Service, deployment: Deployment, own: str) -> bool:
    """Whether a service is built from the Dockerfile of that real path."""
    from dockerlint_rules.project.services import COMPOSE, DOCKERRUN_1

    if deployment.kind == DOCKERRUN_1:
        return service.image is None
    if deployment.kind != COMPOSE:
        return False
    if service.build is None:
        # What is laid over another file often leaves the build out.
        return "override" in deployment.filename or "prod" in os.path.basename(deployment.filename)
    context, name = service.context_path, service.dockerfile_name
    if not context or not name or deployment.directory is None:
        return False
    return os.path.realpath(os.path.join(deployment.directory, context, name)) == own


def is_on_volume(stage: Stage, path: str, volumes: list[str]) -> bool:
    """Whether a path lies below one of the volumes or on a mount from a Compose file."""
    return any(is_below(path, one) for one in volumes) or covered(stage.dockerfile, path)
