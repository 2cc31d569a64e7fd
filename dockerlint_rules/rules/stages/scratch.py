"""Rules about scratch."""

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

    ``scratch`` is empty: no shell, no program. The RUN stops with "no such file or directory".

    Bad::

    ```dockerfile
    FROM scratch
    RUN mkdir /data
    #^^
    ```

    Good::

    ```dockerfile
    FROM alpine:3.22 AS build
    RUN mkdir /data
    FROM scratch
    COPY --from=build /data /data
    ```

    How to fix: do it in an earlier stage and copy the result, or use WORKDIR to make a directory.

    Known problems: a stage that has copied anything before may have a shell in it, and is left alone.

    Source: Docker docs, "Base images", scratch.
    """
    if stage is None or run.form != "shell" or not stage.root.base.is_scratch or run.flag("mount"):
        return
    for place in stage.lineage():
        first = next((one for one in place.instructions if isinstance(one, Copy | Add)), None)
        if first is not None and first.start < run.start:
            return
    yield Finding.at(
        run.keyword_word,
        "'scratch' is empty and has no shell to run this. Do it in an earlier stage and copy the result.",
    )
