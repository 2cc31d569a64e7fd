"""Rules about pip."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Finding, Fix, Severity
from dockerlint_rules.fixes.edits import flag_after, with_flag
from dockerlint_rules.model.layers.cleanup import (
    calls_after,
    first_where,
    is_removed_after,
    mount_targets,
    uses_cache_mounts,
)
from dockerlint_rules.model.packages.apt_settings import is_said_until
from dockerlint_rules.model.values import value_of_word
from dockerlint_rules.registry.rule import rule
from dockerlint_rules.rules.wording import names, short
from dockerlint_rules.syntax.source import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.model.packages.calls import Package, PackageCall
    from dockerlint_rules.model.stages import Dockerfile, Stage
    from dockerlint_rules.syntax.dockerfile.instructions import Run
    from dockerlint_rules.syntax.shell.command import Command


_PIP_CACHE = "/root/.cache/pip"


_PIP_SIGNS = ("==", ">=", "<=", "~=", "!=", ">", "<")


@rule("DF230", severity=Severity.INFO, aliases=("DL3042",), fix="safe", on=("pip",))
def leftover_pip_cache(
    install: PackageCall, run: Run, stage: Stage | None, dockerfile: Dockerfile
) -> Iterator[Finding]:
    """pip download cache is left in the image.

    pip stores every wheel that it downloads or builds a second time in its cache. Inside of an
    image nothing ever reads it, so the layer is bigger for nothing.

    Bad::

    ```dockerfile
    FROM python:3.12
    RUN pip install flask==3.0.3
    #   ^^^^^^^^^^^
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

    Good (the variable counts for all that follow)::

    ```dockerfile
    FROM python:3.12
    ENV PIP_NO_CACHE_DIR=1
    RUN pip install flask==3.0.3
    ```

    How to fix: add ``--no-cache-dir``, or mount a cache.

    Fix safety: safe. In a file that has cache mounts, the fix is one more of them.

    Known problems: a pip.conf of the base image that turns the cache off is not seen.

    Source: pip documentation, "Caching".
    """
    word = install.action_word
    if install.action != "install" or word is None or install.skips_cache:
        return
    # pip takes an option by its beginning where that is clear.
    if install.has_flag("--dry-run", "--no-cache") or (stage is not None and not stage.ships):
        return
    if _is_cache_off(install, run, stage, dockerfile) or _is_cache_elsewhere(install, run, stage):
        return
    fix = Fix("Add --no-cache-dir.", [flag_after(word, "--no-cache-dir", run)], safe=True)
    if run.keyword == "RUN" and uses_cache_mounts(dockerfile) and _is_root(stage):
        flag = f"--mount=type=cache,target={_PIP_CACHE}"
        fix = Fix("Keep the cache in a mount.", [with_flag(run, flag)], safe=True)
    yield Finding.at(
        Span(install.start, word.end),
        f"'{short(install)}' keeps what it downloads in a cache inside of the layer. Add '--no-cache-dir'.",
        fix=fix,
    )


def _is_root(stage: Stage | None) -> bool:
    """Whether it is certain that the stage runs as root throughout."""
    if stage is None or stage.user is not None:
        return False
    base = stage.root.base
    return base.is_name_certain and base.upstream == "python"


def _is_cache_off(
    install: PackageCall, run: Run, stage: Stage | None, dockerfile: Dockerfile | None = None
) -> bool:
    """Whether a variable or a setting turns pip's cache off: any value does, "0" included."""
    if stage is not None and stage.scope.value_at(run, "PIP_NO_CACHE_DIR"):
        return True
    if (
        stage is None
        and dockerfile is not None
        and any(
            pair.name == "PIP_NO_CACHE_DIR" and pair.value is not None and pair.value.value
            for one in dockerfile.global_instructions
            for pair in getattr(one, "pairs", ())
        )
    ):
        return True
    if _names_cache_variable(install.command):
        return True
    # An assignment counts for its own command, or for all behind it where there is none.
    lasting = first_where(
        run,
        "pip-no-cache",
        lambda one: one.name in ("export", "") and _names_cache_variable(one),
    )
    if lasting < install.command.index:
        return True
    return is_said_until(
        run,
        stage,
        "pip-no-cache-dir",
        lambda text: "config" in text and "no-cache-dir" in text and "global" in text,
    )


def _is_cache_elsewhere(install: PackageCall, run: Run, stage: Stage | None) -> bool:
    """Whether the cache is a mount, or deleted in the same RUN."""
    folder = install.value_of("--cache-dir")
    if folder is None and stage is not None:
        folder = stage.scope.value_at(run, "PIP_CACHE_DIR")
    for target in mount_targets(run):
        if target.endswith("/.cache") or ".cache/pip" in target or target in ("/root", "~", "/"):
            return True
        if "$" in target or (folder and (folder + "/").startswith(target + "/")):
            return True
    paths = (folder or _PIP_CACHE,)
    if is_removed_after(run, install.command, paths):
        return True
    return any(call.family == "pip" for call in calls_after(run, install.command, ("clean",)))


def _names_cache_variable(command: Command) -> bool:
    words = [*command.assignments, *(command.args if command.name in ("export", "env") else ())]
    return any(word.value.startswith("PIP_NO_CACHE_DIR=") for word in words)


@rule("DF231", severity=Severity.INFO, aliases=("DL3013",), on=("pip",))
def unpinned_pip_upgrade(install: PackageCall) -> Iterator[Finding]:
    """pip is upgraded to an unpinned version.

    The base image comes with a pip that fits its Python. The newest one may resolve in another
    way or have dropped that Python, so that a build breaks without any change of its own.

    Bad::

    ```dockerfile
    FROM python:3.12
    RUN pip install --no-cache-dir --upgrade pip
    #                                        ^^^
    ```

    Good::

    ```dockerfile
    FROM python:3.12
    RUN pip install --no-cache-dir --upgrade pip==24.3.1
    ```

    How to fix: name the version, or use the pip of the base image.

    Source: pip documentation, "Getting Started"; Docker docs, "Building best practices".
    """
    if not _is_upgrade(install) or install.has_flag("-c", "--constraint"):
        return
    for one in install.packages:
        if _is_pip(one):
            yield Finding.at(
                one,
                "pip upgrades itself to whatever is newest on the day of the build. "
                "Name its version, or keep the one of the base image.",
            )


def _is_upgrade(install: PackageCall) -> bool:
    return install.action == "install" and install.has_flag("-U", "--upgrade")


def _is_pip(package: Package) -> bool:
    return package.kind == "package" and package.name == "pip" and package.version is None


@rule("DF232", severity=Severity.WARNING, aliases=("DL3013",), on=("pip", "pipx"))
def unpinned_python_packages(
    install: PackageCall, run: Run, stage: Stage | None
) -> Iterator[Finding]:
    """Python packages are installed without a pinned version.

    The build takes what is newest that day. A release that breaks something then breaks an
    image whose own sources did not change, and an old commit can no longer be built as it was.

    Bad::

    ```dockerfile
    FROM python:3.12
    RUN pip install --no-cache-dir flask
    #                              ^^^^^
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

    How to fix: name the version, or install from a requirements file with versions.

    Source: pip documentation, "Repeatable Installs".
    """
    if install.action != "install" or install.has_flag("-c", "--constraint"):
        return
    own = _is_upgrade(install)
    loose = [
        one
        for one in install.packages
        if _is_loose_python(one, run, stage) and not (own and _is_pip(one))
    ]
    if not loose:
        return
    is_local = any(one.word.value == "." for one in install.packages)
    words = [one.word.value for one in loose]
    yield Finding.at(
        loose[0],
        f"{names(words)} {'has' if len(words) == 1 else 'have'} no version, so the build takes what is newest that "
        "day. Name the version, or install from a requirements file.",
        aliases=() if is_local else None,
    )


def _is_loose_python(one: Package, run: Run, stage: Stage | None) -> bool:
    text = one.word.value
    if one.kind == "variable":
        known = value_of_word(text, run, stage)
        return known is not None and not all(_is_pinned_python(part) for part in known.split())
    if one.kind == "url":
        scheme, sign, rest = text.partition("+")
        is_vcs = bool(sign) and scheme.rpartition(" ")[2] in ("git", "hg", "svn", "bzr")
        # What stands before an @ in the host part is a user.
        return is_vcs and "@" not in rest.partition("://")[2].partition("/")[2]
    return one.kind == "package" and one.version is None and not may_hold_version(one)


def may_hold_version(one: Package) -> bool:
    """Whether a variable adds a version where it is set: ``flask${VERSION:+==$VERSION}``."""
    return ":+" in one.word.text


def _is_pinned_python(part: str) -> bool:
    return part.startswith("-") or "/" in part or any(sign in part for sign in _PIP_SIGNS)
