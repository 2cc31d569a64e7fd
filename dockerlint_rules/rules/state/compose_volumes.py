"""Rules about compose volumes."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Finding, Severity
from dockerlint_rules.project.services import COMPOSE
from dockerlint_rules.project.stateful_services import stateful_record
from dockerlint_rules.registry.rule import rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.knowledge.stateful_software import StatefulRecord
    from dockerlint_rules.project.services import Deployment, Mounted, Service


# By these a service is told to keep its data elsewhere.
_MOVES = ("PGDATA", "MYSQL_DATADIR", "DATADIR", "INFLUXD_BOLT_PATH")


_MOVES_IN_COMMAND = (
    "data-dir",
    "datadir",
    "data_dir",
    "--dbpath",
    "--dir",
    "tmpfs",
    "storage.path",
    "data.path",
)


def _is_moved(service: Service) -> bool:
    """Whether the service is told to keep its data elsewhere."""
    if any(one.name in _MOVES for one in service.environment) or service.value.get("env_file"):
        return True
    said = service.value.get("command")
    words = " ".join(one.text or "" for one in said.scalars()) if said is not None else ""
    return any(word in words for word in _MOVES_IN_COMMAND)


def _covers(mount: Mounted, record: StatefulRecord) -> bool:
    """Whether a mount holds all of the data.

    A mount above a folder for which the image declares a volume does not: the anonymous volume lies over it.
    """
    for folder in record.data_dirs:
        if mount.target == folder:
            return True
        if folder.startswith(mount.target.rstrip("/") + "/"):
            return not record.declares_volume
    return False


def _is_near(mount: Mounted, record: StatefulRecord) -> bool:
    """Whether a mount that does not hold the data was meant to."""
    if mount.kind == "tmpfs" or mount.is_read_only or _is_file(mount.target):
        return False
    for folder in record.data_dirs:
        if folder.startswith(mount.target.rstrip("/") + "/") and mount.target != "/":
            return True
        if mount.target.startswith(folder + "/") and mount.target.rpartition("/")[2] == "data":
            return True
    return False


def _is_file(path: str) -> bool:
    return "." in path.rpartition("/")[2] or path.endswith(("initdb.d", "/conf.d"))


@rule("DF430", severity=Severity.WARNING)
def stateful_service_without_volume(service: Service, deployment: Deployment) -> Iterator[Finding]:
    """Stateful service has no volume for its data.

    The data lie in the container or in a volume without a name: ``docker compose down -v``, another project
    name or another machine, and they are gone, or nobody finds them.

    Bad::

    ```yaml
    services:
      db:
        image: postgres:17
    #          ^^^^^^^^^^^
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

    How to fix: mount a named volume on the folder.

    Known problems: a file whose name says that it is for development or tests is left alone, and so is a service that is
    told to keep its data elsewhere, or that is extended from another file.

    Source: Docker docs, "Volumes"; the images' own documentation.
    """
    record = stateful_record(service)
    image = service.image
    if record is None or image is None or deployment.is_for_tests or service.is_extended:
        return
    if _is_moved(service) or any(
        _is_near(one, record) or _covers(one, record) for one in service.mounts
    ):
        return
    # A mount that is none of its data may still be what the author set up by hand.
    if any(one.kind == "tmpfs" for one in service.mounts):
        return
    folder = record.data_dirs[0]
    lie = "in a volume without a name" if record.declares_volume else "in the container"
    yield Finding.at(
        image,
        f"The data of '{record.name}' lie {lie}, and are lost with it. Mount a named volume on {folder}.",
    )


@rule("DF431", severity=Severity.ERROR)
def misplaced_data_volume(service: Service) -> Iterator[Finding]:
    """Volume is not mounted on the service's data directory.

    It looks safe and is not: the data lie in another folder, which is lost with the container.

    Bad::

    ```yaml
    services:
      db:
        image: postgres:18
        volumes:
        - pgdata:/var/lib/postgresql/data
    #     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
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

    How to fix: mount it on the folder that the image of this release uses.

    Source: the images' own documentation; postgres 18 moved its data up by one folder.
    """
    record = stateful_record(service)
    if record is None or _is_moved(service):
        return
    mounts = service.mounts
    if any(_covers(one, record) for one in mounts):
        return
    for mount in mounts:
        if _is_near(mount, record):
            yield Finding.at(
                mount,
                f"'{record.name}' of this release keeps its data in {record.data_dirs[0]}, which a mount on {mount.target} does not "
                f"hold. Mount it on {record.data_dirs[0]}.",
            )
            return


@rule("DF432", severity=Severity.WARNING)
def replicated_stateful_service(service: Service) -> Iterator[Finding]:
    """Stateful service runs with several replicas.

    Two servers on one folder damage the data, and with a volume for each no two of them say the same.

    Bad::

    ```yaml
    services:
      db:
        image: postgres:17
        volumes: [pgdata:/var/lib/postgresql/data]
        deploy:
          replicas: 3
    #               ^
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

    How to fix: run one, or a cluster as the server's documentation has it.

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
            f"{text} replicas of '{record.name}' share its data or each have their own. Run one, or a cluster.",
        )


@rule("DF433", severity=Severity.ERROR)
def undefined_volume(service: Service, deployment: Deployment) -> Iterator[Finding]:
    """Service mounts a volume that is not defined.

    ``docker compose`` refuses the file: a volume that a service names has to stand under ``volumes``.

    Bad::

    ```yaml
    services:
      db:
        image: postgres:17
        volumes:
        - pgdata:/var/lib/postgresql/data
    #     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
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

    How to fix: define it at the end of the file, with nothing behind the colon.

    Source: Compose specification, "volumes".
    """
    if deployment.kind != COMPOSE or service.is_extended:
        return
    if "override" in deployment.filename.lower():
        return  # the other file may define it
    known = deployment.tree.get("volumes")
    defined = {key.text for key, _ in known.each()} if known is not None else set()
    for mount in service.mounts:
        if (
            mount.kind == "volume"
            and mount.source
            and mount.source not in defined
            and "$" not in mount.source
        ):
            yield Finding.at(
                mount,
                f"Volume '{mount.source}' is not defined. Add it under 'volumes:' at the end of the file.",
            )
