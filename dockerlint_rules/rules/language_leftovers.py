"""What the package managers of languages leave in the image, and installs that fail unseen."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Finding, Fix, Severity
from dockerlint_rules.fixes.edits import insert_flag
from dockerlint_rules.model.layers.cleanup import (
    appended,
    calls_after,
    has_mount,
    is_removed_after,
    last_where,
    mount_targets,
)
from dockerlint_rules.registry.rule import rule
from dockerlint_rules.rules.wording import names, short
from dockerlint_rules.syntax.source import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.model.packages.calls import PackageCall
    from dockerlint_rules.model.stages import Stage
    from dockerlint_rules.syntax.dockerfile.instructions import Run
    from dockerlint_rules.syntax.shell.script import Command


def _ships(stage: Stage | None) -> bool:
    return stage is None or stage.ships


def _place(install: PackageCall) -> Span:
    word = install.action_word
    return Span(install.start, word.end if word else install.command.words[0].end)


def _is_last(install: PackageCall, run: Run) -> bool:
    """Whether no install of the family follows in the RUN: one clean-up at the end does for all."""
    later = calls_after(run, install.command, ("install",))
    return not any(call.family == install.family for call in later)


@rule("DF222", severity=Severity.INFO, fix="safe", on=("conda",))
def conda_cache_kept(install: PackageCall, run: Run, stage: Stage | None) -> Iterator[Finding]:
    """conda keeps every package a second time.

    conda unpacks packages into ``pkgs`` and links them from there; archives and what nothing links to stay, often
    hundreds of megabytes.

    Bad::

    ```dockerfile
    FROM continuumio/miniconda3:25.3.1-1
    RUN conda install -y numpy=2.2
    #   ^^^^^^^^^^^^^
    ```

    Fixed::

    ```dockerfile
    FROM continuumio/miniconda3:25.3.1-1
    RUN conda install -y numpy=2.2 && conda clean -afy
    ```

    Good::

    ```dockerfile
    FROM continuumio/miniconda3:25.3.1-1
    RUN conda install -y numpy=2.2 && conda clean -afy
    ```

    How to fix: end the RUN with ``conda clean -afy``, or mount a cache on ``/opt/conda/pkgs``.

    Fix safety: safe; only archives and packages that nothing links to go.

    Source: conda documentation, "conda clean".
    """
    if install.action not in ("install", "upgrade", "create") or not _ships(stage):
        return
    if not _is_last(install, run) or any(target.endswith("pkgs") for target in mount_targets(run)):
        return
    if any(call.family == "conda" for call in calls_after(run, install.command, ("clean",))):
        return
    if is_removed_after(run, install.command, ("/opt/conda/pkgs",)):
        return
    edit = appended(run, f"{install.tool} clean -afy")
    yield Finding.at(
        _place(install),
        f"'{short(install)}' leaves archives and unused packages in the layer. End the RUN with '{install.tool} clean -afy'.",
        fix=Fix("Clean conda's cache at the end of the RUN.", [edit], safe=True) if edit else None,
    )


_YARN_CACHES = ("/usr/local/share/.cache", "/usr/local/share/.cache/yarn", "/root/.cache/yarn")


@rule(
    "DF223", severity=Severity.INFO, default=False, fix="unsafe", aliases=("DL3060",), on=("yarn",)
)
def yarn_cache_kept(install: PackageCall, run: Run, stage: Stage | None) -> Iterator[Finding]:
    """yarn keeps its download cache in the image.

    Every package is in the image twice: in ``node_modules`` and in the cache.

    Bad::

    ```dockerfile
    FROM node:24
    RUN yarn install --frozen-lockfile
    #   ^^^^^^^^^^^^
    ```

    Fixed::

    ```dockerfile
    FROM node:24
    RUN yarn install --frozen-lockfile && yarn cache clean
    ```

    Good::

    ```dockerfile
    FROM node:24
    RUN yarn install --frozen-lockfile && yarn cache clean
    ```

    How to fix: clean the cache in the same RUN, or mount it.

    Fix safety: unsafe, because a later install has to fetch everything again.

    Known problems: off by default; images that are copied from afterwards do not carry the cache.

    Source: yarnpkg.com, "yarn cache clean".
    """
    word = install.action_word
    if install.action != "install" or word is None or has_mount(run, install.manager.caches):
        return
    if not _ships(stage):
        return
    if any("yarn" in target or target.endswith("/.cache") for target in mount_targets(run)):
        return
    if any(call.family == "yarn" for call in calls_after(run, install.command, ("clean",))):
        return
    if is_removed_after(run, install.command, _YARN_CACHES):
        return
    if last_where(run, "rm of yarn's", _removes_yarn_cache) > install.command.index:
        return
    edit = appended(run, "yarn cache clean") if _is_last(install, run) else None
    yield Finding.at(
        _place(install),
        f"'{short(install)}' keeps what it downloads in a cache inside of the layer. End the RUN with 'yarn cache clean'.",
        fix=Fix("Clean yarn's cache at the end of the RUN.", [edit], safe=False) if edit else None,
        aliases=None if word.value == "install" else (),
    )


def _removes_yarn_cache(command: Command) -> bool:
    return command.name == "rm" and any("yarn cache dir" in word.text for word in command.args)


_CACHES = {
    "npm": ("/root/.npm", "npm cache clean --force"),
    "composer": ("/root/.composer/cache", "composer clear-cache"),
    "uv": ("/root/.cache/uv", "'--no-cache' on the command"),
    "poetry": ("/root/.cache/pypoetry", "poetry cache clear --all ."),
    "pipenv": ("/root/.cache/pipenv", "'--clear' on the command"),
    "pacman": ("/var/cache/pacman/pkg", "pacman -Scc --noconfirm"),
    "go": ("/go/pkg/mod", "go clean -modcache"),
    "cargo": ("/usr/local/cargo/registry", "rm -rf /usr/local/cargo/registry"),
}


@rule("DF224", severity=Severity.INFO, default=False, on=tuple(_CACHES))
def download_cache_kept(install: PackageCall, run: Run, stage: Stage | None) -> Iterator[Finding]:
    """A download cache stays in the image.

    What the package manager fetched lies in the layer a second time, and nothing reads it there.

    Bad::

    ```dockerfile
    FROM node:24
    COPY package.json package-lock.json ./
    RUN npm ci
    #   ^^^^^^
    ```

    Good::

    ```dockerfile
    FROM node:24
    COPY package.json package-lock.json ./
    RUN --mount=type=cache,target=/root/.npm npm ci
    ```

    How to fix: mount the cache, or clean it at the end of the same RUN.

    Known problems: off by default. pip, apt, apk, dnf, zypper, conda and yarn have rules of their own.

    Source: Docker docs, "Optimize cache usage in builds".
    """
    if (
        install.action not in ("install", "sync", "download")
        or not _ships(stage)
        or install.skips_cache
    ):
        return
    path, command = _CACHES[install.family]
    targets = mount_targets(run)
    if targets and (
        has_mount(run, (path,)) or any(path.rpartition("/")[2] in one for one in targets)
    ):
        return
    if not _is_last(install, run) or is_removed_after(run, install.command, (path, "/root/.cache")):
        return
    if any(call.family == install.family for call in calls_after(run, install.command, ("clean",))):
        return
    yield Finding.at(
        _place(install),
        f"'{short(install)}' leaves its downloads in {path} of the layer. Mount a cache there, or clean up with {command}.",
    )


# Editors, and tools to look around with.
_LUXURIES = frozenset({
    "vim", "vim-nox", "vim-tiny", "nano", "emacs", "emacs-nox", "telnet", "inetutils-telnet", "net-tools", "iputils-ping", "htop",
    "screen", "tmux", "man-db", "mlocate", "less", "strace", "ltrace", "gdb", "lsof", "tcpdump", "nmap", "traceroute",
})  # fmt: skip


@rule("DF225", severity=Severity.INFO, default=False, on=("apt", "apk", "rpm", "zypper", "pacman"))
def debugging_tools_shipped(install: PackageCall, stage: Stage | None) -> Iterator[Finding]:
    """Editors and debugging tools are in the final image.

    They make the image bigger, and give an intruder tools to work with.

    Bad::

    ```dockerfile
    FROM debian:12
    RUN apt-get update && apt-get install -y --no-install-recommends nginx vim
    #                                                                      ^^^
    ```

    Good::

    ```dockerfile
    FROM debian:12
    RUN apt-get update && apt-get install -y --no-install-recommends nginx
    ```

    How to fix: leave them out; for a look inside use ``docker debug`` or a container that shares the namespaces.

    Known problems: off by default, since some images are there to work in.

    Source: Docker docs, "Building best practices", "Don't install unnecessary packages".
    """
    if install.action != "install" or not _ships(stage):
        return
    found = [one for one in install.packages if one.name in _LUXURIES]
    if found:
        yield Finding.at(
            found[0],
            f"{names([one.name for one in found])}: nothing that the image runs needs it. Leave it out.",
        )


@rule("DF226", severity=Severity.WARNING, on=("R", "Rscript", "r"))
def unchecked_r_install(command: Command) -> Iterator[Finding]:
    """A failed install.packages goes unseen.

    R only warns when a package cannot be installed, and ends well: the image is built without it, and breaks when it
    runs.

    Bad::

    ```dockerfile
    FROM r-base:4.5.1
    RUN R -e "install.packages('shiny', repos='https://cran.r-project.org')"
    #         ^^^^^^^^^^^^^^^^
    ```

    Good::

    ```dockerfile
    FROM r-base:4.5.1
    RUN R -e "options(warn = 2); install.packages('shiny', repos='https://cran.r-project.org')"
    ```

    Good (littler stops by itself)::

    ```dockerfile
    FROM r-base:4.5.1
    RUN install2.r --error shiny
    ```

    How to fix: turn warnings into errors with ``options(warn = 2)``, or use ``install2.r --error``.

    Known problems: a script file that is run is not looked into.

    Source: R documentation, ``install.packages``, ``options``; littler's ``install2.r``.
    """
    text = " ".join(word.value for word in command.args)
    if "install.packages" not in text or any(
        sign in text
        for sign in (
            "warn=2",
            "warn = 2",
            "warn =2",
            "warn= 2",
            "stopifnot",
            "quit(",
            "q(",
            "library(",
            "require",
        )
    ):
        return
    for word in command.args:
        at = word.text.find("install.packages")
        if at >= 0 and "\n" not in word.text[:at]:
            start = word.start + at
            yield Finding.at(
                Span(start, start + len("install.packages")),
                "R ends well when a package cannot be installed. "
                "Put 'options(warn = 2);' before it, or use 'install2.r --error'.",
            )
            return


@rule("DF227", severity=Severity.WARNING, on=("conda",))
def unpinned_conda_packages(install: PackageCall) -> Iterator[Finding]:
    """conda packages without a version.

    The build takes what is newest on its day, and the next one takes something else.

    Bad::

    ```dockerfile
    FROM continuumio/miniconda3:25.3.1-1
    RUN conda install -y numpy && conda clean -afy
    #                    ^^^^^
    ```

    Good::

    ```dockerfile
    FROM continuumio/miniconda3:25.3.1-1
    RUN conda install -y numpy=2.2.5 && conda clean -afy
    ```

    Good (from a file)::

    ```dockerfile
    FROM continuumio/miniconda3:25.3.1-1
    COPY environment.yml .
    RUN conda env update -f environment.yml && conda clean -afy
    ```

    How to fix: add ``=VERSION``, or install from an environment or lock file.

    Source: conda documentation, "Managing packages".
    """
    if install.action != "install" or install.files:
        return
    loose = [one for one in install.packages if one.kind == "package" and not one.version]
    if loose:
        yield Finding.at(
            loose[0],
            f"{names([one.name for one in loose])} without a version: the next build installs something else. "
            "Add '=VERSION', or install from a file.",
        )


@rule(
    "DF219", severity=Severity.INFO, default=False, fix="unsafe", on=("npm", "composer", "poetry")
)
def development_dependencies(
    install: PackageCall, run: Run, stage: Stage | None
) -> Iterator[Finding]:
    """Development dependencies are installed in the final image.

    Test runners, linters and compilers of the project ship to production.

    Bad::

    ```dockerfile
    FROM composer:2
    COPY composer.json composer.lock ./
    RUN composer install
    #   ^^^^^^^^^^^^^^^^
    ```

    Fixed::

    ```dockerfile
    FROM composer:2
    COPY composer.json composer.lock ./
    RUN composer install --no-dev
    ```

    Good::

    ```dockerfile
    FROM node:24
    COPY package.json package-lock.json ./
    RUN npm ci --omit=dev
    ```

    How to fix: leave them out with the tool's flag, or build in an earlier stage.

    Fix safety: unsafe, because a later step may need one of them.

    Known problems: off by default: a single stage that also builds needs them.

    Source: getcomposer.org, "install"; docs.npmjs.com, "npm ci"; python-poetry.org, "install".
    """
    word = install.action_word
    if word is None or install.packages or not _ships(stage) or install.action != "install":
        return
    flags = {
        "npm": ("--omit", "--production", "--only", "-g", "--global"),
        "composer": ("--no-dev",),
        "poetry": ("--only", "--without", "--no-dev", "--only-root", "--sync"),
    }[install.family]
    if install.has_flag(*flags) or word.value in ("require", "create-project", "add"):
        return
    if stage is not None and stage.scope.final.get("NODE_ENV") == "production":
        return
    added = {"npm": "--omit=dev", "composer": "--no-dev", "poetry": "--only main"}[install.family]
    yield Finding.at(
        _place(install),
        f"'{short(install)}' ships development dependencies. Add '{added}'.",
        fix=Fix(f"Add {added}.", [insert_flag(word, added, run)], safe=False),
    )
