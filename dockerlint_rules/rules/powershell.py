"""What PowerShell does in Windows images with what it fetches."""

from __future__ import annotations

import re

from dockerlint_rules.findings.finding import Finding, Severity
from dockerlint_rules.registry.rule import rule
from dockerlint_rules.syntax.source import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.syntax.dockerfile.instructions import Run

_EVALUATES = r"(?:iex|invoke-expression)"
_FETCHES = r"(?:iwr|irm|invoke-webrequest|invoke-restmethod|downloadstring)"
_pattern: re.Pattern[str] | None = None


@rule(
    "DF250",
    severity=Severity.WARNING,
    words=("iex", "invoke-expression"),
)
def remote_powershell_run(run: Run) -> Iterator[Finding]:
    """PowerShell runs a script from the network unseen.

    Whoever controls that address runs commands as administrator in the build, and the script may be
    another one tomorrow.

    Bad::

    ```dockerfile
    # escape=`
    FROM mcr.microsoft.com/windows/servercore:ltsc2022
    SHELL ["powershell", "-Command"]
    RUN iex ((New-Object Net.WebClient).DownloadString('https://example.com/install.ps1'))
    #   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    ```

    Bad (through a pipe)::

    ```dockerfile
    # escape=`
    FROM mcr.microsoft.com/windows/servercore:ltsc2022
    RUN powershell -Command "iwr https://example.com/install.ps1 | iex"
    #                        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    ```

    Good::

    ```dockerfile
    # escape=`
    FROM mcr.microsoft.com/windows/servercore:ltsc2022
    SHELL ["powershell", "-Command"]
    RUN Invoke-WebRequest https://example.com/v1.2/tool.zip -OutFile tool.zip; `
        if ((Get-FileHash tool.zip).Hash -ne '0F1E') { exit 1 }
    ```

    How to fix: fetch a fixed version into a file, compare ``Get-FileHash`` with a known checksum, then
    run it.

    Known problems: a script that is saved, and run without a check in a later command, is not seen.

    Source: Microsoft Learn, "Invoke-Expression", on the risk of evaluating input.
    """
    text = run.source.text[run.start : run.end]
    found = _expression().search(text)
    if found is not None:
        yield Finding.at(
            Span(run.start + found.start(), run.start + found.end()),
            "PowerShell runs what it fetches, unseen and unchecked. "
            "Fetch a fixed version into a file, compare its checksum, then run it.",
        )


def _expression() -> re.Pattern[str]:
    """A fetch inside of what is evaluated, or before a pipe into it, in one statement."""
    global _pattern
    if _pattern is None:
        within, begin, end = r"[^;|\n]{0,400}?", r"(?<![\w-])", r"(?![\w-])"
        _pattern = re.compile(
            rf"{begin}{_EVALUATES}{end}{within}{begin}{_FETCHES}{end}"
            rf"|{begin}{_FETCHES}{end}{within}\|\s*{_EVALUATES}{end}",
            re.IGNORECASE,
        )
    return _pattern
