"""Installs of R packages."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Finding, Severity
from dockerlint_rules.registry.rule import rule
from dockerlint_rules.syntax.source import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.syntax.shell.command import Command


_CALL = "install.packages"
# What makes R stop, or checks that the package is there.
_CHECKS = (
    "warn=2", "warn = 2", "warn =2", "warn= 2",
    "stopifnot", "quit(", "q(", "library(", "require",
)  # fmt: skip


@rule("DF226", severity=Severity.WARNING, on=("R", "Rscript", "r"))
def unchecked_r_install(command: Command) -> Iterator[Finding]:
    """install.packages in R does not fail the build on error.

    R only prints a warning when a package cannot be installed, and exits with status 0. The image then lacks the
    package, and the program fails at run time.

    Bad::

    ```dockerfile
    FROM r-base:4.5.1
    RUN R -e "install.packages('shiny', repos='https://cran.r-project.org')"
    #         ^^^^^^^^^^^^^^^^ R exits successfully even when a package cannot be installed
    ```

    Good::

    ```dockerfile
    FROM r-base:4.5.1
    RUN R -e "options(warn = 2); install.packages('shiny', repos='https://cran.r-project.org')"
    ```

    Good (littler fails on its own)::

    ```dockerfile
    FROM r-base:4.5.1
    RUN install2.r --error shiny
    ```

    How to fix: turn warnings into errors with ``options(warn = 2)``, or use ``install2.r --error``.

    Known problems: the rule does not look into script files.

    Source: R documentation, ``install.packages``, ``options``; littler's ``install2.r``.
    """
    text = " ".join(word.value for word in command.args)
    if _CALL not in text or any(check in text for check in _CHECKS):
        return
    for word in command.args:
        offset = word.text.find(_CALL)
        if offset >= 0 and "\n" not in word.text[:offset]:
            start = word.start + offset
            yield Finding.at(
                Span(start, start + len(_CALL)),
                "R exits successfully even when a package cannot be installed. "
                "Put 'options(warn = 2);' before the call, or use 'install2.r --error'.",
            )
            return
