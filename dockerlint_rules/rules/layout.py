"""How the text is laid out: nothing that changes the image, and everything that makes a diff noisy."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Edit, Finding, Fix, Severity
from dockerlint_rules.fixes.edits import replace_word
from dockerlint_rules.registry.rule import rule
from dockerlint_rules.rules.wording import short
from dockerlint_rules.syntax.source import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.model.packages.calls import PackageCall
    from dockerlint_rules.model.stages import Dockerfile
    from dockerlint_rules.syntax.dockerfile.instructions import Run


@rule("DF905", severity=Severity.STYLE, default=False, fix="safe")
def trailing_blanks(dockerfile: Dockerfile) -> Iterator[Finding]:
    r"""Lines end with blanks.

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
def no_final_newline(dockerfile: Dockerfile) -> Iterator[Finding]:
    """The last line has no end.

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


@rule("DF907", severity=Severity.STYLE, default=False, fix="safe")
def unsorted_packages(install: PackageCall, run: Run) -> Iterator[Finding]:
    r"""A list of packages is not sorted.

    In a sorted list a package is found at once, is not named twice, and two people who add one to it rarely meet in
    the same line.

    Bad::

    ```dockerfile
    FROM debian:12
    RUN apt-get update && apt-get install -y git curl
    #                                            ^^^^
    ```

    Fixed::

    ```dockerfile
    FROM debian:12
    RUN apt-get update && apt-get install -y curl git
    ```

    Good::

    ```dockerfile
    FROM debian:12
    RUN apt-get update && apt-get install -y \
        curl \
        git
    ```

    How to fix: sort the list.

    Fix safety: safe; a package manager takes them in any order. A list with comments or variables in it is left alone.

    Source: Docker docs, "Building best practices", "Sort multi-line arguments".
    """
    words = [package.word for package in install.packages]
    if install.action != "install" or len(words) < 2:
        return
    if not all(p.kind == "package" and p.word.literal for p in install.packages):
        return
    names = [word.value for word in words]
    wanted = sorted(names, key=lambda one: (one.lower(), one))
    if names == wanted:
        return
    wrong = next(
        at
        for at in range(1, len(names))
        if names[at].lower() < names[at - 1].lower() or names[at] not in wanted[at:]
    )
    text = run.source.text
    order = sorted(words, key=lambda one: (one.value.lower(), one.value))
    edits = [
        replace_word(word, text[new.start : new.end], run)
        for word, new in zip(words, order, strict=True)
        if word is not new
    ]
    has_comment = "#" in text[words[0].start : words[-1].end]
    yield Finding.at(
        words[wrong],
        f"The packages of '{short(install)}' are not sorted. Put '{names[wrong]}' in its place.",
        fix=None if has_comment or run.form != "shell" else Fix("Sort the list.", edits, safe=True),
    )
