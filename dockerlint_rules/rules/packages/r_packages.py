"""Rules about r packages."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Finding, Severity
from dockerlint_rules.registry.rule import rule
from dockerlint_rules.syntax.source import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.syntax.shell.command import Command


@rule("DF226", severity=Severity.WARNING, on=("R", "Rscript", "r"))
def unchecked_r_install(command: Command) -> Iterator[Finding]:
    """install.packages in R does not fail the build on error.

    R only warns when a package cannot be installed, and ends well: the image is built without it, and breaks when it
    runs.

    Bad::

    ```dockerfile
    FROM r-base:4.5.1
    RUN R -e "install.packages('shiny', repos='https://cran.r-project.org')"
    #         ^^^^^^^^^^^^^^^^
    ```

    Good::

    ```dockerfile
    FROM r-base:4.5.1
    RUN R -e "options(warn = 2); install.packages('shiny', repos='https://cran.r-project.org')"
    ```

    Good (littler stops by itself)::

    ```dockerfile
    FROM r-base:4.5.1
    RUN install2.r --error shiny
    ```

    How to fix: turn warnings into errors with ``options(warn = 2)``, or use ``install2.r --error``.

    Known problems: a script file that is run is not looked into.

    Source: R documentation, ``install.packages``, ``options``; littler's ``install2.r``.
    """
    text = " ".join(word.value for word in command.args)
    if "install.packages" not in text or any(
        sign in text
        for sign in (
            "warn=2",
            "warn = 2",
            "warn =2",
            "warn= 2",
            "stopifnot",
            "quit(",
            "q(",
            "library(",
            "require",
        )
    ):
        return
    for word in command.args:
        at = word.text.find("install.packages")
        if at >= 0 and "\n" not in word.text[:at]:
            start = word.start + at
            yield Finding.at(
                Span(start, start + len("install.packages")),
                "R ends well when a package cannot be installed. "
                "Put 'options(warn = 2);' before it, or use 'install2.r --error'.",
            )
            return
