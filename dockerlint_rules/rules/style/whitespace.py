"""Whitespace at the end of lines and of the file."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Edit, Finding, Fix, Severity
from dockerlint_rules.registry.rule import rule
from dockerlint_rules.syntax.source import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.model.stages import Dockerfile


@rule("DF905", severity=Severity.STYLE, default=False, fix="safe")
def trailing_whitespace(dockerfile: Dockerfile) -> Iterator[Finding]:
    r"""Line has trailing whitespace.

    Trailing whitespace is invisible. Many editors remove it, so a change to one line touches other lines as well.

    Bad::

    ```dockerfile
    FROM debian:12
    RUN apt-get update \␠␠
    #                   ^^ Trailing whitespace has no effect
        && apt-get upgrade -y
    ```

    Fixed::

    ```dockerfile
    FROM debian:12
    RUN apt-get update \
        && apt-get upgrade -y
    ```

    Good::

    ```dockerfile
    FROM debian:12
    RUN apt-get update \
        && apt-get upgrade -y
    ```

    How to fix: remove it.

    Fix safety: safe, because BuildKit ignores whitespace after a line continuation. Heredocs are left alone.

    Source: BuildKit's parser, which strips trailing whitespace.
    """
    source = dockerfile.source
    heredocs = [
        (heredoc.start, heredoc.end)
        for instruction in dockerfile.instructions
        for heredoc in instruction.heredocs
    ]
    next_heredoc = 0
    for number in range(1, source.line_count + 1):
        line = source.line_span(number)
        while next_heredoc < len(heredocs) and heredocs[next_heredoc][1] <= line.start:
            next_heredoc += 1
        if next_heredoc < len(heredocs) and heredocs[next_heredoc][0] <= line.start:
            continue  # only lines outside heredocs
        text = source.text[line.start : line.end]
        end = line.end - text.endswith("\r")
        start = line.start + len(text.rstrip(" \t\r"))
        if start < end:
            yield Finding.at(
                Span(start, end),
                "Trailing whitespace has no effect. Remove it.",
                fix=Fix("Remove trailing whitespace", [Edit(start, end, "")], safe=True),
            )


@rule("DF906", severity=Severity.STYLE, default=False, fix="safe")
def missing_final_newline(dockerfile: Dockerfile) -> Iterator[Finding]:
    """File does not end with a newline.

    If text is appended to the file, it continues the last line. A line that is added later also shows the last line as
    changed in a diff.

    Bad::

    ```dockerfile
    FROM debian:12
    CMD ["app"]␃
    #         ^ The last line does not end with a newline
    ```

    Fixed::

    ```dockerfile
    FROM debian:12
    CMD ["app"]
    ```

    Good::

    ```dockerfile
    FROM debian:12
    CMD ["app"]
    ```

    How to fix: end the file with a newline.

    Fix safety: safe, because the newline is not part of the instruction.

    Source: POSIX, "Line" (3.206).
    """
    text = dockerfile.source.text
    if text and not text.endswith("\n"):
        end = len(text)
        newline = dockerfile.source.newline
        yield Finding.at(
            Span(end - 1, end),
            "The last line does not end with a newline, so appended text would continue it. Add one.",
            fix=Fix("Add a final newline", [Edit(end, end, newline)], safe=True),
        )
