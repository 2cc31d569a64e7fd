"""System packages: fresh indexes, repeatable installs, and nothing left over in the layer."""

from __future__ import annotations

from itertools import pairwise

from dockerlint_rules.findings import Edit, Finding, Fix, Related, Severity
from dockerlint_rules.model.cleanup import (
    appended,
    commands_after,
    commands_before,
    has_mount,
    has_text,
    is_and_chain,
    is_removed_after,
)
from dockerlint_rules.model.packages import calls_in, calls_of
from dockerlint_rules.model.toolchains import compilers_among, is_toolchain_image
from dockerlint_rules.model.values import value_of_word
from dockerlint_rules.registry import rule
from dockerlint_rules.rules.wording import lines, names, short
from dockerlint_rules.syntax.source import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from dockerlint_rules.model.packages import Package, PackageCall
    from dockerlint_rules.model.stages import Dockerfile, Stage
    from dockerlint_rules.syntax.instructions import Instruction, Run
    from dockerlint_rules.syntax.shell import Command

_SYSTEM = ("apt", "apk", "rpm", "zypper", "pacman")
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
_METADATA = frozenset(
    {"LABEL", "EXPOSE", "CMD", "ENTRYPOINT", "STOPSIGNAL", "HEALTHCHECK", "MAINTAINER"}
)
_FALSE = frozenset({"false", "no", "off", "without", "disable", "0"})


@rule("DF201", severity=Severity.WARNING, fix="unsafe")
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
            users = _later_users(runs[position + 1 :], call.family)
            installs = [one for _, one in users if one.action == "install"]
            if installs:
                yield _stale(stage, run, call, users, installs)


def _later_users(
    runs: Sequence[tuple[Run, list[PackageCall]]], family: str
) -> list[tuple[Run, PackageCall]]:
    """Give the first call of each later RUN that uses the index without fetching it."""
    found = []
    for run, calls in runs:
        mine = [one for one in calls if one.family == family]
        first = next((one for one in mine if one.action in ("update", *_USES_INDEX)), None)
        if first is None:
            continue
        if first.action == "update" or _may_fetch_index(commands_before(run, first.command)):
            # From here on the index is another one.
            break
        if not _needs_index(first) or first.skips_cache:
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


@rule("DF202", severity=Severity.WARNING, on=("apt",))
def install_without_update(install: PackageCall, run: Run, stage: Stage) -> Iterator[Finding]:
    """Packages are installed without an update in their RUN.

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

    Source: Docker docs, "Building best practices", section "apt-get".
    """
    if run not in stage.runs or install.action != "install" or not _needs_index(install):
        return
    if not install.action_word or _has_index_mount(run, install):
        return
    # apt-get(8): --update fetches the index first, since apt 2.9.
    if install.has_flag("--update", "-U"):
        return
    before = commands_before(run, install.command)
    calls = [call for one in before for call in calls_of(one) if call.family == "apt"]
    # Only the first install of a RUN.
    if any(call.action in ("update", "install") for call in calls) or _may_fetch_index(before):
        return
    span = Span(install.start, install.action_word.end)
    yielded = _without_update(install, run, stage)
    if yielded:
        yield Finding.at(span, yielded)


def _without_update(install: PackageCall, run: Run, stage: Stage) -> str | None:
    """The message for an install whose RUN has no update; None where another rule speaks of it."""
    source = run.source
    remedy = f"Run '{install.tool} update' in the same RUN."
    name = f"'{install.tool} {install.action_word.value if install.action_word else ''}'"
    for place in stage.lineage():
        for earlier in reversed(place.runs):
            if earlier.start >= run.start:
                continue
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


@rule("DF203", severity=Severity.WARNING, aliases=("DL3035",), on=_SYSTEM)
def distribution_upgrade(install: PackageCall) -> Iterator[Finding]:
    """The whole distribution is upgraded inside the image.

    What the upgrade brings depends on the day of the build, so no two builds give the same
    image, and the replaced files stay in the layers below. The base image is rebuilt by its
    maintainers with the same fixes.

    Bad::

    ```dockerfile
    FROM debian:12
    RUN apt-get update && apt-get -y dist-upgrade
    #                     ^^^^^^^^^^^^^^^^^^^^^^^
    ```

    Good::

    ```dockerfile
    FROM debian:12.8
    RUN apt-get update && apt-get -y upgrade
    ```

    How to fix: take a newer base image and drop the upgrade.

    Source: Docker docs, "Building best practices", section "Rebuild your images often".
    """
    if (
        install.action != "dist-upgrade"
        or install.family == "pacman"
        or install.action_word is None
    ):
        return
    yield Finding.at(
        install,
        f"'{install.action_word.value}' makes each build a different image and keeps the replaced files "
        "in the layers below. Take a newer base image instead.",
        aliases=("DL3035",) if install.family == "zypper" else (),
    )


@rule("DF204", severity=Severity.INFO, default=False, on=("apt", "apk", "rpm", "zypper"))
def package_upgrade(install: PackageCall) -> Iterator[Finding]:
    """All installed packages are upgraded inside the image.

    The result depends on the day of the build, and the upgraded files take space twice. Some
    teams want it for the security fixes between two releases of the base image, so this rule is
    off by default.

    Bad::

    ```dockerfile
    FROM debian:12
    RUN apt-get update && apt-get -y upgrade
    #                     ^^^^^^^^^^^^^^^^^^
    ```

    Good (a package is named)::

    ```dockerfile
    FROM alpine:3.20
    RUN apk upgrade --no-cache openssl
    ```

    How to fix: take a newer base image, or upgrade the packages by name.

    Source: Docker docs, "Building best practices", section "Rebuild your images often".
    """
    if install.action != "upgrade" or install.packages:
        return
    yield Finding.at(
        install,
        f"'{short(install)}' upgrades every package to what the mirror has today, so each build differs. "
        "Take a newer base image, or name the packages.",
    )


@rule("DF205", severity=Severity.INFO, aliases=("DL3009",), fix="safe", on=("apt",))
def package_lists_left(
    install: PackageCall, run: Run, stage: Stage | None, dockerfile: Dockerfile
) -> Iterator[Finding]:
    """Package lists stay in the image.

    ``apt-get update`` writes the lists of all packages to ``/var/lib/apt/lists``. They are of
    no use at run time, and a later RUN that deletes them does not make the image smaller.

    Bad::

    ```dockerfile
    FROM debian:12
    RUN apt-get update && apt-get install -y --no-install-recommends nginx
    #   ^^^^^^^^^^^^^^
    ```

    Good::

    ```dockerfile
    FROM debian:12
    RUN apt-get update && apt-get install -y --no-install-recommends nginx && rm -rf /var/lib/apt/lists/*
    ```

    Good (a stage that does not ship)::

    ```dockerfile
    FROM debian:12 AS build
    RUN apt-get update && apt-get install -y --no-install-recommends gcc

    FROM debian:12
    COPY --from=build /app /app
    ```

    How to fix: delete the lists at the end of the RUN that fetched them.

    Fix safety: safe; it is not offered where a later install would miss the lists.

    Source: Docker docs, "Building best practices", section "apt-get".
    """
    if install.action != "update" or not _ships(stage) or has_mount(run, (_LISTS,)):
        return
    if is_removed_after(run, install.command, (_LISTS,)):
        return
    later = [call for one in commands_after(run, install.command) for call in calls_of(one)]
    if any(_cleans_lists(call) for call in later):
        return
    # Only the last update of a RUN.
    if any(call.family == "apt" and call.action == "update" for call in later):
        return
    fix = None
    edit = appended(run, f"rm -rf {_LISTS}/*")
    if edit and not _is_index_used_later(run, dockerfile):
        fix = Fix("Delete the lists at the end of the RUN.", [edit], safe=True)
    yield Finding.at(
        install,
        f"'{short(install)}' leaves the package lists in the layer, where they only take space. "
        f"End the RUN with 'rm -rf {_LISTS}/*'.",
        fix=fix,
        aliases=() if _removes_anything(commands_after(run, install.command)) else None,
    )


def _ships(stage: Stage | None) -> bool:
    return stage is None or stage.ships


def _cleans_lists(call: PackageCall) -> bool:
    word = call.action_word
    return call.family == "apt" and word is not None and word.value in ("distclean", "dist-clean")


def _is_index_used_later(run: Run, dockerfile: Dockerfile) -> bool:
    """Whether a RUN further down needs the lists of this one, or may need them."""
    for stage in dockerfile.stages:
        for later in stage.runs:
            if later.start <= run.start:
                continue
            first = next((call for call in calls_in(later) if call.family == "apt"), None)
            if first is not None and first.action in _USES_INDEX:
                return True
    return False


def _removes_anything(commands: Iterable[Command]) -> bool:
    """Whether an ``rm -rf`` of any folder is there, which hadolint takes for a clean-up."""
    return any(one.name == "rm" and one.has_flag("-r") and one.has_flag("-f") for one in commands)


@rule("DF206", severity=Severity.INFO, aliases=("DL3015",), fix="unsafe", on=("apt",))
def recommended_packages(install: PackageCall, run: Run, stage: Stage | None) -> Iterator[Finding]:
    """Recommended packages are installed along.

    apt installs what a package recommends unless told otherwise: manuals, mail servers, desktop
    parts. The image grows by things that nobody asked for and that need security updates as
    well.

    Bad::

    ```dockerfile
    FROM debian:12
    RUN apt-get update && apt-get install -y nginx && rm -rf /var/lib/apt/lists/*
    #                     ^^^^^^^^^^^^^^^
    ```

    Good::

    ```dockerfile
    FROM debian:12
    RUN apt-get update && apt-get install -y --no-install-recommends nginx && rm -rf /var/lib/apt/lists/*
    ```

    Good (apt is configured so)::

    ```dockerfile
    FROM debian:12
    RUN echo 'APT::Install-Recommends "false";' > /etc/apt/apt.conf.d/99lean
    RUN apt-get update && apt-get install -y nginx && rm -rf /var/lib/apt/lists/*
    ```

    How to fix: add ``--no-install-recommends`` and name what is really needed.

    Fix safety: unsafe, because a recommended package may be one that the image relies on.

    Source: apt-get(8), "--no-install-recommends"; Docker docs, "Building best practices".
    """
    word = install.action_word
    if install.action != "install" or word is None:
        return
    if install.has_flag("--no-install-recommends", "--without-recommends", "-R"):
        return
    if install.option("APT::Install-Recommends") in _FALSE or _is_configured(
        run, stage, "install-recommends"
    ):
        return
    yield Finding.at(
        Span(install.start, word.end),
        f"'{install.tool} {word.value}' brings in recommended packages that nobody asked for. "
        "Add '--no-install-recommends'.",
        fix=Fix(
            "Add --no-install-recommends.",
            [Edit.after(word, " --no-install-recommends")],
            safe=False,
        ),
        aliases=None if install.tool == "apt-get" else (),
    )


def _is_configured(run: Run, stage: Stage | None, option: str) -> bool:
    """Whether this RUN or one before it writes a setting of apt, which then counts for all that follow."""
    return has_text(
        _runs_until(run, stage),
        lambda text: "APT::" in text and option in text.lower().replace(" ", ""),
    )


def _runs_until(run: Run, stage: Stage | None) -> Iterator[Run]:
    for place in stage.lineage() if stage else ():
        for one in place.runs:
            if one.start <= run.start:
                yield one


_ASKING = frozenset({"install", "upgrade", "dist-upgrade", "build-dep", "remove", "autoremove"})
_YES = {"apt": "-y", "rpm": "-y", "zypper": "-n", "pacman": "--noconfirm", "conda": "-y"}


@rule(
    "DF207",
    severity=Severity.ERROR,
    aliases=("DL3014", "DL3030", "DL3034", "DL3038"),
    fix="safe",
    on=("apt", "rpm", "zypper", "pacman", "conda"),
)
def unconfirmed_install(install: PackageCall, run: Run, stage: Stage | None) -> Iterator[Finding]:
    """Package manager would ask before it goes on.

    A build has nobody to answer. The package manager reads the end of its input, takes that for
    a no and stops the build as soon as it needs anything beyond what was named.

    Bad::

    ```dockerfile
    FROM debian:12
    RUN apt-get update && apt-get install --no-install-recommends nginx
    #                     ^^^^^^^^^^^^^^^
    ```

    Good::

    ```dockerfile
    FROM debian:12
    RUN apt-get update && apt-get install -y --no-install-recommends nginx
    ```

    Good (two q imply yes)::

    ```dockerfile
    FROM debian:12
    RUN apt-get update && apt-get install -qq --no-install-recommends nginx
    ```

    How to fix: add the flag that answers yes.

    Source: apt-get(8), dnf(8), zypper(8), pacman(8), ``conda install --help``.
    """
    word = install.action_word
    if install.action not in _ASKING or word is None or install.assumes_yes:
        return
    if install.tool in ("microdnf", "yay", "paru") or _is_simulated(install):
        return
    if _is_answered(install, run, stage):
        return
    flag = _YES[install.family]
    if install.family == "zypper":
        edit = Edit.after(install.command.words[0], f" {flag}")
    else:
        edit = Edit.after(word, f" {flag}")
    yield Finding.at(
        Span(install.start, word.end),
        f"'{short(install)}' asks before it goes on, and a build has nobody to answer. Add '{flag}'.",
        fix=Fix(f"Add {flag}.", [edit], safe=True) if install.command.words[0].literal else None,
        aliases=_confirm_aliases(install),
    )


def _is_simulated(call: PackageCall) -> bool:
    dry = (
        "-s",
        "--simulate",
        "--just-print",
        "--dry-run",
        "--print-uris",
        "--assumeno",
        "-D",
        "-p",
    )
    return call.has_flag(*dry) and call.family in ("apt", "rpm", "zypper", "conda", "pacman")


def _is_answered(call: PackageCall, run: Run, stage: Stage | None) -> bool:
    """Whether something other than a flag of the call says yes, or may do so."""
    command = call.command
    # A variable before the action may hold flags.
    word = call.action_word
    if any(not one.literal for one in command.args if word and one.start < word.start):
        return True
    commands = run.commands
    at = commands.index(command) if command in commands else 0
    if (
        at
        and commands[at - 1].after in ("|", "|&")
        and commands[at - 1].name in ("yes", "echo", "printf")
    ):
        return True
    if call.family == "apt":
        return _is_configured(run, stage, "assume-yes")
    if call.family == "conda":
        if len(command.args) > 0 and command.args[0].value == "env":
            return True
        if stage is not None and stage.scope.value_at(run, "CONDA_ALWAYS_YES"):
            return True
        return has_text(
            _runs_until(run, stage), lambda text: "always_yes" in text or "ALWAYS_YES" in text
        )
    if call.family == "rpm":
        return has_text(_runs_until(run, stage), lambda text: "assumeyes=" in text.lower())
    return False


def _confirm_aliases(call: PackageCall) -> tuple[str, ...]:
    """The peers' codes whose own condition holds for this call."""
    word = call.action_word.value if call.action_word else ""
    if call.tool == "apt-get":
        return ("DL3014",) if word == "install" else ()
    if call.tool == "yum":
        return ("DL3030",) if word in ("install", "groupinstall", "localinstall") else ()
    if call.manager.name == "dnf":
        return ("DL3038",) if word in ("install", "groupinstall", "localinstall") else ()
    if call.tool == "zypper":
        known = ("install", "in", "remove", "rm", "source-install", "si", "patch", "update", "up")
        return ("DL3034",) if word in known else ()
    return ()


@rule("DF208", severity=Severity.INFO, aliases=("DL3019",), fix="safe", on=("apk",))
def apk_cache_kept(install: PackageCall, run: Run, stage: Stage | None) -> Iterator[Finding]:
    """Index of apk stays in the image.

    Without ``--no-cache`` apk stores the package index in ``/var/cache/apk``. It is of no use
    at run time, and it needs an ``apk update`` before and an ``rm`` behind that the flag makes
    superfluous.

    Bad::

    ```dockerfile
    FROM alpine:3.20
    RUN apk update && apk add curl
    #                 ^^^^^^^
    ```

    Good::

    ```dockerfile
    FROM alpine:3.20
    RUN apk add --no-cache curl
    ```

    Good (the cache is a mount)::

    ```dockerfile
    FROM alpine:3.20
    RUN --mount=type=cache,target=/var/cache/apk apk add curl
    ```

    How to fix: add ``--no-cache``; an ``apk update`` before it may then go.

    Source: Alpine wiki, "Local APK cache"; ``apk add --help``.
    """
    word = install.action_word
    if install.action != "install" or word is None or install.skips_cache or not _ships(stage):
        return
    if has_mount(run, install.manager.caches):
        return
    yield Finding.at(
        Span(install.start, word.end),
        f"'{install.tool} {word.value}' keeps the package index in the layer. Add '--no-cache'.",
        fix=Fix("Add --no-cache.", [Edit.after(word, " --no-cache")], safe=True),
    )


_RPM_CACHES = ("/var/cache/yum", "/var/cache/dnf", "/var/cache/libdnf5", "/var/cache/tdnf")


@rule(
    "DF209",
    severity=Severity.INFO,
    aliases=("DL3032", "DL3036", "DL3040"),
    fix="safe",
    on=("rpm", "zypper"),
)
def rpm_cache_left(install: PackageCall, run: Run, stage: Stage | None) -> Iterator[Finding]:
    """Caches of the package manager stay in the image.

    dnf, yum and zypper keep the metadata of every repository, often tens of megabytes. It is of
    no use at run time, and a later RUN that cleans it does not make the image smaller.

    Bad::

    ```dockerfile
    FROM fedora:41
    RUN dnf install -y nginx
    #   ^^^^^^^^^^^
    ```

    Good::

    ```dockerfile
    FROM fedora:41
    RUN dnf install -y nginx && dnf clean all
    ```

    Good (the cache is a mount)::

    ```dockerfile
    FROM fedora:41
    RUN --mount=type=cache,target=/var/cache/libdnf5 dnf install -y nginx
    ```

    How to fix: end the RUN with the manager's own clean.

    Source: dnf(8), "Clean Command"; zypper(8), "clean".
    """
    word = install.action_word
    if install.action not in ("install", "upgrade") or word is None or not _ships(stage):
        return
    caches = ("/var/cache/zypp",) if install.family == "zypper" else _RPM_CACHES
    if has_mount(run, caches) or is_removed_after(run, install.command, caches):
        return
    later = [
        call
        for one in commands_after(run, install.command)
        for call in calls_of(one)
        if call.family == install.family
    ]
    # Only the last install of a RUN.
    if any(call.action in ("install", "upgrade", "clean") for call in later):
        cleans = [call for call in later if call.action == "clean"]
        if not cleans or not _is_other_clean(install, cleans):
            return
    clean = install.manager.clean[0]
    edit = appended(run, clean)
    yield Finding.at(
        Span(install.start, word.end),
        f"'{short(install)}' leaves its caches in the layer, where they only take space. End the RUN with '{clean}'.",
        fix=Fix(f"End the RUN with '{clean}'.", [edit], safe=True) if edit else None,
        aliases=_cache_aliases(install, run),
    )


def _is_other_clean(install: PackageCall, cleans: list[PackageCall]) -> bool:
    """Whether only another program cleans: microdnf and dnf do not empty each other's cache."""
    return "microdnf" in (install.tool, *(call.tool for call in cleans)) and all(
        call.tool != install.tool for call in cleans
    )


def _cache_aliases(call: PackageCall, run: Run) -> tuple[str, ...]:
    word = call.action_word.value if call.action_word else ""
    if call.family == "zypper":
        return ("DL3036",) if word in ("install", "in") else ()
    if _removes_anything(commands_after(run, call.command)):
        return ()
    if call.tool == "yum":
        return ("DL3032",) if word == "install" else ()
    known = ("install", "in", "upgrade", "up", "upgrade-minimal", "up-min", "reinstall", "rei")
    return ("DL3040",) if call.manager.name in ("dnf", "microdnf") and word in known else ()


@rule("DF210", severity=Severity.INFO, fix="unsafe")
def installs_that_merge(stage: Stage) -> Iterator[Finding]:
    """Install layers that follow each other could be one.

    Each RUN is a layer with its own copy of the package database, and each repeats the update
    and the clean-up. One RUN installs the same packages in less space and time.

    Bad::

    ```dockerfile
    FROM alpine:3.20
    RUN apk add --no-cache curl
    RUN apk add --no-cache git
    #   ^^^^^^^^^^^^^^^^^^^^^^
    ```

    Good::

    ```dockerfile
    FROM alpine:3.20
    RUN apk add --no-cache curl git
    ```

    Good (files come in between)::

    ```dockerfile
    FROM alpine:3.20
    RUN apk add --no-cache curl
    COPY repositories /etc/apk/repositories
    RUN apk add --no-cache git
    ```

    How to fix: name all packages in one install.

    Fix safety: unsafe; a change of one package then reinstalls them all.

    Source: Docker docs, "Building best practices", section "RUN".
    """
    group: list[tuple[Run, PackageCall]] = []
    for one in stage.instructions:
        call = _pure_install(one)
        if call is not None and (not group or _is_alike(group[-1], one, call)):
            group.append((one, call))  # type: ignore[arg-type]
        elif one.keyword not in _METADATA:
            yield from _merged(stage, group)
            group = [(one, call)] if call is not None else []  # type: ignore[list-item]
    yield from _merged(stage, group)


def _pure_install(one: Instruction) -> PackageCall | None:
    """The first install of a RUN that does nothing but call one package manager."""
    if one.keyword != "RUN" or one.form != "shell" or one.heredocs or one.errors:
        return None
    found = None
    families = set()
    for command in one.commands:  # type: ignore[attr-defined]
        if command.name in ("rm", "true"):
            continue
        calls = calls_of(command)
        if not calls:
            return None
        families.add(calls[0].family)
        if calls[0].action == "install" and found is None:
            found = calls[0]
    if found is None or len(families) != 1 or found.family not in _SYSTEM:
        return None
    return found if found.packages and all(p.kind == "package" for p in found.packages) else None


def _is_alike(last: tuple[Run, PackageCall], one: Instruction, call: PackageCall) -> bool:
    flags = [flag.text for flag in last[0].flags]
    return last[1].family == call.family and flags == [flag.text for flag in one.flags]


def _merged(stage: Stage, group: list[tuple[Run, PackageCall]]) -> Iterator[Finding]:
    if len(group) < 2:
        return
    run, call = group[-1]
    source = run.source
    earlier = [source.line_of(one.start) for _, one in group[:-1]]
    yield Finding.at(
        call,
        f"This install and {'that' if len(earlier) == 1 else 'those'} on {lines(earlier)} are layers that could "
        "be one, with one copy of the package database. Name all packages in one RUN.",
        fix=_merge_fix(group),
        related=[Related(one, "installs with the same manager") for _, one in group[:-1]],
    )


def _merge_fix(group: list[tuple[Run, PackageCall]]) -> Fix | None:
    """Join the RUNs by ``&&`` where only blank space is between them."""
    edits = []
    for (first, _), (second, _) in pairwise(group):
        text = first.source.text
        gap = text[first.end : second.start]
        if gap.strip() or not is_and_chain(first) or not is_and_chain(second):
            return None
        newline = "\r\n" if "\r\n" in gap else "\n"
        edits.append(Edit(first.end, second.words[0].start, f" {first.escape}{newline}    && "))
    return Fix("Join the RUN instructions.", edits, safe=False)


_PIN_ALIASES = {"apt-get": "DL3008", "apk": "DL3018", "yum": "DL3033", "zypper": "DL3037"}


@rule(
    "DF211",
    severity=Severity.INFO,
    aliases=("DL3008", "DL3018", "DL3033", "DL3037", "DL3041"),
    default=False,
    on=_SYSTEM,
)
def unpinned_system_packages(
    install: PackageCall, run: Run, stage: Stage | None
) -> Iterator[Finding]:
    """System packages are installed without a version.

    The build gets what the mirror has that day, so two builds of one commit may differ. Mirrors
    drop old versions, however, and then a pinned build fails: this rule is off by default.

    Bad::

    ```dockerfile
    FROM debian:12
    RUN apt-get update && apt-get install -y --no-install-recommends nginx
    #                                                                ^^^^^
    ```

    Good::

    ```dockerfile
    FROM debian:12
    RUN apt-get update && apt-get install -y --no-install-recommends nginx=1.22.1-9+deb12u1
    ```

    How to fix: name the version of each package, or build from a snapshot of the mirror.

    Source: Docker docs, "Building best practices", section "Version pinning".
    """
    word = install.action_word
    if install.action != "install" or word is None or install.family == "pacman":
        return
    loose = [one for one in install.packages if _is_unpinned(one, install, run, stage)]
    if not loose:
        return
    loose_names = [one.word.value for one in loose]
    yield Finding.at(
        loose[0],
        f"{names(loose_names)} {'has' if len(loose_names) == 1 else 'have'} no version, so each build may get another one. "
        "Name the version, or install from a snapshot of the mirror.",
        aliases=_pin_aliases(install, word.value, loose),
    )


def _is_unpinned(package: Package, call: PackageCall, run: Run, stage: Stage | None) -> bool:
    if package.kind == "variable":
        known = value_of_word(package.word.value, run, stage)
        separators = "-" if call.family == "rpm" else "=/~<>"
        return known is None or not all(set(separators) & set(one) for one in known.split())
    if package.kind != "package" or package.version is not None:
        return False
    name = package.word.value
    if call.family in ("rpm", "zypper") and _is_group(name, call):
        return False
    # A trailing minus removes the package.
    return not (call.family == "apt" and name.endswith("-"))


def _is_group(name: str, call: PackageCall) -> bool:
    """Whether a name stands for a group or pattern, which has no version."""
    words = {word.value for word in call.command.args}
    return name.startswith("@") or bool(words & {"group", "groups", "groupinstall", "-t", "--type"})


def _pin_aliases(call: PackageCall, word: str, loose: list[Package]) -> tuple[str, ...]:
    if call.manager.name in ("dnf", "microdnf"):
        return ("DL3041",) if word == "install" else ()
    if call.tool == "zypper":
        return ("DL3037",) if word in ("install", "in") else ()
    known = {"apt-get": "install", "apk": "add", "yum": "install"}
    return (_PIN_ALIASES[call.tool],) if known.get(call.tool) == word else ()


_APT_GET = frozenset(
    {
        "install",
        "update",
        "upgrade",
        "remove",
        "purge",
        "autoremove",
        "clean",
        "full-upgrade",
        "build-dep",
        "autoclean",
    }
)
_APT_CACHE = frozenset({"search", "show", "policy", "depends", "rdepends", "showsrc"})


@rule("DF212", severity=Severity.WARNING, aliases=("DL3027",), fix="safe")
def apt_command(command: Command) -> Iterator[Finding]:
    """Script calls apt, which is made for people.

    ``apt`` warns that its command line and output may change at any time, and shows progress
    bars that fill the build log. ``apt-get`` and ``apt-cache`` do the same and stay as they
    are.

    Bad::

    ```dockerfile
    FROM debian:12
    RUN apt update && apt-get install -y --no-install-recommends nginx
    #   ^^^
    ```

    Good::

    ```dockerfile
    FROM debian:12
    RUN apt-get update && apt-get install -y --no-install-recommends nginx
    ```

    How to fix: write ``apt-get``, or ``apt-cache`` for queries.

    Source: apt(8), "SCRIPT USAGE AND DIFFERENCES FROM OTHER APT TOOLS".
    """
    if command.name != "apt" or not command.words:
        return
    word = command.words[0]
    action = next((one.value for one in command.args if not one.value.startswith("-")), "")
    new = "apt-get" if action in _APT_GET else "apt-cache" if action in _APT_CACHE else ""
    fix = None
    if new and word.text == "apt":
        action_fix = {"full-upgrade": "dist-upgrade"}.get(action)
        edits = [Edit.replace(word, new)]
        if action_fix is None:
            fix = Fix(f"Call {new}.", edits, safe=True)
    yield Finding.at(
        word,
        "'apt' is made for people: its command line and output may change. "
        f"Call '{new or 'apt-get'}'.",
        fix=fix,
    )


@rule("DF221", severity=Severity.INFO, on=_SYSTEM)
def build_tools_shipped(
    install: PackageCall, run: Run, stage: Stage, dockerfile: Dockerfile
) -> Iterator[Finding]:
    """Compilers and build tools stay in the final image.

    A compiler makes the image bigger by some hundred megabytes and is what an intruder wishes
    for. What it builds can be built in a stage of its own and copied, or the tools can go in
    the RUN that brought them.

    Bad::

    ```dockerfile
    FROM python:3.12-slim
    RUN apt-get update && apt-get install -y --no-install-recommends build-essential
    #                                                                ^^^^^^^^^^^^^^^
    COPY app /app
    CMD ["python", "/app/main.py"]
    ```

    Good::

    ```dockerfile
    FROM python:3.12-slim AS build
    RUN apt-get update && apt-get install -y --no-install-recommends build-essential
    RUN pip wheel --wheel-dir=/wheels uwsgi==2.0.28

    FROM python:3.12-slim
    COPY --from=build /wheels /wheels
    RUN pip install --no-cache-dir /wheels/*
    CMD ["uwsgi"]
    ```

    Good (gone in the same RUN)::

    ```dockerfile
    FROM alpine:3.20
    RUN apk add --no-cache --virtual .build build-base && make -C /src install && apk del .build
    CMD ["/usr/local/bin/app"]
    ```

    Good (the image is a toolchain)::

    ```dockerfile
    FROM golang:1.23
    RUN apt-get update && apt-get install -y --no-install-recommends gcc
    COPY build.sh /
    CMD ["/build.sh"]
    ```

    How to fix: build in a stage of its own and copy the result.

    Source: Docker docs, "Building best practices", section "Use multi-stage builds".
    """
    if install.action != "install" or not stage.ships or run not in stage.runs:
        return
    if ".devcontainer" in dockerfile.filename or is_toolchain_image(stage.root.base):
        return
    tools = compilers_among(install)
    if not tools or not _is_application(stage) or _is_removed(install, tools, run):
        return
    said = [one.word.value for one in tools]
    yield Finding.at(
        tools[0],
        f"{names(said)} stay{'s' if len(said) == 1 else ''} in the final image, where only the build needs "
        f"{'it' if len(said) == 1 else 'them'}. Build in a stage of its own, or remove what was needed in the same RUN.",
    )


def _is_application(stage: Stage) -> bool:
    """Whether the image gets files of its own or says what to run; else it may be there to build with."""
    final = stage.dockerfile.final_stage
    places = list(final.lineage()) if final else [stage]
    return any(place.of("COPY", "ADD", "CMD", "ENTRYPOINT") for place in places)


def _is_removed(install: PackageCall, tools: list[Package], run: Run) -> bool:
    virtual = install.value_of("-t", "--virtual")
    for command in commands_after(run, install.command):
        for call in calls_of(command):
            if call.family != install.family or call.action not in ("remove", "autoremove"):
                continue
            gone = {one.word.value for one in call.packages}
            variables = any(one.kind == "variable" for one in call.packages)
            named = any(one.word.value in gone or one.name in gone for one in tools)
            marked = call.action == "autoremove" and any(
                one.name == "apt-mark" for one in run.commands
            )
            if named or variables or marked or (virtual is not None and virtual in gone):
                return True
    return False
