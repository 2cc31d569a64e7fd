"""Download caches of the package managers of languages."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Finding, Fix, Severity
from dockerlint_rules.fixes.run_chain import append_to_chain
from dockerlint_rules.model.layers.cleanup import (
    any_mount_target,
    has_call_after,
    has_mount,
    is_removed_after,
    last_where,
)
from dockerlint_rules.model.stages import is_shipped
from dockerlint_rules.registry.rule import rule
from dockerlint_rules.rules.wording import call_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.model.packages.calls import PackageCall
    from dockerlint_rules.model.stages import Stage
    from dockerlint_rules.syntax.dockerfile.instructions import Run
    from dockerlint_rules.syntax.shell.command import Command


def _is_last_install(install: PackageCall, run: Run) -> bool:
    """Whether the RUN has no later install of the same family: one clean-up at the end serves all of them."""
    return not has_call_after(run, install.command, "install", install.family)


@rule("DF222", severity=Severity.INFO, fix="safe", on=("conda",))
def leftover_conda_cache(install: PackageCall, run: Run, stage: Stage | None) -> Iterator[Finding]:
    """conda package cache is left in the image.

    conda unpacks packages into its ``pkgs`` directory and links them from there. The archives and the packages that no
    environment uses stay in that directory, often hundreds of megabytes.

    Bad::

    ```dockerfile
    FROM continuumio/miniconda3:25.3.1-1
    RUN conda install -y numpy=2.2
    #   ^^^^^^^^^^^^^ leaves package archives and unused packages in the layer
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

    Fix safety: safe; ``conda clean`` removes only archives and packages that no environment uses.

    Source: conda documentation, "conda clean".
    """
    if install.action not in ("install", "upgrade", "create") or not is_shipped(stage):
        return
    if not _is_last_install(install, run):
        return
    if any_mount_target(run, "pkgs", lambda target: target.endswith("pkgs")):
        return
    if has_call_after(run, install.command, "clean", "conda"):
        return
    if is_removed_after(run, install.command, ("/opt/conda/pkgs",)):
        return
    edit = append_to_chain(run, f"{install.tool} clean -afy")
    yield Finding.at(
        install.head,
        f"'{call_name(install)}' leaves package archives and unused packages in the layer. "
        f"End the RUN with '{install.tool} clean -afy'.",
        fix=Fix("Clean conda's cache at the end of the RUN", [edit], safe=True) if edit else None,
    )


_YARN_CACHES = ("/usr/local/share/.cache", "/usr/local/share/.cache/yarn", "/root/.cache/yarn")


@rule(
    "DF223", severity=Severity.INFO, default=False, fix="unsafe", aliases=("DL3060",), on=("yarn",)
)
def leftover_yarn_cache(install: PackageCall, run: Run, stage: Stage | None) -> Iterator[Finding]:
    """yarn download cache is left in the image.

    The image then contains every package twice: in ``node_modules`` and in the cache.

    Bad::

    ```dockerfile
    FROM node:24
    RUN yarn install --frozen-lockfile
    #   ^^^^^^^^^^^^ 'yarn install' leaves its download cache in the layer
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

    How to fix: clean the cache in the same RUN, or mount a cache.

    Fix safety: unsafe, because a later install has to download everything again.

    Known problems: the rule is off by default.

    Source: yarnpkg.com, "yarn cache clean".
    """
    word = install.action_word
    if install.action != "install" or word is None or has_mount(run, install.manager.caches):
        return
    if not is_shipped(stage):
        return
    if any_mount_target(run, "yarn", lambda one: "yarn" in one or one.endswith("/.cache")):
        return
    if has_call_after(run, install.command, "clean", "yarn"):
        return
    if is_removed_after(run, install.command, _YARN_CACHES):
        return
    if last_where(run, "rm-yarn-cache", _removes_yarn_cache) > install.command.index:
        return
    edit = append_to_chain(run, "yarn cache clean") if _is_last_install(install, run) else None
    yield Finding.at(
        install.head,
        f"'{call_name(install)}' leaves its download cache in the layer. End the RUN with 'yarn cache clean'.",
        fix=Fix("Clean yarn's cache at the end of the RUN", [edit], safe=False) if edit else None,
        aliases=None if word.value == "install" else (),
    )


def _removes_yarn_cache(command: Command) -> bool:
    return command.name == "rm" and any("yarn cache dir" in word.text for word in command.args)


# Where root's cache is, and what keeps it out of the layer.
_CACHES = {
    "npm": ("/root/.npm", "end the RUN with 'npm cache clean --force'"),
    "composer": ("/root/.composer/cache", "end the RUN with 'composer clear-cache'"),
    "uv": ("/root/.cache/uv", "add '--no-cache'"),
    "poetry": ("/root/.cache/pypoetry", "end the RUN with 'poetry cache clear --all .'"),
    "pipenv": ("/root/.cache/pipenv", "add '--clear'"),
    "pacman": ("/var/cache/pacman/pkg", "end the RUN with 'pacman -Scc --noconfirm'"),
    "go": ("/go/pkg/mod", "end the RUN with 'go clean -modcache'"),
    "cargo": (
        "/usr/local/cargo/registry",
        "end the RUN with 'rm -rf /usr/local/cargo/registry'",
    ),
}


@rule("DF224", severity=Severity.INFO, default=False, on=tuple(_CACHES))
def leftover_download_cache(
    install: PackageCall, run: Run, stage: Stage | None
) -> Iterator[Finding]:
    """Package manager's download cache is left in the image.

    The layer keeps a second copy of everything that the package manager downloads, and nothing reads that copy at run
    time.

    Bad::

    ```dockerfile
    FROM node:24
    COPY package.json package-lock.json ./
    RUN npm ci
    #   ^^^^^^ Mount a cache on '/root/.npm'
    ```

    Good::

    ```dockerfile
    FROM node:24
    COPY package.json package-lock.json ./
    RUN --mount=type=cache,target=/root/.npm npm ci
    ```

    How to fix: mount the cache, or clean it at the end of the same RUN.

    Known problems: the rule is off by default. pip, apt, apk, dnf, zypper, conda and yarn have their own rules. The
    message names the path for the user root.

    Source: Docker docs, "Optimize cache usage in builds".
    """
    if (
        install.action not in ("install", "sync", "download")
        or not is_shipped(stage)
        or install.skips_cache
    ):
        return
    path, remedy = _CACHES[install.family]
    # A mount for another user's cache, or for one that a variable names, has the same last part.
    last_part = path.rpartition("/")[2]
    if has_mount(run, (path,)) or any_mount_target(run, last_part, lambda one: last_part in one):
        return
    if not _is_last_install(install, run):
        return
    if is_removed_after(run, install.command, (path, "/root/.cache")):
        return
    if has_call_after(run, install.command, "clean", install.family):
        return
    yield Finding.at(
        install.head,
        f"'{call_name(install)}' leaves its download cache in the layer. Mount a cache on '{path}', or {remedy}.",
    )
