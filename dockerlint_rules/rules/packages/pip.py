"""Packages that pip and pipx install."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Finding, Fix, Severity
from dockerlint_rules.fixes.edits import add_flag, insert_flag
from dockerlint_rules.model.layers.cleanup import (
    any_mount_target,
    first_where,
    has_call_after,
    has_mount,
    is_removed_after,
    uses_cache_mounts,
)
from dockerlint_rules.model.packages.apt_settings import is_written_before
from dockerlint_rules.model.variables import variable_value
from dockerlint_rules.registry.rule import rule
from dockerlint_rules.rules.wording import call_name, no_pinned_version

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.model.packages.calls import Package, PackageCall
    from dockerlint_rules.model.stages import Dockerfile, Stage
    from dockerlint_rules.syntax.dockerfile.instructions import Run
    from dockerlint_rules.syntax.shell.command import Command

_PIP_CACHE = "/root/.cache/pip"
_VERSION_OPERATORS = ("==", ">=", "<=", "~=", "!=", ">", "<")


@rule("DF230", severity=Severity.INFO, aliases=("DL3042",), fix="safe", on=("pip",))
def leftover_pip_cache(
    install: PackageCall, run: Run, stage: Stage | None, dockerfile: Dockerfile
) -> Iterator[Finding]:
    """pip download cache is left in the image.

    pip also stores every wheel that it downloads or builds in its cache. Nothing in the image reads the cache, so it
    only makes the layer bigger.

    Bad::

    ```dockerfile
    FROM python:3.12
    RUN pip install flask==3.0.3
    #   ^^^^^^^^^^^ 'pip install' leaves its download cache in the layer
    ```

    Fixed::

    ```dockerfile
    FROM python:3.12
    RUN pip install --no-cache-dir flask==3.0.3
    ```

    Good::

    ```dockerfile
    FROM python:3.12
    RUN pip install --no-cache-dir flask==3.0.3
    ```

    Good (the cache is a mount)::

    ```dockerfile
    FROM python:3.12
    RUN --mount=type=cache,target=/root/.cache/pip pip install flask==3.0.3
    ```

    Good (a variable turns the cache off for all later instructions)::

    ```dockerfile
    FROM python:3.12
    ENV PIP_NO_CACHE_DIR=1
    RUN pip install flask==3.0.3
    ```

    How to fix: add ``--no-cache-dir``, or use a cache mount.

    Fix safety: safe. In a file that has cache mounts, the fix may add a cache mount instead of the flag.

    Known problems: the rule does not see a pip.conf in the base image that turns the cache off.

    Source: pip documentation, "Caching".
    """
    word = install.action_word
    if install.action != "install" or word is None or install.skips_cache:
        return
    # pip accepts unambiguous beginnings of options.
    if install.has_flag("--dry-run", "--no-cache") or (stage is not None and not stage.ships):
        return
    if _is_cache_off(install, run, stage, dockerfile) or _is_cache_elsewhere(install, run, stage):
        return
    fix = Fix("Add '--no-cache-dir'", [insert_flag(word, "--no-cache-dir", run)], safe=True)
    if run.keyword == "RUN" and uses_cache_mounts(dockerfile) and _is_always_root(stage):
        flag = f"--mount=type=cache,target={_PIP_CACHE}"
        fix = Fix("Keep the cache in a cache mount", [add_flag(run, flag)], safe=True)
    yield Finding.at(
        install.head,
        f"'{call_name(install)}' leaves its download cache in the layer. Add '--no-cache-dir'.",
        fix=fix,
    )


def _is_always_root(stage: Stage | None) -> bool:
    """Whether it is certain that every RUN of the stage runs as root."""
    if stage is None or stage.user is not None:
        return False
    base = stage.root.base
    return base.is_name_certain and base.upstream == "python"


def _is_cache_off(
    install: PackageCall, run: Run, stage: Stage | None, dockerfile: Dockerfile
) -> bool:
    """Whether a variable or a setting turns pip's cache off; any value of the variable does, even "0"."""
    if stage is not None and stage.scope.value_at(run, "PIP_NO_CACHE_DIR"):
        return True
    if stage is None and any(
        pair.name == "PIP_NO_CACHE_DIR" and pair.value is not None and pair.value.value
        for instruction in dockerfile.global_instructions
        for pair in getattr(instruction, "pairs", ())
    ):
        return True
    if _sets_no_cache_dir(install.command):
        return True
    # Without a command, or with export, an assignment applies to the commands after it.
    first_export = first_where(
        run,
        "pip-no-cache",
        lambda command: command.name in ("export", "") and _sets_no_cache_dir(command),
    )
    if first_export < install.command.index:
        return True
    return is_written_before(
        run,
        stage,
        "pip-no-cache-dir",
        lambda text: "config" in text and "no-cache-dir" in text and "global" in text,
    )


def _is_cache_elsewhere(install: PackageCall, run: Run, stage: Stage | None) -> bool:
    """Whether the cache is in a mount, or the same RUN deletes it."""
    directory = install.value_of("--cache-dir")
    if directory is None and stage is not None:
        directory = stage.scope.value_at(run, "PIP_CACHE_DIR")
    if any_mount_target(run, "pip", _is_pip_cache) or (directory and has_mount(run, (directory,))):
        return True
    paths = (directory or _PIP_CACHE,)
    if is_removed_after(run, install.command, paths):
        return True
    return has_call_after(run, install.command, "clean", "pip")


def _is_pip_cache(target: str) -> bool:
    return (
        target.endswith("/.cache")
        or ".cache/pip" in target
        or target in ("/root", "~", "/")
        or "$" in target
    )


def _sets_no_cache_dir(command: Command) -> bool:
    words = [*command.assignments, *(command.args if command.name in ("export", "env") else ())]
    return any(word.value.startswith("PIP_NO_CACHE_DIR=") for word in words)


@rule("DF231", severity=Severity.INFO, aliases=("DL3013",), on=("pip",))
def unpinned_pip_upgrade(install: PackageCall) -> Iterator[Finding]:
    """pip is upgraded to an unpinned version.

    The pip of the base image fits its Python. A newer pip may resolve versions differently or no longer support that
    Python, and the build then fails although its own files did not change.

    Bad::

    ```dockerfile
    FROM python:3.12
    RUN pip install --no-cache-dir --upgrade pip
    #                                        ^^^ pip is upgraded to the newest version at build time
    ```

    Good::

    ```dockerfile
    FROM python:3.12
    RUN pip install --no-cache-dir --upgrade pip==24.3.1
    ```

    How to fix: pin the version, or use the pip of the base image.

    Source: pip documentation, "Getting Started"; Docker docs, "Building best practices".
    """
    if not _is_upgrade(install) or install.has_flag("-c", "--constraint"):
        return
    for package in install.packages:
        if _is_unpinned_pip(package):
            yield Finding.at(
                package,
                "pip is upgraded to the newest version at build time, so builds may differ. "
                "Pin its version, or use the pip of the base image.",
            )


def _is_upgrade(install: PackageCall) -> bool:
    return install.action == "install" and install.has_flag("-U", "--upgrade")


def _is_unpinned_pip(package: Package) -> bool:
    return package.kind == "package" and package.name == "pip" and package.version is None


@rule("DF232", severity=Severity.WARNING, aliases=("DL3013",), on=("pip", "pipx"))
def unpinned_python_packages(
    install: PackageCall, run: Run, stage: Stage | None
) -> Iterator[Finding]:
    """Python packages are installed without a pinned version.

    The build installs the newest versions of that day. A release with a breaking change then breaks the image, although
    its own source did not change, and an old commit can no longer be built as before.

    Bad::

    ```dockerfile
    FROM python:3.12
    RUN pip install --no-cache-dir flask
    #                              ^^^^^ 'flask' has no pinned version
    ```

    Good::

    ```dockerfile
    FROM python:3.12
    RUN pip install --no-cache-dir flask==3.0.3
    ```

    Good (a file lists the versions)::

    ```dockerfile
    FROM python:3.12
    COPY requirements.txt constraints.txt ./
    RUN pip install --no-cache-dir -r requirements.txt
    RUN pip install --no-cache-dir -c constraints.txt flask
    ```

    How to fix: pin the version, or install from a requirements file with versions.

    Source: pip documentation, "Repeatable Installs".
    """
    if install.action != "install" or install.has_flag("-c", "--constraint"):
        return
    is_upgrade = _is_upgrade(install)
    unpinned = [
        package
        for package in install.packages
        if _is_unpinned(package, run, stage)
        # DF231 reports pip's upgrade of itself.
        and not (is_upgrade and _is_unpinned_pip(package))
    ]
    if not unpinned:
        return
    installs_project = any(package.word.value == "." for package in install.packages)
    yield Finding.at(
        unpinned[0],
        f"{no_pinned_version([package.word.value for package in unpinned])}, so the build installs the newest version. "
        "Pin the version, or install from a requirements file.",
        aliases=() if installs_project else None,
    )


def _is_unpinned(package: Package, run: Run, stage: Stage | None) -> bool:
    text = package.word.value
    if package.kind == "variable":
        value = variable_value(text, run, stage)
        return value is not None and not all(map(_needs_no_version, value.split()))
    if package.kind == "url":
        scheme, plus, rest = text.partition("+")
        is_vcs = bool(plus) and scheme.rpartition(" ")[2] in ("git", "hg", "svn", "bzr")
        # An @ before the path separates the user from the host.
        return is_vcs and "@" not in rest.partition("://")[2].partition("/")[2]
    return package.kind == "package" and package.version is None and not may_hold_version(package)


def may_hold_version(package: Package) -> bool:
    """Whether a variable adds a version if it is set: ``flask${VERSION:+==$VERSION}``."""
    return ":+" in package.word.text


def _needs_no_version(word: str) -> bool:
    """Whether a word of a variable's value is a flag, a path or a requirement with a version."""
    return word.startswith("-") or "/" in word or any(sign in word for sign in _VERSION_OPERATORS)
