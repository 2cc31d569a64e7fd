"""Scripts that a build downloads and runs without verification."""

from __future__ import annotations

import re

from dockerlint_rules.findings.finding import Finding, Severity
from dockerlint_rules.model.interpreters import SHELLS
from dockerlint_rules.model.programs.downloads import (
    DOWNLOADERS,
    fetches_headers_only,
    may_name_url,
    script_reader,
)
from dockerlint_rules.registry.rule import rule
from dockerlint_rules.syntax.source import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.syntax.dockerfile.instructions import Run
    from dockerlint_rules.syntax.shell.command import Command

_REMEDY = "Download a pinned version to a file, verify its checksum, then run it."


@rule("DF240", severity=Severity.WARNING, on=DOWNLOADERS)
def unverified_remote_script(command: Command, run: Run) -> Iterator[Finding]:
    """Remote script is run without verification.

    Anyone who controls the server or the connection can run commands as root in the build. The script may also change
    from one day to the next, and if the download is cut off, the shell runs an incomplete script.

    Bad::

    ```dockerfile
    FROM debian:12
    RUN curl -fsSL https://example.com/install.sh | sh
    #   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ 'sh' runs a script that 'curl' downloads
    ```

    Bad (in a command substitution)::

    ```dockerfile
    FROM debian:12
    RUN bash -c "$(curl -fsSL https://example.com/install.sh)"
    #              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ A shell runs the script that 'curl' downloads
    ```

    Good::

    ```dockerfile
    FROM debian:12
    RUN curl -fsSL -o install.sh https://example.com/v1.2/install.sh \\
        && echo "0f1e…  install.sh" | sha256sum -c - \\
        && sh install.sh
    ```

    Good (no shell runs the output)::

    ```dockerfile
    FROM debian:12
    RUN curl -fsSL https://example.com/versions | grep stable
    ```

    How to fix: download a pinned version to a file, compare it with a known checksum, then run it. Or install the
    program from a package repository, or copy it from its own image with ``COPY --from``.

    Known problems: the rule does not see a script that is saved and then run without a check by a later command.

    Source: advice on container builds by Sysdig and OWASP; several scanners report ``curl | sh`` as well.
    """
    if not may_name_url(command) or fetches_headers_only(command):
        return
    interpreter = script_reader(command)
    if interpreter is not None:
        yield Finding.at(
            Span(command.start, interpreter.end),
            f"'{interpreter.name}' runs a script that '{command.name}' downloads, without verification. {_REMEDY}",
        )
    elif command.nested and len(command.pipeline) == 1 and _is_run_by_shell(command, run):
        yield Finding.at(
            Span(command.start, command.end),
            f"A shell runs the script that '{command.name}' downloads, without verification. {_REMEDY}",
        )


def _is_run_by_shell(command: Command, run: Run) -> bool:
    """Whether a nested command is in ``sh -c "$(…)"``, ``bash <(…)``, ``eval "$(…)"`` or ``. <(…)``."""
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
    return words[-1] == "eval"


# The words that matter, and what ends a command.
_WORDS = (
    r"(?<![\w-])(?:(?P<evaluates>iex|invoke-expression)|"
    r"(?P<downloads>iwr|irm|invoke-webrequest|invoke-restmethod|downloadstring))(?![\w-])|[;|\n]"
)
_PIPED_TO = r"\s*+(?:iex|invoke-expression)(?![\w-])"
_NEAR = 400  # characters between a download and its evaluation


@rule(
    "DF250",
    severity=Severity.WARNING,
    words=("iex", "invoke-expression"),
)
def unverified_powershell_script(run: Run) -> Iterator[Finding]:
    """PowerShell runs a remote script without verification.

    Anyone who controls the server runs commands as administrator in the build, and the script may change from one day
    to the next.

    Bad::

    ```dockerfile
    # escape=`
    FROM mcr.microsoft.com/windows/servercore:ltsc2022
    SHELL ["powershell", "-Command"]
    RUN iex ((New-Object Net.WebClient).DownloadString('https://example.com/install.ps1'))
    #   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ PowerShell runs a script that it downloads
    ```

    Bad (through a pipe)::

    ```dockerfile
    # escape=`
    FROM mcr.microsoft.com/windows/servercore:ltsc2022
    RUN powershell -Command "iwr https://example.com/install.ps1 | iex"
    #                        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ PowerShell runs a script that it downloads
    ```

    Good::

    ```dockerfile
    # escape=`
    FROM mcr.microsoft.com/windows/servercore:ltsc2022
    SHELL ["powershell", "-Command"]
    RUN Invoke-WebRequest https://example.com/v1.2/tool.zip -OutFile tool.zip; `
        if ((Get-FileHash tool.zip).Hash -ne '0F1E') { exit 1 }
    ```

    How to fix: download a pinned version to a file, compare ``Get-FileHash`` with a known checksum, then run it.

    Known problems: the rule does not see a script that is saved and then run without a check by a later command.

    Source: Microsoft Learn, "Invoke-Expression", on the risk of evaluating input.
    """
    text = run.source.text[run.start : run.end]
    found = _evaluated_download(text)
    if found is not None:
        yield Finding.at(
            Span(run.start + found[0], run.start + found[1]),
            f"PowerShell runs a script that it downloads, without verification. {_REMEDY}",
        )


def _evaluated_download(text: str) -> tuple[int, int] | None:
    """The first download in one command with its evaluation: as an argument, or before a pipe."""
    evaluations: list[tuple[int, int]] = []  # of this command, with no download behind them yet
    downloads: list[tuple[int, int]] = []
    first: tuple[int, int] | None = None
    for word in re.finditer(_WORDS, text, re.IGNORECASE):
        if word["evaluates"]:
            evaluations.append(word.span())
        elif word["downloads"]:
            near = (start for start, end in evaluations if word.start() - end <= _NEAR)
            start = next(near, None)
            if first is None and start is not None:
                first = start, word.end()
            evaluations = []
            downloads.append(word.span())
        else:
            near = (start for start, end in downloads if word.start() - end <= _NEAR)
            start = next(near, None) if word[0] == "|" else None
            if start is not None and (first is None or start < first[0]):
                piped = re.compile(_PIPED_TO, re.IGNORECASE).match(text, word.end())
                if piped:
                    first = start, piped.end()
            if first is not None:
                return first
            evaluations, downloads = [], []
    return first
