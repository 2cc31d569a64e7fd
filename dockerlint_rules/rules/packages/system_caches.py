"""Caches of the system package managers apk, dnf, yum and zypper."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Edit, Finding, Fix, Severity
from dockerlint_rules.fixes.edits import insert_flag
from dockerlint_rules.fixes.run_chain import append_to_chain
from dockerlint_rules.model.layers.cleanup import (
    first_where,
    has_mount,
    is_removed_after,
    last_of_each,
    last_where,
)
from dockerlint_rules.model.packages.call_reader import calls_of
from dockerlint_rules.model.stages import is_shipped
from dockerlint_rules.registry.rule import rule
from dockerlint_rules.rules.packages.leftover_package_lists import removes_anything_after
from dockerlint_rules.rules.wording import call_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.model.packages.calls import PackageCall
    from dockerlint_rules.model.stages import Stage
    from dockerlint_rules.syntax.dockerfile.instructions import Run
    from dockerlint_rules.syntax.shell.command import Command


@rule("DF208", severity=Severity.INFO, aliases=("DL3019",), fix="safe", on=("apk",))
def leftover_apk_cache(install: PackageCall, run: Run, stage: Stage | None) -> Iterator[Finding]:
    """apk installs packages without --no-cache.

    Without ``--no-cache`` apk stores the package index in ``/var/cache/apk``. The image does not need the index at run
    time. With the flag, neither an ``apk update`` before the install nor an ``rm`` after it is necessary.

    Bad::

    ```dockerfile
    FROM alpine:3.20
    RUN apk update && apk add curl
    #                 ^^^^^^^ 'apk add' stores the package index in '/var/cache/apk'
    ```

    Fixed::

    ```dockerfile
    FROM alpine:3.20
    RUN apk update && apk add --no-cache curl
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

    How to fix: add ``--no-cache``, and remove an ``apk update`` before it.

    Source: Alpine wiki, "Local APK cache"; ``apk add --help``.
    """
    word = install.action_word
    if install.action != "install" or word is None or install.skips_cache or not is_shipped(stage):
        return
    # Without the network there is no index to keep.
    if install.has_flag("--no-network") or has_mount(run, install.manager.caches):
        return
    if _only_marks_packages(install, run):
        return
    yield Finding.at(
        install.head,
        f"'{call_name(install)}' stores the package index in '/var/cache/apk', and the image does not need it. "
        "Add '--no-cache'.",
        fix=Fix("Add '--no-cache'", [insert_flag(word, "--no-cache", run)], safe=True),
    )


def _only_marks_packages(install: PackageCall, run: Run) -> bool:
    """Whether a call only marks installed packages, so that ``apk del`` keeps them: it downloads nothing.

    Such a call takes the packages from a variable, as a virtual package, after an install without a cache.
    """
    if install.value_of("-t", "--virtual") is None:
        return False
    if not all(package.kind == "variable" for package in install.packages):
        return False
    return first_where(run, "apk-no-cache", _installs_without_cache) < install.command.index


def _installs_without_cache(command: Command) -> bool:
    return any(
        call.family == "apk" and call.action == "install" and call.skips_cache
        for call in calls_of(command)
    )


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

    dnf, yum and zypper keep the metadata of every repository, often tens of megabytes. The image does not need it at
    run time, and a later RUN that cleans the cache does not make the image smaller, because the earlier layer still has
    the files.

    Bad::

    ```dockerfile
    FROM fedora:41
    RUN dnf install -y nginx
    #   ^^^^^^^^^^^ 'dnf install' leaves its package cache in the layer
    ```

    Fixed::

    ```dockerfile
    FROM fedora:41
    RUN dnf install -y nginx && dnf clean all
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

    How to fix: end the RUN with the package manager's own clean-up command.

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
    last_change = last_where(
        run, ("changes-cache", family), lambda command: _changes_cache(command, family)
    )
    if last_change > install.command.index:
        tools = last_of_each(
            run, ("cleans", family), lambda one: (one.tool,) if _cleans(one, family) else ()
        )
        later = [tool for tool, index in tools.items() if index > install.command.index]
        # Only another program cleans its cache: microdnf and dnf do not clean each other's.
        if not later or install.tool in later or "microdnf" not in (install.tool, *later):
            return
    clean = install.manager.clean[0]
    edit = append_to_chain(run, clean)
    yield Finding.at(
        install.head,
        f"'{call_name(install)}' leaves its package cache in the layer. End the RUN with '{clean}'.",
        fix=Fix(f"End the RUN with '{clean}'", [edit], safe=True) if edit else None,
        aliases=_aliases(install, run),
    )


def _changes_cache(command: Command, family: str) -> bool:
    """Whether a command fills or cleans the cache of a family of package managers."""
    return any(
        call.family == family and call.action in ("install", "upgrade", "clean")
        for call in calls_of(command)
    )


def _cleans(call: PackageCall, family: str) -> bool:
    return call.family == family and call.action == "clean"


def _aliases(call: PackageCall, run: Run) -> tuple[str, ...]:
    """The hadolint rules that report this call too."""
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

    ``apk add --no-cache`` fetches the index itself and does not keep it. An ``apk update`` before it takes extra
    time and leaves a copy of the index in the layer.

    Bad::

    ```dockerfile
    FROM alpine:3.22
    RUN apk update && apk add --no-cache curl
    #   ^^^^^^^^^^ this 'apk update' is redundant
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

    How to fix: remove ``apk update``.

    Fix safety: safe, because every later ``apk`` call of the RUN that needs the index has ``--no-cache``.

    Source: apk(8); Alpine wiki, "Alpine Package Keeper".
    """
    if install.action != "update" or install.skips_cache:
        return
    if install.command.conditional or install.command.nested:
        return
    last = last_of_each(run, "apk", _apk_states)
    index = install.command.index
    if last.get("needs-cache", -1) > index or last.get("fetches", -1) <= index:
        return
    if has_mount(run, ("/var/cache/apk",)):
        return
    if last_where(run, "rm-apk", _removes_index) > install.command.index:
        return
    yield Finding.at(
        install,
        "The later apk calls use '--no-cache' and fetch the index themselves, so this 'apk update' is redundant. "
        "Remove it.",
        fix=_remove_update(install, run),
    )


def _apk_states(call: PackageCall) -> Iterator[str]:
    """Whether a call of apk needs the index in the layer, and whether it looks packages up in an index."""
    if call.family == "apk":
        if call.action != "remove" and not call.skips_cache:
            yield "needs-cache"
        if call.action in ("install", "upgrade"):
            yield "fetches"


def _removes_index(command: Command) -> bool:
    return command.name == "rm" and any("/var/cache/apk" in word.value for word in command.args)


def _remove_update(install: PackageCall, run: Run) -> Fix | None:
    """Remove the command together with the ``&&`` after it; None if anything else is between the commands."""
    command = install.command
    if command.after != "&&" or command.outer_start != command.start:
        return None
    if command.index + 1 >= len(run.commands):
        return None
    following = run.commands[command.index + 1]
    between = run.source.text[command.end : following.outer_start]
    if between.replace("&&", "", 1).replace(run.escape, "").strip():
        return None
    return Fix("Remove 'apk update'", [Edit(command.start, following.outer_start, "")], safe=True)
