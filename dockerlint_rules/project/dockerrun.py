"""Elastic Beanstalk's Dockerrun.aws.json, which says what the platform runs.

Source: AWS, "Docker platform configuration" (Dockerrun versions 1 and 2).
"""

from __future__ import annotations

from dockerlint_rules.project.services import (
    Deployment,
    Mount,
    PublishedPort,
    Service,
    scalar,
    text,
)
from dockerlint_rules.syntax.kinds import DOCKERRUN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.syntax.data.value_tree import Value


class DockerrunFile(Deployment):
    """A Dockerrun file: one container without a name in version 1, several in version 2."""

    __slots__ = ()
    kind = DOCKERRUN

    @property
    def version(self) -> int:
        """2, or 1 for anything else."""
        written = text(self.tree.get("AWSEBDockerrunVersion")) or ""
        return 2 if written.strip() == "2" else 1

    def find_services(self) -> Iterator[Service]:
        """The whole file in version 1, the container definitions in version 2."""
        if self.version == 1:
            key = self.tree.key("AWSEBDockerrunVersion") or self.tree
            yield SingleContainer(self, "", self.tree, key)
            return
        found = self.tree.get("containerDefinitions")
        for one in (found.items if found is not None else None) or ():
            name = scalar(one.get("name"))
            yield ContainerDefinition(self, text(name) or "", one, name or one)


class ContainerDefinition(Service):
    """One container of version 2."""

    __slots__ = ()

    @property
    def mounts(self) -> list[Mount]:
        """The folders of the instance that it mounts."""
        return list(_mounts(self.value))

    @property
    def ports(self) -> list[PublishedPort]:
        """The ports that are published."""
        return list(_ports(self.value.get("portMappings"), "containerPort", "hostPort"))


class SingleContainer(Service):
    """The container of version 1, built from the Dockerfile beside the file unless an image is named."""

    __slots__ = ()

    @property
    def image(self) -> Value | None:
        """The image's name, where one is given."""
        return scalar(self.value.get("Image", "Name"))

    def is_built_from(self, dockerfile: str) -> bool:
        """Whether its image is built from the Dockerfile of that real path: the one beside the file."""
        return self.image is None

    @property
    def mounts(self) -> list[Mount]:
        """The folders of the instance that it mounts."""
        return list(_mounts(self.value))

    @property
    def ports(self) -> list[PublishedPort]:
        """The ports that are published."""
        return list(_ports(self.value.get("Ports"), "ContainerPort", "HostPort"))


def _mounts(value: Value) -> Iterator[Mount]:
    for name, source, target in (
        ("Volumes", "HostDirectory", "ContainerDirectory"),
        ("mountPoints", "sourceVolume", "containerPath"),
    ):
        listed = value.get(name)
        for one in (listed.items if listed is not None else None) or ():
            path = text(one.get(target))
            if path:
                yield Mount("bind", text(one.get(source)), path, one)


def _ports(value: Value | None, container: str, host: str) -> Iterator[PublishedPort]:
    for one in (value.items if value is not None else None) or ():
        port = text(one.get(container))
        if port:
            yield PublishedPort(port, text(one.get(host)), "", "tcp", one)
