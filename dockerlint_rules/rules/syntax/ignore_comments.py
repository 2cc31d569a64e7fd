"""Rules about ignore comments: those that suppress nothing, and those that should not be there."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Edit, Finding, Fix, Severity
from dockerlint_rules.registry.rule import rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from dockerlint_rules.engine.filtering import IneffectiveIgnores
    from dockerlint_rules.engine.suppressions import IgnoreComment
    from dockerlint_rules.syntax.dockerfile.logical_lines import Comment
    from dockerlint_rules.syntax.source import Source


_OWN_FORM = "dockerlint"  # the form of "# dockerlint: ignore=…"


@rule("DF090", severity=Severity.WARNING)
def unknown_rule_in_ignore_comment(ignores: IneffectiveIgnores) -> Iterator[Finding]:
    """Ignore comment names an unknown rule.

    The name suppresses nothing, although it looks as if it did. Usually it is misspelled, or the rule
    belongs to a plugin that is not installed.

    Bad::

    ```dockerfile
    # dockerlint: ignore=DF1O2 nightly image
    #                    ^^^^^ 'DF1O2' is not a known rule
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

    How to fix: write a code, name or alias that ``dockerlint rules`` lists.

    Source: docs/design.md, ignore comments.
    """
    for ignored in ignores.unknown:
        if ignored.form == _OWN_FORM:
            yield Finding.at(
                ignored,
                f"'{ignored.code}' is not a known rule, so it suppresses nothing. "
                "Write a code, name or alias that 'dockerlint rules' lists.",
            )


@rule("DF091", severity=Severity.INFO, fix="safe")
def unused_ignore_comment(ignores: IneffectiveIgnores) -> Iterator[Finding]:
    """Ignore comment lists a code that suppresses nothing.

    The problem that the comment was written for is gone, or the comment is in the wrong place. If it stays,
    it may hide a new problem of the same kind, which nobody has reviewed.

    Bad::

    ```dockerfile
    # dockerlint: ignore=DF102 nightly image
    #                    ^^^^^ 'DF102' suppresses nothing here
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

    How to fix: remove the code from the comment, or remove the comment.

    Known problems: a code is not checked if its rules are off in this run.

    Source: docs/design.md, ignore comments.
    """
    for ignored in ignores.unused:
        if ignored.form == _OWN_FORM:
            yield Finding.at(
                ignored,
                f"'{ignored.code}' suppresses nothing here. Remove it from the comment.",
                fix=_removal_fix(ignored, ignores.source),
            )


def _removal_fix(ignored: IgnoreComment, source: Source) -> Fix | None:
    """Remove the code and its comma; if it is the only code, the whole comment with its reason."""
    text = source.text
    # perf: only what is near, because a comment may list thousands of codes.
    comma = _skip(text, ignored.end, " \t")
    if text.startswith(",", comma):
        end = _skip(text, comma, " \t,")
        return Fix("Remove the code", [Edit(ignored.start, end, "")], safe=True)
    comma = _skip_back(text, ignored.start, " \t")
    if text[comma - 1 : comma] == ",":
        start = _skip_back(text, comma - 1, " \t")
        return Fix("Remove the code", [Edit(start, ignored.end, "")], safe=True)
    line = source.line_span(ignored.line)
    before, after = text[line.start : ignored.start], text[ignored.end : line.end]
    if not before.lstrip().startswith("#") or "#" in after:
        return None
    end = text.find("\n", line.end)
    edit = Edit(line.start, len(text) if end < 0 else end + 1, "")
    return Fix("Remove the comment", [edit], safe=True)


def _skip(text: str, at: int, skipped: str) -> int:
    """The offset of the first character from *at* on that is not one of *skipped*."""
    while text[at : at + 1] and text[at] in skipped:
        at += 1
    return at


def _skip_back(text: str, at: int, skipped: str) -> int:
    """The offset behind the last character before *at* that is not one of *skipped*."""
    while at > 0 and text[at - 1] in skipped:
        at -= 1
    return at


@rule("DF092", severity=Severity.INFO, default=False)
def unused_foreign_ignore_comment(ignores: IneffectiveIgnores) -> Iterator[Finding]:
    """Ignore comment for another tool suppresses nothing here.

    A comment for hadolint, BuildKit or flake8 names a code that is unknown to dockerlint or suppresses
    nothing. The other tool may still need it, so this rule is off by default.

    Bad::

    ```dockerfile
    # hadolint ignore=DL3007
    #                 ^^^^^^ 'DL3007' suppresses nothing
    FROM debian:13
    ```

    Good::

    ```dockerfile
    # hadolint ignore=DL3007
    FROM debian:latest
    ```

    How to fix: remove the code when you no longer use the other tool.

    Source: docs/design.md, ignore comments.
    """
    for ignored in (*ignores.unknown, *ignores.unused):
        if ignored.form != _OWN_FORM:
            yield Finding.at(
                ignored,
                f"'{ignored.code}' suppresses nothing in dockerlint. Remove it unless another tool needs it.",
            )


@rule("DF093", severity=Severity.INFO, default=False, aliases=("DL1001",))
def ignore_comment(comment: Comment, options: Any) -> Iterator[Finding]:
    """File contains an ignore comment.

    This rule is for teams that keep all exceptions in the configuration, where they can be reviewed
    together. It is off by default.

    Bad::

    ```dockerfile
    # hadolint ignore=DL3006
    #^^^^^^^^^^^^^^^^^^^^^^^ suppresses findings in the file itself
    FROM debian
    ```

    Good::

    ```dockerfile
    FROM debian:12
    ```

    How to fix: move the exception to the configuration.

    Source: docs/hadolint.md, DL1001.
    """
    words = comment.text.lstrip("#").split("=")[0].split()
    if words == ["hadolint", "ignore"]:
        # hadolint's rule is silent until a configuration gives it a severity; "ALL" does not count.
        selectors = {
            *(getattr(options, "severity", None) or ()),
            *(getattr(options, "select", None) or ()),
            *(getattr(options, "extend_select", None) or ()),
        }
        aliases = ("DL1001",) if options is None or "DL1001" in selectors else ()
    elif words[:1] in (["dockerlint:"], ["noqa"], ["noqa:"]):
        aliases = ()
    else:
        return
    yield Finding.at(
        comment,
        "This comment suppresses findings in the file itself. Move the exception to the configuration.",
        aliases=aliases,
    )
