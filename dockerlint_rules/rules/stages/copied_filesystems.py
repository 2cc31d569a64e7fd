"""Rules about copies of a whole filesystem, and copies from a stage without files."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Finding, Severity
from dockerlint_rules.model.stages import WILDCARDS
from dockerlint_rules.registry.rule import rule
from dockerlint_rules.syntax.dockerfile.instructions import Copy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.model.stages import Stage
    from dockerlint_rules.syntax.dockerfile.instruction import Word


@rule("DF707", severity=Severity.WARNING, aliases=("DL3067",), words=("--from",))
def copy_of_whole_stage(copy: Copy, stage: Stage | None) -> Iterator[Finding]:
    """Whole filesystem of a stage is copied.

    The stage's caches, package lists and build tools come along, so the image is about as large as with a single
    stage.

    Bad::

    ```dockerfile
    FROM golang:1.25 AS build
    RUN go build -o /app .
    FROM alpine:3.22
    COPY --from=build / /
    #                 ^ whole filesystem of stage 'build'
    ```

    Good::

    ```dockerfile
    FROM golang:1.25 AS build
    RUN go build -o /app .
    FROM alpine:3.22
    COPY --from=build /app /app
    ```

    How to fix: copy only the files that the image needs.

    Known problems: the rule ignores stages without a RUN, which are often made to be copied as a whole, and
    copies into ``scratch`` or onto the same base image, which merge layers on purpose. DF713 reports those.

    Source: Docker docs, "Multi-stage builds".
    """
    root = _root_source(copy)
    if root is None or stage is None or stage.root.base.is_scratch:
        return
    source_stage = stage.dockerfile.stage_named(copy.from_ or "", stage.index)
    if source_stage is None or source_stage.root.base.text == stage.root.base.text:
        return
    if any(ancestor.runs for ancestor in source_stage.lineage()):
        yield Finding.at(
            root,
            f"This copies the whole filesystem of stage '{source_stage.label}', including files that only "
            "its build needs. Copy only the files that the image needs.",
        )


@rule("DF713", severity=Severity.INFO, default=False, aliases=("DL3067",), words=("--from",))
def copy_of_whole_filesystem(copy: Copy) -> Iterator[Finding]:
    """Whole filesystem of a stage or image is copied.

    This is the strict form of DF707. It also reports images that are made to be copied as a whole, and copies
    into ``scratch`` that merge layers.

    Bad::

    ```dockerfile
    FROM alpine:3.22 AS build
    FROM scratch
    COPY --from=build / /
    #                 ^ whole filesystem of 'build'
    ```

    Good::

    ```dockerfile
    FROM alpine:3.22 AS build
    FROM scratch
    COPY --from=build /app /app
    ```

    How to fix: copy only the files that the image needs.

    Source: docs/hadolint.md, DL3067.
    """
    root = _root_source(copy)
    if root is not None:
        yield Finding.at(
            root,
            f"This copies the whole filesystem of '{copy.from_}'. Copy only the files that the image needs.",
        )


def _root_source(copy: Copy) -> Word | None:
    """The first ``/`` in ``COPY --from=… / /``."""
    destination = copy.destination
    if copy.from_ is None or destination is None or destination.value not in ("/", "/."):
        return None
    return next((word for word in copy.sources if word.value in ("/", "/.", "/*")), None)


@rule("DF714", severity=Severity.ERROR, words=("scratch",))
def empty_source_stage(copy: Copy, stage: Stage | None) -> Iterator[Finding]:
    """COPY --from refers to a stage that contains no files.

    A stage that starts from scratch only contains what it copies. If it copies nothing, the build fails with
    "not found".

    Bad::

    ```dockerfile
    FROM scratch AS files
    LABEL stage=files
    FROM alpine:3.22
    COPY --from=files /etc/app.conf /etc/
    #    ^^^^^^^^^^^^ Stage 'files' contains no files
    ```

    Good::

    ```dockerfile
    FROM scratch AS files
    COPY app.conf /etc/
    FROM alpine:3.22
    COPY --from=files /etc/app.conf /etc/
    ```

    How to fix: copy the files into that stage first, or name the stage that contains them.

    Source: Docker docs, "Base images", "Create a minimal base image using scratch".
    """
    if stage is None or not copy.from_:
        return
    source_stage = stage.dockerfile.stage_named(copy.from_, stage.index)
    if source_stage is None or not source_stage.root.base.is_scratch:
        return
    if any(_is_found_in_empty_stage(word) for word in copy.sources):
        return
    adds_files = source_stage.gathered(
        "adds-files", lambda ancestor: [bool(ancestor.of("COPY", "ADD", "RUN", "WORKDIR"))]
    )
    flag = copy.flag("from")
    if flag is None or True in adds_files:
        return
    yield Finding.at(
        flag,
        f"Stage '{source_stage.label}' contains no files, so the build fails. "
        "Copy the files into it first, or name another stage.",
    )


def _is_found_in_empty_stage(source: Word) -> bool:
    """Whether a COPY accepts the source in an empty stage: the root directory, or a pattern without a match."""
    return not source.value.strip("/.") or bool(WILDCARDS & set(source.value))
