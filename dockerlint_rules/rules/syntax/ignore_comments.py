"""Rules about ignore comments."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Edit, Finding, Fix, Severity
from dockerlint_rules.registry.rule import rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from dockerlint_rules.engine.lint import Ignores
    from dockerlint_rules.engine.suppressions import Silencer
    from dockerlint_rules.syntax.dockerfile.logical_lines import Comment
    from dockerlint_rules.syntax.source import Source


@rule("DF093", severity=Severity.INFO, default=False, aliases=("DL1001",))
def ignore_comment(comment: Comment, options: Any) -> Iterator[Finding]:
    """File contains an ignore comment.

    For teams that keep all exceptions in the configuration.

    Bad::

    ```dockerfile
    # hadolint ignore=DL3006
    #^^^^^^^^^^^^^^^^^^^^^^^
    FROM debian
    ```

    Good::

    ```dockerfile
    FROM debian:12
    ```

    How to fix: move it to the configuration.

    Source: docs/hadolint.md, DL1001.
    """
    words = comment.text.lstrip("#").split("=")[0].split()
    if words == ["hadolint", "ignore"]:
        # hadolint keeps the rule silent until somebody gives it a severity; ALL does not mean it.
        asked = {
            *(getattr(options, "severity", None) or ()),
            *(getattr(options, "select", None) or ()),
            *(getattr(options, "extend_select", None) or ()),
        }
        aliases = ("DL1001",) if options is None or "DL1001" in asked else ()
    elif words[:1] in (["dockerlint:"], ["noqa"], ["noqa:"]):
        aliases = ()
    else:
        return
    yield Finding.at(
        comment,
        "Exceptions belong in the configuration here. Move this one there.",
        aliases=aliases,
    )


_OURS = "dockerlint"


@rule("DF090", severity=Severity.WARNING)
def unknown_rule_in_ignore_comment(ignores: Ignores) -> Iterator[Finding]:
    """Ignore comment names an unknown rule.

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
def unused_ignore_comment(ignores: Ignores) -> Iterator[Finding]:
    """Ignore comment lists a code that suppresses nothing.

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


def _taken_out(code: Silencer, source: Source) -> Fix | None:
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
def unused_foreign_ignore_comment(ignores: Ignores) -> Iterator[Finding]:
    """Ignore comment for another tool suppresses nothing here.

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
