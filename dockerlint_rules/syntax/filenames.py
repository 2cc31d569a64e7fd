"""Which kind of file a name stands for.  It imports nothing, as every run asks."""

from __future__ import annotations

_DEPLOYMENT = (".yml", ".yaml", ".aws.json")


def is_deployment(filename: str) -> bool:
    """Whether a file is read as a compose file or a Dockerrun.aws.json; no Dockerfile's name ends so."""
    return filename.lower().endswith(_DEPLOYMENT)
