"""Rules about ssh keys."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Finding, Severity
from dockerlint_rules.registry.rule import rule
from dockerlint_rules.syntax.source import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.model.stages import Stage
    from dockerlint_rules.syntax.shell.command import Command


@rule("DF510", severity=Severity.WARNING, on=("ssh-keygen",))
def key_generation_in_build(command: Command, stage: Stage | None) -> Iterator[Finding]:
    """SSH private key is generated during the build.

    All containers of the image have the same private key, and so has everybody who can pull it.

    Bad::

    ```dockerfile
    FROM debian:12
    RUN ssh-keygen -A
    #   ^^^^^^^^^^^^^
    ```

    Good::

    ```dockerfile
    FROM debian:12
    CMD ["sh", "-c", "ssh-keygen -A && exec /usr/sbin/sshd -D"]
    ```

    How to fix: make the key when the container starts, or mount it.

    Source: ssh-keygen(1); CWE-321.
    """
    if stage is not None and not stage.ships:
        return
    if (
        command.has_flag("-A")
        or command.has_flag("-t")
        or any("ssh_host" in word.value for word in command.args)
    ):
        if command.has_flag("-R", "-F", "-l", "-y"):
            return
        yield Finding.at(
            Span(command.start, command.end),
            "Every container of this image gets this same private key. Make it when the container starts.",
        )


@rule(
    "DF511",
    severity=Severity.WARNING,
    on=("ssh", "git", "scp", "rsync", "echo", "printf"),
    words=("stricthostkeychecking",),
)
def unverified_host_key(command: Command) -> Iterator[Finding]:
    """SSH host key is not verified.

    With ``StrictHostKeyChecking no`` whoever answers is trusted, and gets to send the code that is built.

    Bad::

    ```dockerfile
    FROM debian:12
    RUN echo "StrictHostKeyChecking no" >> /etc/ssh/ssh_config
    #        ^^^^^^^^^^^^^^^^^^^^^^^^^^
    ```

    Good::

    ```dockerfile
    FROM debian:12
    COPY known_hosts /etc/ssh/ssh_known_hosts
    ```

    How to fix: copy the host's public key into ``known_hosts``; GitHub and GitLab publish theirs.

    Source: ssh_config(5), ``StrictHostKeyChecking``.
    """
    for word in command.args:
        lower = word.value.lower()
        if "stricthostkeychecking" in lower:
            rest = lower.partition("stricthostkeychecking")[2].lstrip(" \t=\"'")
            if rest.startswith("no"):
                yield Finding.at(
                    word,
                    "Any host that answers is trusted. Put the right host's key into known_hosts.",
                )
                return
