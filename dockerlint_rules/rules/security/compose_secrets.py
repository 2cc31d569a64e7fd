"""Secrets in the definition of a service."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Finding, Severity
from dockerlint_rules.registry.rule import rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.project.services import Deployment, Service


@rule("DF540", severity=Severity.WARNING, security_severity="6.0")
def secret_in_service_environment(service: Service, deployment: Deployment) -> Iterator[Finding]:
    """Service environment contains a secret in plain text.

    The secret is committed to the repository with the file. ``docker inspect`` also shows it to anyone who can use
    Docker on the host.

    Bad::

    ```yaml
    services:
      web:
        image: shop:1
        environment:
          API_TOKEN: 3c9f6a1b77e0
    #     ^^^^^^^^^^^^^^^^^^^^^^^ 'API_TOKEN' seems to hold a secret
    ```

    Good::

    ```yaml
    services:
      web:
        image: shop:1
        environment:
          API_TOKEN: ${API_TOKEN}
          DB_PASSWORD_FILE: /run/secrets/db_password
        secrets: [db_password]
    secrets:
      db_password:
        environment: DB_PASSWORD
    ```

    How to fix: pass the value in from outside the file (``${API_TOKEN}``), or use ``secrets``.

    Known problems: a value such as ``changeme`` or ``postgres`` is only reported as info. Files whose name says
    that they
    are for development or tests are left alone.

    Source: Docker docs, "Secrets in Compose".
    """
    from dockerlint_rules.knowledge.secret_names import is_secret_name

    if deployment.is_for_tests:
        return
    for variable in service.environment:
        if is_secret_name(variable.name) and _is_literal(variable.value):
            yield Finding.at(
                variable,
                f"'{variable.name}' seems to hold a secret, and anyone with this file can read it. "
                "Pass it in from outside the file.",
                severity=Severity.INFO if _is_placeholder(variable.value or "") else None,
            )


def _is_literal(value: str | None) -> bool:
    """Whether a value is written out in the file and is not just a switch or a path to the secret."""
    from dockerlint_rules.knowledge.secret_names import SWITCH_VALUES

    text = (value or "").strip()
    is_written_elsewhere = "$" in text or text.startswith(("/run/", "<", "{{"))
    return bool(text) and not is_written_elsewhere and text.lower() not in SWITCH_VALUES


def _is_placeholder(value: str) -> bool:
    """Whether a value looks like an example or the password of a local test server."""
    text = value.strip().lower()
    return text in _PLACEHOLDERS or any(part in text for part in _PLACEHOLDER_PARTS)


_PLACEHOLDER_PARTS = ("change", "example", "your", "dev", "local", "test", "sample")
_PLACEHOLDERS = frozenset({
    "postgres", "password", "passwd", "pass", "root", "admin", "secret", "guest", "minioadmin", "mysql", "mongo",
    "redis", "user", "1234", "12345",
    "123456", "rootpassword", "toor", "docker", "app", "demo", "foobar", "foo", "bar", "xxx",
})  # fmt: skip


@rule("DF541", severity=Severity.WARNING, security_severity="6.0")
def secret_in_build_argument(service: Service) -> Iterator[Finding]:
    """Service passes a secret as a build argument.

    The value of a build argument may become part of the image history. Anyone with the image can then read it.

    Bad::

    ```yaml
    services:
      web:
        build:
          context: .
          args:
            NPM_TOKEN: ${NPM_TOKEN}
    #       ^^^^^^^^^^^^^^^^^^^^^^^ Build argument 'NPM_TOKEN' seems to hold a secret
    ```

    Good::

    ```yaml
    services:
      web:
        build:
          context: .
          secrets: [npm_token]
    secrets:
      npm_token:
        environment: NPM_TOKEN
    ```

    How to fix: list the secret under ``secrets`` of the build, and use ``RUN --mount=type=secret`` in the Dockerfile.

    Source: Docker docs, "Build secrets".
    """
    from dockerlint_rules.knowledge.secret_names import is_secret_name

    for argument in service.build_arguments:
        if is_secret_name(argument.name) and (argument.value is None or argument.value.strip()):
            yield Finding.at(
                argument,
                f"Build argument '{argument.name}' seems to hold a secret, which the image history may reveal. "
                "Use 'secrets:' under 'build:' instead.",
            )
