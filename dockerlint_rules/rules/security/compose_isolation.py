"""Services that are not isolated from the host."""

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

    A privileged container has full access to the host's devices and kernel. An attacker who takes over the service can
    take over the host.

    Bad::

    ```yaml
    services:
      agent:
        image: agent:1
        privileged: true
    #               ^^^^ Privileged service 'agent' has full access to the host
    ```

    Good::

    ```yaml
    services:
      agent:
        image: agent:1
        cap_add: [NET_ADMIN]
        devices: [/dev/net/tun]
    ```

    How to fix: list the capabilities and devices that the service needs.

    Known problems: Docker-in-Docker images need this mode and are left alone.

    Source: Docker docs, "Runtime privilege and Linux capabilities".
    """
    privileged = service.value.get("privileged")
    image = (service.image.text or "") if service.image is not None else ""
    is_docker_in_docker = "docker" in image and "dind" in image
    if privileged is not None and privileged.is_true and not is_docker_in_docker:
        yield Finding.at(
            privileged,
            f"Privileged service '{service.name}' has full access to the host. "
            "Grant only the capabilities and devices that it needs.",
        )


# Keys that choose a namespace, with the namespace's name.
_NAMESPACES = {
    "pid": "PID",
    "ipc": "IPC",
    "userns_mode": "user",
    "uts": "UTS",
    "cgroup": "cgroup",
}


@rule("DF543", severity=Severity.WARNING, security_severity="6.0")
def host_namespace(service: Service) -> Iterator[Finding]:
    """Service shares a namespace with the host.

    Namespaces keep a container apart from the host. A service that shares one can, for example, see the host's
    processes or its shared memory.

    Bad::

    ```yaml
    services:
      agent:
        image: agent:1
        pid: host
    #        ^^^^ Service 'agent' shares the host's PID namespace
    ```

    Good::

    ```yaml
    services:
      agent:
        image: agent:1
    ```

    How to fix: remove the key. If the service needs it, say why in an ignore comment.

    Known problems: ``network_mode: host`` is left to DF544, which is off by default.

    Source: Docker docs, "Docker security", "Kernel namespaces".
    """
    for key, namespace in _NAMESPACES.items():
        mode = service.value.get(key)
        if mode is not None and mode.text == "host":
            yield Finding.at(
                mode,
                f"Service '{service.name}' shares the host's {namespace} namespace and is less isolated from it. "
                f"Remove '{key}: host'.",
            )


@rule("DF544", severity=Severity.INFO, default=False)
def host_network(service: Service) -> Iterator[Finding]:
    """Service uses the host network.

    The service can connect to everything that listens on the host. All ports that it opens are open on the host, and
    two containers of the service cannot use the same port.

    Bad::

    ```yaml
    services:
      web:
        image: shop:1
        network_mode: host
    #                 ^^^^ Service 'web' uses the host network
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
    mode = service.value.get("network_mode")
    if mode is not None and mode.text == "host":
        yield Finding.at(
            mode,
            f"Service '{service.name}' uses the host network, so every port it opens is open on the host. "
            "Publish only the ports that it needs.",
        )


_DISABLED_PROFILES = ("seccomp:unconfined", "apparmor:unconfined", "label:disable")


@rule("DF545", severity=Severity.WARNING, security_severity="6.0")
def disabled_security_profile(service: Service) -> Iterator[Finding]:
    """Service disables seccomp, AppArmor or SELinux.

    These profiles limit what a process can ask of the kernel. Without them, an attacker who takes over the service has
    more ways to attack the host.

    Bad::

    ```yaml
    services:
      web:
        image: shop:1
        security_opt:
        - seccomp:unconfined
    #     ^^^^^^^^^^^^^^^^^^ 'seccomp:unconfined' turns off a security profile
    ```

    Good::

    ```yaml
    services:
      web:
        image: shop:1
        security_opt:
        - no-new-privileges:true
    ```

    How to fix: remove the option, or write a profile that allows what the service needs.

    Source: Docker docs, "Seccomp security profiles for Docker".
    """
    options = service.value.get("security_opt")
    for option in options.scalars() if options is not None else ():
        text = (option.text or "").replace("=", ":").replace(" ", "").lower()
        if text in _DISABLED_PROFILES:
            yield Finding.at(
                option,
                f"'{option.text}' turns off a security profile for service '{service.name}'. "
                "Remove it, or use a profile that allows what the service needs.",
            )


_SYSTEM_DIRECTORIES = frozenset({
    "/", "/etc", "/root", "/boot", "/proc", "/sys", "/dev", "/usr", "/var", "/var/lib", "/var/lib/docker",
})  # fmt: skip


@rule("DF546", severity=Severity.WARNING, security_severity="7.0")
def writable_host_mount(service: Service) -> Iterator[Finding]:
    """Host system directory is mounted writable.

    A container that can write to ``/etc`` or to Docker's own files can take over the host.

    Bad::

    ```yaml
    services:
      backup:
        image: backup:1
        volumes:
        - /etc:/host/etc
    #     ^^^^^^^^^^^^^^ Service 'backup' can write to '/etc' on the host
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

    How to fix: mount the directory read-only, or mount only the file that is needed.

    Source: Docker docs, "Docker daemon attack surface".
    """
    for mount in service.mounts:
        source = mount.source or ""
        directory = source.rstrip("/") or source[:1]  # "/" stays "/"
        if mount.kind == "bind" and directory in _SYSTEM_DIRECTORIES and not mount.is_read_only:
            yield Finding.at(
                mount,
                f"Service '{service.name}' can write to '{directory}' on the host. "
                "Mount it read-only, or mount only the file that it needs.",
            )
