"""Rules about cache mount outputs."""

from __future__ import annotations

import posixpath

from dockerlint_rules.findings.finding import Finding, Related, Severity
from dockerlint_rules.model.layers.written_files import copied_paths
from dockerlint_rules.model.stages import join_path
from dockerlint_rules.registry.rule import rule
from dockerlint_rules.syntax.dockerfile.instructions import Add, Copy, Run

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.model.stages import Stage


@rule("DF310", severity=Severity.ERROR, words=("--mount",))
def copy_from_cache_mount(stage: Stage) -> Iterator[Finding]:
    """COPY --from reads a path that is only in a cache mount.

    A cache mount is no part of the layer: the file is there while the RUN runs, and gone for every later step and for
    ``COPY --from``.

    Bad::

    ```dockerfile
    FROM rust:1.90 AS build
    WORKDIR /app
    RUN --mount=type=cache,target=/app/target cargo build --release
    FROM debian:12
    COPY --from=build /app/target/release/app /usr/bin/app
    #                 ^^^^^^^^^^^^^^^^^^^^^^^
    ```

    Good::

    ```dockerfile
    FROM rust:1.90 AS build
    WORKDIR /app
    RUN --mount=type=cache,target=/app/target cargo build --release && cp target/release/app /usr/bin/app
    FROM debian:12
    COPY --from=build /usr/bin/app /usr/bin/app
    ```

    How to fix: copy it out of the mount in the same RUN.

    Source: Docker docs, "Dockerfile reference", RUN --mount=type=cache.
    """
    for one in stage.of("COPY"):
        if not isinstance(one, Copy) or not one.from_:
            continue
        source = stage.dockerfile.stage_named(one.from_, stage.index)
        if source is None:
            continue
        mounts = source.facts.get("cache-targets")
        if mounts is None:
            mounts = source.facts["cache-targets"] = _cache_targets(source)
        for word in one.sources:
            path = posixpath.normpath(
                word.value if word.value.startswith("/") else f"/{word.value}"
            )
            for target, run in mounts:
                if path.startswith(f"{target}/") or path == target:
                    yield Finding.at(
                        word,
                        f"'{word.value}' lies in the cache mount of line {run.line}, which is no part of the stage. "
                        "Copy it out of the mount in that RUN.",
                        related=[Related(run.keyword_word, "the mount is here")],
                    )
                    break


def _cache_targets(stage: Stage) -> list[tuple[str, Run]]:
    """Targets of the cache mounts below which nothing is written without the mount."""
    found: list[tuple[str, Run]] = []
    for run in stage.runs:
        if not run.flags:
            continue
        for mount in run.mounts:
            target = mount.target
            if mount.type != "cache" or not target or "$" in target:
                continue
            full = (
                target if target.startswith("/") else join_path(stage.workdir_before(run), target)
            )
            if full.startswith("/"):
                found.append((posixpath.normpath(full), run))
    if not found:
        return found
    # A COPY or a RUN without the mount may put something at the same place.
    others = [one for one in stage.of("COPY", "ADD") if isinstance(one, Copy | Add)]
    plain = [run for run in stage.runs if not any(mount.type == "cache" for mount in run.mounts)]
    kept = []
    for target, run in found:
        written = any(
            path.startswith(target) for one in others for path, _ in copied_paths(stage, one)
        )
        named = any(target.rpartition("/")[2] in one.text for one in plain)
        if not written and not named:
            kept.append((target, run))
    return kept
