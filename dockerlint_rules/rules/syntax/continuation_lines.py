"""Rules about instructions that continue over several lines."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Edit, Finding, Fix, Severity
from dockerlint_rules.registry.rule import rule
from dockerlint_rules.rules.wording import line_list
from dockerlint_rules.syntax.dockerfile.directives import SPACES
from dockerlint_rules.syntax.source import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.model.stages import Dockerfile


@rule(
    "DF020",
    severity=Severity.WARNING,
    aliases=("NoEmptyContinuation",),
    fix="safe",
    words=("\\", "`"),
)
def empty_continuation_line(dockerfile: Dockerfile) -> Iterator[Finding]:
    r"""Continued instruction contains a blank line.

    The instruction looks as if it ended at the blank line, but it continues below. BuildKit still accepts
    this, with a warning that it will become an error.

    Bad::

    ```dockerfile
    FROM alpine:3.22
    RUN apk add --no-cache \

        curl
    #   ^^^^ continues past blank line 3
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

    How to fix: remove the blank line, or turn it into a comment with ``#``.

    Fix safety: safe, because BuildKit skips the line.

    Source: Docker docs, "Build checks", NoEmptyContinuation.
    """
    source = dockerfile.source
    for instruction in dockerfile.instructions:
        blank_lines = instruction.raw_line.empty_continuation
        if not blank_lines:
            continue
        # BuildKit reports the last line of the instruction's own text.
        line = instruction.raw_line.text_end_line
        text = source.line(line)
        indent = len(text) - len(text.lstrip(SPACES))
        start = source.offset(line)
        if len(blank_lines) == 1:
            title, where = "Remove the blank line", "on it"
        else:
            title, where = "Remove the blank lines", "on each"
        edits = [Edit(source.offset(at), source.offset(at + 1), "") for at in blank_lines]
        yield Finding.at(
            Span(start + indent, start + len(text)),
            f"{instruction.keyword} on line {instruction.line} continues past blank {line_list(blank_lines)}, "
            f"which a future BuildKit will reject. {title}, or put a '#' {where}.",
            fix=Fix(title, edits, safe=True),
        )
