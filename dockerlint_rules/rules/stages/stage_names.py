"""Rules about stage names."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Finding, Related, Severity
from dockerlint_rules.registry.rule import rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.model.stages import Dockerfile, Stage
    from dockerlint_rules.syntax.dockerfile.instructions import Word


@rule(
    "DF701",
    severity=Severity.ERROR,
    aliases=("DL3024", "DuplicateStageName"),
    words=(" as ", "\tas "),
)
def duplicate_stage_name(dockerfile: Dockerfile) -> Iterator[Finding]:
    """Two build stages have the same name.

    ``COPY --from=name``, ``FROM name`` and ``--target name`` then mean the later of them, and the first
    can be reached by its number alone. Capitals do not tell names apart.

    Bad::

    ```dockerfile
    FROM golang:1.26 AS build
    FROM node:24 AS build
    #               ^^^^^
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

    How to fix: rename one of them and what refers to it.

    Source: Docker documentation, build check "DuplicateStageName".
    """
    seen: dict[str, list[Word]] = {}
    for stage in dockerfile.stages:
        word = stage.from_.name_word
        if word is None or stage.from_.errors:
            continue
        earlier = seen.setdefault(word.text.lower(), [])
        if earlier:
            first = earlier[0]
            line = dockerfile.source.line_of(first.start)
            is_same = any(one.text == word.text for one in earlier)
            yield Finding.at(
                word,
                f"Stage name '{word.text}' is taken by line {line}, so what refers to it may mean the wrong stage. Rename one of them.",
                aliases=("DL3024", "DuplicateStageName") if is_same else ("DuplicateStageName",),
                related=(Related(first, "the stage of that name"),),
            )
        earlier.append(word)


@rule(
    "DF702",
    severity=Severity.ERROR,
    aliases=("ReservedStageName", "DL3063"),
    words=("scratch", "context"),
)
def reserved_stage_name(stage: Stage) -> Iterator[Finding]:
    """Stage name is reserved.

    ``scratch`` is the empty image and ``context`` the build context: who reads ``FROM scratch`` or ``--from=context``
    does not expect this stage.

    Bad::

    ```dockerfile
    FROM debian:12 AS scratch
    #                 ^^^^^^^
    ```

    Good::

    ```dockerfile
    FROM debian:12 AS base
    ```

    How to fix: give the stage another name.

    Source: Docker docs, "Build checks", ReservedStageName.
    """
    word = stage.from_.name_word
    if word is not None and stage.name in ("scratch", "context"):
        yield Finding.at(word, f"'{word.text}' is a reserved name. Give the stage another one.")
