"""Rules about whitespace."""

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

    Nobody sees them, editors strip them, and then a change of one line comes with ten others.

    Bad::

    ```dockerfile
    FROM debian:12
    RUN apt-get update \␠␠
    #                   ^^
        && apt-get upgrade -y
    ```

    Good::

    ```dockerfile
    FROM debian:12
    RUN apt-get update \
        && apt-get upgrade -y
    ```

    How to fix: strip them.

    Fix safety: safe; a here-document is left as it is, and blanks behind a continuation mean nothing.

    Source: BuildKit's parser, which strips them.
    """
    source = dockerfile.source
    kept = [
        (heredoc.start, heredoc.end) for one in dockerfile.instructions for heredoc in one.heredocs
    ]
    at = 0
    for number in range(1, source.line_count + 1):
        line = source.line_span(number)
        while at < len(kept) and kept[at][1] <= line.start:
            at += 1
        if at < len(kept) and kept[at][0] <= line.start:
            continue
        text = source.text[line.start : line.end]
        end = line.end - text.endswith("\r")
        start = line.start + len(text.rstrip(" \t\r"))
        if start < end:
            yield Finding.at(
                Span(start, end),
                "Blanks at the end of the line mean nothing. Strip them.",
                fix=Fix("Strip them.", [Edit(start, end, "")], safe=True),
            )


@rule("DF906", severity=Severity.STYLE, default=False, fix="safe")
def missing_final_newline(dockerfile: Dockerfile) -> Iterator[Finding]:
    """File does not end with a newline.

    Tools that put files together run it into the next one, and whoever adds a line changes this one too.

    Bad::

    ```dockerfile
    FROM debian:12
    CMD ["app"]␃
    #         ^
    ```

    Good::

    ```dockerfile
    FROM debian:12
    CMD ["app"]
    ```

    How to fix: end the file with a newline.

    Fix safety: safe.

    Source: POSIX, "Line" (3.206).
    """
    text = dockerfile.source.text
    if text and not text.endswith("\n"):
        end = len(text)
        newline = dockerfile.source.newline
        yield Finding.at(
            Span(end - 1, end),
            "The last line has no newline at its end. Add one.",
            fix=Fix("End the file with a newline.", [Edit(end, end, newline)], safe=True),
        )
