"""Ports of applications on Elastic Beanstalk."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Finding, Severity
from dockerlint_rules.registry.rule import rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.model.context.build_context import BuildContext
    from dockerlint_rules.model.stages import Dockerfile

_PROFILE = "elastic-beanstalk"


@rule("DF665", severity=Severity.WARNING)
def beanstalk_app_without_exposed_port(
    dockerfile: Dockerfile, context: BuildContext
) -> Iterator[Finding]:
    """Elastic Beanstalk application exposes no port.

    Elastic Beanstalk's proxy forwards requests to the port that EXPOSE names. Without one the deployment fails, or the
    site answers with status 502.

    Bad (beside: ``.ebextensions/``)::

    ```dockerfile
    FROM python:3.13
    #^^^^^^^^^^^^^^^ The final stage exposes no port
    CMD ["python", "app.py"]
    ```

    Good (beside: ``.ebextensions/``)::

    ```dockerfile
    FROM python:3.13
    EXPOSE 8000
    CMD ["python", "app.py"]
    ```

    How to fix: add EXPOSE with the port that the application listens on.

    Known problems: only a Dockerfile with ``.ebextensions`` or ``.elasticbeanstalk`` next to it is checked, if there is
    no Compose file or Dockerrun file that may name the port, and if the base image is known to expose none. With
    the profile elastic-beanstalk, DF610 reports the problem instead.

    Source: AWS, "Deploying Elastic Beanstalk applications from Docker containers".
    """
    final = dockerfile.final_stage
    if final is None or dockerfile.build.profile == _PROFILE or not _is_for_beanstalk(context):
        return
    from dockerlint_rules.syntax.kinds import COMPOSE_NAMES, DOCKERRUN_NAME

    if any(context.exists(name) for name in (*COMPOSE_NAMES, DOCKERRUN_NAME)):
        return
    if final.root.base.upstream not in _IMAGES_WITHOUT_PORT:
        return
    if any(stage.of("EXPOSE") for stage in final.lineage()):
        return
    yield Finding.at(
        final.from_,
        "The final stage exposes no port, but Elastic Beanstalk's proxy needs one. "
        "Add EXPOSE with the port that the application listens on.",
    )


def _is_for_beanstalk(context: BuildContext) -> bool:
    return any(context.exists(name) for name in (".ebextensions", ".elasticbeanstalk"))


# Base images that expose no port.  Source: their Dockerfiles.
_IMAGES_WITHOUT_PORT = frozenset({
    "alpine", "amazonlinux", "buildpack-deps", "debian", "eclipse-temurin", "fedora", "golang", "node", "openjdk",
    "php", "python", "ruby", "rust", "ubuntu", "scratch",
})  # fmt: skip

# Ports of debuggers and metrics, on which an application rarely listens.
_DEBUGGER_PORTS = frozenset({"9229", "5858", "5005", "5678", "2345", "4000", "9464", "9187"})


@rule("DF668", severity=Severity.WARNING, words=("expose",))
def debugger_port_first(dockerfile: Dockerfile, context: BuildContext) -> Iterator[Finding]:
    """First exposed port is a debugger or metrics port.

    If an image exposes several ports, Elastic Beanstalk's proxy forwards requests to the first one. A debugger or a
    metrics exporter cannot answer them.

    Bad (beside: ``.ebextensions/``)::

    ```dockerfile
    FROM node:24
    EXPOSE 9229 8080
    #      ^^^^ '9229' is usually a debugger or metrics port
    ```

    Good (beside: ``.ebextensions/``)::

    ```dockerfile
    FROM node:24
    EXPOSE 8080 9229
    ```

    How to fix: name the application's port first, or name only that port.

    Known problems: only a Dockerfile with ``.ebextensions`` or ``.elasticbeanstalk`` next to it is checked; with the
    profile elastic-beanstalk, every Dockerfile is.

    Source: AWS, "Deploying Elastic Beanstalk applications from Docker containers", ports.
    """
    final = dockerfile.final_stage
    if final is None:
        return
    ports = [word for expose in final.of("EXPOSE") for word in expose.words]
    if len(ports) < 2 or ports[0].value.partition("/")[0] not in _DEBUGGER_PORTS:
        return
    if dockerfile.build.profile == _PROFILE or _is_for_beanstalk(context):
        yield Finding.at(
            ports[0],
            f"'{ports[0].value}' is usually a debugger or metrics port, "
            "but Elastic Beanstalk forwards requests to the first port. Name the application's port first.",
        )
