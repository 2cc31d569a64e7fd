"""Rules about compose builds."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Edit, Finding, Fix, Severity
from dockerlint_rules.model.images.reference import ImageReference
from dockerlint_rules.project.services import COMPOSE, interpolated
from dockerlint_rules.registry.rule import rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.model.stages import Dockerfile, Stage
    from dockerlint_rules.project.services import Deployment, Service
    from dockerlint_rules.syntax.data.value_tree import Value


@rule("DF650", severity=Severity.ERROR)
def missing_build_source(service: Service, deployment: Deployment) -> Iterator[Finding]:
    """Build context, Dockerfile or target stage does not exist.

    ``docker compose build`` fails.

    Good::

    ```yaml
    services:
      web:
        build:
          context: .
          dockerfile: Dockerfile
    ```

    Bad (Dockerfile: ``FROM node:24 AS build / FROM nginx:1``)::

    ```yaml
    services:
      web:
        build:
          context: .
          target: prod
    #             ^^^^
    ```

    Bad (beside: ``other/``)::

    ```yaml
    services:
      web:
        build: ./web
    #          ^^^^^
    ```

    How to fix: name what is there; paths are relative to the compose file, that of the Dockerfile to the context.

    Source: Compose specification, "build".
    """
    written = service.build_context
    build = service.build
    if (
        build is None
        or build.get("dockerfile_inline") is not None
        or build.get("additional_contexts")
    ):
        return
    text = service.context_path
    if not text or "://" in text or text.startswith(("git@", "~", "github.com/")):
        return
    if deployment.directory is not None and not deployment.has_folder(text):
        yield Finding.at(
            written or build, f"The build context '{text}' does not exist. Name one that does."
        )
    elif deployment.directory is not None:
        yield from _in_context(service, build, text, deployment)


def _in_context(
    service: Service, build: Value, context: str, deployment: Deployment
) -> Iterator[Finding]:
    said, name = build.get("dockerfile"), service.dockerfile_name
    if not name:
        return
    if not deployment.has_file(context, name):
        if said is not None:
            yield Finding.at(
                said, f"There is no '{name}' in the build context. Name a Dockerfile that is there."
            )
        elif build.text is not None:
            yield Finding.at(
                build,
                f"There is no Dockerfile in '{build.text}'. Add one, or name it with 'dockerfile:'.",
            )
        return
    target = build.get("target")
    wanted = interpolated(target.text or "") if target is not None else None
    if target is None or not wanted:
        return
    dockerfile = deployment.dockerfile_at(context, name)
    if dockerfile is not None and dockerfile.stages and dockerfile.stage_named(wanted) is None:
        names = ", ".join(one.name for one in dockerfile.stages if one.name) or "none with a name"
        yield Finding.at(
            target, f"'{name}' has no stage '{wanted}' (it has {names}). Name one that it has."
        )


@rule("DF653", severity=Severity.STYLE, fix="safe")
def obsolete_compose_version(deployment: Deployment) -> Iterator[Finding]:
    """Compose file contains the obsolete version key.

    ``docker compose`` has not read it since 2020, and warns about it at each start.

    Bad::

    ```yaml
    version: "3.8"
    #^^^^^^
    services:
      web:
        image: shop:1
    ```

    Fixed::

    ```yaml
    services:
      web:
        image: shop:1
    ```

    Good::

    ```yaml
    services:
      web:
        image: shop:1
    ```

    How to fix: delete the line.

    Fix safety: safe; it is not read.

    Known problems: ``docker stack deploy`` still wants it; ignore the rule there.

    Source: Compose specification, "Version and name top-level elements".
    """
    key = deployment.tree.key("version")
    if deployment.kind != COMPOSE or key is None or deployment.tree.get("services") is None:
        return
    if any(one.value.get("deploy", "placement") is not None for one in deployment.services):
        return  # for a swarm
    source = deployment.source
    value = deployment.tree.get("version")
    line = source.line_of(key.start)
    fix = None
    if value is not None and source.line_of(value.end) == line and key.start == source.offset(line):
        after = line + 1
        if line == 1 and line < source.line_count and not source.line(2).strip():
            after += 1  # the empty line that parted it from the rest
        stop = source.offset(after) if after <= source.line_count else len(source.text)
        fix = Fix("Delete the line.", [Edit(key.start, stop, "")], safe=True)
    yield Finding.at(
        key,
        "docker compose does not read 'version' any more, and warns about it. Delete the line.",
        fix=fix,
    )


@rule("DF654", severity=Severity.WARNING)
def mount_over_dependencies(service: Service, deployment: Deployment) -> Iterator[Finding]:
    """Bind mount hides the dependencies installed in the image.

    The image has them in the folder on which the source is mounted: in the container that folder is the one of the
    host, where they may be missing or built for another system.

    Good::

    ```yaml
    services:
      web:
        build: .
        volumes:
        - .:/app
        - /app/node_modules
    ```

    Bad::

    ```yaml
    services:
      web:
        build:
          context: .
          dockerfile_inline: |
            FROM node:24
            WORKDIR /app
            RUN npm ci
        volumes:
        - .:/app
    #     ^^^^^^
    ```

    How to fix: put a volume of its own on the folder of the dependencies, or mount the source folder alone.

    Source: Docker docs, "Bind mounts", "Mount into a non-empty directory on the container".
    """
    binds = [one for one in service.mounts if one.kind == "bind"]
    if not binds or service.build is None:
        return
    dockerfile = _built(service, deployment)
    if dockerfile is None:
        return
    target = service.build.get("target")
    stage = (
        dockerfile.stage_named(target.text)
        if target is not None and target.text
        else dockerfile.final_stage
    )
    if stage is None:
        return
    held = {one.target for one in service.mounts if one.kind == "volume"}
    for folder, name in _dependencies(stage):
        full = f"{folder.rstrip('/')}/{name}"
        for mount in binds:
            if mount.target == folder and full not in held:
                yield Finding.at(
                    mount,
                    f"The mount on {folder} hides {full}, which the image installed. Add a volume on '{full}', or mount less.",
                )
                return


def _built(service: Service, deployment: Deployment) -> Dockerfile | None:
    build = service.build
    assert build is not None
    inline = build.get("dockerfile_inline")
    if inline is not None and inline.text:
        from dockerlint_rules.model.stages import Dockerfile
        from dockerlint_rules.syntax.dockerfile.document import Document
        from dockerlint_rules.syntax.source import Source

        return Dockerfile(Document(Source(inline.text)))
    context, name = service.context_path, service.dockerfile_name
    if not context or not name or "://" in context:
        return None
    return deployment.dockerfile_at(context, name)


_FOLDERS = {"npm": "node_modules", "yarn": "node_modules", "pnpm": "node_modules", "bun": "node_modules", "composer": "vendor"}  # fmt: skip


def _dependencies(stage: Stage) -> Iterator[tuple[str, str]]:
    """Where the stage's installs put what they install into the working directory."""
    from dockerlint_rules.model.packages.dependency_installs import dependency_install

    for place in stage.lineage():
        for run in place.runs:
            at = place.workdir_before(run)
            for command in run.commands:
                name = _FOLDERS.get(command.name)
                if at and name and command.index == 0 and dependency_install(command) is not None:
                    yield at.rstrip("/") or "/", name


@rule("DF657", severity=Severity.INFO)
def unpinned_service_image(service: Service, deployment: Deployment) -> Iterator[Finding]:
    """Service image has no tag or the tag latest.

    Without a tag, or with ``latest``, the next start on another machine may bring another release, and a database does not
    start on the data of an older one.

    Bad::

    ```yaml
    services:
      proxy:
        image: nginx
    #          ^^^^^
    ```

    Good::

    ```yaml
    services:
      proxy:
        image: nginx:1.29
      shop:
        image: shop
        build: .
    ```

    How to fix: name the release.

    Source: Docker docs, "Building best practices", "Pin base image versions".
    """
    image = service.image
    text = interpolated(image.text or "") if image is not None else None
    if image is None or not text or service.build is not None or deployment.is_for_tests:
        return
    reference = ImageReference.parse(text)
    if reference.digest or reference.unresolved or (reference.tag and reference.tag != "latest"):
        return
    why = "has no tag" if reference.tag is None else "is tagged 'latest'"
    yield Finding.at(
        image, f"'{text}' {why}, so another start may run another release. Name the release."
    )
