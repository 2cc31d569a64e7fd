"""Rules about wget and curl."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Finding, Fix, Severity
from dockerlint_rules.fixes.edits import flag_after
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

    One of them is enough, and the other is one more package to install.

    Bad::

    ```dockerfile
    FROM debian:12
    RUN wget -q https://example.com/a
    RUN curl -fsSLO https://example.com/b
    #   ^^^^
    ```

    Good::

    ```dockerfile
    FROM debian:12
    RUN curl -fsSLO https://example.com/a
    RUN curl -fsSLO https://example.com/b
    ```

    How to fix: use one of them.

    Known problems: off by default; where the base image has both it is taste.

    Source: docs/hadolint.md, DL4001.
    """
    seen: set[str] = set()
    for one in stage.of("RUN", "ONBUILD"):
        run = one.trigger if isinstance(one, Onbuild) else one
        if not isinstance(run, Run) or run.errors:
            continue
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
                "Both wget and curl are used in this stage. One of them is enough.",
            )


@rule(
    "DF627", severity=Severity.INFO, default=False, aliases=("DL3047",), fix="unsafe", on=("wget",)
)
def wget_progress_output(command: Command, run: Run) -> Iterator[Finding]:
    """wget fills the build log with progress output.

    Without a terminal wget writes a line of dots for every 50 kilobytes.

    Bad::

    ```dockerfile
    FROM debian:12
    RUN wget https://example.com/big.iso
    #   ^^^^
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

    Fix safety: unsafe, because busybox's wget has no ``--progress``.

    Known problems: off by default; a long log is taste.

    Source: wget(1), ``--progress``.
    """
    if command.has_flag(
        "--progress",
        "-q",
        "--quiet",
        "-o",
        "--output-file",
        "-a",
        "--append-output",
        "--no-verbose",
        "-nv",
    ):
        return
    if any(operator in ("2>", "&>", ">&", "2>>", "&>>") for operator, _ in command.redirects):
        return
    yield Finding.at(
        command.words[0],
        "wget writes a line for every 50 kilobytes. Add '-q' or '--progress=dot:giga'.",
        fix=Fix(
            "Add --progress=dot:giga.",
            [flag_after(command.words[0], "--progress=dot:giga", run)],
            safe=False,
        ),
    )
