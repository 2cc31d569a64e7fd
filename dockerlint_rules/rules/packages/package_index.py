"""The package index: when it is updated, and which installs use it."""

from __future__ import annotations

from bisect import bisect_left

from dockerlint_rules.findings.finding import Edit, Finding, Fix, Related, Severity
from dockerlint_rules.fixes.run_chain import is_and_chain
from dockerlint_rules.model.interpreters import SHELLS
from dockerlint_rules.model.layers.cleanup import first_where, has_mount, is_removed_after
from dockerlint_rules.model.packages.call_reader import calls_in, calls_of
from dockerlint_rules.model.packages.calls import ACTIONS_WITH_INDEX
from dockerlint_rules.registry.rule import rule
from dockerlint_rules.rules.wording import call_name, line_list

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dockerlint_rules.model.packages.calls import PackageCall
    from dockerlint_rules.model.stages import Stage
    from dockerlint_rules.syntax.dockerfile.instructions import Run
    from dockerlint_rules.syntax.shell.command import Command

# These use an index of any age; dnf, yum and zypper refresh an old index themselves.
_WITHOUT_EXPIRY = ("apt", "apk", "pacman")

# Programs that fetch the index themselves: add-apt-repository does since Ubuntu 18.04.
_INDEX_FETCHERS = frozenset({
    "add-apt-repository", "apt-add-repository", "install_packages", "clean-install", "extrepo", "pg_buildext",
})  # fmt: skip
_SCRIPT_RUNNERS = SHELLS | {"source", "."}

# How many updates one fix adds at most.  perf: the fix of each finding adds those of all later RUNs too.
_MOST_UPDATES = 50


@rule(
    "DF201",
    severity=Severity.WARNING,
    fix="unsafe",
    words=("update", "upgrade", "refresh", "makecache"),
)
def stale_package_index(stage: Stage) -> Iterator[Finding]:
    """Package index is updated in a layer of its own.

    The layer with the index stays in the build cache as long as its own line does not change. A later install then asks
    for versions that the mirror may no longer have: the build fails, or it installs old packages without security
    fixes.

    Bad::

    ```dockerfile
    FROM debian:12
    RUN apt-get update
    #   ^^^^^^^^^^^^^^ the install on line 3 may use a stale index
    RUN apt-get install -y --no-install-recommends nginx
    ```

    Fixed::

    ```dockerfile
    FROM debian:12
    RUN apt-get update && apt-get install -y --no-install-recommends nginx
    ```

    Good::

    ```dockerfile
    FROM debian:12
    RUN apt-get update && apt-get install -y --no-install-recommends nginx && rm -rf /var/lib/apt/lists/*
    ```

    Good (the index is in a cache mount)::

    ```dockerfile
    FROM debian:12
    RUN --mount=type=cache,target=/var/lib/apt,sharing=locked apt-get update
    RUN --mount=type=cache,target=/var/lib/apt,sharing=locked apt-get install -y --no-install-recommends nginx
    ```

    How to fix: run the update before the install, in the same RUN.

    Fix safety: unsafe, because the installs then get the versions that the mirror has at the time of the build.

    Source: Docker docs, "Building best practices", section "apt-get".
    """
    runs = [(run, calls_in(run)) for run in stage.runs]
    for position, (run, calls) in enumerate(runs):
        last_uses: dict[str, int] | None = None
        later_uses: dict[str, tuple[str, list[Related], list[tuple[Run, PackageCall]]]] = {}
        for index, call in enumerate(calls):
            if call.action != "update" or call.family not in _WITHOUT_EXPIRY:
                continue
            if last_uses is None:
                last_uses = {
                    one.family: place
                    for place, one in enumerate(calls)
                    if one.action in ACTIONS_WITH_INDEX
                }
            if _has_index_mount(run, call) or last_uses.get(call.family, -1) >= index:
                continue
            if call.family not in later_uses:
                later_uses[call.family] = _stale_uses(runs, position, call.family)
            message, related, uses = later_uses[call.family]
            if related:
                yield Finding.at(call, message, fix=_move_update(run, call, uses), related=related)


def _later_uses(
    runs: Sequence[tuple[Run, list[PackageCall]]], start: int, family: str
) -> list[tuple[Run, PackageCall]]:
    """Each RUN from *start* on that uses the index without an update, with its first install or other use."""
    uses = []
    for position in range(start, len(runs)):
        run, calls = runs[position]
        actions = ("update", *ACTIONS_WITH_INDEX)
        first = next(
            (call for call in calls if call.family == family and call.action in actions), None
        )
        if first is None:
            continue
        if first.action == "update" or _first_fetch(run) < first.command.index:
            break  # this RUN replaces the index
        is_repair = first.action == "install" and first.has_flag("-f", "--fix-broken")
        if not (_needs_index(first) or is_repair) or first.skips_cache:
            continue
        installs = (call for call in calls if call.family == family and call.action == "install")
        uses.append((run, next(installs, first)))
    return uses


def _stale_uses(
    runs: Sequence[tuple[Run, list[PackageCall]]], position: int, family: str
) -> tuple[str, list[Related], list[tuple[Run, PackageCall]]]:
    """What all findings on a RUN's updates of one family share: message, installs, and all later uses of the index."""
    source = runs[position][0].source
    uses = _later_uses(runs, position + 1, family)
    installs = [use for _, use in uses if use.action == "install"]
    if not installs:
        return "", [], []
    numbers = [source.line_of(install.start) for install in installs]
    message = (
        f"The package index is updated in its own layer, so the {'install' if len(installs) == 1 else 'installs'} on "
        f"{line_list(numbers)} may use a stale index from the build cache. Update and install in one RUN."
    )
    # More places would make the report of n updates before n installs quadratic.
    shown = installs[:_MOST_UPDATES]
    related = [Related(install, "uses the index of the earlier layer") for install in shown]
    return message, related, uses


def _move_update(run: Run, update: PackageCall, uses: list[tuple[Run, PackageCall]]) -> Fix | None:
    """Move the update before each later use, if its RUN does nothing else."""
    if len(run.commands) != 1 or not is_and_chain(run):
        return None
    if run.inner_comments or update.command.wrappers or len(uses) > _MOST_UPDATES:
        return None
    source = run.source
    text = source.text[update.start : update.end]
    if "\n" in text:
        return None
    end = source.text.find("\n", run.end)
    edits = [Edit(source.offset(run.line), len(source.text) if end < 0 else end + 1, "")]
    for later, _ in uses:
        first = next(
            call
            for call in calls_in(later)
            if call.family == update.family and call.action in ACTIONS_WITH_INDEX
        )
        if first.command.nested or first.command.conditional or later.form != "shell":
            return None
        edits.append(Edit(first.command.outer_start, first.command.outer_start, f"{text} && "))
    return Fix("Move the update into the RUNs that install packages", edits, safe=False)


def _has_index_mount(run: Run, call: PackageCall) -> bool:
    return has_mount(run, (*call.manager.indexes, *call.manager.caches))


def _needs_index(call: PackageCall) -> bool:
    """Whether a call looks packages up in the index: package files and ``-f`` alone do not need it."""
    if call.action != "install":
        return call.action in ACTIONS_WITH_INDEX
    if call.has_flag("--no-download", "--download-only", "-d"):
        return False
    return any(package.kind in ("package", "variable") for package in call.packages)


def _may_fetch_index(command: Command) -> bool:
    """Whether a command fetches the index, or is a script that may do so."""
    name = command.name
    if name in _INDEX_FETCHERS or name.endswith(".sh") or "$" in name:
        return True
    if not name and command.words:
        return True
    return name in _SCRIPT_RUNNERS and not command.has_flag("-c")


@rule("DF202", severity=Severity.WARNING, fix="unsafe", on=("apt",))
def install_without_update(
    install: PackageCall, run: Run, stage: Stage | None
) -> Iterator[Finding]:
    """Packages are installed without an update in the same RUN.

    The install uses the index from an earlier layer or from the base image. If that index was deleted, the package is
    not found. If it is old, the mirror may no longer have the versions that it lists.

    Bad::

    ```dockerfile
    FROM debian:12
    RUN apt-get install -y --no-install-recommends nginx
    #   ^^^^^^^^^^^^^^^ relies on the base image's package index
    ```

    Fixed::

    ```dockerfile
    FROM debian:12
    RUN apt-get update && apt-get install -y --no-install-recommends nginx
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

    How to fix: run the update before the install, in the same RUN.

    Fix safety: unsafe, because the current index may list other versions.

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
    first_use = first_where(run, "apt-index", _updates_or_installs)
    if min(first_use, _first_fetch(run)) < install.command.index:
        return
    message = _missing_update_message(install, run, stage)
    if message:
        yield Finding.at(install.head, message, fix=_add_updates(install, run, stage))


def _add_updates(install: PackageCall, run: Run, stage: Stage) -> Fix | None:
    """Add an update before the install, and before those of later RUNs, which would use the same index."""
    edits: list[Edit] = []
    runs = _apt_runs(stage)
    for position in range(bisect_left(runs, run.start, key=_start), len(runs)):
        later = runs[position]
        calls = (call for call in calls_in(later) if call.family == "apt")
        first = install if later is run else next(calls, None)
        if first is None or (first is not install and first.action != "install"):
            break
        edit = _insert_update(first, later)
        if edit is None:
            break
        edits.append(edit)
        if len(edits) > _MOST_UPDATES:
            return None
    if not edits or edits[0].start != install.command.outer_start:
        return None
    return Fix(f"Run '{install.tool} update' first", edits, safe=False)


def _apt_runs(stage: Stage) -> list[Run]:
    """The RUNs of a stage that call apt, or a script that may do so, in order."""
    runs: list[Run] | None = stage.facts.get("apt-runs")
    if runs is None:
        runs = stage.facts["apt-runs"] = [
            run
            for run in stage.runs
            if any(call.family == "apt" for call in calls_in(run))
            or any(map(_may_fetch_index, run.commands))
        ]
    return runs


def _insert_update(install: PackageCall, run: Run) -> Edit | None:
    command = install.command
    if run.form != "shell" or command.nested or command.conditional or command.function:
        return None
    if command.outer_start != command.start and command.wrappers != ["sudo"]:
        return None
    text = f"{'sudo ' if command.wrappers else ''}{install.tool} update && "
    return Edit(command.outer_start, command.outer_start, text)


def _updates_or_installs(command: Command) -> bool:
    calls = calls_of(command)
    return any(call.family == "apt" and call.action in ("update", "install") for call in calls)


def _first_fetch(run: Run) -> int:
    """Place of the first command that may fetch the index without a call of the package manager."""
    return first_where(run, "fetches-index", _may_fetch_index)


def _index_runs(stage: Stage) -> list[Run]:
    """The RUNs of a stage that fetch an index or may do so, in order."""
    runs: list[Run] | None = stage.facts.get("index-runs")
    if runs is None:
        runs = stage.facts["index-runs"] = [
            run
            for run in stage.runs
            if any(map(_may_fetch_index, run.commands))
            or any(call.family == "apt" and call.action == "update" for call in calls_in(run))
        ]
    return runs


def _missing_update_message(install: PackageCall, run: Run, stage: Stage) -> str | None:
    """The message for an install whose RUN has no update; None where DF201 reports it or a script may update."""
    source = run.source
    remedy = f"Run '{install.tool} update' in the same RUN."
    name = f"'{call_name(install)}'"
    for place in stage.lineage():
        runs = _index_runs(place)
        for position in range(bisect_left(runs, run.start, key=_start) - 1, -1, -1):
            earlier = runs[position]
            update, is_used = _last_update(earlier)
            if update is None:
                return None  # what this RUN runs may fetch the index
            line = source.line_of(update.start)
            if is_removed_after(earlier, update.command, update.manager.indexes):
                return f"{name} finds no package index, because line {line} deletes it. {remedy}"
            if place is stage and not is_used:
                return None  # DF201 reports the update
            return (
                f"{name} uses the package index from line {line}, which may be stale if that layer is cached. "
                f"{remedy}"
            )
    return (
        f"{name} relies on the base image's package index, which may be missing or stale. {remedy}"
    )


def _last_update(run: Run) -> tuple[PackageCall | None, bool]:
    """The last update of apt's index in a RUN, and whether a later call of the RUN uses the index."""
    known: tuple[PackageCall | None, bool] | None = run.facts.get("last-apt-update")
    if known is None:
        update, is_used = None, False
        for call in calls_in(run):
            if call.family == "apt" and call.action == "update":
                update, is_used = call, False
            elif call.family == "apt" and call.action in ACTIONS_WITH_INDEX:
                is_used = True
        known = run.facts["last-apt-update"] = (update, is_used)
    return known


def _start(run: Run) -> int:
    return run.start
