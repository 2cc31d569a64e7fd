"""Rules about consecutive runs."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Finding, Severity
from dockerlint_rules.registry.rule import rule
from dockerlint_rules.syntax.dockerfile.instructions import Run

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.model.stages import Dockerfile


@rule("DF309", severity=Severity.INFO, default=False, aliases=("DL3059",), words=("run",))
def consecutive_runs(dockerfile: Dockerfile) -> Iterator[Finding]:
    """Consecutive RUN instructions could be merged.

    Each makes a layer of its own.

    Bad::

    ```dockerfile
    FROM debian:12
    RUN mkdir /data
    RUN chmod 700 /data
    #^^
    ```

    Good::

    ```dockerfile
    FROM debian:12
    RUN mkdir /data && chmod 700 /data
    ```

    How to fix: join them with ``&&``.

    Known problems: off by default. Layers of their own keep what does not change in the cache; DF210 reports those
    installs that belong together, and DF302 what is removed too late.

    Source: docs/hadolint.md, DL3059.
    """
    for part in (
        dockerfile.global_instructions,
        *(stage.instructions for stage in dockerfile.stages),
    ):
        earlier: Run | None = None
        for one in part:
            if not isinstance(one, Run):
                earlier = None
                continue
            if (
                earlier is not None
                and _flags(earlier) == _flags(one)
                and _is_single(earlier)
                and _is_single(one)
            ):
                yield Finding.at(
                    one.keyword_word,
                    f"This RUN could be one with that of line {earlier.line}. Join them with '&&'.",
                )
                continue  # what was reported is not what the next is compared with
            earlier = one


def _flags(run: Run) -> frozenset[str]:
    return frozenset(flag.text for flag in run.flags)


_SHELLS = frozenset({"sh", "bash", "dash", "ash", "zsh", "ksh", "eval", "su"})


def _is_single(run: Run) -> bool:
    """Whether a RUN is one simple command; those of its ``$(…)`` count, conditions (``[``) do not."""
    if run.shell_script.foreign:
        # Read as a POSIX shell would: a bare parenthesis is an error there, and then nothing is known.
        text = run.text.replace("$(", "")
        return "(" in text or not any(one in run.text for one in (";", "&&", "|", "\n"))
    shells = [one for one in run.commands if not one.nested and one.name in _SHELLS]
    commands = [
        one
        for one in run.commands
        if one.name not in ("[", "[[", "test")
        and not (one.nested and any(it.start < one.start < it.end for it in shells))
    ]
    return len(commands) < 2 and len(run.shell_script.assignments) + len(commands) < 2
