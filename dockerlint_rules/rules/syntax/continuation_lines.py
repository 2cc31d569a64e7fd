"""Rules about continuation lines."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Edit, Finding, Fix, Severity
from dockerlint_rules.registry.rule import rule
from dockerlint_rules.syntax.dockerfile.directives import SPACES
from dockerlint_rules.syntax.source import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.model.stages import Dockerfile


@rule("DF020", severity=Severity.WARNING, aliases=("NoEmptyContinuation",), fix="safe")
def empty_continuation_line(dockerfile: Dockerfile) -> Iterator[Finding]:
    r"""Continued instruction contains a blank line.

    The instruction goes on below the blank line, which looks as if it ended there. BuildKit still reads
    it so, with a warning that it will become an error.

    Bad::

    ```dockerfile
    FROM alpine:3.22
    RUN apk add --no-cache \

        curl
    #   ^^^^
    ```

    Fixed::

    ```dockerfile
    FROM alpine:3.22
    RUN apk add --no-cache \
        curl
    ```

    Good::

    ```dockerfile
    FROM alpine:3.22
    RUN apk add --no-cache \
        # for the health check
        curl
    ```

    How to fix: remove the blank line, or put a ``#`` into it.

    Fix safety: safe; BuildKit skips the line.

    Source: Docker documentation, build check "NoEmptyContinuation".
    """
    source = dockerfile.source
    for instruction in dockerfile.instructions:
        blank = instruction.raw_line.empty_continuation
        if not blank:
            continue
        # BuildKit reports it at the last line of the instruction's own text.
        line = instruction.raw_line.text_end_line
        text = source.line(line)
        indent = len(text) - len(text.lstrip(SPACES))
        start = source.offset(line)
        what, them = (
            (f"line {blank[0]}", "it") if len(blank) == 1 else (f"lines {_listed(blank)}", "them")
        )
        edits = [Edit(source.offset(at), source.offset(at + 1), "") for at in blank]
        yield Finding.at(
            Span(start + indent, start + len(text)),
            f"{instruction.keyword} of line {instruction.line} goes on across the blank {what}, which BuildKit will refuse "
            f"one day. Remove {them} or put a '#' there.",
            fix=Fix("Remove the blank lines", edits, safe=True),
        )


def _listed(lines: list[int]) -> str:
    """Line numbers as a person would list them, the first three."""
    if len(lines) > 3:
        return f"{lines[0]} and {len(lines) - 1} more"
    return f"{', '.join(map(str, lines[:-1]))} and {lines[-1]}"
