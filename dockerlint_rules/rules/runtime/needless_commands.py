"""Commands that do nothing useful in a build."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Finding, Severity
from dockerlint_rules.registry.rule import rule
from dockerlint_rules.syntax.dockerfile.instructions import Run
from dockerlint_rules.syntax.source import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.syntax.shell.command import Command

# Why each command does nothing useful.
_REASONS = {
    "service": "services stop when their RUN ends",
    "shutdown": "there is no machine to shut down",
    "reboot": "there is no machine to reboot",
    "systemctl": "no init system runs during a build",
    "kill": "no process of an earlier step is running",
    "top": "there is no terminal",
    "vim": "there is no terminal",
    "ssh": "it needs a key, which may stay in a layer",
    "free": "it shows the memory of the build host",
    "ps": "no process of an earlier step is running",
    "mount": "mounts end with their RUN",
}

# The commands of hadolint's rule.
_HADOLINT_COMMANDS = ("free", "kill", "mount", "ps", "service", "shutdown", "ssh", "top", "vim")

_SERVICE_ACTIONS = frozenset({"start", "restart", "reload", "stop", "status"})
_SYSTEMCTL_ACTIONS = frozenset({"start", "restart", "reload", "daemon-reload", "stop"})


@rule(
    "DF624",
    severity=Severity.INFO,
    aliases=("DL3001",),
    on=("service", "systemctl", "shutdown", "reboot", "top", "vim"),
)
def pointless_command(command: Command, run: Run) -> Iterator[Finding]:
    """Command serves no purpose in a build.

    Processes that a RUN starts end with it, and there is neither an init system nor a terminal. These commands do
    nothing, fail, or wait for input that never comes.

    Bad::

    ```dockerfile
    FROM debian:12
    RUN service nginx start
    #   ^^^^^^^^^^^^^^^^^^^ services stop when their RUN ends
    ```

    Good::

    ```dockerfile
    FROM nginx:1.29
    CMD ["nginx", "-g", "daemon off;"]
    ```

    Good (a later command of the same RUN uses the service)::

    ```dockerfile
    FROM mysql:8.4
    RUN service mysql start && mysql -e "CREATE DATABASE app"
    ```

    How to fix: start the program with CMD, or remove the command.

    Known problems: only commands that never help are reported; DF633 reports all commands of hadolint's list.

    Source: Docker docs, "Building best practices".
    """
    if command.conditional or command.wrappers:
        return
    arguments = {word.value for word in command.args}
    # Only what needs an init system: "systemctl enable" just makes a link.
    if command.name == "systemctl" and not _SYSTEMCTL_ACTIONS & arguments:
        return
    if command.name == "service":
        has_later_command = run.commands[-1].index > command.index
        if has_later_command or not _SERVICE_ACTIONS & arguments:
            return
    # Only interactive use: "vim +PluginInstall +qall" ends by itself.
    if command.name == "vim" and arguments:
        return
    starts_service = command.name in ("service", "systemctl")
    remedy = (
        "Start the program with CMD, or remove the command"
        if starts_service
        else "Remove the command"
    )
    yield Finding.at(
        Span(command.start, command.end),
        f"'{command.name}' serves no purpose here: {_REASONS[command.name]}. {remedy}.",
        aliases=None if command.name in _HADOLINT_COMMANDS else (),
    )


@rule("DF633", severity=Severity.INFO, default=False, aliases=("DL3001",), on=_HADOLINT_COMMANDS)
def host_command(command: Command) -> Iterator[Finding]:
    """Command makes little sense inside a container.

    This rule extends DF624 to every call of a program that belongs to a whole machine. It is off by default because
    such a program can be useful within one RUN.

    Bad::

    ```dockerfile
    FROM debian:12
    RUN free -m && make
    #   ^^^^^^^ it shows the memory of the build host
    ```

    Good::

    ```dockerfile
    FROM debian:12
    RUN make
    ```

    How to fix: remove the command.

    Source: docs/hadolint.md, DL3001.
    """
    yield Finding.at(
        Span(command.start, command.end),
        f"'{command.name}' makes little sense in a build: {_REASONS[command.name]}. "
        "Remove it unless this RUN needs it.",
    )
