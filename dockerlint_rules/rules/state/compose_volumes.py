"""Rules about the volumes of Compose services that keep data."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Finding, Severity
from dockerlint_rules.model.stages import is_below
from dockerlint_rules.project.compose import ComposeFile
from dockerlint_rules.project.definitions import undefined_names
from dockerlint_rules.project.stateful_services import stateful_record
from dockerlint_rules.registry.rule import rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.knowledge.stateful_software import StatefulRecord
    from dockerlint_rules.project.services import Deployment, Mount, Service


# Variables that move a service's data to another directory.
_DATA_VARIABLES = ("PGDATA", "MYSQL_DATADIR", "DATADIR", "INFLUXD_BOLT_PATH")


# Parts of a service's command that move its data.
_DATA_OPTIONS = (
    "data-dir",
    "datadir",
    "data_dir",
    "--dbpath",
    "--dir",
    "tmpfs",
    "storage.path",
    "data.path",
)


def _moves_data(service: Service) -> bool:
    """Whether the service may be configured to keep its data elsewhere."""
    if any(variable.name in _DATA_VARIABLES for variable in service.environment):
        return True
    if service.value.get("env_file"):
        return True
    command = service.value.get("command")
    words = " ".join(word.text or "" for word in command.scalars()) if command is not None else ""
    return any(option in words for option in _DATA_OPTIONS)


def _covers(mount: Mount, record: StatefulRecord) -> bool:
    """Whether a mount contains all of the data.

    A mount above a directory for which the image declares a volume does not: the anonymous volume hides that directory.
    """
    for directory in record.data_dirs:
        if mount.target == directory:
            return True
        if is_below(directory, mount.target):
            return not record.declares_volume
    return False


def _is_misplaced(mount: Mount, record: StatefulRecord) -> bool:
    """Whether a mount looks as if it were meant for the data, but does not contain it."""
    if mount.kind == "tmpfs" or mount.is_read_only or _is_configuration(mount.target):
        return False
    for directory in record.data_dirs:
        if is_below(directory, mount.target) and mount.target not in ("/", directory):
            return True
        if mount.target.startswith(directory + "/") and mount.target.rpartition("/")[2] == "data":
            return True
    return False


def _is_configuration(path: str) -> bool:
    """Whether a path is a file or a directory of configuration files, by its name."""
    return "." in path.rpartition("/")[2] or path.endswith(("initdb.d", "/conf.d"))


@rule("DF430", severity=Severity.WARNING)
def stateful_service_without_volume(service: Service, deployment: Deployment) -> Iterator[Finding]:
    """Stateful service has no volume for its data.

    Without a named volume, the data is stored in the container or in an anonymous volume. ``docker compose down``
    removes the container, and the next one starts without the data: it gets a new anonymous volume, and nothing uses
    the old one.

    Bad::

    ```yaml
    services:
      db:
        image: postgres:17
    #          ^^^^^^^^^^^ keeps its data in an anonymous volume
    ```

    Good::

    ```yaml
    services:
      db:
        image: postgres:17
        volumes: [pgdata:/var/lib/postgresql/data]
      cache:
        image: memcached:1
    volumes:
      pgdata:
    ```

    How to fix: mount a named volume on the data directory.

    Known problems: files whose names say that they are for development or tests are not reported, nor are services that
    may be configured to keep their data elsewhere or that extend a service of another file.

    Source: Docker docs, "Volumes"; the images' own documentation.
    """
    record = stateful_record(service)
    image = service.image
    if record is None or image is None or deployment.is_for_tests or service.is_extended:
        return
    mounts = service.mounts
    if _moves_data(service) or any(
        _is_misplaced(mount, record) or _covers(mount, record) for mount in mounts
    ):
        return
    # With a tmpfs, the data may be lost on purpose.
    if any(mount.kind == "tmpfs" for mount in mounts):
        return
    directory = record.data_dirs[0]
    if record.declares_volume:
        where = "in an anonymous volume, which a new container may not reuse"
    else:
        where = "in the container and loses it when the container is removed"
    yield Finding.at(
        image,
        f"'{record.name}' keeps its data {where}. Mount a named volume on '{directory}'.",
    )


@rule("DF431", severity=Severity.ERROR)
def misplaced_data_volume(service: Service) -> Iterator[Finding]:
    """Volume is not mounted on the service's data directory.

    The data looks safe, but the service keeps it in another directory. The next container may start without it.

    Bad::

    ```yaml
    services:
      db:
        image: postgres:18
        volumes:
        - pgdata:/var/lib/postgresql/data
    #     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ the mount on '/var/lib/postgresql/data' does not cover
    volumes:
      pgdata:
    ```

    Good::

    ```yaml
    services:
      db:
        image: postgres:18
        volumes: [pgdata:/var/lib/postgresql]
      older:
        image: postgres:17
        volumes: [older:/var/lib/postgresql/data]
    volumes:
      pgdata:
      older:
    ```

    How to fix: mount the volume on the data directory of this release of the image.

    Source: the images' own documentation; postgres 18 moved its data directory up by one level.
    """
    record = stateful_record(service)
    if record is None or _moves_data(service):
        return
    mounts = service.mounts
    if any(_covers(mount, record) for mount in mounts):
        return
    for mount in mounts:
        if _is_misplaced(mount, record):
            directory = record.data_dirs[0]
            yield Finding.at(
                mount,
                f"This release of '{record.name}' keeps its data in '{directory}', which the mount on '{mount.target}' "
                f"does not cover. Mount the volume on '{directory}'.",
            )
            return


@rule("DF432", severity=Severity.WARNING)
def replicated_stateful_service(service: Service) -> Iterator[Finding]:
    """Stateful service runs with several replicas.

    Replicas that share one data directory corrupt it. If each replica has its own volume, each has different data, so
    the answer to a request depends on the replica that gets it.

    Bad::

    ```yaml
    services:
      db:
        image: postgres:17
        volumes: [pgdata:/var/lib/postgresql/data]
        deploy:
          replicas: 3
    #               ^ 3 replicas of 'postgres'
    volumes:
      pgdata:
    ```

    Good::

    ```yaml
    services:
      db:
        image: postgres:17
        volumes: [pgdata:/var/lib/postgresql/data]
        deploy:
          replicas: 1
    volumes:
      pgdata:
    ```

    How to fix: run one replica, or set up a cluster as the server's documentation describes.

    Source: Compose specification, "deploy"; PostgreSQL, "Creating a Database Cluster".
    """
    replicas = service.value.get("deploy", "replicas") or service.value.get("scale")
    text = replicas.text if replicas is not None else None
    if replicas is None or not text or not text.isdecimal() or int(text[:9]) < 2:
        return
    record = stateful_record(service)
    if record is not None:
        yield Finding.at(
            replicas,
            f"{text} replicas of '{record.name}' either corrupt a shared data directory or have different data. "
            "Run one replica, or set up a cluster.",
        )


@rule("DF433", severity=Severity.ERROR)
def undefined_volume(service: Service, deployment: Deployment) -> Iterator[Finding]:
    """Service mounts a volume that is not defined.

    ``docker compose`` rejects the file: a named volume that a service mounts must be listed under the top-level
    ``volumes``.

    Bad::

    ```yaml
    services:
      db:
        image: postgres:17
        volumes:
        - pgdata:/var/lib/postgresql/data
    #     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ Volume 'pgdata' is not defined
    ```

    Good::

    ```yaml
    services:
      db:
        image: postgres:17
        volumes:
        - pgdata:/var/lib/postgresql/data
    volumes:
      pgdata:
    ```

    How to fix: add the name under the top-level ``volumes``; the value may be empty.

    Known problems: an override file is not checked, because the other file may define the volume.

    Source: Compose specification, "volumes".
    """
    if not isinstance(deployment, ComposeFile) or service.is_extended:
        return
    if "override" in deployment.filename.lower():
        return  # the other file may define it
    used = (
        (mount.source, mount) for mount in service.mounts if mount.kind == "volume" and mount.source
    )
    for name, mount in undefined_names(deployment, "volumes", used):
        yield Finding.at(
            mount,
            f"Volume '{name}' is not defined, so Compose rejects the file. Add it under the top-level 'volumes:'.",
        )
