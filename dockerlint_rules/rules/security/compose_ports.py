"""Rules about compose ports."""

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


@rule("DF547", severity=Severity.INFO, security_severity="5.0")
def published_database_port(service: Service, deployment: Deployment) -> Iterator[Finding]:
    """Database port is published on every host interface.

    A published port goes around most firewalls of the host: the database is open to the network, with a password
    at best between.

    Bad::

    ```yaml
    services:
      db:
        image: postgres:17
        ports:
        - "5432:5432"
    #     ^^^^^^^^^^^
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

    How to fix: leave the port out, as services reach each other without, or bind it to 127.0.0.1.

    Known problems: a file whose name says that it is for development or tests is left alone.

    Source: Docker docs, "Packet filtering and firewalls", published ports.
    """
    if deployment.is_for_tests or not isinstance(deployment, ComposeFile):
        return
    record = stateful_record(service)
    if record is None or record.name not in DATABASE_IMAGES:
        return
    for port in service.ports:
        if port.address in ("", "0.0.0.0", "::") and port.host is not None:
            yield Finding.at(
                port,
                f"Port {port.host} of '{record.name}' is open on every interface of the host. Leave it out, or bind it to 127.0.0.1.",
            )
