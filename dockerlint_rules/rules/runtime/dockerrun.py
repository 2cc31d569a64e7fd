"""Dockerrun.aws.json, the file with which Elastic Beanstalk runs containers."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Finding, Severity
from dockerlint_rules.project.dockerrun import DockerrunFile
from dockerlint_rules.registry.rule import rule
from dockerlint_rules.rules import wording
from dockerlint_rules.syntax.spelling import most_similar

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.model.stages import Stage
    from dockerlint_rules.project.services import Deployment
    from dockerlint_rules.syntax.data.value_tree import Value


@rule("DF660", severity=Severity.ERROR)
def mixed_dockerrun_versions(deployment: Deployment) -> Iterator[Finding]:
    """Dockerrun file has a key of another format version.

    Elastic Beanstalk only reads the keys of the version that the file names. It ignores the others without a warning,
    so containers, ports or volumes are missing.

    Bad::

    ```json
    {
      "AWSEBDockerrunVersion": "1",
      "containerDefinitions": []
    # ^^^^^^^^^^^^^^^^^^^^^^ ignores 'containerDefinitions' in a version 1 file
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

    How to fix: use only the keys of one version. Several containers need version 2, or a Compose file.

    Source: AWS, "Docker platform configuration".
    """
    if not isinstance(deployment, DockerrunFile) or deployment.problem:
        return
    is_version_1 = deployment.version == 1
    ignored = _ONLY_VERSION_2_KEYS if is_version_1 else _ONLY_VERSION_1_KEYS
    for key, _ in deployment.tree.each():
        if key.text in ignored:
            yield Finding.at(
                key,
                f"Elastic Beanstalk ignores '{key.text}' in a version {1 if is_version_1 else 2} file. "
                "Use only the keys of one version.",
            )


_ONLY_VERSION_1_KEYS = frozenset({"Image", "Ports", "Volumes", "Logging", "Entrypoint", "Command"})
_ONLY_VERSION_2_KEYS = frozenset({"containerDefinitions", "volumes", "family"})


@rule("DF661", severity=Severity.ERROR)
def dockerrun_image_without_port(deployment: Deployment) -> Iterator[Finding]:
    """Dockerrun file names an image but no container port.

    Elastic Beanstalk's proxy does not know which port the application listens on, so the deployment fails.

    Bad::

    ```json
    {
      "AWSEBDockerrunVersion": "1",
      "Image": {"Name": "shop:1"}
    # ^^^^^^^ This file names an image but no port
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

    How to fix: add ``Ports`` with a ``ContainerPort``.

    Source: AWS, "Docker platform configuration", version 1: Ports is required with Image.
    """
    if not isinstance(deployment, DockerrunFile) or deployment.version != 1 or deployment.problem:
        return
    key = deployment.tree.key("Image")
    if key is not None and not any(service.ports for service in deployment.services):
        yield Finding.at(
            key,
            "This file names an image but no port, so Elastic Beanstalk cannot forward requests to it. "
            "Add 'Ports' with a 'ContainerPort'.",
        )


@rule("DF662", severity=Severity.WARNING)
def container_without_memory_limit(deployment: Deployment) -> Iterator[Finding]:
    """Container definition has no memory limit or reservation.

    Version 2 requires ``memory`` or ``memoryReservation`` for each container. Without one of them Amazon ECS rejects
    the task, and the deployment fails.

    Bad::

    ```json
    {
      "AWSEBDockerrunVersion": 2,
      "containerDefinitions": [
        {"name": "web", "image": "shop:1"}
    #            ^^^^^ Container 'web' has neither 'memory' nor 'memoryReservation'
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

    How to fix: add ``memory`` or ``memoryReservation``, in MiB.

    Source: AWS, "Task definition parameters", memory.
    """
    if not isinstance(deployment, DockerrunFile) or deployment.version != 2:
        return
    for service in deployment.services:
        if service.value.get("memory") is None and service.value.get("memoryReservation") is None:
            container = f"Container '{service.name}'" if service.name else "This container"
            yield Finding.at(
                service,
                f"{container} has neither 'memory' nor 'memoryReservation', so Amazon ECS rejects the task. "
                "Add one of them, in MiB.",
            )


@rule("DF663", severity=Severity.ERROR)
def dockerrun_port_mismatch(deployment: Deployment) -> Iterator[Finding]:
    """Dockerrun file and Dockerfile name different ports.

    Elastic Beanstalk's proxy forwards requests to the port of the Dockerrun file. If the application listens on the
    port that the Dockerfile exposes, the site answers with status 502.

    Bad (Dockerfile: ``FROM node:24 / EXPOSE 3000``)::

    ```json
    {
      "AWSEBDockerrunVersion": "1",
      "Ports": [{"ContainerPort": 8000}]
    #           ^^^^^^^^^^^^^^^^^^^^^^^ The Dockerfile exposes '3000', but requests go to port '8000'
    }
    ```

    Good::

    ```json
    {
      "AWSEBDockerrunVersion": "1",
      "Ports": [{"ContainerPort": 8000}]
    }
    ```

    How to fix: use the same port in both files.

    Known problems: the rule reads the Dockerfile in the same directory. It is silent if one of its ports is a range or
    a variable.

    Source: AWS, "Docker platform configuration".
    """
    final = _final_stage_of_dockerfile(deployment)
    exposed = _exposed_ports(final) if final is not None else set()
    for service in deployment.services if exposed else ():
        for port in service.ports[:1]:
            if port.container.isdecimal() and port.container not in exposed:
                yield Finding.at(
                    port,
                    f"The Dockerfile exposes {wording.quoted_list(sorted(exposed, key=int))}, "
                    f"but requests go to port '{port.container}'. Use the same port in both files.",
                )


def _final_stage_of_dockerfile(deployment: Deployment) -> Stage | None:
    """The final stage of the Dockerfile that a file of version 1 deploys; None if it names an image instead."""
    if not isinstance(deployment, DockerrunFile) or deployment.version != 1:
        return None
    if deployment.tree.get("Image") is not None:
        return None
    dockerfile = deployment.dockerfile_at("Dockerfile")
    return dockerfile.final_stage if dockerfile is not None else None


def _exposed_ports(stage: Stage) -> set[str]:
    """The ports that the stage exposes; empty if one of them is a range or a variable."""
    ports = {
        word.value.partition("/")[0]
        for each in stage.lineage()
        for expose in each.of("EXPOSE")
        for word in expose.words
    }
    return ports if all(port.isdecimal() for port in ports) else set()


@rule("DF664", severity=Severity.WARNING)
def dockerrun_image_with_dockerfile(deployment: Deployment) -> Iterator[Finding]:
    """Dockerrun file names an image next to a Dockerfile.

    Elastic Beanstalk deploys only one of them, so changes to the other one have no effect.

    Bad (Dockerfile: ``FROM node:24``)::

    ```json
    {
      "AWSEBDockerrunVersion": "1",
      "Image": {"Name": "shop:1"},
    # ^^^^^^^ This file names an image, but there is a Dockerfile next to it
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

    How to fix: remove ``Image``, or remove the Dockerfile from the source bundle.

    Source: AWS, "Docker platform configuration": ``Image`` must not be used together with a Dockerfile.
    """
    key = deployment.tree.key("Image")
    if not isinstance(deployment, DockerrunFile) or deployment.version != 1 or key is None:
        return
    if deployment.has_file("Dockerfile"):
        yield Finding.at(
            key,
            "This file names an image, but there is a Dockerfile next to it, and only one of them is deployed. "
            "Remove 'Image' or the Dockerfile.",
        )


@rule("DF666", severity=Severity.ERROR)
def misspelled_dockerrun_key(deployment: Deployment) -> Iterator[Finding]:
    """Dockerrun file contains a misspelled key.

    Elastic Beanstalk ignores keys that it does not know, without a warning. Containers or ports are then missing.

    Bad::

    ```json
    {
      "AWSEBDockerrunVersion": 2,
      "containerDefintions": []
    # ^^^^^^^^^^^^^^^^^^^^^ ignores the unknown key 'containerDefintions'
    }
    ```

    Good::

    ```json
    {
      "AWSEBDockerrunVersion": 2,
      "containerDefinitions": []
    }
    ```

    How to fix: write the key as in the documentation; letter case matters.

    Source: AWS, "Docker platform configuration" and "Task definition parameters".
    """
    if not isinstance(deployment, DockerrunFile):
        return
    if deployment.version == 1:
        yield from _misspelled(deployment.tree, _VERSION_1_KEYS)
        return
    yield from _misspelled(deployment.tree, _VERSION_2_KEYS)
    for service in deployment.services:
        yield from _misspelled(service.value, _CONTAINER_KEYS)


def _misspelled(value: Value, known: frozenset[str]) -> Iterator[Finding]:
    """A finding for each unknown key of a mapping that is similar to a known one."""
    known_by_lowercase = {name.lower(): name for name in known}
    for key, _ in value.each():
        name = key.text or ""
        # Only what is wrong in each version: DF660 reports keys of the other one.
        if name in known or name in _VERSION_1_KEYS or name in _VERSION_2_KEYS:
            continue
        similar = most_similar(name.lower(), known_by_lowercase, 0.85)
        if similar:
            yield Finding.at(
                key,
                f"Elastic Beanstalk ignores the unknown key '{name}'. Did you mean '{known_by_lowercase[similar]}'?",
            )


_VERSION_1_KEYS = frozenset({
    "AWSEBDockerrunVersion", "Authentication", "Command", "Entrypoint", "Image", "Logging", "Ports", "Volumes",
})  # fmt: skip

_VERSION_2_KEYS = frozenset({
    "AWSEBDockerrunVersion", "authentication", "containerDefinitions", "family", "volumes",
})  # fmt: skip

_CONTAINER_KEYS = frozenset({
    "command", "cpu", "dependsOn", "disableNetworking", "dnsServers", "dockerLabels", "entryPoint", "environment",
    "environmentFiles", "essential", "extraHosts", "healthCheck", "hostname", "image", "links", "linuxParameters",
    "logConfiguration", "memory", "memoryReservation", "mountPoints", "name", "portMappings", "privileged",
    "readonlyRootFilesystem", "secrets", "startTimeout", "stopTimeout", "systemControls", "ulimits", "user",
    "volumesFrom", "workingDirectory",
})  # fmt: skip


@rule("DF667", severity=Severity.WARNING)
def unmapped_dockerrun_volume(deployment: Deployment) -> Iterator[Finding]:
    """Dockerrun file does not map a volume of the image.

    Each deployment replaces the container, and the new one starts with an empty volume. A volume that is mapped to a
    directory of the instance keeps its data.

    Bad (Dockerfile: ``FROM node:24 / VOLUME /data``)::

    ```json
    {
      "AWSEBDockerrunVersion": "1",
    # ^^^^^^^^^^^^^^^^^^^^^^^ Volume '/data' of the Dockerfile is not mapped
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

    How to fix: add the volume to ``Volumes``.

    Known problems: the instance is replaced from time to time as well, so data that has to last belongs in EFS, RDS or
    S3. Only the first such volume is reported.

    Source: AWS, "Docker platform configuration", version 1, Volumes.
    """
    final = _final_stage_of_dockerfile(deployment)
    mapped = [mount.target for service in deployment.services for mount in service.mounts]
    for word in final.volumes if final is not None else ():
        path = word.value.rstrip("/")
        if "$" in path or any((path + "/").startswith(target + "/") for target in mapped):
            continue
        yield Finding.at(
            deployment.tree.key("AWSEBDockerrunVersion") or deployment.tree,
            f"Volume '{path}' of the Dockerfile is not mapped, so it is empty after each deployment. "
            "Add it to 'Volumes'.",
        )
        return
