"""Rules about compose isolation."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Finding, Severity
from dockerlint_rules.registry.rule import rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.project.services import Service


@rule("DF542", severity=Severity.WARNING, security_severity="8.0")
def privileged_service(service: Service) -> Iterator[Finding]:
    """Service runs in privileged mode.

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
    """Service shares a namespace with the host.

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
    """Service uses the host network.

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
def disabled_security_profile(service: Service) -> Iterator[Finding]:
    """Service disables seccomp, AppArmor or SELinux.

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
def writable_host_mount(service: Service) -> Iterator[Finding]:
    """Host system directory is mounted writable.

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
