"""Rules about package index."""

from __future__ import annotations

from bisect import bisect_left

from dockerlint_rules.findings.finding import Edit, Finding, Fix, Related, Severity
from dockerlint_rules.model.layers.cleanup import (
    first_where,
    has_mount,
    is_and_chain,
    is_removed_after,
)
from dockerlint_rules.model.packages.call_reader import calls_in, calls_of
from dockerlint_rules.registry.rule import rule
from dockerlint_rules.rules.wording import lines
from dockerlint_rules.syntax.source import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from dockerlint_rules.model.packages.calls import PackageCall
    from dockerlint_rules.model.stages import Stage
    from dockerlint_rules.syntax.dockerfile.instructions import Run
    from dockerlint_rules.syntax.shell.command import Command


_LISTS = "/var/lib/apt/lists"


# Only these keep using an index of any age; dnf, yum and zypper look at its date themselves.
_AGEING = ("apt", "apk", "pacman")


_USES_INDEX = frozenset({"install", "upgrade", "dist-upgrade", "build-dep", "download"})


# Programs that fetch the index themselves: add-apt-repository does since Ubuntu 18.04.
_FETCHERS = frozenset(
    {
        "add-apt-repository",
        "apt-add-repository",
        "install_packages",
        "clean-install",
        "extrepo",
        "pg_buildext",
    }
)


_SHELLS = frozenset({"sh", "bash", "dash", "ash", "zsh", "source", "."})


# Installs that one fix puts an update before.  perf: each finding would bring all those below it.
_MOST_UPDATES = 50


@rule(
    "DF201",
    severity=Severity.WARNING,
    fix="unsafe",
    words=("update", "upgrade", "refresh", "makecache"),
)
def stale_package_index(stage: Stage) -> Iterator[Finding]:
    """Package index is updated in a layer of its own.

    The layer with the index stays in the build cache as long as its own line does not change. A
    later install then asks for versions that the mirror may no longer have, and the build
    fails, or gets old packages without their security fixes.

    Bad::

    ```dockerfile
    FROM debian:12
    RUN apt-get update
    #   ^^^^^^^^^^^^^^
    RUN apt-get install -y --no-install-recommends nginx
    ```

    Good::

    ```dockerfile
    FROM debian:12
    RUN apt-get update && apt-get install -y --no-install-recommends nginx && rm -rf /var/lib/apt/lists/*
    ```

    Good (the index lives in a cache mount)::

    ```dockerfile
    FROM debian:12
    RUN --mount=type=cache,target=/var/lib/apt,sharing=locked apt-get update
    RUN --mount=type=cache,target=/var/lib/apt,sharing=locked apt-get install -y --no-install-recommends nginx
    ```

    How to fix: put the update in front of the install, in the same RUN.

    Fix safety: unsafe, because the installs then get what the mirror has at the time of the build.

    Source: Docker docs, "Building best practices", section "apt-get".
    """
    runs = [(run, calls_in(run)) for run in stage.runs]
    for position, (run, calls) in enumerate(runs):
        for index, call in enumerate(calls):
            if call.action != "update" or call.family not in _AGEING or _has_index_mount(run, call):
                continue
            if any(
                one.family == call.family and one.action in _USES_INDEX for one in calls[index:]
            ):
                continue
            users = _later_users(runs, position + 1, call.family)
            installs = [one for _, one in users if one.action == "install"]
            if installs:
                yield _stale(stage, run, call, users, installs)


def _later_users(
    runs: Sequence[tuple[Run, list[PackageCall]]], start: int, family: str
) -> list[tuple[Run, PackageCall]]:
    """Give the first call of each later RUN that uses the index without fetching it."""
    found = []
    for position in range(start, len(runs)):
        run, calls = runs[position]
        mine = [one for one in calls if one.family == family]
        first = next((one for one in mine if one.action in ("update", *_USES_INDEX)), None)
        if first is None:
            continue
        if first.action == "update" or _first_fetch(run) < first.command.index:
            # From here on the index is another one.
            break
        mends = first.action == "install" and first.has_flag("-f", "--fix-broken")
        if not (_needs_index(first) or mends) or first.skips_cache:
            continue
        found.append((run, next((one for one in mine if one.action == "install"), first)))
    return found


def _stale(
    stage: Stage,
    run: Run,
    call: PackageCall,
    users: list[tuple[Run, PackageCall]],
    installs: list[PackageCall],
) -> Finding:
    source = run.source
    numbers = [source.line_of(one.start) for one in installs]
    plural = len(installs) > 1
    message = (
        f"The package index gets a layer of its own, so the install{'s' if plural else ''} on "
        f"{lines(numbers)} use{'' if plural else 's'} it for as long as it stays in the cache. "
        "Update and install in one RUN."
    )
    related = [Related(one, "uses the index of the earlier layer") for one in installs]
    return Finding.at(call, message, fix=_stale_fix(stage, run, call, users), related=related)


def _stale_fix(
    stage: Stage, run: Run, call: PackageCall, users: list[tuple[Run, PackageCall]]
) -> Fix | None:
    """Move the update in front of each later use, where it is all that its RUN does."""
    if (
        len(run.commands) != 1
        or not is_and_chain(run)
        or run.inner_comments
        or call.command.wrappers
    ):
        return None
    source = run.source
    text = source.text[call.start : call.end]
    if "\n" in text:
        return None
    end = source.text.find("\n", run.end)
    edits = [Edit(source.offset(run.line), len(source.text) if end < 0 else end + 1, "")]
    for later, _ in users:
        first = next(
            one
            for one in calls_in(later)
            if one.family == call.family and one.action in _USES_INDEX
        )
        if first.command.nested or first.command.conditional or later.form != "shell":
            return None
        edits.append(Edit(first.command.outer_start, first.command.outer_start, f"{text} && "))
    return Fix("Update in the RUNs that install.", edits, safe=False)


def _has_index_mount(run: Run, call: PackageCall) -> bool:
    return has_mount(run, (*call.manager.indexes, *call.manager.caches))


def _needs_index(call: PackageCall) -> bool:
    """Whether a call asks the index for anything: files and ``-f`` alone do not."""
    if call.action != "install":
        return call.action in _USES_INDEX
    if call.has_flag("--no-download", "--download-only", "-d"):
        return False
    return any(one.kind in ("package", "variable") for one in call.packages)


def _may_fetch_index(commands: Iterable[Command]) -> bool:
    """Whether one of the commands is a script, which may well update the index itself."""
    for one in commands:
        name = one.name
        if name in _FETCHERS or name.endswith(".sh") or "$" in name:
            return True
        if not name and one.words:
            return True
        if name in _SHELLS and not one.has_flag("-c"):
            return True
    return False


@rule("DF202", severity=Severity.WARNING, fix="unsafe", on=("apt",))
def install_without_update(
    install: PackageCall, run: Run, stage: Stage | None
) -> Iterator[Finding]:
    """Packages are installed without an update in the same RUN.

    The install uses whatever index an earlier layer or the base image holds. Where that one was
    deleted the package is not found; where it is old, the mirror no longer has the versions
    that it names.

    Bad::

    ```dockerfile
    FROM debian:12
    RUN apt-get install -y --no-install-recommends nginx
    #   ^^^^^^^^^^^^^^^
    ```

    Good::

    ```dockerfile
    FROM debian:12
    RUN apt-get update && apt-get install -y --no-install-recommends nginx && rm -rf /var/lib/apt/lists/*
    ```

    Good (a package from a file)::

    ```dockerfile
    FROM debian:12
    COPY tool.deb /tmp/
    RUN apt-get install -y --no-install-recommends /tmp/tool.deb
    ```

    How to fix: run the update in front of the install, in the same RUN.

    Fix safety: unsafe, because the index of today may hold other versions.

    Source: Docker docs, "Building best practices", section "apt-get".
    """
    if (
        stage is None
        or not stage.holds(run)
        or install.action != "install"
        or not _needs_index(install)
    ):
        return
    if not install.action_word or _has_index_mount(run, install):
        return
    # apt-get(8): --update fetches the index first, since apt 2.9.
    if install.has_flag("--update", "-U"):
        return
    # Only the first install of a RUN.
    if min(first_where(run, "apt-index", _is_apt_index), _first_fetch(run)) < install.command.index:
        return
    span = Span(install.start, install.action_word.end)
    yielded = _without_update(install, run, stage)
    if yielded:
        yield Finding.at(span, yielded, fix=_update_first(install, run, stage))


def _update_first(install: PackageCall, run: Run, stage: Stage) -> Fix | None:
    """An update before the install and before those of later RUNs, which would use its index in turn."""
    edits: list[Edit] = []
    runs = _apt_runs(stage)
    for position in range(bisect_left(runs, run.start, key=lambda one: one.start), len(runs)):
        later = runs[position]
        calls = [call for call in calls_in(later) if call.family == "apt"]
        first = install if later is run else next(iter(calls), None)
        if first is None or (first is not install and first.action != "install"):
            break
        edit = _update_before(first, later)
        if edit is None:
            break
        edits.append(edit)
        if len(edits) > _MOST_UPDATES:
            return None
    if not edits or edits[0].start != install.command.outer_start:
        return None
    return Fix(f"Call {install.tool} update first.", edits, safe=False)


def _apt_runs(stage: Stage) -> list[Run]:
    """The RUNs of a stage that call apt, or a script that may do so, in order."""
    runs: list[Run] | None = stage.facts.get("apt-runs")
    if runs is None:
        runs = stage.facts["apt-runs"] = [
            one
            for one in stage.runs
            if any(call.family == "apt" for call in calls_in(one)) or _may_fetch_index(one.commands)
        ]
    return runs


def _update_before(install: PackageCall, run: Run) -> Edit | None:
    command = install.command
    if run.form != "shell" or command.nested or command.conditional or command.function:
        return None
    if command.outer_start != command.start and command.wrappers != ["sudo"]:
        return None
    said = f"{'sudo ' if command.wrappers else ''}{install.tool} update && "
    return Edit(command.outer_start, command.outer_start, said)


def _is_apt_index(command: Command) -> bool:
    calls = calls_of(command)
    return any(call.family == "apt" and call.action in ("update", "install") for call in calls)


def _first_fetch(run: Run) -> int:
    """Place of the first command that may update the index, being a script."""
    return first_where(run, "fetches-index", lambda one: _may_fetch_index((one,)))


def _index_runs(place: Stage) -> list[Run]:
    """The RUNs of a stage that fetch an index or may do so, in order."""
    runs: list[Run] | None = place.facts.get("index-runs")
    if runs is None:
        runs = place.facts["index-runs"] = [
            one
            for one in place.runs
            if _may_fetch_index(one.commands)
            or any(call.family == "apt" and call.action == "update" for call in calls_in(one))
        ]
    return runs


def _without_update(install: PackageCall, run: Run, stage: Stage) -> str | None:
    """The message for an install whose RUN has no update; None where another rule speaks of it."""
    source = run.source
    remedy = f"Run '{install.tool} update' in the same RUN."
    name = f"'{install.tool} {install.action_word.value if install.action_word else ''}'"
    for place in stage.lineage():
        runs = _index_runs(place)
        for position in range(bisect_left(runs, run.start, key=lambda one: one.start) - 1, -1, -1):
            earlier = runs[position]
            calls = [call for call in calls_in(earlier) if call.family == "apt"]
            update = next((call for call in reversed(calls) if call.action == "update"), None)
            if update is None:
                if _may_fetch_index(earlier.commands):
                    return None
                continue
            line = source.line_of(update.start)
            if is_removed_after(earlier, update.command, (_LISTS,)):
                return f"{name} finds no package index, because line {line} removes it. {remedy}"
            is_used = any(
                call.action in _USES_INDEX and call.start > update.start for call in calls
            )
            if place is stage and not is_used:
                # DF201 names this install.
                return None
            return (
                f"{name} uses the package index that line {line} left in its layer, for as long as "
                f"that stays in the cache. {remedy}"
            )
    return (
        f"{name} has no update before it and uses the index that the base image may hold. {remedy}"
    )
