"""sudo: calls during the build, and rules in sudoers that grant root in the container."""

from __future__ import annotations

from bisect import bisect_left

from dockerlint_rules.findings.finding import Edit, Finding, Fix, Severity
from dockerlint_rules.model.images.defaults import is_bare
from dockerlint_rules.model.users import is_root
from dockerlint_rules.registry.rule import rule
from dockerlint_rules.syntax.dockerfile.instructions import User
from dockerlint_rules.syntax.source import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.model.stages import Stage
    from dockerlint_rules.syntax.dockerfile.instructions import Run
    from dockerlint_rules.syntax.shell.command import Command
    from dockerlint_rules.syntax.source import Source


@rule("DF503", severity=Severity.WARNING, aliases=("DL3004",), fix="unsafe", words=("sudo",))
def sudo_in_build(
    command: Command, stage: Stage | None, run: Run, source: Source
) -> Iterator[Finding]:
    """RUN uses sudo.

    A RUN runs as root unless a USER before it sets another user, so sudo is usually unnecessary. It also has to
    be installed in the image, where an attacker may use it to become root. USER before and after the RUN switches
    users without it.

    Bad::

    ```dockerfile
    FROM debian:12
    RUN sudo apt-get update
    #   ^^^^ already runs as root here, so 'sudo' is unnecessary
    ```

    Fixed::

    ```dockerfile
    FROM debian:12
    RUN apt-get update
    ```

    Bad (the build runs as another user)::

    ```dockerfile
    FROM debian:12
    USER app
    RUN sudo apt-get update
    #   ^^^^ Put 'USER root' before this RUN and switch back after it
    ```

    Bad (the command runs as another user)::

    ```dockerfile
    FROM debian:12
    RUN sudo -u app touch /home/app/.bashrc
    #   ^^^^ Set the user with USER before this RUN, or use 'setpriv'
    ```

    Good::

    ```dockerfile
    FROM debian:12
    USER root
    RUN apt-get update
    USER 10001
    ```

    Good (sudo is installed but not called)::

    ```dockerfile
    FROM debian:12
    RUN apt-get install -y sudo
    ```

    How to fix: remove sudo where the build runs as root. Elsewhere put ``USER root`` before the RUN and the previous
    user after it.

    Fix safety: unsafe, because sudo also clears environment variables and may set HOME. The fix is only offered where
    the build certainly runs as root and sudo has no options.

    Source: Docker documentation, "Building best practices", section "USER".
    """
    if command.name != "sudo" and "sudo" not in command.wrappers:
        return
    at = source.text.find("sudo", command.outer_start, max(command.end, command.start))
    if at < 0:
        return
    end = at + len("sudo")
    options = source.text[end : command.start]
    switches_user = any(_is_user_option(word) for word in options.split())
    is_needless = not switches_user and stage is not None and _is_certainly_root(stage, run)
    fix = None
    if (
        is_needless
        and command.wrappers[-1:] == ["sudo"]
        and not options.strip(" \t")
        and command.start > at
    ):
        fix = Fix("Remove sudo", [Edit(at, command.start, "")], safe=False)
    if is_needless:
        text = "The build already runs as root here, so 'sudo' is unnecessary. Remove it."
    elif switches_user:
        text = (
            "This needs 'sudo' in the image, where an attacker may use it to become root. "
            "Set the user with USER before this RUN, or use 'setpriv'."
        )
    else:
        text = (
            "This needs 'sudo' in the image, where an attacker may use it to become root. "
            "Put 'USER root' before this RUN and switch back after it."
        )
    severity = None if is_needless else Severity.INFO
    yield Finding.at(Span(at, end), text, fix=fix, severity=severity)


def _is_user_option(word: str) -> bool:
    """Whether an option of sudo names the user: ``-u``, ``-Hu``, ``--user=app``."""
    return word.startswith("--user") or (word[:1] == "-" and word[1:2] != "-" and "u" in word)


def _is_certainly_root(stage: Stage, run: Run) -> bool:
    """Whether *run* certainly runs as root."""
    for ancestor in stage.lineage():
        users = ancestor.of("USER")
        count_before = bisect_left(users, run.start, key=lambda user: user.start)
        if count_before:
            last = users[count_before - 1]
            return isinstance(last, User) and last.user is not None and is_root(last.user.value)
    return is_bare(stage.root.base)


@rule("DF516", severity=Severity.WARNING, words=("nopasswd",))
def passwordless_sudo(run: Run, stage: Stage | None) -> Iterator[Finding]:
    """sudo grants root access without a password.

    USER is meant to limit what an attacker can do with the container's program. This rule in sudoers lets the
    attacker become root anyway.

    Bad::

    ```dockerfile
    FROM debian:12
    RUN echo 'app ALL=(ALL) NOPASSWD: ALL' >> /etc/sudoers
    #                       ^^^^^^^^^^^^^ allows every command without a password
    USER app
    CMD ["/usr/bin/app"]
    ```

    Good (one command only)::

    ```dockerfile
    FROM debian:12
    RUN echo 'app ALL=(root) NOPASSWD: /usr/sbin/nginx -s reload' > /etc/sudoers.d/app
    USER app
    CMD ["/usr/bin/app"]
    ```

    Good (this stage is not part of the final image)::

    ```dockerfile
    FROM debian:12 AS build
    RUN echo 'app ALL=(ALL) NOPASSWD: ALL' >> /etc/sudoers
    FROM debian:12
    USER 10001
    CMD ["/usr/bin/app"]
    ```

    Good (a development image that starts a shell)::

    ```dockerfile
    FROM debian:12
    RUN echo 'dev ALL=(ALL) NOPASSWD: ALL' >> /etc/sudoers
    USER dev
    CMD ["bash"]
    ```

    How to fix: run what needs root before USER. If the container needs root for one command, allow only that command.

    Source: sudoers(5); Docker docs, "Building best practices", section "USER".
    """
    if (
        stage is None
        or not stage.ships
        or not _runs_program_without_root(stage.dockerfile.final_stage)
    ):
        return
    text = run.source.text
    at = text.find("NOPASSWD", run.start, run.end)
    while at >= 0:
        after = at + len("NOPASSWD")
        # Only look a short way ahead: "NOPASSWD", a colon and the first allowed command.
        ahead = text[after : min(run.end, at + 32)]
        allowed = ahead.lstrip(" \t").removeprefix(":").lstrip(" \t")
        if allowed[:3] == "ALL" and not allowed[3:4].isalnum():
            yield Finding.at(
                Span(at, after + ahead.find("ALL") + 3),
                "'NOPASSWD: ALL' allows every command without a password, so an attacker may become root despite USER. "
                "Run privileged steps before USER, or allow a single command.",
            )
            return
        at = text.find("NOPASSWD", after, run.end)


_PROMPTS = frozenset({"bash", "sh", "zsh", "fish", "ash", "tmux", "sleep", "tail"})


def _runs_program_without_root(stage: Stage | None) -> bool:
    """Whether the image starts a program, and not just a prompt, as another user than root."""
    if stage is None or stage.user is None or is_root(stage.user.value):
        return False
    starts = stage.start_commands
    if not starts:
        return False
    words = [word for start in starts for arg in start.args for word in arg.split()]
    return not all(
        word.rpartition("/")[2].strip("\"'") in _PROMPTS or word.startswith("-") for word in words
    )
