"""Rules about compose dependencies."""

from __future__ import annotations

import os

from dockerlint_rules.findings.finding import Finding, Related, Severity
from dockerlint_rules.model.images.database_images import DATABASE_IMAGES
from dockerlint_rules.project.services import COMPOSE
from dockerlint_rules.project.stateful_services import stateful_record
from dockerlint_rules.registry.rule import rule
from dockerlint_rules.syntax.source import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.project.services import Deployment, Service
    from dockerlint_rules.syntax.data.value_tree import Value


@rule("DF651", severity=Severity.ERROR)
def undefined_service_dependency(service: Service, deployment: Deployment) -> Iterator[Finding]:
    """Service depends on a service that is not defined.

    ``docker compose`` refuses the file.

    Bad::

    ```yaml
    services:
      web:
        image: shop:1
        depends_on: [database]
    #                ^^^^^^^^
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

    How to fix: name a service of this file.

    Source: Compose specification, "depends_on".
    """
    if deployment.kind != COMPOSE or deployment.tree.get("include") or is_override(deployment):
        return
    names = {one.name for one in deployment.services}
    for name, _ in service.depends_on:
        if name.text not in names and "$" not in (name.text or ""):
            from difflib import get_close_matches  # perf: only on the way to a finding

            near = get_close_matches(name.text or "", names, 1)
            hint = f" Did you mean '{near[0]}'?" if near else " Name a service of this file."
            yield Finding.at(name, f"There is no service '{name.text}'.{hint}")


def is_override(deployment: Deployment) -> bool:
    """Whether the file is laid over another one, which has the rest; then little is missing for sure."""
    name = os.path.basename(deployment.filename).lower().rpartition(".")[0]
    return name not in ("compose", "docker-compose")


@rule("DF652", severity=Severity.ERROR)
def dependency_without_health_check(service: Service, deployment: Deployment) -> Iterator[Finding]:
    """Service waits on a dependency without a health check.

    It never becomes healthy, and so the service is never started.

    Bad::

    ```yaml
    services:
      web:
        image: shop:1
        depends_on:
          db:
            condition: service_healthy
    #                  ^^^^^^^^^^^^^^^
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

    How to fix: give it a ``healthcheck``.

    Known problems: only images are judged that are known to have no check of their own.

    Source: Compose specification, "depends_on", service_healthy.
    """
    if is_override(deployment):
        return
    said = service.value.get("depends_on")
    for name, value in said.each() if said is not None else ():
        condition = value.get("condition")
        other = deployment.service_named(name.text or "")
        if (
            condition is None
            or condition.text != "service_healthy"
            or other is None
            or other.is_extended
        ):
            continue
        check = other.value.get("healthcheck")
        if check is not None and not _is_off(check):
            continue
        record = stateful_record(other)
        if _is_off(check) or (record is not None and record.name in _UNCHECKED):
            yield Finding.at(
                condition,
                f"'{name.text}' has no health check, so it never becomes healthy and '{service.name}' never starts. Give it a 'healthcheck:'.",
                related=[Related(other, "the service without a check")],
            )


# Official images without a HEALTHCHECK of their own.  Source: their Dockerfiles.
_UNCHECKED = frozenset({"postgres", "mysql", "mariadb", "mongo", "redis", "rabbitmq", "cassandra", "couchdb", "influxdb", "neo4j", "elasticsearch"})  # fmt: skip


def _is_off(check: Value | None) -> bool:
    if check is None:
        return False
    disable = check.get("disable")
    return disable is not None and disable.is_true


@rule("DF659", severity=Severity.INFO, default=False)
def start_before_database_ready(service: Service, deployment: Deployment) -> Iterator[Finding]:
    """Service does not wait until its database is ready.

    ``depends_on`` with a name alone waits until the database is started, which is some seconds before it answers.

    Bad::

    ```yaml
    services:
      web:
        image: shop:1
        depends_on: [db]
    #                ^^
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

    How to fix: wait for ``service_healthy``, and give the database a ``healthcheck``.

    Source: Docker docs, "Control startup and shutdown order in Compose".
    """
    for name, condition in service.depends_on:
        other = deployment.service_named(name.text or "")
        if other is not None and condition == "service_started":
            record = stateful_record(other)
            if record is not None and record.name in DATABASE_IMAGES:
                yield Finding.at(
                    Span(name.start, name.end),
                    f"'{service.name}' starts as soon as '{name.text}' is started, and before it answers. Wait for 'service_healthy'.",
                )
