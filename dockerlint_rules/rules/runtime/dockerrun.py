"""Rules about dockerrun."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Finding, Severity
from dockerlint_rules.project.services import COMPOSE, DOCKERRUN_1, DOCKERRUN_2
from dockerlint_rules.registry.rule import rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.project.services import Deployment
    from dockerlint_rules.syntax.data.value_tree import Value


@rule("DF660", severity=Severity.ERROR)
def mixed_dockerrun_versions(deployment: Deployment) -> Iterator[Finding]:
    """Dockerrun file has a key of another format version.

    The platform reads those of its version and passes over the rest in silence: containers, ports or volumes are missing.

    Bad::

    ```json
    {
      "AWSEBDockerrunVersion": "1",
      "containerDefinitions": []
    # ^^^^^^^^^^^^^^^^^^^^^^
    }
    ```

    Good::

    ```json
    {
      "AWSEBDockerrunVersion": 2,
      "containerDefinitions": [
        {"name": "web", "image": "shop:1", "memory": 256, "portMappings": [{"hostPort": 80, "containerPort": 8000}]}
      ]
    }
    ```

    How to fix: use the keys of one version; for several containers version 2 or a compose file.

    Source: AWS, "Docker platform configuration".
    """
    if deployment.kind == COMPOSE or deployment.problem:
        return
    foreign = _OF_2 if deployment.kind == DOCKERRUN_1 else _OF_1
    version = "1" if deployment.kind == DOCKERRUN_1 else "2"
    for key, _ in deployment.tree.each():
        if key.text in foreign:
            yield Finding.at(
                key, f"'{key.text}' is not read in version {version}. Use the keys of one version."
            )


_OF_1 = frozenset({"Image", "Ports", "Volumes", "Logging", "Entrypoint", "Command"})


_OF_2 = frozenset({"containerDefinitions", "volumes", "family"})


@rule("DF661", severity=Severity.ERROR)
def dockerrun_image_without_port(deployment: Deployment) -> Iterator[Finding]:
    """Dockerrun file names an image but no container port.

    The proxy of the platform does not know where the application listens, and the deployment fails.

    Bad::

    ```json
    {
      "AWSEBDockerrunVersion": "1",
      "Image": {"Name": "shop:1"}
    # ^^^^^^^
    }
    ```

    Good::

    ```json
    {
      "AWSEBDockerrunVersion": "1",
      "Image": {"Name": "shop:1"},
      "Ports": [{"ContainerPort": 8000}]
    }
    ```

    How to fix: add ``Ports`` with the ``ContainerPort``.

    Source: AWS, "Docker platform configuration", version 1: Ports is required with Image.
    """
    if deployment.kind != DOCKERRUN_1 or deployment.problem:
        return
    key = deployment.tree.key("Image")
    if key is not None and not any(one.ports for one in deployment.services):
        yield Finding.at(
            key,
            "The platform's proxy does not know the port of this image. Add 'Ports' with its 'ContainerPort'.",
        )


@rule("DF662", severity=Severity.WARNING)
def container_without_memory_limit(deployment: Deployment) -> Iterator[Finding]:
    """Container definition has no memory limit or reservation.

    Version 2 wants ``memory`` or ``memoryReservation`` for each container; without it the task is refused.

    Bad::

    ```json
    {
      "AWSEBDockerrunVersion": 2,
      "containerDefinitions": [
        {"name": "web", "image": "shop:1"}
    #            ^^^^^
      ]
    }
    ```

    Good::

    ```json
    {
      "AWSEBDockerrunVersion": 2,
      "containerDefinitions": [
        {"name": "web", "image": "shop:1", "memory": 256}
      ]
    }
    ```

    How to fix: add ``memory`` in MiB.

    Source: AWS, "Task definition parameters", memory.
    """
    if deployment.kind != DOCKERRUN_2:
        return
    for service in deployment.services:
        if service.value.get("memory") is None and service.value.get("memoryReservation") is None:
            yield Finding.at(
                service,
                f"'{service.name}' has no 'memory', and the task is refused. Add it, in MiB.",
            )


@rule("DF663", severity=Severity.ERROR)
def dockerrun_port_mismatch(deployment: Deployment) -> Iterator[Finding]:
    """Dockerrun file and Dockerfile name different ports.

    The proxy asks where nobody listens, and the site answers 502.

    Bad (Dockerfile: ``FROM node:24 / EXPOSE 3000``)::

    ```json
    {
      "AWSEBDockerrunVersion": "1",
      "Ports": [{"ContainerPort": 8000}]
    #           ^^^^^^^^^^^^^^^^^^^^^^^
    }
    ```

    Good::

    ```json
    {
      "AWSEBDockerrunVersion": "1",
      "Ports": [{"ContainerPort": 8000}]
    }
    ```

    How to fix: write the same port in both.

    Known problems: judged by the Dockerfile beside it, when that names plain ports.

    Source: AWS, "Docker platform configuration".
    """
    if deployment.kind != DOCKERRUN_1:
        return
    if deployment.tree.get("Image") is not None:
        return
    exposed = _exposed(deployment)
    for service in deployment.services:
        for port in service.ports[:1]:
            if exposed and port.container.isdecimal() and port.container not in exposed:
                named = ", ".join(sorted(exposed, key=int))
                yield Finding.at(
                    port,
                    f"The Dockerfile exposes {named}, and not {port.container}. Write the same port in both.",
                )


def _exposed(deployment: Deployment) -> set[str]:
    """The plain ports that the last stage of the Dockerfile beside it exposes; nothing where one is not plain."""
    dockerfile = deployment.dockerfile_at("Dockerfile")
    final = dockerfile.final_stage if dockerfile is not None else None
    found = set()
    for stage in final.lineage() if final is not None else ():
        for one in stage.of("EXPOSE"):
            for word in one.words:
                port = word.value.partition("/")[0]
                if not port.isdecimal():
                    return set()
                found.add(port)
    return found


@rule("DF664", severity=Severity.WARNING)
def dockerrun_image_with_dockerfile(deployment: Deployment) -> Iterator[Finding]:
    """Dockerrun file names an image next to a Dockerfile.

    Only one of them is deployed, and it is not the one that is looked at.

    Bad (Dockerfile: ``FROM node:24``)::

    ```json
    {
      "AWSEBDockerrunVersion": "1",
      "Image": {"Name": "shop:1"},
    # ^^^^^^^
      "Ports": [{"ContainerPort": 8000}]
    }
    ```

    Good::

    ```json
    {
      "AWSEBDockerrunVersion": "1",
      "Image": {"Name": "shop:1"},
      "Ports": [{"ContainerPort": 8000}]
    }
    ```

    How to fix: remove ``Image``, or the Dockerfile from what is uploaded.

    Source: AWS, "Docker platform configuration": with a Dockerfile, Image is not to be given.
    """
    key = deployment.tree.key("Image")
    if deployment.kind == DOCKERRUN_1 and key is not None and deployment.has_file("Dockerfile"):
        yield Finding.at(
            key,
            "A Dockerfile lies beside this file, and only one of them is deployed. Remove 'Image' or the Dockerfile.",
        )


@rule("DF666", severity=Severity.ERROR)
def misspelled_dockerrun_key(deployment: Deployment) -> Iterator[Finding]:
    """Dockerrun file contains a misspelled key.

    The platform passes over keys that it does not know: containers or ports are missing, and nothing says why.

    Bad::

    ```json
    {
      "AWSEBDockerrunVersion": 2,
      "containerDefintions": []
    # ^^^^^^^^^^^^^^^^^^^^^
    }
    ```

    Good::

    ```json
    {
      "AWSEBDockerrunVersion": 2,
      "containerDefinitions": []
    }
    ```

    How to fix: write it as the platform does, capitals included.

    Source: AWS, "Docker platform configuration" and "Task definition parameters".
    """
    if deployment.kind == COMPOSE:
        return
    yield from _misspelt(deployment.tree, _TOP_1 if deployment.kind == DOCKERRUN_1 else _TOP_2)
    if deployment.kind == DOCKERRUN_2:
        for service in deployment.services:
            yield from _misspelt(service.value, _CONTAINER)


def _misspelt(value: Value, known: frozenset[str]) -> Iterator[Finding]:
    from difflib import get_close_matches  # perf: only where there is such a file

    lower = {name.lower(): name for name in known}
    for key, _ in value.each():
        text = key.text or ""
        if text in known or text in _TOP_1 | _TOP_2:
            continue
        near = get_close_matches(text.lower(), lower, 1, 0.85)
        if near:
            yield Finding.at(
                key, f"'{text}' is not known and is passed over. Write '{lower[near[0]]}'."
            )


_TOP_1 = frozenset({"AWSEBDockerrunVersion", "Authentication", "Command", "Entrypoint", "Image", "Logging", "Ports", "Volumes"})  # fmt: skip


_TOP_2 = frozenset(
    {"AWSEBDockerrunVersion", "authentication", "containerDefinitions", "family", "volumes"}
)


_CONTAINER = frozenset({
    "command", "cpu", "dependsOn", "disableNetworking", "dnsServers", "dockerLabels", "entryPoint", "environment", "environmentFiles", "essential",
    "extraHosts", "healthCheck", "hostname", "image", "links", "linuxParameters", "logConfiguration", "memory", "memoryReservation", "mountPoints",
    "name", "portMappings", "privileged", "readonlyRootFilesystem", "secrets", "startTimeout", "stopTimeout", "systemControls", "ulimits", "user",
    "volumesFrom", "workingDirectory",
})  # fmt: skip


@rule("DF667", severity=Severity.WARNING)
def unmapped_dockerrun_volume(deployment: Deployment) -> Iterator[Finding]:
    """Dockerrun file does not map a volume of the image.

    Each deployment replaces the container, and the next one begins with an empty volume.

    Bad (Dockerfile: ``FROM node:24 / VOLUME /data``)::

    ```json
    {
      "AWSEBDockerrunVersion": "1",
    # ^^^^^^^^^^^^^^^^^^^^^^^
      "Ports": [{"ContainerPort": 8000}]
    }
    ```

    Good (Dockerfile: ``FROM node:24 / VOLUME /data``)::

    ```json
    {
      "AWSEBDockerrunVersion": "1",
      "Ports": [{"ContainerPort": 8000}],
      "Volumes": [{"HostDirectory": "/var/app-data", "ContainerDirectory": "/data"}]
    }
    ```

    How to fix: add it to ``Volumes``. The instance itself is replaced as well: what has to last longer belongs in EFS, RDS or S3.

    Source: AWS, "Docker platform configuration", version 1, Volumes.
    """
    if deployment.kind != DOCKERRUN_1 or deployment.tree.get("Image") is not None:
        return
    dockerfile = deployment.dockerfile_at("Dockerfile")
    final = dockerfile.final_stage if dockerfile is not None else None
    mapped = [mount.target for service in deployment.services for mount in service.mounts]
    for word in final.volumes if final is not None else ():
        path = word.value.rstrip("/")
        if "$" in path or any(path == one or path.startswith(one + "/") for one in mapped):
            continue
        key = deployment.tree.key("AWSEBDockerrunVersion") or deployment.tree
        yield Finding.at(
            key,
            f"The Dockerfile's volume {path} has no folder on the instance, and is empty after each deployment. Add it to 'Volumes'.",
        )
        return
