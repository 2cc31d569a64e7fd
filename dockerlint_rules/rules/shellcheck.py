"""Rules about shellcheck."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Severity
from dockerlint_rules.registry.rule import rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from dockerlint_rules.findings.finding import Finding


@rule("SC", "shellcheck", severity=Severity.WARNING, fix="unsafe", gives_own_codes=True)
def shellcheck(scripts: Iterable[Finding]) -> Iterable[Finding]:
    """ShellCheck reports a problem in a RUN script.

    ShellCheck reads every RUN in shell form, and the here-documents that a shell reads, as the shell that the image has.
    Its findings keep their codes and stand at their own line and column, also inside of continued lines. Variables that
    ARG and ENV set are known to it.

    Bad::

    ```dockerfile
    FROM debian:12
    RUN for file in $(ls ./*.txt); do echo "$file"; done
    #               ^^^^^^^^^^^^^
    ```

    Good::

    ```dockerfile
    FROM debian:12
    RUN for file in *.txt; do echo "$file"; done
    ```

    How to fix: see the page that the finding names, ``https://www.shellcheck.net/wiki/SC2045``.

    Options: ``--no-shellcheck`` leaves it out. ``SC`` selects all of its codes; by default those of level error and
    warning are on, less a few that real Dockerfiles showed to be noise (docs/shellcheck.md).

    Fix safety: unsafe; ShellCheck's own fixes change what a word means where somebody relied on it.

    Source: shellcheck.net.
    """
    return scripts
