"""The rule SC, which reports the findings of ShellCheck under their own codes."""

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

    ShellCheck knows many mistakes in shell scripts that make a build fail or do the wrong thing. It checks each RUN in
    shell form, and each heredoc that a shell reads, for the shell of the image. Its findings keep their codes and are
    shown at their own line and column. It knows the variables that ARG and ENV set.

    Bad::

    ```dockerfile
    FROM debian:12
    RUN cd /app; make
    #   ^^^^^^^ in case cd fails
    ```

    Fixed::

    ```dockerfile
    FROM debian:12
    RUN cd /app || exit; make
    ```

    Good::

    ```dockerfile
    FROM debian:12
    RUN cd /app && make
    ```

    How to fix: see ShellCheck's page about the code, such as ``https://www.shellcheck.net/wiki/SC2164``.

    Options: ``--no-shellcheck`` turns ShellCheck off. ``SC`` selects all of its codes. By default its errors and
    warnings are on, except for a few that are noise in real Dockerfiles (docs/shellcheck.md).

    Fix safety: unsafe, because ShellCheck's fixes can change how a command works, for example how words are split.

    Source: shellcheck.net.
    """
    return scripts
