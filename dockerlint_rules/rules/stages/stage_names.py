"""Rules about the names of build stages."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Finding, Related, Severity
from dockerlint_rules.registry.rule import rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.model.stages import Dockerfile, Stage
    from dockerlint_rules.syntax.dockerfile.instruction import Word


@rule(
    "DF701",
    severity=Severity.ERROR,
    aliases=("DL3024", "DuplicateStageName"),
    words=(" as ", "\tas "),
)
def duplicate_stage_name(dockerfile: Dockerfile) -> Iterator[Finding]:
    """Two build stages have the same name.

    ``COPY --from=name``, ``FROM name`` and ``--target name`` then use the last of them, and the others can only
    be reached by number. Names that differ only in case count as the same.

    Bad::

    ```dockerfile
    FROM golang:1.26 AS build
    FROM node:24 AS build
    #               ^^^^^ 'build' is already used on line 1
    FROM alpine:3.22
    COPY --from=build /app /app
    ```

    Good::

    ```dockerfile
    FROM golang:1.26 AS server
    FROM node:24 AS client
    FROM alpine:3.22
    COPY --from=server /app /app
    ```

    How to fix: rename one of the stages and update its references.

    Source: Docker docs, "Build checks", DuplicateStageName.
    """
    words_by_name: dict[str, list[Word]] = {}
    for stage in dockerfile.stages:
        word = stage.from_.name_word
        if word is None or stage.from_.errors:
            continue
        earlier = words_by_name.setdefault(word.text.lower(), [])
        if earlier:
            first = earlier[0]
            line = dockerfile.source.line_of(first.start)
            # hadolint compares case as well.
            has_same_case = any(each.text == word.text for each in earlier)
            yield Finding.at(
                word,
                f"Stage name '{word.text}' is already used on line {line}, so references may mean the wrong stage. "
                "Rename one of the stages.",
                aliases=("DL3024", "DuplicateStageName")
                if has_same_case
                else ("DuplicateStageName",),
                related=(Related(first, "the first stage with this name"),),
            )
        earlier.append(word)


_RESERVED_NAMES = {"scratch": "the empty image", "context": "the build context"}


@rule(
    "DF702",
    severity=Severity.ERROR,
    aliases=("ReservedStageName", "DL3063"),
    words=("scratch", "context"),
)
def reserved_stage_name(stage: Stage) -> Iterator[Finding]:
    """Stage name is reserved.

    ``scratch`` is the empty image and ``context`` is the build context. Nobody who reads ``FROM scratch`` or
    ``--from=context`` expects a build stage.

    Bad::

    ```dockerfile
    FROM debian:12 AS scratch
    #                 ^^^^^^^ 'scratch' is reserved for the empty image
    ```

    Good::

    ```dockerfile
    FROM debian:12 AS base
    ```

    How to fix: rename the stage.

    Source: Docker docs, "Build checks", ReservedStageName.
    """
    word = stage.from_.name_word
    meaning = _RESERVED_NAMES.get(stage.name or "")
    if word is not None and meaning is not None:
        yield Finding.at(
            word, f"Stage name '{word.text}' is reserved for {meaning}. Rename the stage."
        )
