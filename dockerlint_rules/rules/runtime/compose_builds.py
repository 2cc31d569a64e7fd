"""What the services of a Compose file are built from."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Edit, Finding, Fix, Severity
from dockerlint_rules.model.images.reference import ImageReference
from dockerlint_rules.project.compose import ComposeFile, with_defaults
from dockerlint_rules.registry.rule import rule
from dockerlint_rules.rules import wording

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.model.stages import Dockerfile, Stage
    from dockerlint_rules.project.services import Deployment, Service
    from dockerlint_rules.syntax.data.value_tree import Value


@rule("DF650", severity=Severity.ERROR)
def missing_build_source(service: Service, deployment: Deployment) -> Iterator[Finding]:
    """Build context, Dockerfile or target stage does not exist.

    ``docker compose build`` fails, and ``docker compose up`` fails on every machine that does not have the image yet.

    Bad (Dockerfile: ``FROM node:24 AS build / FROM nginx:1``)::

    ```yaml
    services:
      web:
        build:
          context: .
          target: prod
    #             ^^^^ 'Dockerfile' has no stage named 'prod'
    ```

    Bad (beside: ``other/``)::

    ```yaml
    services:
      web:
        build: ./web
    #          ^^^^^ Build context './web' does not exist
    ```

    Good::

    ```yaml
    services:
      web:
        build:
          context: .
          dockerfile: Dockerfile
    ```

    How to fix: correct the path or the name. The build context is relative to the Compose file, and the Dockerfile is
    relative to the build context.

    Known problems: paths with variables that have no default, URLs and services with ``additional_contexts`` are not
    checked.

    Source: Compose specification, "build".
    """
    build = service.build
    if build is None or deployment.directory is None:
        return
    if build.get("dockerfile_inline") is not None or build.get("additional_contexts"):
        return
    context = service.context_path
    # Only local paths.
    if not context or "://" in context or context.startswith(("git@", "~", "github.com/")):
        return
    if deployment.has_folder(context):
        yield from _missing_in_context(service, build, context, deployment)
    else:
        yield Finding.at(
            service.build_context or build,
            f"Build context '{context}' does not exist. Correct the path, which is relative to the Compose file.",
        )


def _missing_in_context(
    service: Service, build: Value, context: str, deployment: Deployment
) -> Iterator[Finding]:
    """The finding for a Dockerfile or a target stage that does not exist."""
    written, name = build.get("dockerfile"), service.dockerfile_name
    if not name:
        return
    if not deployment.has_file(context, name):
        if written is not None:
            yield Finding.at(
                written,
                f"Dockerfile '{name}' does not exist in build context '{context}'. Correct the path.",
            )
        elif build.text is not None:
            yield Finding.at(
                build,
                f"Build context '{build.text}' contains no Dockerfile. Add one, or name it with 'dockerfile:'.",
            )
        return
    target = build.get("target")
    wanted = with_defaults(target.text or "") if target is not None else None
    if target is None or not wanted:
        return
    dockerfile = deployment.dockerfile_at(context, name)
    if dockerfile is not None and dockerfile.stages and dockerfile.stage_named(wanted) is None:
        names = [stage.name for stage in dockerfile.stages if stage.name]
        others = f", only {wording.quoted_list(names)}" if names else ""
        yield Finding.at(
            target,
            f"'{name}' has no stage named '{wanted}'{others}. Correct the name of the stage.",
        )


@rule("DF653", severity=Severity.STYLE, fix="safe")
def obsolete_compose_version(deployment: Deployment) -> Iterator[Finding]:
    """Compose file contains the obsolete version key.

    ``docker compose`` has ignored the key since 2020, and prints a warning about it each time it runs.

    Bad::

    ```yaml
    version: "3.8"
    #^^^^^^ 'docker compose' ignores 'version'
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

    How to fix: remove the key.

    Fix safety: safe, because nothing reads the key.

    Known problems: ``docker stack deploy`` still needs the key. The rule is silent if a service has
    ``deploy.placement``, which only a swarm uses.

    Source: Compose specification, "Version and name top-level elements".
    """
    key = deployment.tree.key("version")
    if (
        not isinstance(deployment, ComposeFile)
        or key is None
        or deployment.tree.get("services") is None
    ):
        return
    # Only files that are not meant for a swarm.
    services = deployment.services
    if any(service.value.get("deploy", "placement") is not None for service in services):
        return
    source = deployment.source
    value = deployment.tree.get("version")
    line = source.line_of(key.start)
    fix = None
    if value is not None and source.line_of(value.end) == line and key.start == source.offset(line):
        following = line + 1
        if line == 1 and line < source.line_count and not source.line(2).strip():
            following += 1  # with the empty line between the key and the rest
        end = source.offset(following) if following <= source.line_count else len(source.text)
        fix = Fix("Delete the line with 'version'", [Edit(key.start, end, "")], safe=True)
    yield Finding.at(
        key, "'docker compose' ignores 'version' and warns about it. Remove the key.", fix=fix
    )


@rule("DF654", severity=Severity.WARNING)
def mount_over_dependencies(service: Service, deployment: Deployment) -> Iterator[Finding]:
    """Bind mount hides the dependencies installed in the image.

    The image build installs the dependencies into the directory where the source is later mounted. The container then
    sees the host's directory instead, where they may be missing or built for another system.

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
    #     ^^^^^^ The mount on '/app' hides '/app/node_modules'
    ```

    Good::

    ```yaml
    services:
      web:
        build: .
        volumes:
        - .:/app
        - /app/node_modules
    ```

    How to fix: mount a volume on the directory of the dependencies, or mount only the source directory.

    Source: Docker docs, "Bind mounts", "Mount into a non-empty directory on the container".
    """
    binds = [mount for mount in service.mounts if mount.kind == "bind"]
    if not binds or service.build is None:
        return
    dockerfile = _dockerfile_of(service, deployment)
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
    volumes = {mount.target for mount in service.mounts if mount.kind == "volume"}
    for directory, name in _installed_dependencies(stage):
        path = f"{directory.rstrip('/')}/{name}"
        for mount in binds:
            if mount.target == directory and path not in volumes:
                yield Finding.at(
                    mount,
                    f"The mount on '{directory}' hides '{path}', which the image build installed. "
                    f"Mount a volume on '{path}', or mount only the source directory.",
                )
                return


def _dockerfile_of(service: Service, deployment: Deployment) -> Dockerfile | None:
    """The Dockerfile that the service is built from; None if it cannot be read."""
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


# Where each program installs dependencies, from the working directory.
_DEPENDENCY_DIRECTORIES = {
    "npm": "node_modules", "yarn": "node_modules", "pnpm": "node_modules", "bun": "node_modules", "composer": "vendor",
}  # fmt: skip


def _installed_dependencies(stage: Stage) -> Iterator[tuple[str, str]]:
    """Each working directory into which dependencies are installed, with the name of their directory there."""
    from dockerlint_rules.model.packages.dependency_installs import dependency_install

    for each in stage.lineage():
        for run in each.runs:
            workdir = each.workdir_before(run)
            # Only the first command: an earlier one may change the directory.
            first = run.commands[0] if run.commands else None
            name = _DEPENDENCY_DIRECTORIES.get(first.name) if first is not None else None
            if first is None or not workdir or not name:
                continue
            if dependency_install(first) is not None:
                yield workdir.rstrip("/") or "/", name


@rule("DF657", severity=Severity.INFO)
def unpinned_service_image(service: Service, deployment: Deployment) -> Iterator[Finding]:
    """Service image has no tag or the tag latest.

    Without a tag, or with ``latest``, another machine or a later pull may get a different release. A database may then
    fail to start with the data of the older release.

    Bad::

    ```yaml
    services:
      proxy:
        image: nginx
    #          ^^^^^ Image 'nginx' has no tag
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

    How to fix: name the release in the tag.

    Known problems: a Compose file whose name says that it is for development or tests is not checked.

    Source: Docker docs, "Building best practices", "Pin base image versions".
    """
    image = service.image
    text = with_defaults(image.text or "") if image is not None else None
    if image is None or not text or service.build is not None or deployment.is_for_tests:
        return
    reference = ImageReference.parse(text)
    if reference.digest or reference.unresolved or (reference.tag and reference.tag != "latest"):
        return
    defect = "has no tag" if reference.tag is None else "has the tag 'latest'"
    yield Finding.at(
        image,
        f"Image '{text}' {defect}, so a later pull may get a different release. Name the release in the tag.",
    )
