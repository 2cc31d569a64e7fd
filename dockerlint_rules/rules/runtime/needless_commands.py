"""Rules about needless commands."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Finding, Severity
from dockerlint_rules.registry.rule import rule
from dockerlint_rules.syntax.dockerfile.instructions import Run
from dockerlint_rules.syntax.source import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.syntax.shell.command import Command


_POINTLESS = {
    "service": "a service that is started in a RUN is gone with it",
    "shutdown": "there is no machine to shut down",
    "reboot": "there is no machine to boot",
    "systemctl": "no init system runs in a build",
    "kill": "nothing of an earlier step runs any more",
    "top": "it waits for somebody to look",
    "vim": "it waits for somebody to type",
    "ssh": "it needs keys that stay in the layer",
    "free": "the builder's memory says nothing about the container's",
    "ps": "nothing of an earlier step runs any more",
    "mount": "a mount ends with its RUN",
}


_STARTS = frozenset({"start", "restart", "reload", "stop", "status"})


@rule(
    "DF624",
    severity=Severity.INFO,
    aliases=("DL3001",),
    on=("service", "systemctl", "shutdown", "reboot", "top", "vim"),
)
def pointless_command(command: Command, run: Run) -> Iterator[Finding]:
    """Command serves no purpose in a build.

    A RUN is over when its commands are: what they start is gone, what they set is gone, and nobody is there to look or
    to type.

    Bad::

    ```dockerfile
    FROM debian:12
    RUN service nginx start
    #   ^^^^^^^^^^^^^^^^^^^
    ```

    Good::

    ```dockerfile
    FROM nginx:1.29
    CMD ["nginx", "-g", "daemon off;"]
    ```

    Good (used by what follows in the same RUN)::

    ```dockerfile
    FROM mysql:8.4
    RUN service mysql start && mysql -e "CREATE DATABASE app"
    ```

    How to fix: start it with CMD, or leave it out.

    Known problems: DF633 has hadolint's whole list.

    Source: Docker docs, "Building best practices".
    """
    if command.conditional or command.wrappers:
        return
    words = [word.value for word in command.args]
    if command.name == "systemctl" and not {
        "start",
        "restart",
        "reload",
        "daemon-reload",
        "stop",
    } & set(words):
        return  # "enable" only makes a link
    if command.name == "service":
        if not _STARTS & set(words) or any(one.index > command.index for one in run.commands):
            return
    elif command.name == "vim" and words:
        return  # a script is given: vim +PluginInstall +qall
    yield Finding.at(
        Span(command.start, command.end),
        f"'{command.name}' does nothing lasting here: {_why(command.name)}. Leave it to the container's start.",
        aliases=None if command.name in _HADOLINTS else (),
    )


def _why(name: str) -> str:
    return _POINTLESS[name]


_HADOLINTS = ("free", "kill", "mount", "ps", "service", "shutdown", "ssh", "top", "vim")


@rule("DF633", severity=Severity.INFO, default=False, aliases=("DL3001",), on=_HADOLINTS)
def host_command(command: Command) -> Iterator[Finding]:
    """Command makes little sense inside a container.

    The wider form of DF624: every call of one of these programs.

    Bad::

    ```dockerfile
    FROM debian:12
    RUN free -m && make
    #   ^^^^^^^
    ```

    Good::

    ```dockerfile
    FROM debian:12
    RUN make
    ```

    How to fix: leave it out.

    Known problems: off by default; the programs have their uses inside of one RUN.

    Source: docs/hadolint.md, DL3001.
    """
    yield Finding.at(
        Span(command.start, command.end),
        f"'{command.name}' makes little sense in a build: {_why(command.name)}.",
    )
