"""SSH keys of the container, and of the hosts that it connects to."""

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

    All containers of the image share this private key, and anyone who can pull the image has it too.

    Bad::

    ```dockerfile
    FROM debian:12
    RUN ssh-keygen -A
    #   ^^^^^^^^^^^^^ becomes part of the image, so all containers share it
    ```

    Good::

    ```dockerfile
    FROM debian:12
    CMD ["sh", "-c", "ssh-keygen -A && exec /usr/sbin/sshd -D"]
    ```

    How to fix: generate the key when the container starts, or mount it.

    Source: ssh-keygen(1); CWE-321.
    """
    if stage is not None and not stage.ships:
        return
    generates = command.has_flag("-A", "-t") or any(
        "ssh_host" in word.value for word in command.args
    )
    # -R and -F edit and search known_hosts; -l and -y only read a key.
    if generates and not command.has_flag("-R", "-F", "-l", "-y"):
        yield Finding.at(
            Span(command.start, command.end),
            "The key generated here becomes part of the image, so all containers share it. "
            "Generate it when the container starts.",
        )


@rule(
    "DF511",
    severity=Severity.WARNING,
    on=("ssh", "git", "scp", "rsync", "echo", "printf"),
    words=("stricthostkeychecking",),
)
def unverified_host_key(command: Command) -> Iterator[Finding]:
    """SSH host key is not verified.

    With ``StrictHostKeyChecking no``, SSH connects to any server that answers. An attacker on the network can pretend
    to be the right one and feed other code into the build.

    Bad::

    ```dockerfile
    FROM debian:12
    RUN echo "StrictHostKeyChecking no" >> /etc/ssh/ssh_config
    #        ^^^^^^^^^^^^^^^^^^^^^^^^^^ SSH trusts any server that answers
    ```

    Good::

    ```dockerfile
    FROM debian:12
    COPY known_hosts /etc/ssh/ssh_known_hosts
    ```

    How to fix: add the server's public key to ``known_hosts``. GitHub and GitLab publish theirs.

    Source: ssh_config(5), ``StrictHostKeyChecking``.
    """
    for word in command.args:
        _, option, value = word.value.lower().partition("stricthostkeychecking")
        if option and value.lstrip(" \t=\"'").startswith("no"):
            yield Finding.at(
                word,
                "With host key checking off, SSH trusts any server that answers. "
                "Add the server's public key to 'known_hosts'.",
            )
            return
