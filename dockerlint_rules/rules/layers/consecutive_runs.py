"""Rules about RUN instructions that could be one."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Finding, Severity
from dockerlint_rules.model.interpreters import SHELLS
from dockerlint_rules.registry.rule import rule
from dockerlint_rules.syntax.dockerfile.instructions import Run

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.model.stages import Dockerfile


@rule("DF309", severity=Severity.INFO, default=False, aliases=("DL3059",), words=("run",))
def consecutive_runs(dockerfile: Dockerfile) -> Iterator[Finding]:
    """Consecutive RUN instructions could be merged.

    Each RUN creates a layer. Merging two simple ones saves a layer and keeps related steps together.

    Bad::

    ```dockerfile
    FROM debian:12
    RUN mkdir /data
    RUN chmod 700 /data
    #^^ could be merged with the one on line 2
    ```

    Good::

    ```dockerfile
    FROM debian:12
    RUN mkdir /data && chmod 700 /data
    ```

    How to fix: join them with ``&&``.

    Known problems: off by default, because separate layers keep unchanged steps in the cache. DF210 reports installs
    that belong together, and DF302 files that are removed too late.

    Source: docs/hadolint.md, DL3059.
    """
    # Also before the first FROM, for fragments of Dockerfiles.
    sections = [
        dockerfile.global_instructions,
        *(stage.instructions for stage in dockerfile.stages),
    ]
    for instructions in sections:
        earlier: Run | None = None
        for instruction in instructions:
            if not isinstance(instruction, Run):
                earlier = None
            elif earlier is not None and _could_be_merged(earlier, instruction):
                # The next RUN is compared with the earlier one again, because this one would be merged into it.
                yield Finding.at(
                    instruction.keyword_word,
                    f"This RUN could be merged with the one on line {earlier.line}. Join them with '&&'.",
                )
            else:
                earlier = instruction


def _could_be_merged(earlier: Run, later: Run) -> bool:
    return _flags(earlier) == _flags(later) and _is_single(earlier) and _is_single(later)


def _flags(run: Run) -> frozenset[str]:
    return frozenset(flag.text for flag in run.flags)


_SCRIPT_RUNNERS = SHELLS | {"eval", "su"}


def _is_single(run: Run) -> bool:
    """Whether a RUN is one simple command.

    Commands in ``$(…)`` count, but not those in the script of ``sh -c``, nor conditions (``[``).
    """
    if run.shell_script.foreign:
        # A script for another shell is read as a POSIX one. A bare parenthesis is a syntax error there, so nothing is
        # known about the commands, and it counts as one.
        text = run.text.replace("$(", "")
        return "(" in text or not any(sign in run.text for sign in (";", "&&", "|", "\n"))
    shells = [
        command
        for command in run.commands
        if not command.nested and command.name in _SCRIPT_RUNNERS
    ]
    commands = [
        command
        for command in run.commands
        if command.name not in ("[", "[[", "test")
        and not (
            command.nested and any(shell.start < command.start < shell.end for shell in shells)
        )
    ]
    return len(commands) < 2 and len(run.shell_script.assignments) + len(commands) < 2
