"""Rules about compose networks."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Finding, Related, Severity
from dockerlint_rules.model.images.reference import ImageReference
from dockerlint_rules.project.services import COMPOSE, DOCKERRUN_1, interpolated
from dockerlint_rules.registry.rule import rule
from dockerlint_rules.rules.runtime.compose_dependencies import is_override

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.project.services import Deployment, Published, Service


@rule("DF655", severity=Severity.ERROR)
def undefined_network(service: Service, deployment: Deployment) -> Iterator[Finding]:
    """Service uses a network that is not defined.

    ``docker compose`` refuses the file: a network that a service names has to stand under ``networks``.

    Bad::

    ```yaml
    services:
      web:
        image: shop:1
        networks: [front]
    #              ^^^^^
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

    How to fix: define it at the end of the file, with nothing behind the colon.

    Source: Compose specification, "networks".
    """
    if deployment.kind != COMPOSE or is_override(deployment) or deployment.tree.get("include"):
        return
    known = deployment.tree.get("networks")
    defined = {key.text for key, _ in known.each()} if known is not None else set()
    for one in service.networks:
        if one.text not in defined and one.text != "default" and "$" not in (one.text or ""):
            yield Finding.at(
                one,
                f"Network '{one.text}' is not defined. Add it under 'networks:' at the end of the file.",
            )


_SCHEMES = {
    "postgres": "postgres", "postgresql": "postgres", "mysql": "mysql", "mariadb": "mariadb", "mongodb": "mongo", "redis": "redis",
    "amqp": "rabbitmq",
}  # fmt: skip


@rule("DF656", severity=Severity.ERROR)
def database_on_localhost(service: Service, deployment: Deployment) -> Iterator[Finding]:
    """Service expects its database on localhost.

    ``localhost`` is the container itself; the database is another service, reached by its name.

    Bad::

    ```yaml
    services:
      web:
        image: shop:1
        environment:
          DATABASE_URL: postgres://shop@localhost/shop
    #     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
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

    How to fix: write the name of the service.

    Source: Docker docs, "Networking in Compose".
    """
    mode = service.value.get("network_mode")
    if mode is not None:
        return
    for one in service.environment:
        scheme, sign, rest = (one.value or "").partition("://")
        host = rest.partition("/")[0].rpartition("@")[2].partition(":")[0]
        wanted = _SCHEMES.get(scheme.partition("+")[0])
        if not sign or wanted is None or host not in ("localhost", "127.0.0.1"):
            continue
        other = next(
            (at for at in deployment.services if at is not service and _is_image(at, wanted)), None
        )
        if other is not None:
            yield Finding.at(
                one,
                f"'{host}' is the container of '{service.name}' itself. Write the name of the database's service, '{other.name}'.",
                related=[Related(other, "the database")],
            )


def _is_image(service: Service, wanted: str) -> bool:
    image = service.image
    text = interpolated(image.text or "") if image is not None else None
    return bool(text) and ImageReference.parse(text or "").upstream == wanted


@rule("DF658", severity=Severity.ERROR)
def duplicate_host_port(deployment: Deployment) -> Iterator[Finding]:
    """Two services publish the same host port.

    The second one does not start: the port is taken.

    Bad::

    ```yaml
    services:
      web:
        image: shop:1
        ports: ["8080:80"]
      admin:
        image: admin:1
        ports: ["8080:8080"]
    #           ^^^^^^^^^^^
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

    How to fix: give one of them another port.

    Known problems: services with ``profiles`` may never run together, and are left alone.

    Source: Docker docs, "Port publishing and mapping".
    """
    taken: dict[tuple[str, str], tuple[Service, Published]] = {}
    for service in deployment.services:
        if service.value.get("profiles") is not None or deployment.kind == DOCKERRUN_1:
            continue
        for port in service.ports:
            if not port.host or not port.host.isdecimal() or port.host == "0":
                continue
            # An address of its own only meets the same address, or all of them.
            key = (port.host, port.protocol)
            first = taken.setdefault(key, (service, port))
            if first[0] is not service and (
                first[1].address == port.address or "" in (first[1].address, port.address)
            ):
                yield Finding.at(
                    port,
                    f"Port {port.host} of the host is taken by '{first[0].name}' already. Give one of them another.",
                    related=[Related(first[1], "taken here")],
                )
