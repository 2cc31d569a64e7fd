"""What system packages leave in the image: lists, caches, recommended packages, build tools."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Finding, Fix, Severity
from dockerlint_rules.fixes.edits import add_flag, insert_flag
from dockerlint_rules.model.layers.cleanup import (
    appended,
    calls_after,
    first_where,
    has_mount,
    is_removed_after,
    last_where,
    mount_targets,
    uses_cache_mounts,
)
from dockerlint_rules.model.packages.apt_settings import is_apt_configured, keeps_downloads
from dockerlint_rules.model.packages.build_tools import (
    compilers_among,
    is_idle,
    is_language_image,
    is_toolchain_image,
)
from dockerlint_rules.model.packages.calls import calls_in, calls_of
from dockerlint_rules.registry.rule import rule
from dockerlint_rules.rules.wording import names, short
from dockerlint_rules.syntax.source import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.model.packages.calls import Package, PackageCall
    from dockerlint_rules.model.stages import Dockerfile, Stage
    from dockerlint_rules.syntax.dockerfile.instructions import Run
    from dockerlint_rules.syntax.shell.script import Command

_SYSTEM = ("apt", "apk", "rpm", "zypper", "pacman")
_LISTS = "/var/lib/apt/lists"
_USES_INDEX = frozenset({"install", "upgrade", "dist-upgrade", "build-dep", "download"})
_FALSE = frozenset({"false", "no", "off", "without", "disable", "0"})


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

    How to fix: delete the lists at the end of the RUN that fetched them, or keep them in a cache mount.

    Fix safety: safe; it is not offered where a later install would miss the lists. In a file that has cache mounts, the
    fix is one more of them.

    Source: Docker docs, "Building best practices", section "apt-get".
    """
    if install.action != "update" or not _ships(stage) or has_mount(run, (_LISTS,)):
        return
    if is_removed_after(run, install.command, (_LISTS,)):
        return
    at = install.command.index
    if last_where(run, "cleans-lists", lambda one: any(map(_cleans_lists, calls_of(one)))) > at:
        return
    # Only the last update of a RUN.
    if last_where(run, "apt-update", _is_apt_update) > at:
        return
    fix = None
    if not _is_index_used_later(run, dockerfile):
        fix = _without_lists(run, stage, dockerfile)
    yield Finding.at(
        install,
        f"'{short(install)}' leaves the package lists in the layer, where they only take space. "
        f"End the RUN with 'rm -rf {_LISTS}/*'.",
        fix=fix,
        aliases=() if _removes_anything_after(run, install.command) else None,
    )


def _without_lists(run: Run, stage: Stage | None, dockerfile: Dockerfile) -> Fix | None:
    """Delete the lists or, where the author keeps caches in mounts, keep them in one too."""
    if run.keyword == "RUN" and uses_cache_mounts(dockerfile):
        folders = [_LISTS, "/var/cache/apt"] if keeps_downloads(run, stage) else [_LISTS]
        known = set(mount_targets(run))
        flags = [
            f"--mount=type=cache,target={one},sharing=locked" for one in folders if one not in known
        ]
        return Fix("Keep the lists in a cache mount.", [add_flag(run, *flags)], safe=True)
    edit = appended(run, f"rm -rf {_LISTS}/*")
    return Fix("Delete the lists at the end of the RUN.", [edit], safe=True) if edit else None


def _ships(stage: Stage | None) -> bool:
    return stage is None or stage.ships


def _cleans_lists(call: PackageCall) -> bool:
    word = call.action_word
    return call.family == "apt" and word is not None and word.value in ("distclean", "dist-clean")


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
            if first is not None and first.action in _USES_INDEX:
                last = later.start
        stage.facts["last-index-use"] = last
    return last


def _removes_anything_after(run: Run, command: Command) -> bool:
    """Whether an ``rm -rf`` of any folder follows, which hadolint takes for a clean-up."""
    last = last_where(
        run, "rm-rf", lambda one: one.name == "rm" and one.has_flag("-r") and one.has_flag("-f")
    )
    return last > command.index


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
    if install.option("APT::Install-Recommends") in _FALSE or is_apt_configured(
        run, stage, "APT::Install-Recommends"
    ):
        return
    yield Finding.at(
        Span(install.start, word.end),
        f"'{install.tool} {word.value}' brings in recommended packages that nobody asked for. "
        "Add '--no-install-recommends'.",
        fix=Fix(
            "Add --no-install-recommends.",
            [insert_flag(word, "--no-install-recommends", run)],
            safe=False,
        ),
        aliases=None if install.tool == "apt-get" else (),
    )


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
    # Without the network there is no index to keep.
    if install.has_flag("--no-network") or has_mount(run, install.manager.caches):
        return
    if _only_marks(install, run):
        return
    yield Finding.at(
        Span(install.start, word.end),
        f"'{install.tool} {word.value}' keeps the package index in the layer. Add '--no-cache'.",
        fix=Fix("Add --no-cache.", [insert_flag(word, "--no-cache", run)], safe=True),
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
    if _removes_anything_after(run, call.command):
        return ()
    if call.tool == "yum":
        return ("DL3032",) if word == "install" else ()
    known = ("install", "in", "upgrade", "up", "upgrade-minimal", "up-min", "reinstall", "rei")
    return ("DL3040",) if call.manager.name in ("dnf", "microdnf") and word in known else ()


@rule("DF221", severity=Severity.INFO, on=_SYSTEM)
def build_tools_shipped(
    install: PackageCall, run: Run, stage: Stage | None, dockerfile: Dockerfile
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

    Good (an environment to work in)::

    ```dockerfile
    FROM ubuntu:24.04
    RUN apt-get update && apt-get install -y --no-install-recommends build-essential
    COPY tools /usr/local/bin/
    CMD ["bash"]
    ```

    How to fix: build in a stage of its own and copy the result.

    Known problems: images that start nothing, or only a shell, are taken for environments to work in, unless
    files are copied into the image of a language; stages are judged by their names (``test``,
    ``dev``) too. Images that others build upon are reported where they start something.

    Source: Docker docs, "Building best practices", section "Use multi-stage builds".
    """
    if install.action != "install" or stage is None:
        return
    if not stage.ships or not stage.holds(run):
        return
    if _is_file_for_work(dockerfile) or is_toolchain_image(stage.root.base):
        return
    # A base out of a variable may be there to build with as well.
    if not stage.root.base.is_name_certain:
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


def _is_file_for_work(dockerfile: Dockerfile) -> bool:
    """Whether the file's folders or its suffix say that the image is there to work in."""
    facts = dockerfile.facts
    if "is-for-work" not in facts:
        path = dockerfile.filename.lower().replace("\\", "/")
        parts = path.replace(".dockerfile", "").replace("dockerfile.", "").split("/")
        facts["is-for-work"] = not _WORKPLACES.isdisjoint(parts[-3:])
    return bool(facts["is-for-work"])


_WORKPLACES = frozenset(
    {
        ".ci",
        ".circleci",
        ".cursor",
        ".devcontainer",
        ".github",
        ".gitpod",
        "builder",
        "ci",
        "dev",
        "test",
    }
)
_IS_FOR_WORK = frozenset(
    {"build", "builder", "ci", "dev", "devel", "development", "lint", "test", "testing", "tests"}
)


def _is_application(stage: Stage) -> bool:
    """Whether the image is there to run something; else it may be there to build with."""
    facts = stage.dockerfile.facts
    if "is-application" not in facts:
        facts["is-application"] = _starts_program(stage.dockerfile.final_stage or stage)
    return bool(facts["is-application"])


def _starts_program(final: Stage) -> bool:
    """Whether the image says what to run; where it does not, files in a language's image tell."""
    if _IS_FOR_WORK & set((final.name or "").lower().replace("_", "-").split("-")):
        return False
    places = list(final.lineage())
    for place in places:
        commands = place.of("CMD")
        if commands:
            # An environment to work in waits, or opens a shell.
            return not is_idle(commands[-1].args)
    if any(place.of("ENTRYPOINT") for place in places):
        return True
    return is_language_image(final.root.base) and any(place.of("COPY", "ADD") for place in places)


def _is_removed(install: PackageCall, tools: list[Package], run: Run) -> bool:
    virtual = install.value_of("-t", "--virtual")
    for call in calls_after(run, install.command, ("remove", "autoremove")):
        if call.family != install.family:
            continue
        gone = {one.word.value for one in call.packages}
        variables = any(one.kind == "variable" for one in call.packages)
        named = any(one.word.value in gone or one.name in gone for one in tools)
        # "apt-mark auto '.*'" first: then whatever nothing needs goes with the purge.
        marked = (
            call.action == "autoremove" or call.has_flag("--auto-remove", "--autoremove")
        ) and last_where(run, "apt-mark", lambda one: one.name == "apt-mark") >= 0
        if named or variables or marked or (virtual is not None and virtual in gone):
            return True
    return False
