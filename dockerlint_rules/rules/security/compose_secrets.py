"""Rules about compose secrets."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Finding, Severity
from dockerlint_rules.registry.rule import rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.project.services import Deployment, Service


@rule("DF540", severity=Severity.WARNING, security_severity="6.0")
def secret_in_service_environment(service: Service, deployment: Deployment) -> Iterator[Finding]:
    """Service environment has a plain-text value for a secret.

    The file is in the repository, and so is the secret; ``docker inspect`` shows it to whoever may ask.

    Bad::

    ```yaml
    services:
      web:
        image: shop:1
        environment:
          API_TOKEN: 3c9f6a1b77e0
    #     ^^^^^^^^^^^^^^^^^^^^^^^
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

    How to fix: take it from outside (``${API_TOKEN}``), or use ``secrets``.

    Known problems: a file whose name says that it is for development or tests is left alone.

    Source: Docker docs, "Secrets in Compose".
    """
    from dockerlint_rules.model.secret_names import is_secret_name

    if deployment.is_for_tests:
        return
    for one in service.environment:
        if is_secret_name(one.name) and _is_literal(one.value):
            known = _is_placeholder(one.value or "")
            yield Finding.at(
                one,
                f"The secret '{one.name}' stands in this file for all to read. Take it from outside, or use 'secrets:'.",
                severity=Severity.INFO if known else None,
            )


def _is_literal(value: str | None) -> bool:
    """Whether a value is written out, and says more than on or off."""
    text = (value or "").strip()
    return bool(text) and "$" not in text and not text.startswith(("/run/", "<", "{{")) and text.lower() not in _SWITCHES  # fmt: skip


def _is_placeholder(value: str) -> bool:
    """Whether a value looks as if it were meant for a machine of one's own."""
    text = value.strip().lower()
    return text in _PLACEHOLDERS or any(word in text for word in ("change", "example", "your", "dev", "local", "test", "sample"))  # fmt: skip


_PLACEHOLDERS = frozenset({
    "postgres", "password", "passwd", "pass", "root", "admin", "secret", "guest", "minioadmin", "mysql", "mongo", "redis", "user", "1234", "12345",
    "123456", "rootpassword", "toor", "docker", "app", "demo", "foobar", "foo", "bar", "xxx",
})  # fmt: skip


_SWITCHES = frozenset({"0", "1", "true", "false", "yes", "no", "on", "off", "none", "null"})


@rule("DF541", severity=Severity.WARNING, security_severity="6.0")
def secret_in_build_argument(service: Service) -> Iterator[Finding]:
    """Service passes a secret as a build argument.

    Build arguments stay in the history of the image, for all who have it.

    Bad::

    ```yaml
    services:
      web:
        build:
          context: .
          args:
            NPM_TOKEN: ${NPM_TOKEN}
    #       ^^^^^^^^^^^^^^^^^^^^^^^
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

    How to fix: use the build's ``secrets`` and ``RUN --mount=type=secret``.

    Source: Docker docs, "Build secrets".
    """
    from dockerlint_rules.model.secret_names import is_secret_name

    for one in service.build_arguments:
        if is_secret_name(one.name) and (one.value is None or one.value.strip()):
            yield Finding.at(
                one,
                f"The build argument '{one.name}' stays readable in the image's history. Use the build's 'secrets:'.",
            )
