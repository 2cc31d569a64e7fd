"""The package lists that apt-get update downloads."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Finding, Fix, Severity
from dockerlint_rules.fixes.edits import add_flag
from dockerlint_rules.fixes.run_chain import append_to_chain
from dockerlint_rules.model.layers.cleanup import (
    has_mount,
    is_removed_after,
    last_where,
    mount_targets,
    uses_cache_mounts,
)
from dockerlint_rules.model.packages.apt_settings import keeps_downloads
from dockerlint_rules.model.packages.call_reader import calls_in, calls_of
from dockerlint_rules.model.packages.calls import ACTIONS_WITH_INDEX
from dockerlint_rules.model.stages import is_shipped
from dockerlint_rules.registry.rule import rule
from dockerlint_rules.rules.wording import call_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.model.packages.calls import PackageCall
    from dockerlint_rules.model.stages import Dockerfile, Stage
    from dockerlint_rules.syntax.dockerfile.instructions import Run
    from dockerlint_rules.syntax.shell.command import Command

_LISTS = "/var/lib/apt/lists"


@rule("DF205", severity=Severity.INFO, aliases=("DL3009",), fix="safe", on=("apt",))
def leftover_package_lists(
    install: PackageCall, run: Run, stage: Stage | None, dockerfile: Dockerfile
) -> Iterator[Finding]:
    """apt package lists are left in the image.

    ``apt-get update`` writes the lists of all packages to ``/var/lib/apt/lists``. Nothing needs them at run time, and a
    later RUN that deletes them does not make the image smaller, because they stay in the earlier layer.

    Bad::

    ```dockerfile
    FROM debian:12
    RUN apt-get update && apt-get install -y --no-install-recommends nginx
    #   ^^^^^^^^^^^^^^ leaves the package lists in the image
    ```

    Fixed::

    ```dockerfile
    FROM debian:12
    RUN apt-get update && apt-get install -y --no-install-recommends nginx && rm -rf /var/lib/apt/lists/*
    ```

    Good::

    ```dockerfile
    FROM debian:12
    RUN apt-get update && apt-get install -y --no-install-recommends nginx && rm -rf /var/lib/apt/lists/*
    ```

    Good (this stage is not part of the final image)::

    ```dockerfile
    FROM debian:12 AS build
    RUN apt-get update && apt-get install -y --no-install-recommends gcc

    FROM debian:12
    COPY --from=build /app /app
    ```

    How to fix: delete the lists at the end of the RUN that fetched them, or keep them in a cache mount.

    Fix safety: safe. The fix is not offered where a later install needs the lists. In a file that has cache mounts, the
    fix adds a cache mount.

    Source: Docker docs, "Building best practices", section "apt-get".
    """
    if install.action != "update" or not is_shipped(stage) or has_mount(run, (_LISTS,)):
        return
    if is_removed_after(run, install.command, (_LISTS,)):
        return
    index = install.command.index
    if last_where(run, "apt-distclean", _is_distclean) > index:
        return
    # Only the last update of a RUN.
    if last_where(run, "apt-update", _is_apt_update) > index:
        return
    fix = None
    if not _is_index_used_later(run, dockerfile):
        fix = _remove_lists(run, stage, dockerfile)
    yield Finding.at(
        install,
        f"'{call_name(install)}' leaves the package lists in the image. "
        f"Delete them at the end of the RUN with 'rm -rf {_LISTS}/*'.",
        fix=fix,
        aliases=() if removes_anything_after(run, install.command) else None,
    )


def _remove_lists(run: Run, stage: Stage | None, dockerfile: Dockerfile) -> Fix | None:
    """Delete the lists; in a file that has cache mounts, keep them in one instead."""
    if run.keyword == "RUN" and uses_cache_mounts(dockerfile):
        directories = [_LISTS, "/var/cache/apt"] if keeps_downloads(run, stage) else [_LISTS]
        mounted = set(mount_targets(run))
        flags = [
            f"--mount=type=cache,target={directory},sharing=locked"
            for directory in directories
            if directory not in mounted
        ]
        return Fix("Keep the lists in a cache mount", [add_flag(run, *flags)], safe=True)
    edit = append_to_chain(run, f"rm -rf {_LISTS}/*")
    return Fix("Delete the lists at the end of the RUN", [edit], safe=True) if edit else None


def _is_distclean(command: Command) -> bool:
    return any(
        call.family == "apt"
        and call.action_word is not None
        and call.action_word.value in ("distclean", "dist-clean")
        for call in calls_of(command)
    )


def _is_apt_update(command: Command) -> bool:
    return any(call.family == "apt" and call.action == "update" for call in calls_of(command))


def _is_index_used_later(run: Run, dockerfile: Dockerfile) -> bool:
    """Whether a RUN further down needs the lists of this one, or may need them."""
    last: int | None = dockerfile.facts.get("last-index-use")
    if last is None:
        last = max((_last_index_use(stage) for stage in dockerfile.stages), default=-1)
        dockerfile.facts["last-index-use"] = last
    return last > run.start


def _last_index_use(stage: Stage) -> int:
    """Offset of the stage's last RUN that uses the index it finds, -1 without one."""
    last: int | None = stage.facts.get("last-index-use")
    if last is None:
        last = -1
        for later in stage.runs:
            first = next((call for call in calls_in(later) if call.family == "apt"), None)
            if first is not None and first.action in ACTIONS_WITH_INDEX:
                last = later.start
        stage.facts["last-index-use"] = last
    return last


def removes_anything_after(run: Run, command: Command) -> bool:
    """Whether an ``rm -rf`` of any directory follows: hadolint counts it as a clean-up."""
    return last_where(run, "rm-rf", _is_rm_rf) > command.index


def _is_rm_rf(command: Command) -> bool:
    return command.name == "rm" and command.has_flag("-r") and command.has_flag("-f")
