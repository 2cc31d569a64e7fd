"""Rules about copied filesystems."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Finding, Severity
from dockerlint_rules.registry.rule import rule
from dockerlint_rules.syntax.dockerfile.instructions import Copy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.model.stages import Stage
    from dockerlint_rules.syntax.dockerfile.instructions import Word


@rule("DF707", severity=Severity.WARNING, aliases=("DL3067",), words=("--from",))
def copy_of_whole_stage(copy: Copy, stage: Stage | None) -> Iterator[Finding]:
    """Whole filesystem of a stage is copied.

    Devices, caches, package lists and the build's own tools come along; what several stages were for is lost.

    Bad::

    ```dockerfile
    FROM golang:1.25 AS build
    RUN go build -o /app .
    FROM alpine:3.22
    COPY --from=build / /
    #                 ^
    ```

    Good::

    ```dockerfile
    FROM golang:1.25 AS build
    RUN go build -o /app .
    FROM alpine:3.22
    COPY --from=build /app /app
    ```

    How to fix: copy what is needed.

    Known problems: stages without a RUN are made to be copied whole, and a copy into ``scratch`` or over the same base
    image squashes layers on purpose; DF713 reports those.

    Source: Docker docs, "Multi-stage builds".
    """
    word = _root_source(copy)
    if word is None or stage is None or stage.root.base.is_scratch:
        return
    found = stage.dockerfile.stage_named(copy.from_ or "", stage.index)
    if found is None or found.root.base.text == stage.root.base.text:
        return
    if any(place.runs for place in found.lineage()):
        yield Finding.at(word, "This copies everything that the stage holds. Copy what is needed.")


def _root_source(copy: Copy) -> Word | None:
    """The ``/`` of ``COPY --from=… / /``."""
    destination = copy.destination
    if copy.from_ is None or destination is None or destination.value not in ("/", "/."):
        return None
    return next((word for word in copy.sources if word.value in ("/", "/.", "/*")), None)


@rule("DF713", severity=Severity.INFO, default=False, aliases=("DL3067",), words=("--from",))
def copy_of_whole_filesystem(copy: Copy) -> Iterator[Finding]:
    """Whole filesystem of a stage or image is copied.

    The wider form of DF707: images that are made to be copied, and squashing into ``scratch``, are reported as well.

    Bad::

    ```dockerfile
    FROM alpine:3.22 AS build
    FROM scratch
    COPY --from=build / /
    #                 ^
    ```

    Good::

    ```dockerfile
    FROM alpine:3.22 AS build
    FROM scratch
    COPY --from=build /app /app
    ```

    How to fix: copy what is needed.

    Source: docs/hadolint.md, DL3067.
    """
    word = _root_source(copy)
    if word is not None:
        yield Finding.at(word, "This copies everything that is there. Copy what is needed.")


@rule("DF714", severity=Severity.ERROR, words=("scratch",))
def empty_source_stage(copy: Copy, stage: Stage | None) -> Iterator[Finding]:
    """COPY --from refers to a stage that contains no files.

    A stage built from scratch holds what is copied into it and nothing else; where it copies nothing the build
    stops with "not found".

    Bad::

    ```dockerfile
    FROM scratch AS files
    LABEL stage=files
    FROM alpine:3.22
    COPY --from=files /etc/app.conf /etc/
    #    ^^^^^^^^^^^^
    ```

    Good::

    ```dockerfile
    FROM scratch AS files
    COPY app.conf /etc/
    FROM alpine:3.22
    COPY --from=files /etc/app.conf /etc/
    ```

    How to fix: copy the files into that stage first, or name the stage that has them.

    Source: Docker docs, "Base images", "Create a minimal base image using scratch".
    """
    if stage is None or not copy.from_:
        return
    found = stage.dockerfile.stage_named(copy.from_, stage.index)
    if found is None or not found.root.base.is_scratch or any(_wants_root(copy)):
        return
    filled = found.gathered("filled", lambda at: [bool(at.of("COPY", "ADD", "RUN", "WORKDIR"))])
    flag = copy.flag("from")
    if flag is None or True in filled:
        return
    yield Finding.at(
        flag,
        f"Stage '{found.label}' is built from scratch and copies nothing, so there is nothing to take from it. "
        "Fill it first, or name another stage.",
    )


def _wants_root(copy: Copy) -> Iterator[bool]:
    """For each source whether it is the root, which every stage has, or a pattern, which may match nothing."""
    for word in copy.sources:
        yield not word.value.strip("/.") or bool(set(word.value) & set("*?["))
