"""Database ports that a Compose file publishes."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Finding, Severity
from dockerlint_rules.model.images.database_images import DATABASE_IMAGES
from dockerlint_rules.project.compose import ComposeFile
from dockerlint_rules.project.stateful_services import stateful_record
from dockerlint_rules.registry.rule import rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.project.services import Deployment, Service

_ALL_INTERFACES = ("", "0.0.0.0", "::")


@rule("DF547", severity=Severity.INFO, security_severity="5.0")
def published_database_port(service: Service, deployment: Deployment) -> Iterator[Finding]:
    """Database port is published on every host interface.

    Published ports bypass most firewalls on the host. Anyone on the network can then connect to the database, and at
    best a password protects it.

    Bad::

    ```yaml
    services:
      db:
        image: postgres:17
        ports:
        - "5432:5432"
    #     ^^^^^^^^^^^ Host port '5432' exposes 'postgres' on every network interface
        volumes: [pgdata:/var/lib/postgresql/data]
    volumes:
      pgdata:
    ```

    Good::

    ```yaml
    services:
      db:
        image: postgres:17
        ports:
        - "127.0.0.1:5432:5432"
        volumes: [pgdata:/var/lib/postgresql/data]
    volumes:
      pgdata:
    ```

    How to fix: remove the port, because services reach each other without published ports, or bind it to 127.0.0.1.

    Known problems: files whose name says that they are for development or tests are left alone.

    Source: Docker docs, "Packet filtering and firewalls", published ports.
    """
    if deployment.is_for_tests or not isinstance(deployment, ComposeFile):
        return
    record = stateful_record(service)
    if record is None or record.name not in DATABASE_IMAGES:
        return
    for port in service.ports:
        if port.address in _ALL_INTERFACES and port.host is not None:
            yield Finding.at(
                port,
                f"Host port '{port.host}' exposes '{record.name}' on every network interface. "
                "Remove it, or bind it to 127.0.0.1.",
            )
