"""Networks, hosts and ports in Compose files."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Finding, Related, Severity
from dockerlint_rules.model.images.reference import ImageReference
from dockerlint_rules.project.compose import ComposeFile, with_defaults
from dockerlint_rules.project.definitions import undefined_names
from dockerlint_rules.registry.rule import rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.project.services import Deployment, PublishedPort, Service


@rule("DF655", severity=Severity.ERROR)
def undefined_network(service: Service, deployment: Deployment) -> Iterator[Finding]:
    """Service uses a network that is not defined.

    ``docker compose`` rejects the file, because a network that a service joins must be defined under the top-level
    ``networks``.

    Bad::

    ```yaml
    services:
      web:
        image: shop:1
        networks: [front]
    #              ^^^^^ Network 'front' is not defined
    ```

    Good::

    ```yaml
    services:
      web:
        image: shop:1
        networks: [front, default]
    networks:
      front:
    ```

    How to fix: add the name under the top-level ``networks``; the value may be empty.

    Known problems: only ``compose`` and ``docker-compose`` files without ``include`` are checked. Another file may be
    merged with one that defines the network.

    Source: Compose specification, "networks".
    """
    if (
        not isinstance(deployment, ComposeFile)
        or deployment.is_override
        or deployment.tree.get("include")
    ):
        return
    used = ((network.text or "", network) for network in service.networks)
    for name, network in undefined_names(deployment, "networks", used):
        if name != "default":
            yield Finding.at(
                network, f"Network '{name}' is not defined. Add it under the top-level 'networks:'."
            )


# The image that serves the URLs of each scheme.
_SERVER_IMAGES = {
    "postgres": "postgres", "postgresql": "postgres", "mysql": "mysql", "mariadb": "mariadb", "mongodb": "mongo",
    "redis": "redis", "amqp": "rabbitmq",
}  # fmt: skip


@rule("DF656", severity=Severity.ERROR)
def database_on_localhost(service: Service, deployment: Deployment) -> Iterator[Finding]:
    """Service expects its database on localhost.

    In a container ``localhost`` is the container itself. The database runs in another container, whose host name is the
    name of its service.

    Bad::

    ```yaml
    services:
      web:
        image: shop:1
        environment:
          DATABASE_URL: postgres://shop@localhost/shop
    #     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ 'localhost' refers to the container of 'web' itself
      db:
        image: postgres:17
        volumes: [pgdata:/var/lib/postgresql/data]
    volumes:
      pgdata:
    ```

    Good::

    ```yaml
    services:
      web:
        image: shop:1
        environment:
          DATABASE_URL: postgres://shop@db/shop
      db:
        image: postgres:17
        volumes: [pgdata:/var/lib/postgresql/data]
    volumes:
      pgdata:
    ```

    How to fix: use the name of the database's service as the host.

    Known problems: services with ``network_mode`` are not checked.

    Source: Docker docs, "Networking in Compose".
    """
    if service.value.get("network_mode") is not None:
        return
    for variable in service.environment:
        scheme, sign, rest = (variable.value or "").partition("://")
        host = rest.partition("/")[0].rpartition("@")[2].partition(":")[0]
        image = _SERVER_IMAGES.get(scheme.partition("+")[0])
        if not sign or image is None or host not in ("localhost", "127.0.0.1"):
            continue
        others = (other for other in _first_with(deployment, image) if other is not service)
        database = next(others, None)
        if database is not None:
            yield Finding.at(
                variable,
                f"'{host}' refers to the container of '{service.name}' itself, not to the database. "
                f"Use the service name '{database.name}' as the host.",
                related=[Related(database, "the database")],
            )


def _first_with(deployment: Deployment, name: str) -> list[Service]:
    """The first two services that run an image."""
    by_image: dict[str, list[Service]] | None = deployment.facts.get("services-by-image")
    if by_image is None:
        by_image = deployment.facts["services-by-image"] = {}
        for service in deployment.services:
            image = service.image
            text = with_defaults(image.text or "") if image is not None else None
            if text:
                same = by_image.setdefault(ImageReference.parse(text).upstream, [])
                if len(same) < 2:
                    same.append(service)
    return by_image.get(name, [])


@rule("DF658", severity=Severity.ERROR)
def duplicate_host_port(deployment: Deployment) -> Iterator[Finding]:
    """Two services publish the same host port.

    Only one of the services gets the port. The other one fails to start.

    Bad::

    ```yaml
    services:
      web:
        image: shop:1
        ports: ["8080:80"]
      admin:
        image: admin:1
        ports: ["8080:8080"]
    #           ^^^^^^^^^^^ Service 'web' already publishes host port '8080'
    ```

    Good::

    ```yaml
    services:
      web:
        image: shop:1
        ports: ["8080:80"]
      admin:
        image: admin:1
        ports: ["8081:8080", "127.0.0.1:8082:80"]
    ```

    How to fix: change one of the host ports.

    Known problems: services with ``profiles`` are not checked because they may never run together. Port ranges are
    not checked either.

    Source: Docker docs, "Port publishing and mapping".
    """
    first_uses: dict[tuple[str, str], tuple[Service, PublishedPort]] = {}
    for service in deployment.services:
        if service.value.get("profiles") is not None:
            continue
        for port in service.ports:
            if not port.host or not port.host.isdecimal() or port.host == "0":
                continue
            owner, earlier = first_uses.setdefault((port.host, port.protocol), (service, port))
            # A port on one address only collides with the same address, or with all addresses.
            collides = earlier.address == port.address or "" in (earlier.address, port.address)
            if owner is not service and collides:
                yield Finding.at(
                    port,
                    f"Service '{owner.name}' already publishes host port '{port.host}', "
                    "so only one of the two can start. Change one of the host ports.",
                    related=[Related(earlier, "published here first")],
                )
