"""Rules about system caches."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Edit, Finding, Fix, Severity
from dockerlint_rules.fixes.edits import flag_after
from dockerlint_rules.model.layers.cleanup import (
    appended,
    calls_after,
    first_where,
    has_mount,
    is_removed_after,
    last_where,
)
from dockerlint_rules.model.packages.call_reader import calls_of
from dockerlint_rules.model.stages import is_shipped
from dockerlint_rules.registry.rule import rule
from dockerlint_rules.rules.packages.package_lists import removes_anything_after
from dockerlint_rules.rules.wording import short
from dockerlint_rules.syntax.source import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.model.packages.calls import PackageCall
    from dockerlint_rules.model.stages import Stage
    from dockerlint_rules.syntax.dockerfile.instructions import Run
    from dockerlint_rules.syntax.shell.command import Command


@rule("DF208", severity=Severity.INFO, aliases=("DL3019",), fix="safe", on=("apk",))
def leftover_apk_cache(install: PackageCall, run: Run, stage: Stage | None) -> Iterator[Finding]:
    """apk package index is left in the image.

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
    if install.action != "install" or word is None or install.skips_cache or not is_shipped(stage):
        return
    # Without the network there is no index to keep.
    if install.has_flag("--no-network") or has_mount(run, install.manager.caches):
        return
    if _only_marks(install, run):
        return
    yield Finding.at(
        Span(install.start, word.end),
        f"'{install.tool} {word.value}' keeps the package index in the layer. Add '--no-cache'.",
        fix=Fix("Add --no-cache.", [flag_after(word, "--no-cache", run)], safe=True),
    )


def _only_marks(install: PackageCall, run: Run) -> bool:
    """Whether a call names what is there already, so that ``apk del`` leaves it: it fetches nothing.

    That is a list out of a variable, under a name of its own, behind an install without a cache.
    """
    if install.value_of("-t", "--virtual") is None:
        return False
    if not all(one.kind == "variable" for one in install.packages):
        return False
    first = first_where(
        run,
        "apk-no-cache",
        lambda one: any(
            call.family == "apk" and call.action == "install" and call.skips_cache
            for call in calls_of(one)
        ),
    )
    return first < install.command.index


_RPM_CACHES = ("/var/cache/yum", "/var/cache/dnf", "/var/cache/libdnf5", "/var/cache/tdnf")


@rule(
    "DF209",
    severity=Severity.INFO,
    aliases=("DL3032", "DL3036", "DL3040"),
    fix="safe",
    on=("rpm", "zypper"),
)
def leftover_rpm_cache(install: PackageCall, run: Run, stage: Stage | None) -> Iterator[Finding]:
    """dnf, yum or zypper cache is left in the image.

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
    if install.action not in ("install", "upgrade") or word is None or not is_shipped(stage):
        return
    caches = ("/var/cache/zypp",) if install.family == "zypper" else _RPM_CACHES
    if has_mount(run, caches) or is_removed_after(run, install.command, caches):
        return
    family = install.family
    # Only the last install of a RUN.
    if (
        last_where(run, ("settles", family), lambda one: _settles(one, family))
        > install.command.index
    ):
        later = calls_after(run, install.command, ("clean",))
        cleans = [call for call in later if call.family == family]
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


def _settles(command: Command, family: str) -> bool:
    """Whether what a command does to the cache is what counts from there on."""
    return any(
        call.family == family and call.action in ("install", "upgrade", "clean")
        for call in calls_of(command)
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
    if removes_anything_after(run, call.command):
        return ()
    if call.tool == "yum":
        return ("DL3032",) if word == "install" else ()
    known = ("install", "in", "upgrade", "up", "upgrade-minimal", "up-min", "reinstall", "rei")
    return ("DL3040",) if call.manager.name in ("dnf", "microdnf") and word in known else ()


@rule("DF229", severity=Severity.INFO, fix="safe", on=("apk",))
def redundant_apk_update(install: PackageCall, run: Run) -> Iterator[Finding]:
    """apk update is redundant with --no-cache.

    ``apk add --no-cache`` fetches the index by itself and keeps none of it. A call of ``apk update`` beside it costs
    time and leaves a copy of the index in the layer.

    Bad::

    ```dockerfile
    FROM alpine:3.22
    RUN apk update && apk add --no-cache curl
    #   ^^^^^^^^^^
    ```

    Fixed::

    ```dockerfile
    FROM alpine:3.22
    RUN apk add --no-cache curl
    ```

    Good::

    ```dockerfile
    FROM alpine:3.22
    RUN apk add --no-cache curl
    ```

    How to fix: drop ``apk update``.

    Fix safety: safe, where every ``apk`` of the RUN that follows has ``--no-cache``.

    Source: apk(8); Alpine wiki, "Alpine Package Keeper".
    """
    if install.action != "update" or install.skips_cache or install.command.conditional:
        return
    if install.command.nested:
        return
    from dockerlint_rules.model.packages.call_reader import calls_in

    later = run.facts.get("apk-calls")
    if later is None:
        later = run.facts["apk-calls"] = [call for call in calls_in(run) if call.family == "apk"]
    after = [call for call in later if call.start > install.start]
    if not after or not all(call.skips_cache for call in after if call.action != "remove"):
        return
    if not any(call.action in ("install", "upgrade") for call in after):
        return
    if (
        has_mount(run, ("/var/cache/apk",))
        or last_where(run, "rm-apk", _removes_index) > install.command.index
    ):
        return
    yield Finding.at(
        install,
        "'apk add --no-cache' fetches the index itself; 'apk update' fetches it again and leaves it in the layer. Drop it.",
        fix=_without(install, run),
    )


def _removes_index(command: Command) -> bool:
    return command.name == "rm" and any("/var/cache/apk" in word.value for word in command.args)


def _without(install: PackageCall, run: Run) -> Fix | None:
    """Drop a command and the ``&&`` behind it, where it begins its RUN."""
    command = install.command
    at = command.index + 1
    if command.after != "&&" or command.outer_start != command.start or at >= len(run.commands):
        return None
    following = run.commands[at]
    between = run.source.text[command.end : following.outer_start]
    if between.replace("&&", "", 1).replace(run.escape, "").strip():
        return None
    return Fix("Drop apk update.", [Edit(command.start, following.outer_start, "")], safe=True)
