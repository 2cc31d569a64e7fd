"""Rules about beanstalk ports."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Finding, Severity
from dockerlint_rules.registry.rule import rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.model.context.build_context import Context
    from dockerlint_rules.model.stages import Dockerfile


@rule("DF665", severity=Severity.WARNING)
def beanstalk_app_without_exposed_port(
    dockerfile: Dockerfile, context: Context
) -> Iterator[Finding]:
    """Elastic Beanstalk application exposes no port.

    Its proxy takes the port from EXPOSE; without one the deployment fails or the site answers 502.

    Bad (beside: ``.ebextensions/``)::

    ```dockerfile
    FROM python:3.13
    #^^^^^^^^^^^^^^^
    CMD ["python", "app.py"]
    ```

    Good (beside: ``.ebextensions/``)::

    ```dockerfile
    FROM python:3.13
    EXPOSE 8000
    CMD ["python", "app.py"]
    ```

    How to fix: add ``EXPOSE`` with the port on which the application listens.

    Known problems: only where ``.ebextensions`` or ``.elasticbeanstalk`` lies beside the Dockerfile and no compose file does;
    DF610 says the same in the profile elastic-beanstalk.

    Source: AWS, "Deploying Elastic Beanstalk applications from Docker containers".
    """
    final = dockerfile.final_stage
    if final is None or dockerfile.build.profile == "elastic-beanstalk":
        return
    if not (context.exists(".ebextensions") or context.exists(".elasticbeanstalk")):
        return
    from dockerlint_rules.syntax.kinds import COMPOSE_NAMES, DOCKERRUN

    if any(context.exists(name) for name in (*COMPOSE_NAMES, DOCKERRUN)):
        return
    if any(stage.of("EXPOSE") for stage in final.lineage()) or _base_exposes(
        final.root.base.upstream
    ):
        return
    yield Finding.at(
        final.from_,
        "Elastic Beanstalk's proxy finds no port here. Add 'EXPOSE' with the port on which the application listens.",
    )


def _base_exposes(name: str) -> bool:
    """Whether a base image is known to expose a port, or not known at all."""
    return name not in _WITHOUT_PORT


_WITHOUT_PORT = frozenset({
    "alpine", "amazonlinux", "buildpack-deps", "debian", "eclipse-temurin", "fedora", "golang", "node", "openjdk", "php", "python", "ruby", "rust",
    "ubuntu", "scratch",
})  # fmt: skip


# What debuggers and metrics listen on; an application hardly does.
_DEBUGGERS = frozenset({"9229", "5858", "5005", "5678", "2345", "4000", "9464", "9187"})


@rule("DF668", severity=Severity.WARNING, words=("expose",))
def debugger_port_first(dockerfile: Dockerfile, context: Context) -> Iterator[Finding]:
    """First exposed port is a debugger or metrics port.

    Of several ports the first one is taken, which here is that of a debugger or of metrics.

    Bad (beside: ``.ebextensions/``)::

    ```dockerfile
    FROM node:24
    EXPOSE 9229 8080
    #      ^^^^
    ```

    Good (beside: ``.ebextensions/``)::

    ```dockerfile
    FROM node:24
    EXPOSE 8080 9229
    ```

    How to fix: name the application's port first, or alone.

    Known problems: only where ``.ebextensions`` or ``.elasticbeanstalk`` lies beside the Dockerfile, or in the profile elastic-beanstalk.

    Source: AWS, "Deploying Elastic Beanstalk applications from Docker containers", ports.
    """
    final = dockerfile.final_stage
    ports = [word for one in final.of("EXPOSE") for word in one.words] if final is not None else []
    if len(ports) < 2 or ports[0].value.partition("/")[0] not in _DEBUGGERS:
        return
    wanted = dockerfile.build.profile == "elastic-beanstalk"
    if wanted or context.exists(".ebextensions") or context.exists(".elasticbeanstalk"):
        yield Finding.at(
            ports[0],
            f"The proxy of Elastic Beanstalk takes the first port, {ports[0].value}. Name the application's port first.",
        )
