"""The shell of a build, and settings that are lost with it."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Edit, Finding, Fix, Severity
from dockerlint_rules.fixes.run_chain import is_and_chain
from dockerlint_rules.model.interpreters import WINDOWS_SHELLS
from dockerlint_rules.registry.rule import rule
from dockerlint_rules.syntax.dockerfile.instructions import Run
from dockerlint_rules.syntax.source import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.syntax.dockerfile.instruction import Instruction
    from dockerlint_rules.syntax.shell.command import Command


@rule("DF626", severity=Severity.WARNING, aliases=("DL4005",), on=("ln",), fix="unsafe")
def replaced_bin_sh(command: Command, instruction: Instruction) -> Iterator[Finding]:
    """/bin/sh is replaced with a link.

    Scripts of the distribution are written for its own ``/bin/sh``, and an upgrade of that package may restore the
    link. SHELL sets the shell of later RUN instructions without changing the system.

    Bad::

    ```dockerfile
    FROM debian:12
    RUN ln -sf /bin/bash /bin/sh
    #   ^^^^^^^^^^^^^^^^^^^^^^^^ '/bin/sh' belongs to the distribution
    ```

    Fixed::

    ```dockerfile
    FROM debian:12
    SHELL ["/bin/bash", "-c"]
    ```

    Good::

    ```dockerfile
    FROM debian:12
    SHELL ["/bin/bash", "-c"]
    RUN source /opt/tool/env && make
    ```

    How to fix: use SHELL.

    Fix safety: unsafe, because scripts that start ``/bin/sh`` themselves then get the distribution's shell. There is
    only a fix if the RUN does nothing else.

    Source: Docker docs, "Dockerfile reference", SHELL.
    """
    words = command.operands()
    if len(words) < 2 or words[-1].value not in ("/bin/sh", "/usr/bin/sh"):
        return
    fix = None
    target = words[0].value if words[0].value.startswith("/") else f"/bin/{words[0].value}"
    if target in ("/bin/bash", "/usr/bin/bash") and _only_replaces_sh(instruction, command):
        edit = Edit(instruction.start, instruction.end, f'SHELL ["{target}", "-c"]')
        fix = Fix("Set the shell with SHELL", [edit], safe=False)
    yield Finding.at(
        Span(command.start, command.end),
        "'/bin/sh' belongs to the distribution, whose scripts rely on it. Set the shell of the build with SHELL.",
        fix=fix,
    )


def _only_replaces_sh(instruction: Instruction, link: Command) -> bool:
    """Whether the RUN does nothing but make the link, and remove the old one before."""
    if not isinstance(instruction, Run) or instruction.flags or not is_and_chain(instruction):
        return False
    return all(
        command is link
        or (command.name == "rm" and [word.value for word in command.operands()] == ["/bin/sh"])
        for command in instruction.commands
    )


_USE_SAME_RUN = "Put it into the RUN that needs it"

# For each command: what is lost, and what to do instead.
_LOST_SETTINGS = {
    "source": ("its settings are lost", _USE_SAME_RUN),
    ".": ("its settings are lost", _USE_SAME_RUN),
    "export": ("the variable is lost", "Use ENV, or put it into the RUN that needs it"),
    "ulimit": (
        "the limit is lost",
        "Use 'docker run --ulimit', or put it into the RUN that needs it",
    ),
    "alias": ("the alias is lost", _USE_SAME_RUN),
    "umask": ("the mask is lost", _USE_SAME_RUN),
}


@rule("DF630", severity=Severity.WARNING, on=tuple(_LOST_SETTINGS))
def shell_setting_without_effect(command: Command, run: Run) -> Iterator[Finding]:
    """Shell setting is lost when its RUN ends.

    Each RUN starts a new shell. Variables, limits and aliases that it sets are lost when it ends, so later
    instructions and the container do not get them.

    Bad::

    ```dockerfile
    FROM debian:12
    RUN export PATH=/opt/tool/bin:$PATH
    #   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ the variable is lost when this RUN ends
    ```

    Good::

    ```dockerfile
    FROM debian:12
    ENV PATH=/opt/tool/bin:$PATH
    ```

    Good (used in the same RUN)::

    ```dockerfile
    FROM debian:12
    RUN export MAKEFLAGS=-j4 && make
    ```

    How to fix: use ENV for variables and ``docker run --ulimit`` for limits, or put the setting into the RUN that
    needs it.

    Known problems: a file that ``source`` reads may do more than set variables; the rule is silent unless its name
    suggests settings.

    Source: Docker docs, "Dockerfile reference", RUN and ENV.
    """
    if (
        command.nested
        or command.conditional
        or command.wrappers
        or command.function
        or run.dialect in WINDOWS_SHELLS
    ):
        return
    if (
        command.index != len(run.commands) - 1
        or command.before in ("|", "&")
        or len(command.pipeline) > 1
    ):
        return
    if command.name in ("source", ".") and (not command.args or _runs_as_script(command)):
        return
    if not command.args and command.name in ("export", "alias", "umask"):
        return  # it only prints the settings
    if command.name == "ulimit" and command.has_flag("-a"):
        return
    loss, remedy = _LOST_SETTINGS[command.name]
    yield Finding.at(
        Span(command.start, command.end),
        f"'{command.name}' has no effect: {loss} when this RUN ends. {remedy}.",
    )


_SETTINGS_SUFFIXES = (
    "rc", "profile", "env", "activate", "environment", "setup.bash", "setup.sh", "bashrc", ".conf", "vars",
)  # fmt: skip
_SETTINGS_PREFIXES = (".bash", ".profile", "env")


def _runs_as_script(command: Command) -> bool:
    """Whether the sourced file may do work, as an installer does, instead of only setting variables."""
    path = command.args[0].value
    name = path.rpartition("/")[2]
    if "/profile.d/" in path:
        return False
    return not name.endswith(_SETTINGS_SUFFIXES) and not name.startswith(_SETTINGS_PREFIXES)
