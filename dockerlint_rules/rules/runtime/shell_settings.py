"""Rules about shell settings."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Edit, Finding, Fix, Severity
from dockerlint_rules.model.interpreters import WINDOWS_SHELLS
from dockerlint_rules.model.layers.cleanup import is_and_chain
from dockerlint_rules.registry.rule import rule
from dockerlint_rules.syntax.dockerfile.instructions import Run
from dockerlint_rules.syntax.source import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.syntax.dockerfile.instructions import Instruction
    from dockerlint_rules.syntax.shell.command import Command


@rule("DF626", severity=Severity.WARNING, aliases=("DL4005",), on=("ln",), fix="unsafe")
def replaced_bin_sh(command: Command, instruction: Instruction) -> Iterator[Finding]:
    """/bin/sh is replaced with a link.

    Scripts of the distribution are written for its own shell, and an upgrade of the package puts the link back. The
    build's shell is set with SHELL.

    Bad::

    ```dockerfile
    FROM debian:12
    RUN ln -sf /bin/bash /bin/sh
    #   ^^^^^^^^^^^^^^^^^^^^^^^^
    ```

    Good::

    ```dockerfile
    FROM debian:12
    SHELL ["/bin/bash", "-c"]
    ```

    How to fix: use SHELL.

    Fix safety: unsafe; what starts ``/bin/sh`` by itself, such as CMD in shell form after another SHELL or a script,
    gets the distribution's shell. It is offered where the RUN does nothing else.

    Source: Docker docs, "Dockerfile reference", SHELL.
    """
    words = command.operands()
    if len(words) > 1 and words[-1].value in ("/bin/sh", "/usr/bin/sh"):
        fix = None
        target = words[0].value if words[0].value.startswith("/") else f"/bin/{words[0].value}"
        if _is_whole(command, instruction) and target in ("/bin/bash", "/usr/bin/bash"):
            edit = Edit(instruction.start, instruction.end, f'SHELL ["{target}", "-c"]')
            fix = Fix("Set the shell with SHELL.", [edit], safe=False)
        yield Finding.at(
            Span(command.start, command.end),
            "/bin/sh is the distribution's own, and scripts rely on it. Set the build's shell with SHELL instead.",
            fix=fix,
        )


def _is_whole(command: Command, instruction: Instruction) -> bool:
    """Whether a RUN does nothing but put the link there: ``ln``, and ``rm`` of the one before."""
    if not isinstance(instruction, Run) or instruction.flags or not is_and_chain(instruction):
        return False
    return all(
        one is command
        or (one.name == "rm" and [word.value for word in one.operands()] == ["/bin/sh"])
        for one in instruction.commands
    )


_EFFECTS = {
    "source": "what it sets ends with this RUN",
    ".": "what it sets ends with this RUN",
    "export": "the variable ends with this RUN",
    "ulimit": "the limit ends with this RUN",
    "alias": "the alias ends with this RUN",
    "umask": "the mask ends with this RUN",
}


@rule("DF630", severity=Severity.WARNING, on=tuple(_EFFECTS))
def shell_setting_without_effect(command: Command, run: Run) -> Iterator[Finding]:
    """Shell setting is lost when its RUN ends.

    Each RUN is a shell of its own: variables, limits and aliases that it sets are gone when it ends.

    Bad::

    ```dockerfile
    FROM debian:12
    RUN export PATH=/opt/tool/bin:$PATH
    #   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
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

    How to fix: use ENV for variables, ``--ulimit`` at the start for limits, or put the command that needs it into the
    same RUN.

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
        return  # prints
    if command.name == "ulimit" and command.has_flag("-a"):
        return
    yield Finding.at(
        Span(command.start, command.end),
        f"'{command.name}' has no effect: {_EFFECTS[command.name]}. Use ENV, or put what needs it into the same RUN.",
    )


def _runs_as_script(command: Command) -> bool:
    """Whether the file that is read is there for what it does, such as an installer, and not for what it sets."""
    name = command.args[0].value.rpartition("/")[2]
    settings = (
        "rc",
        "profile",
        "env",
        "activate",
        "environment",
        "setup.bash",
        "setup.sh",
        "bashrc",
        ".conf",
        "vars",
    )
    if "/profile.d/" in command.args[0].value:
        return False
    return not name.endswith(settings) and not name.startswith((".bash", ".profile", "env"))
