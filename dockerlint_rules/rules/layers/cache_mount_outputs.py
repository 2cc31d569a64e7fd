"""Rules about files that exist only in a cache mount."""

from __future__ import annotations

import posixpath
from bisect import bisect_left

from dockerlint_rules.findings.finding import Finding, Related, Severity
from dockerlint_rules.model.layers.written_files import copied_paths
from dockerlint_rules.model.stages import is_below, join_path
from dockerlint_rules.registry.rule import rule
from dockerlint_rules.syntax.dockerfile.instructions import Add, Copy, Run

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.model.stages import Stage


_MOST_TARGETS = 50  # cache mounts of a stage that are looked at


@rule("DF310", severity=Severity.ERROR, words=("--mount",))
def copy_from_cache_mount(stage: Stage) -> Iterator[Finding]:
    """COPY --from reads a path that is only in a cache mount.

    A cache mount is not part of the layer. Its files exist only while the RUN runs: neither later steps nor other
    stages see them. The build fails with "not found".

    Bad::

    ```dockerfile
    FROM rust:1.90 AS build
    WORKDIR /app
    RUN --mount=type=cache,target=/app/target cargo build --release
    FROM debian:12
    COPY --from=build /app/target/release/app /usr/bin/app
    #                 ^^^^^^^^^^^^^^^^^^^^^^^ is in the cache mount on line 3
    ```

    Good::

    ```dockerfile
    FROM rust:1.90 AS build
    WORKDIR /app
    RUN --mount=type=cache,target=/app/target cargo build --release && cp target/release/app /usr/bin/app
    FROM debian:12
    COPY --from=build /usr/bin/app /usr/bin/app
    ```

    How to fix: copy the file out of the cache mount in the same RUN.

    Source: Docker docs, "Dockerfile reference", RUN --mount=type=cache.
    """
    for copy in stage.of("COPY"):
        if not isinstance(copy, Copy) or not copy.from_:
            continue
        source_stage = stage.dockerfile.stage_named(copy.from_, stage.index)
        if source_stage is None:
            continue
        mounts = source_stage.facts.get("cache-targets")
        if mounts is None:
            mounts = source_stage.facts["cache-targets"] = _cache_targets(source_stage)
        for word in copy.sources:
            path = posixpath.normpath(f"/{word.value.removeprefix('/')}")
            for target, run in mounts:
                if is_below(path, target):
                    yield Finding.at(
                        word,
                        f"'{word.value}' is in the cache mount on line {run.line}, which is not part of the stage. "
                        "Copy it out of the mount in that RUN.",
                        related=[Related(run.keyword_word, "the cache mount is here")],
                    )
                    break


def _cache_targets(stage: Stage) -> list[tuple[str, Run]]:
    """Cache mounts of the stage at whose target nothing else writes: the target and the RUN of each."""
    targets: list[tuple[str, Run]] = []
    for run in stage.runs:
        if not run.flags:
            continue
        for mount in run.mounts:
            target = mount.target
            if mount.type != "cache" or not target or "$" in target:
                continue
            if not target.startswith("/"):
                target = join_path(stage.workdir_before(run), target)
            if target.startswith("/"):
                targets.append((posixpath.normpath(target), run))
    # perf: each target is searched for in every other RUN.
    targets = targets[:_MOST_TARGETS]
    if not targets:
        return targets
    # A COPY, or a RUN without the mount, may write to the same place.
    copies = [copy for copy in stage.of("COPY", "ADD") if isinstance(copy, Copy | Add)]
    other_runs = [
        run for run in stage.runs if not any(mount.type == "cache" for mount in run.mounts)
    ]
    copied_to = sorted(path for copy in copies for path, _ in copied_paths(stage, copy))
    exclusive = []
    for target, run in targets:
        at = bisect_left(copied_to, target)
        is_copied_to = at < len(copied_to) and copied_to[at].startswith(target)
        name = target.rpartition("/")[2]
        is_named = any(name in other.text for other in other_runs)
        if not is_copied_to and not is_named:
            exclusive.append((target, run))
    return exclusive
