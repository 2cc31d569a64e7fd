"""Which kind of file a name stands for, and the names of those that say where images are run.  It imports nothing, as every run asks."""

from __future__ import annotations

# What docker compose reads by itself, the first that is there, and what is often laid over it.
COMPOSE_NAMES = ("compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml")
OVERRIDES = (
    "compose.override.yaml",
    "compose.override.yml",
    "docker-compose.override.yml",
    "docker-compose.prod.yml",
    "docker-compose.production.yml",
)
DOCKERRUN = "Dockerrun.aws.json"
_DEPLOYMENT = (".yml", ".yaml", ".aws.json")


def is_deployment(filename: str) -> bool:
    """Whether a file is read as a compose file or a Dockerrun.aws.json; no Dockerfile's name ends so."""
    return filename.lower().endswith(_DEPLOYMENT)
