"""Rules about stop signals."""

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

    It gets no chance to finish requests or to write its data.

    Bad::

    ```dockerfile
    FROM debian:12
    STOPSIGNAL SIGKILL
    #          ^^^^^^^
    ```

    Good::

    ```dockerfile
    FROM debian:12
    STOPSIGNAL SIGQUIT
    ```

    How to fix: name the signal on which the program ends in good order; most do so on SIGTERM, the default.

    Source: Docker docs, "Dockerfile reference", STOPSIGNAL; signal(7).
    """
    for word in stopsignal.words[:1]:
        if word.value.upper().removeprefix("SIG") in ("KILL", "STOP", "9", "19"):
            yield Finding.at(
                word,
                f"'{word.value}' ends the program without a chance to finish. Use the signal on which it ends in good order.",
            )
