"""STOPSIGNAL."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Finding, Severity
from dockerlint_rules.registry.rule import rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.syntax.dockerfile.instructions import Stopsignal


@rule("DF638", severity=Severity.WARNING)
def uncatchable_stop_signal(stopsignal: Stopsignal) -> Iterator[Finding]:
    """STOPSIGNAL cannot be caught by the program.

    The program cannot finish requests or write its data before ``docker stop`` ends it.

    Bad::

    ```dockerfile
    FROM debian:12
    STOPSIGNAL SIGKILL
    #          ^^^^^^^ The program cannot catch 'SIGKILL'
    ```

    Good::

    ```dockerfile
    FROM debian:12
    STOPSIGNAL SIGQUIT
    ```

    How to fix: name the signal on which the program shuts down cleanly. For most programs that is SIGTERM, the default.

    Source: Docker docs, "Dockerfile reference", STOPSIGNAL; signal(7).
    """
    for word in stopsignal.words[:1]:
        if word.value.upper().removeprefix("SIG") in ("KILL", "STOP", "9", "19"):
            yield Finding.at(
                word,
                f"The program cannot catch '{word.value}', so it cannot shut down cleanly. "
                "Name a signal that it handles, such as SIGTERM.",
            )
