"""Compose files: what docker compose refuses, what does not start, and what is open that should not be."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Edit, Finding, Fix, Related, Severity
from dockerlint_rules.model.images.reference import ImageReference
from dockerlint_rules.project.compose import ComposeFile, with_defaults
from dockerlint_rules.registry.rule import rule
from dockerlint_rules.rules.composed_state import stateful
from dockerlint_rules.syntax.source import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.model.stages import Dockerfile, Stage
    from dockerlint_rules.project.services import Deployment, PublishedPort, Service
    from dockerlint_rules.syntax.data.value_tree import Value


# -- secrets and rights --------------------------------------------------------------------------------


@rule("DF540", severity=Severity.WARNING, security_severity="6.0")
def secret_in_environment(service: Service, deployment: Deployment) -> Iterator[Finding]:
    """A secret stands in the environment of a service.

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
    from dockerlint_rules.rules.security import is_secret_name

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
def secret_in_build_arguments(service: Service) -> Iterator[Finding]:
    """A secret is handed to the build as an argument.

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
    from dockerlint_rules.rules.security import is_secret_name

    for one in service.build_arguments:
        if is_secret_name(one.name) and (one.value is None or one.value.strip()):
            yield Finding.at(
                one,
                f"The build argument '{one.name}' stays readable in the image's history. Use the build's 'secrets:'.",
            )


@rule("DF542", severity=Severity.WARNING, security_severity="8.0")
def privileged_service(service: Service) -> Iterator[Finding]:
    """A service runs privileged.

    It has all rights on the host: who breaks into the container owns the machine.

    Bad::

    ```yaml
    services:
      agent:
        image: agent:1
        privileged: true
    #               ^^^^
    ```

    Good::

    ```yaml
    services:
      agent:
        image: agent:1
        cap_add: [NET_ADMIN]
        devices: [/dev/net/tun]
    ```

    How to fix: name the capabilities and devices that it needs.

    Known problems: Docker in Docker needs it, and is left alone.

    Source: Docker docs, "Runtime privilege and Linux capabilities".
    """
    said = service.value.get("privileged")
    image = service.image
    name = (image.text or "") if image is not None else ""
    if said is not None and said.is_true and not ("docker" in name and "dind" in name):
        yield Finding.at(
            said,
            f"'{service.name}' has all rights on the host. Name the capabilities and devices that it needs.",
        )


@rule("DF543", severity=Severity.WARNING, security_severity="6.0")
def host_namespace(service: Service) -> Iterator[Finding]:
    """A service shares a namespace of the host.

    With the host's processes or its memory in sight, or as its users, a container is hardly one.

    Bad::

    ```yaml
    services:
      agent:
        image: agent:1
        pid: host
    #        ^^^^
    ```

    Good::

    ```yaml
    services:
      agent:
        image: agent:1
    ```

    How to fix: leave it out, or say in an ignore comment what needs it.

    Known problems: ``network_mode: host`` has its own uses and is left to DF544, which is off by default.

    Source: Docker docs, "Docker security", "Kernel namespaces".
    """
    for key in ("pid", "ipc", "userns_mode", "uts", "cgroup"):
        said = service.value.get(key)
        if said is not None and said.text == "host":
            yield Finding.at(said, f"'{service.name}' shares the host's {key.partition('_')[0]} namespace. Leave '{key}: host' out.")  # fmt: skip


@rule("DF544", severity=Severity.INFO, default=False)
def host_network(service: Service) -> Iterator[Finding]:
    """A service uses the host's network.

    It reaches whatever listens on the host, its ports are open without being named, and two of it get in each other's way.

    Bad::

    ```yaml
    services:
      web:
        image: shop:1
        network_mode: host
    #                 ^^^^
    ```

    Good::

    ```yaml
    services:
      web:
        image: shop:1
        ports: ["8000:8000"]
    ```

    How to fix: publish the ports that are needed.

    Source: Docker docs, "Host network driver".
    """
    said = service.value.get("network_mode")
    if said is not None and said.text == "host":
        yield Finding.at(
            said, f"'{service.name}' is in the host's network. Publish the ports that it needs."
        )


@rule("DF545", severity=Severity.WARNING, security_severity="6.0")
def confinement_off(service: Service) -> Iterator[Finding]:
    """What confines a container is switched off.

    seccomp, AppArmor and SELinux stop what a broken-into program would do next.

    Bad::

    ```yaml
    services:
      web:
        image: shop:1
        security_opt:
        - seccomp:unconfined
    #     ^^^^^^^^^^^^^^^^^^
    ```

    Good::

    ```yaml
    services:
      web:
        image: shop:1
        security_opt:
        - no-new-privileges:true
    ```

    How to fix: leave it out, or allow by a profile the one call that is needed.

    Source: Docker docs, "Seccomp security profiles for Docker".
    """
    said = service.value.get("security_opt")
    for one in said.scalars() if said is not None else ():
        text = (one.text or "").replace("=", ":").replace(" ", "").lower()
        if text in ("seccomp:unconfined", "apparmor:unconfined", "label:disable"):
            yield Finding.at(one, f"'{one.text}' switches off what confines '{service.name}'. Leave it out, or allow the one call that it needs.")  # fmt: skip


_HOST_FOLDERS = frozenset({"/", "/etc", "/root", "/boot", "/proc", "/sys", "/dev", "/usr", "/var", "/var/lib", "/var/lib/docker"})  # fmt: skip


@rule("DF546", severity=Severity.WARNING, security_severity="7.0")
def host_folder_mounted(service: Service) -> Iterator[Finding]:
    """A folder of the host's system is mounted for writing.

    A container that can write to ``/etc`` or to Docker's own files can do to the host what it likes.

    Bad::

    ```yaml
    services:
      backup:
        image: backup:1
        volumes:
        - /etc:/host/etc
    #     ^^^^^^^^^^^^^^
    ```

    Good::

    ```yaml
    services:
      backup:
        image: backup:1
        volumes:
        - /etc:/host/etc:ro
        - /srv/backup:/backup
    ```

    How to fix: mount the one file that is needed, or read-only.

    Source: Docker docs, "Docker daemon attack surface".
    """
    for mount in service.mounts:
        source = (mount.source or "").rstrip("/") or ("/" if mount.source == "/" else "")
        if mount.kind == "bind" and source in _HOST_FOLDERS and not mount.is_read_only:
            yield Finding.at(mount, f"'{service.name}' can write to the host's '{source}'. Mount the one file that it needs, or read-only.")  # fmt: skip


@rule("DF547", severity=Severity.INFO, security_severity="5.0")
def database_port_open(service: Service, deployment: Deployment) -> Iterator[Finding]:
    """A database listens on every interface of the host.

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
    record = stateful(service)
    if record is None or record.name not in _DATABASES:
        return
    for port in service.ports:
        if port.address in ("", "0.0.0.0", "::") and port.host is not None:
            yield Finding.at(
                port,
                f"Port {port.host} of '{record.name}' is open on every interface of the host. Leave it out, or bind it to 127.0.0.1.",
            )


_DATABASES = frozenset({
    "postgres", "mysql", "mariadb", "percona", "mongo", "redis", "valkey/valkey", "cassandra", "couchdb", "influxdb", "neo4j", "elasticsearch",
    "docker.elastic.co/elasticsearch/elasticsearch", "clickhouse/clickhouse-server", "postgis/postgis", "timescale/timescaledb", "pgvector/pgvector",
    "rethinkdb", "arangodb", "mcr.microsoft.com/mssql/server", "bitnami/postgresql", "bitnami/mysql", "bitnami/mariadb", "bitnami/mongodb", "bitnami/redis",
})  # fmt: skip


# -- what does not start ---------------------------------------------------------------------------------


@rule("DF650", severity=Severity.ERROR)
def build_of_nothing(service: Service, deployment: Deployment) -> Iterator[Finding]:
    """What a service is built from does not exist.

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
    wanted = with_defaults(target.text or "") if target is not None else None
    if target is None or not wanted:
        return
    dockerfile = deployment.dockerfile_at(context, name)
    if dockerfile is not None and dockerfile.stages and dockerfile.stage_named(wanted) is None:
        names = ", ".join(one.name for one in dockerfile.stages if one.name) or "none with a name"
        yield Finding.at(
            target, f"'{name}' has no stage '{wanted}' (it has {names}). Name one that it has."
        )


@rule("DF651", severity=Severity.ERROR)
def unknown_dependency(service: Service, deployment: Deployment) -> Iterator[Finding]:
    """A service depends on one that does not exist.

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
    if (
        not isinstance(deployment, ComposeFile)
        or deployment.is_override
        or deployment.tree.get("include")
    ):
        return
    names = {one.name for one in deployment.services}
    for name, _ in service.depends_on:
        if name.text not in names and "$" not in (name.text or ""):
            from difflib import get_close_matches  # perf: only on the way to a finding

            near = get_close_matches(name.text or "", names, 1)
            hint = f" Did you mean '{near[0]}'?" if near else " Name a service of this file."
            yield Finding.at(name, f"There is no service '{name.text}'.{hint}")


@rule("DF652", severity=Severity.ERROR)
def health_never_checked(service: Service, deployment: Deployment) -> Iterator[Finding]:
    """A service waits for the health of one without a check.

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
    if isinstance(deployment, ComposeFile) and deployment.is_override:
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
        record = stateful(other)
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


@rule("DF653", severity=Severity.STYLE, fix="safe")
def obsolete_version(deployment: Deployment) -> Iterator[Finding]:
    """The file's version is written down.

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
    if (
        not isinstance(deployment, ComposeFile)
        or key is None
        or deployment.tree.get("services") is None
    ):
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
def dependencies_hidden(service: Service, deployment: Deployment) -> Iterator[Finding]:
    """A mount hides the dependencies that the image installed.

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


@rule("DF655", severity=Severity.ERROR)
def undefined_network(service: Service, deployment: Deployment) -> Iterator[Finding]:
    """A network is not defined.

    ``docker compose`` refuses the file: a network that a service names has to stand under ``networks``.

    Bad::

    ```yaml
    services:
      web:
        image: shop:1
        networks: [front]
    #              ^^^^^
    ```

    Good::

    ```yaml
    services:
      web:
        image: shop:1
        networks: [front, default]
    networks:
      front:
    ```

    How to fix: define it at the end of the file, with nothing behind the colon.

    Source: Compose specification, "networks".
    """
    if (
        not isinstance(deployment, ComposeFile)
        or deployment.is_override
        or deployment.tree.get("include")
    ):
        return
    known = deployment.tree.get("networks")
    defined = {key.text for key, _ in known.each()} if known is not None else set()
    for one in service.networks:
        if one.text not in defined and one.text != "default" and "$" not in (one.text or ""):
            yield Finding.at(
                one,
                f"Network '{one.text}' is not defined. Add it under 'networks:' at the end of the file.",
            )


_SCHEMES = {
    "postgres": "postgres", "postgresql": "postgres", "mysql": "mysql", "mariadb": "mariadb", "mongodb": "mongo", "redis": "redis",
    "amqp": "rabbitmq",
}  # fmt: skip


@rule("DF656", severity=Severity.ERROR)
def database_on_localhost(service: Service, deployment: Deployment) -> Iterator[Finding]:
    """A service looks for its database in its own container.

    ``localhost`` is the container itself; the database is another service, reached by its name.

    Bad::

    ```yaml
    services:
      web:
        image: shop:1
        environment:
          DATABASE_URL: postgres://shop@localhost/shop
    #     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
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
        environment:
          DATABASE_URL: postgres://shop@db/shop
      db:
        image: postgres:17
        volumes: [pgdata:/var/lib/postgresql/data]
    volumes:
      pgdata:
    ```

    How to fix: write the name of the service.

    Source: Docker docs, "Networking in Compose".
    """
    mode = service.value.get("network_mode")
    if mode is not None:
        return
    for one in service.environment:
        scheme, sign, rest = (one.value or "").partition("://")
        host = rest.partition("/")[0].rpartition("@")[2].partition(":")[0]
        wanted = _SCHEMES.get(scheme.partition("+")[0])
        if not sign or wanted is None or host not in ("localhost", "127.0.0.1"):
            continue
        other = next(
            (at for at in deployment.services if at is not service and _is_image(at, wanted)), None
        )
        if other is not None:
            yield Finding.at(
                one,
                f"'{host}' is the container of '{service.name}' itself. Write the name of the database's service, '{other.name}'.",
                related=[Related(other, "the database")],
            )


def _is_image(service: Service, wanted: str) -> bool:
    image = service.image
    text = with_defaults(image.text or "") if image is not None else None
    return bool(text) and ImageReference.parse(text or "").upstream == wanted


@rule("DF657", severity=Severity.INFO)
def floating_service_image(service: Service, deployment: Deployment) -> Iterator[Finding]:
    """A service runs whatever image is newest.

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
    text = with_defaults(image.text or "") if image is not None else None
    if image is None or not text or service.build is not None or deployment.is_for_tests:
        return
    reference = ImageReference.parse(text)
    if reference.digest or reference.unresolved or (reference.tag and reference.tag != "latest"):
        return
    why = "has no tag" if reference.tag is None else "is tagged 'latest'"
    yield Finding.at(
        image, f"'{text}' {why}, so another start may run another release. Name the release."
    )


@rule("DF658", severity=Severity.ERROR)
def port_taken_twice(deployment: Deployment) -> Iterator[Finding]:
    """Two services publish the same port of the host.

    The second one does not start: the port is taken.

    Bad::

    ```yaml
    services:
      web:
        image: shop:1
        ports: ["8080:80"]
      admin:
        image: admin:1
        ports: ["8080:8080"]
    #           ^^^^^^^^^^^
    ```

    Good::

    ```yaml
    services:
      web:
        image: shop:1
        ports: ["8080:80"]
      admin:
        image: admin:1
        ports: ["8081:8080", "127.0.0.1:8082:80"]
    ```

    How to fix: give one of them another port.

    Known problems: services with ``profiles`` may never run together, and are left alone.

    Source: Docker docs, "Port publishing and mapping".
    """
    taken: dict[tuple[str, str], tuple[Service, PublishedPort]] = {}
    for service in deployment.services:
        if service.value.get("profiles") is not None or not service.name:
            continue
        for port in service.ports:
            if not port.host or not port.host.isdecimal() or port.host == "0":
                continue
            # An address of its own only meets the same address, or all of them.
            key = (port.host, port.protocol)
            first = taken.setdefault(key, (service, port))
            if first[0] is not service and (
                first[1].address == port.address or "" in (first[1].address, port.address)
            ):
                yield Finding.at(
                    port,
                    f"Port {port.host} of the host is taken by '{first[0].name}' already. Give one of them another.",
                    related=[Related(first[1], "taken here")],
                )


@rule("DF659", severity=Severity.INFO, default=False)
def started_before_the_database(service: Service, deployment: Deployment) -> Iterator[Finding]:
    """A service does not wait until its database is ready.

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
            record = stateful(other)
            if record is not None and record.name in _DATABASES:
                yield Finding.at(
                    Span(name.start, name.end),
                    f"'{service.name}' starts as soon as '{name.text}' is started, and before it answers. Wait for 'service_healthy'.",
                )
