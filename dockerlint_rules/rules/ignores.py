"""Ignore comments that name no rule, or that silence nothing."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Edit, Finding, Fix, Severity
from dockerlint_rules.registry.rule import rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.engine.filtering import IneffectiveIgnores
    from dockerlint_rules.engine.suppressions import IgnoreComment
    from dockerlint_rules.syntax.source import Source

_OURS = "dockerlint"


@rule("DF090", severity=Severity.WARNING)
def unknown_ignore_code(ignores: IneffectiveIgnores) -> Iterator[Finding]:
    """Ignore comment names a rule that does not exist.

    The comment silences nothing, and whoever reads it believes that it does. Mostly it is a slip of
    the pen, or a rule of a plugin that is not installed.

    Bad::

    ```dockerfile
    # dockerlint: ignore=DF1O2 nightly image
    #                    ^^^^^
    FROM debian:latest
    ```

    Good::

    ```dockerfile
    # dockerlint: ignore=DF102 nightly image
    FROM debian:latest
    ```

    Good (a name or another linter's code)::

    ```dockerfile
    # dockerlint: ignore=latest-base-image,DL3006 nightly image
    FROM debian:latest
    ```

    How to fix: write the code, the name or an alias as ``dockerlint rules`` lists it.

    Source: docs/design.md, ignore comments.
    """
    for one in ignores.unknown:
        if one.form == _OURS:
            yield Finding.at(
                one,
                f"'{one.code}' is no rule, so this comment silences nothing. "
                "Write a code, name or alias that 'dockerlint rules' lists.",
            )


@rule("DF091", severity=Severity.INFO, fix="safe")
def unused_ignore(ignores: IneffectiveIgnores) -> Iterator[Finding]:
    """Ignore comment silences nothing.

    What it was written for is gone, or stands elsewhere. Left there, it would silence the next such
    problem that somebody brings in.

    Bad::

    ```dockerfile
    # dockerlint: ignore=DF102 nightly image
    #                    ^^^^^
    FROM debian:13
    ```

    Fixed::

    ```dockerfile
    FROM debian:13
    ```

    Good::

    ```dockerfile
    # dockerlint: ignore=DF102 nightly image
    FROM debian:latest
    ```

    How to fix: take the code out of the comment, or the comment out of the file.

    Known problems: a code whose rules are off in this run is not judged.

    Source: docs/design.md, ignore comments.
    """
    for one in ignores.unused:
        if one.form == _OURS:
            yield Finding.at(
                one,
                f"'{one.code}' silences nothing here. Take it out of the comment.",
                fix=_taken_out(one, ignores.source),
            )


def _taken_out(code: IgnoreComment, source: Source) -> Fix | None:
    """Without the code and its comma; without the whole comment, its reason included, where it was the only code."""
    text = source.text
    line = source.line_span(code.line)
    before, behind = text[line.start : code.start], text[code.end : line.end]
    if behind.lstrip(" \t").startswith(","):
        gap = len(behind) - len(behind.lstrip(" \t,"))
        return Fix("Take the code out.", [Edit(code.start, code.end + gap, "")], safe=True)
    if before.rstrip(" \t").endswith(","):
        start = line.start + len(before.rstrip(" \t").removesuffix(",").rstrip(" \t"))
        return Fix("Take the code out.", [Edit(start, code.end, "")], safe=True)
    if not before.lstrip().startswith("#") or "#" in behind:
        return None
    end = text.find("\n", line.end)
    edit = Edit(line.start, len(text) if end < 0 else end + 1, "")
    return Fix("Take the comment out.", [edit], safe=True)


@rule("DF092", severity=Severity.INFO, default=False)
def idle_foreign_ignore(ignores: IneffectiveIgnores) -> Iterator[Finding]:
    """Another tool's ignore comment does nothing here.

    A comment for hadolint, BuildKit or flake8 names a code that is unknown here or silences nothing.
    It may still do its work in that tool, so this is off unless it is selected.

    Bad::

    ```dockerfile
    # hadolint ignore=DL3007
    #                 ^^^^^^
    FROM debian:13
    ```

    Good::

    ```dockerfile
    # hadolint ignore=DL3007
    FROM debian:latest
    ```

    How to fix: take the code out once that tool is no longer used.

    Source: docs/design.md, ignore comments.
    """
    for one in (*ignores.unknown, *ignores.unused):
        if one.form != _OURS:
            yield Finding.at(one, f"'{one.code}' does nothing here. Take it out of the comment.")
