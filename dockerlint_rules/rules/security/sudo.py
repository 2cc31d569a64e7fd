"""Rules about sudo."""

from __future__ import annotations

from bisect import bisect_left

from dockerlint_rules.findings.finding import Edit, Finding, Fix, Severity
from dockerlint_rules.model.images.defaults import is_bare
from dockerlint_rules.model.users import is_root
from dockerlint_rules.registry.rule import rule
from dockerlint_rules.syntax.dockerfile.instructions import Run, User
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

    A build runs as root until a USER says otherwise, so sudo changes nothing there but what it does to
    the environment; and an image that holds sudo lets a break-in become root. Where the user is another
    one, USER before and after the RUN says the same in plain view.

    Bad::

    ```dockerfile
    FROM debian:12
    RUN sudo apt-get update
    #   ^^^^
    ```

    Fixed::

    ```dockerfile
    FROM debian:12
    RUN apt-get update
    ```

    Good::

    ```dockerfile
    FROM debian:12
    USER root
    RUN apt-get update
    USER 10001
    ```

    Good (sudo is installed and not called)::

    ```dockerfile
    FROM debian:12
    RUN apt-get install -y sudo
    ```

    How to fix: leave sudo out; put ``USER root`` before the RUN and the other user after it.

    Fix safety: unsafe, as sudo also clears variables and may set HOME. Offered where the user is root.

    Source: Docker documentation, "Building best practices", section "USER".
    """
    if command.name != "sudo" and "sudo" not in command.wrappers:
        return
    at = source.text.find("sudo", command.outer_start, max(command.end, command.start))
    if at < 0:
        return
    is_other = source.text[at + 4 : command.start].split()[:1] in (
        ["-u"],
        ["-iu"],
        ["-Eu"],
        ["-Hu"],
    )
    is_root = stage is not None and not is_other and _is_known_root(stage, run)
    fix = None
    between = source.text[at + 4 : command.start]
    if (
        is_root
        and command.wrappers[-1:] == ["sudo"]
        and not between.strip(" \t")
        and command.start > at
    ):
        fix = Fix("Remove sudo", [Edit(at, command.start, "")], safe=False)
    if is_root:
        text = "sudo does nothing here, as the build is root already. Remove it."
    elif is_other:
        text = "sudo hides as whom the command runs. Put USER before this RUN, or use 'setpriv' where the image keeps it."
    else:
        text = "sudo hides which commands run as root. Put 'USER root' before this RUN and the other user after it."
    yield Finding.at(Span(at, at + 4), text, fix=fix, severity=None if is_root else Severity.INFO)


def _is_known_root(stage: Stage, run: Run) -> bool:
    """Whether the build is certainly root where *run* stands."""
    for at in stage.lineage():
        users = at.of("USER")
        before = bisect_left(users, run.start, key=lambda one: one.start)
        if before:
            last = users[before - 1]
            return isinstance(last, User) and last.user is not None and is_root(last.user.value)
    return is_bare(stage.root.base)


@rule("DF516", severity=Severity.WARNING, words=("nopasswd",))
def passwordless_sudo(run: Run, stage: Stage | None) -> Iterator[Finding]:
    """sudo grants root access without a password.

    A break-in through the program becomes root at once; the USER that was meant to hold it back does not.

    Bad::

    ```dockerfile
    FROM debian:12
    RUN echo 'app ALL=(ALL) NOPASSWD: ALL' >> /etc/sudoers
    #                       ^^^^^^^^^^^^^
    USER app
    CMD ["/usr/bin/app"]
    ```

    Good (only what is needed)::

    ```dockerfile
    FROM debian:12
    RUN echo 'app ALL=(root) NOPASSWD: /usr/sbin/nginx -s reload' > /etc/sudoers.d/app
    USER app
    CMD ["/usr/bin/app"]
    ```

    Good (this stage does not ship)::

    ```dockerfile
    FROM debian:12 AS build
    RUN echo 'app ALL=(ALL) NOPASSWD: ALL' >> /etc/sudoers
    FROM debian:12
    USER 10001
    CMD ["/usr/bin/app"]
    ```

    Good (an image to work in)::

    ```dockerfile
    FROM debian:12
    RUN echo 'dev ALL=(ALL) NOPASSWD: ALL' >> /etc/sudoers
    USER dev
    CMD ["bash"]
    ```

    How to fix: do as root what needs root before USER; name the one program that is needed at run time.

    Source: sudoers(5); Docker docs, "Building best practices", section "USER".
    """
    if stage is None or not stage.ships or not _is_held_back(stage.dockerfile.final_stage):
        return
    text = run.source.text
    at = text.find("NOPASSWD", run.start, run.end)
    while at >= 0:
        rest = text[at + 8 : min(run.end, at + 32)]
        granted = rest.lstrip(" \t").removeprefix(":").lstrip(" \t")
        if granted[:3] == "ALL" and not granted[3:4].isalnum():
            yield Finding.at(
                Span(at, at + 8 + rest.find("ALL") + 3),
                "This user becomes root through sudo without a password, so USER holds nothing back. "
                "Do what needs root before USER, or name the one program.",
            )
            return
        at = text.find("NOPASSWD", at + 8, run.end)


_PROMPTS = frozenset({"bash", "sh", "zsh", "fish", "ash", "tmux", "sleep", "tail"})


def _is_held_back(stage: Stage | None) -> bool:
    """Whether a program, and no prompt, is started as another user than root."""
    if stage is None or stage.user is None or stage.user.value.partition(":")[0] in ("root", "0"):
        return False
    started = stage.start_commands
    if not started:
        return False
    words = [word for one in started for arg in one.args for word in arg.split()]
    return not all(
        word.rpartition("/")[2].strip("\"'") in _PROMPTS or word.startswith("-") for word in words
    )
