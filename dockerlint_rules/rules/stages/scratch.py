"""Rules about stages that start from scratch, the empty image."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Finding, Severity
from dockerlint_rules.registry.rule import rule
from dockerlint_rules.syntax.dockerfile.instructions import Add, Copy, Run

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.model.stages import Stage


@rule("DF710", severity=Severity.ERROR, words=("scratch",))
def shell_in_scratch(run: Run, stage: Stage | None) -> Iterator[Finding]:
    """RUN needs a shell, but scratch has none.

    ``scratch`` is empty: it has no shell and no other program. The build fails at the RUN with "no such file or
    directory".

    Bad::

    ```dockerfile
    FROM scratch
    RUN mkdir /data
    #^^ 'scratch' has none
    ```

    Good::

    ```dockerfile
    FROM alpine:3.22 AS build
    RUN mkdir /data
    FROM scratch
    COPY --from=build /data /data
    ```

    How to fix: run the command in an earlier stage and copy the result, or use WORKDIR to create a directory.

    Known problems: the rule ignores a stage with an earlier COPY or ADD, which may have added a shell.

    Source: Docker docs, "Base images", scratch.
    """
    if stage is None or run.form != "shell" or not stage.root.base.is_scratch or run.flag("mount"):
        return
    for ancestor in stage.lineage():
        first_copy = next(
            (each for each in ancestor.instructions if isinstance(each, Copy | Add)), None
        )
        if first_copy is not None and first_copy.start < run.start:
            return
    yield Finding.at(
        run.keyword_word,
        "RUN needs a shell, but 'scratch' has none, so the build fails. "
        "Run the command in an earlier stage and copy the result.",
    )
