"""How wget and curl are used."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Finding, Fix, Severity
from dockerlint_rules.fixes.edits import insert_flag
from dockerlint_rules.registry.rule import rule
from dockerlint_rules.syntax.dockerfile.instructions import Onbuild, Run

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.model.stages import Stage
    from dockerlint_rules.syntax.shell.command import Command


@rule("DF625", severity=Severity.INFO, default=False, aliases=("DL4001",), words=("wget",))
def wget_and_curl(stage: Stage) -> Iterator[Finding]:
    """Both wget and curl are used in one stage.

    Both programs download files, so one of them is enough. The other is one more package to install and to update.

    Bad::

    ```dockerfile
    FROM debian:12
    RUN wget -q https://example.com/a
    RUN curl -fsSLO https://example.com/b
    #   ^^^^ This stage uses both wget and curl
    ```

    Good::

    ```dockerfile
    FROM debian:12
    RUN curl -fsSLO https://example.com/a
    RUN curl -fsSLO https://example.com/b
    ```

    How to fix: use only one of them.

    Known problems: the rule is off by default because the base image may contain both.

    Source: docs/hadolint.md, DL4001.
    """
    seen: set[str] = set()
    for instruction in stage.of("RUN", "ONBUILD"):
        run = instruction.trigger if isinstance(instruction, Onbuild) else instruction
        if not isinstance(run, Run) or run.errors:
            continue
        # Reversed, so that the first call of each program remains.
        used = {
            command.name: command
            for command in reversed(run.commands)
            if command.name in ("wget", "curl")
        }
        seen |= used.keys()
        if len(seen) == 2 and used:
            command = used.get("curl") or used["wget"]
            yield Finding.at(
                command.words[0],
                "This stage uses both wget and curl. Use only one of them.",
            )


# Flags that shorten wget's output or write it to a file.
_WGET_LOG_FLAGS = (
    "--progress", "-q", "--quiet", "-o", "--output-file", "-a", "--append-output", "--no-verbose", "-nv",
)  # fmt: skip
_STDERR_REDIRECTS = ("2>", "&>", ">&", "2>>", "&>>")


@rule(
    "DF627", severity=Severity.INFO, default=False, aliases=("DL3047",), fix="unsafe", on=("wget",)
)
def wget_progress_output(command: Command, run: Run) -> Iterator[Finding]:
    """wget fills the build log with progress output.

    Without a terminal wget writes a line of dots for every 50 KB. The download of a large file then hides the other
    lines of the build log.

    Bad::

    ```dockerfile
    FROM debian:12
    RUN wget https://example.com/big.iso
    #   ^^^^ wget fills the build log
    ```

    Fixed::

    ```dockerfile
    FROM debian:12
    RUN wget --progress=dot:giga https://example.com/big.iso
    ```

    Good::

    ```dockerfile
    FROM debian:12
    RUN wget -q https://example.com/big.iso
    ```

    How to fix: add ``-q`` or ``--progress=dot:giga``.

    Fix safety: unsafe, because the wget of BusyBox does not know ``--progress``.

    Known problems: the rule is off by default because some people want to see the progress.

    Source: wget(1), ``--progress``.
    """
    if command.has_flag(*_WGET_LOG_FLAGS):
        return
    if any(operator in _STDERR_REDIRECTS for operator, _ in command.redirects):
        return
    yield Finding.at(
        command.words[0],
        "wget fills the build log with its progress. Add '-q' or '--progress=dot:giga'.",
        fix=Fix(
            "Add '--progress=dot:giga'",
            [insert_flag(command.words[0], "--progress=dot:giga", run)],
            safe=False,
        ),
    )
