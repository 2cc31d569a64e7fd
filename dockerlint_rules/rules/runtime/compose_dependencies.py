"""``depends_on`` in Compose files."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Finding, Related, Severity
from dockerlint_rules.model.images.database_images import DATABASE_IMAGES
from dockerlint_rules.project.compose import ComposeFile
from dockerlint_rules.project.stateful_services import stateful_record
from dockerlint_rules.registry.rule import rule
from dockerlint_rules.syntax.source import Span
from dockerlint_rules.syntax.spelling import most_similar

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.project.services import Deployment, Service


@rule("DF651", severity=Severity.ERROR)
def undefined_service_dependency(service: Service, deployment: Deployment) -> Iterator[Finding]:
    """Service depends on a service that is not defined.

    ``docker compose`` rejects the file, so no service starts.

    Bad::

    ```yaml
    services:
      web:
        image: shop:1
        depends_on: [database]
    #                ^^^^^^^^ Service 'database' is not defined in this file
      db:
        image: shop-db:1
    ```

    Good::

    ```yaml
    services:
      web:
        image: shop:1
        depends_on: [db]
      db:
        image: shop-db:1
    ```

    How to fix: name a service of this file, or add the service.

    Known problems: only ``compose`` and ``docker-compose`` files without ``include`` are checked. Another file may be
    merged with one that defines the service.

    Source: Compose specification, "depends_on".
    """
    if (
        not isinstance(deployment, ComposeFile)
        or deployment.is_override
        or deployment.tree.get("include")
    ):
        return
    for name, _ in service.depends_on:
        written = name.text or ""
        if deployment.service_named(written) is None and "$" not in written:
            similar = _similar_service(written, deployment)
            remedy = f"Did you mean '{similar}'?" if similar else "Name a service of this file."
            yield Finding.at(name, f"Service '{name.text}' is not defined in this file. {remedy}")


def _similar_service(name: str, deployment: Deployment) -> str | None:
    """The most similar name of a service; None after the first undefined names of a file."""
    # perf: comparing every undefined name with every service would be quadratic.
    count = deployment.facts["names-compared"] = deployment.facts.get("names-compared", 0) + 1
    if count > _MOST_COMPARED:
        return None
    return most_similar(name, [one.name for one in deployment.services[:_MOST_SERVICES]])


# Undefined names that are compared, and the services that each is compared with.
_MOST_COMPARED, _MOST_SERVICES = 50, 500


@rule("DF652", severity=Severity.ERROR)
def dependency_without_health_check(service: Service, deployment: Deployment) -> Iterator[Finding]:
    """Service waits for a dependency without a health check.

    A service that waits for ``service_healthy`` only starts after a health check has succeeded. Without a health check
    that never happens, and ``docker compose up`` fails.

    Bad::

    ```yaml
    services:
      web:
        image: shop:1
        depends_on:
          db:
            condition: service_healthy
    #                  ^^^^^^^^^^^^^^^ Service 'db' has no health check
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
        depends_on:
          db:
            condition: service_healthy
      db:
        image: postgres:17
        healthcheck:
          test: [CMD, pg_isready]
        volumes: [pgdata:/var/lib/postgresql/data]
    volumes:
      pgdata:
    ```

    How to fix: add a ``healthcheck`` to the dependency.

    Known problems: only services whose image is known to have no health check are reported, and services whose
    ``healthcheck`` is disabled.

    Source: Compose specification, "depends_on", service_healthy.
    """
    if isinstance(deployment, ComposeFile) and deployment.is_override:
        return
    depends_on = service.value.get("depends_on")
    for name, value in depends_on.each() if depends_on is not None else ():
        condition = value.get("condition")
        if condition is None or condition.text != "service_healthy":
            continue
        dependency = deployment.service_named(name.text or "")
        if dependency is not None and _lacks_health_check(dependency):
            yield Finding.at(
                condition,
                f"Service '{name.text}' has no health check, so '{service.name}' never starts. "
                f"Add a 'healthcheck:' to '{name.text}'.",
                related=[Related(dependency, "the service without a health check")],
            )


# Official images without a HEALTHCHECK of their own.  Source: their Dockerfiles.
_IMAGES_WITHOUT_HEALTH_CHECK = frozenset({
    "postgres", "mysql", "mariadb", "mongo", "redis", "rabbitmq", "cassandra", "couchdb", "influxdb", "neo4j",
    "elasticsearch",
})  # fmt: skip


def _lacks_health_check(service: Service) -> bool:
    """Whether neither the service nor its image can have a health check that is in use."""
    if service.is_extended:
        return False
    check = service.value.get("healthcheck")
    if check is not None:
        disable = check.get("disable")
        return disable is not None and disable.is_true
    record = stateful_record(service)
    return record is not None and record.name in _IMAGES_WITHOUT_HEALTH_CHECK


@rule("DF659", severity=Severity.INFO, default=False)
def start_before_database_ready(service: Service, deployment: Deployment) -> Iterator[Finding]:
    """Service does not wait until its database is ready.

    With only a name, ``depends_on`` waits until the database's container has started. The database needs a few more
    seconds before it accepts connections, so the service may fail at its first query.

    Bad::

    ```yaml
    services:
      web:
        image: shop:1
        depends_on: [db]
    #                ^^ 'web' may start before database 'db' is ready
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
        depends_on:
          db:
            condition: service_healthy
      db:
        image: postgres:17
        healthcheck:
          test: [CMD, pg_isready]
        volumes: [pgdata:/var/lib/postgresql/data]
    volumes:
      pgdata:
    ```

    How to fix: wait for ``condition: service_healthy``, and add a ``healthcheck`` to the database.

    Known problems: the rule is off by default because many programs retry until the database answers.

    Source: Docker docs, "Control startup and shutdown order in Compose".
    """
    for name, condition in service.depends_on:
        dependency = deployment.service_named(name.text or "")
        if dependency is None or condition != "service_started":
            continue
        record = stateful_record(dependency)
        if record is not None and record.name in DATABASE_IMAGES:
            yield Finding.at(
                Span(name.start, name.end),
                f"Service '{service.name}' may start before database '{name.text}' is ready. "
                "Use the long form of 'depends_on' with 'condition: service_healthy'.",
            )
