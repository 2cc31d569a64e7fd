"""COPY and ADD against the build context: what the ignore file leaves out."""

from __future__ import annotations

import posixpath

from dockerlint_rules.findings import Finding, Severity
from dockerlint_rules.model.scope import expand_known
from dockerlint_rules.registry import rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.model.context import Context
    from dockerlint_rules.syntax.instructions import Instruction, Transfer

_ELSEWHERE = ("http://", "https://", "git@", "git://", "ssh://", "<<")


@rule("DF340", severity=Severity.ERROR, aliases=("CopyIgnoredFile",), on=("COPY", "ADD"))
def ignored_file_copied(instruction: Instruction, context: Context) -> Iterator[Finding]:
    """A file is copied that .dockerignore leaves out.

    The builder never gets it, and the build stops with "not found".

    Bad (.dockerignore: ``secrets``)::

    ```dockerfile
    FROM debian:12
    COPY secrets/app.conf /etc/
    #    ^^^^^^^^^^^^^^^^
    ```

    Good (without an ignore file)::

    ```dockerfile
    FROM debian:12
    COPY app.conf /etc/
    ```

    How to fix: take the path out of ``.dockerignore``, or take it in again with a line ``!secrets/app.conf``.

    Known problems: an ignore file with exceptions (``!``) is left alone, as BuildKit does.

    Source: Docker docs, "Build checks", CopyIgnoredFile.
    """
    ignore = context.ignore
    one: Transfer = instruction  # type: ignore[assignment]
    if ignore is None or one.from_ is not None or ignore.has_exceptions:
        return
    stage = one.stage
    for word in one.sources:
        path = word.value
        if path.startswith(_ELSEWHERE):
            continue
        if "$" in path and stage is not None:
            path = expand_known(path, stage.scope.before(one), one.escape)
        path = posixpath.normpath(path)
        if path in (".", "/"):
            found = next((it for it in ignore.patterns if it.text in ("*", "**", "**/*")), None)
        else:
            found = ignore.rule_for(path)
        if found is not None:
            yield Finding.at(
                word,
                f"'{word.value}' is left out by line {found.line} of {ignore.path.rpartition('/')[2]} ('{found.text}'), "
                "so the builder never gets it. Change one of the two.",
            )
