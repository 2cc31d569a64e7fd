"""Rules about remote scripts."""

from __future__ import annotations

import re

from dockerlint_rules.findings.finding import Finding, Severity
from dockerlint_rules.model.programs.downloads import (
    FETCHERS,
    SHELLS,
    fetches_headers_only,
    names_remote,
    script_reader,
)
from dockerlint_rules.registry.rule import rule
from dockerlint_rules.syntax.source import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.syntax.dockerfile.instructions import Run
    from dockerlint_rules.syntax.shell.command import Command


@rule("DF240", severity=Severity.WARNING, on=FETCHERS)
def unverified_remote_script(command: Command, run: Run) -> Iterator[Finding]:
    """Remote script is run without verification.

    Whoever controls that address, or what lies between, runs commands as root in the build. The
    script may be another one tomorrow, and when the download stops half-way the shell runs the
    half that it got.

    Bad::

    ```dockerfile
    FROM debian:12
    RUN curl -fsSL https://example.com/install.sh | sh
    #   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    ```

    Bad (in a substitution)::

    ```dockerfile
    FROM debian:12
    RUN bash -c "$(curl -fsSL https://example.com/install.sh)"
    #              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    ```

    Good::

    ```dockerfile
    FROM debian:12
    RUN curl -fsSL -o install.sh https://example.com/v1.2/install.sh \\
        && echo "0f1e…  install.sh" | sha256sum -c - \\
        && sh install.sh
    ```

    Good (the answer is only read)::

    ```dockerfile
    FROM debian:12
    RUN curl -fsSL https://example.com/versions | grep stable
    ```

    How to fix: fetch a fixed version into a file, compare it with a known checksum, then run it; or
    install the program from a package repository or from its own image with ``COPY --from``.

    Known problems: a script that is saved, and run without a check in a later command, is not seen.

    Source: Sysdig and OWASP advice on container builds; ``curl | sh`` is also refused by several scanners.
    """
    if not names_remote(command) or fetches_headers_only(command):
        return
    target = script_reader(command)
    if target is not None:
        yield Finding.at(
            Span(command.start, target.end),
            f"'{target.name}' runs what '{command.name}' fetches, unseen and unchecked. "
            "Fetch a fixed version into a file, compare its checksum, then run it.",
        )
    elif command.nested and len(command.pipeline) == 1 and _is_script_of_shell(command, run):
        yield Finding.at(
            Span(command.start, command.end),
            f"A shell runs what '{command.name}' fetches, unseen and unchecked. "
            "Fetch a fixed version into a file, compare its checksum, then run it.",
        )


def _is_script_of_shell(command: Command, run: Run) -> bool:
    """Whether a nested command stands in ``sh -c "$(…)"``, ``bash <(…)``, ``eval "$(…)"`` or ``. <(…)``."""
    text = run.source.text
    before = text[max(run.start, command.outer_start - 200) : command.outer_start].rstrip()
    if before.endswith("$("):
        head = before[:-2].rstrip("\"'")
    elif before.endswith(("<(", "`")):
        head = before[: -2 if before.endswith("<(") else -1].rstrip("\"'")
    else:
        return False
    words = head.replace("\\\n", " ").split()
    if not words:
        return False
    if before.endswith("<("):
        return words[-1].rpartition("/")[2] in {*SHELLS, "source", "."}
    if words[-1] == "-c" and len(words) > 1:
        return words[-2].rpartition("/")[2] in SHELLS
    return words[-1] == "eval" and len(command.pipeline) == 1


_EVALUATES = r"(?:iex|invoke-expression)"


_FETCHES = r"(?:iwr|irm|invoke-webrequest|invoke-restmethod|downloadstring)"


_pattern: re.Pattern[str] | None = None


@rule(
    "DF250",
    severity=Severity.WARNING,
    words=("iex", "invoke-expression"),
)
def unverified_powershell_script(run: Run) -> Iterator[Finding]:
    """PowerShell runs a remote script without verification.

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
