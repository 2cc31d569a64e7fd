"""Cache mounts that a flag or a hook keeps empty."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Edit, Finding, Fix, Severity
from dockerlint_rules.fixes.edits import insert_above, instruction_like
from dockerlint_rules.model.images.reference import distribution
from dockerlint_rules.model.layers.cleanup import has_mount, mount_targets
from dockerlint_rules.model.packages.apt_settings import keeps_downloads
from dockerlint_rules.registry.rule import rule
from dockerlint_rules.syntax.source import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.model.packages.calls import PackageCall
    from dockerlint_rules.model.stages import Stage
    from dockerlint_rules.syntax.dockerfile.instructions import Run


@rule("DF215", severity=Severity.WARNING, fix="unsafe", on=("pip", "apk"), words=("--mount",))
def cache_mount_with_cache_disabled(install: PackageCall, run: Run) -> Iterator[Finding]:
    """Package manager's cache is disabled despite a cache mount.

    With a cache mount, a build uses the packages that earlier builds downloaded. ``--no-cache-dir`` and ``--no-cache``
    turn the cache off, so nothing is ever stored in the mount.

    Bad::

    ```dockerfile
    FROM python:3.13
    RUN --mount=type=cache,target=/root/.cache/pip pip install --no-cache-dir flask==3.1.0
    #                                                          ^^^^^^^^^^^^^^ keeps this install from using
    ```

    Fixed::

    ```dockerfile
    FROM python:3.13
    RUN --mount=type=cache,target=/root/.cache/pip pip install flask==3.1.0
    ```

    Good::

    ```dockerfile
    FROM python:3.13
    RUN --mount=type=cache,target=/root/.cache/pip pip install flask==3.1.0
    ```

    How to fix: remove the flag. The cache is in the mount, so the layer does not grow.

    Fix safety: unsafe, because the cache may hold a package that the index has replaced since.

    Source: pip documentation, "Caching"; Docker docs, "Optimize cache usage in builds".
    """
    if not run.flags or run.form == "json":
        return
    flag = install.flag("--no-cache-dir" if install.family == "pip" else "--no-cache")
    if flag is None or not any(
        target.endswith(("/.cache", "/.cache/pip")) or "PIP_CACHE_DIR" in target
        if install.family == "pip"
        else target == "/var/cache/apk"
        for target in mount_targets(run)
    ):
        return
    text = run.source.text
    start = flag.start
    while start > 0 and text[start - 1] in " \t":
        start -= 1
    yield Finding.at(
        flag,
        f"'{flag.value}' keeps this install from using the cache mount, so every build downloads the packages again. "
        "Remove the flag.",
        fix=Fix(f"Remove '{flag.value}'", [Edit(start, flag.end, "")], safe=False),
    )


@rule("DF216", severity=Severity.INFO, on=("apt",), words=("--mount",), fix="unsafe")
def cache_mount_emptied_by_docker_clean(
    install: PackageCall, run: Run, stage: Stage | None
) -> Iterator[Finding]:
    """docker-clean hook empties the apt cache mount.

    The Debian and Ubuntu images contain ``/etc/apt/apt.conf.d/docker-clean``. This hook deletes the files in
    ``/var/cache/apt/archives`` after each install, so the cache mount is always empty.

    Bad::

    ```dockerfile
    FROM debian:12
    RUN --mount=type=cache,target=/var/cache/apt,sharing=locked apt-get update && apt-get install -y curl
    #                                                                             ^^^^^^^^^^^^^^^ 'docker-clean' hook
    ```

    Fixed::

    ```dockerfile
    FROM debian:12
    RUN rm -f /etc/apt/apt.conf.d/docker-clean \\
        && echo 'Binary::apt::APT::Keep-Downloaded-Packages "true";' > /etc/apt/apt.conf.d/keep-cache
    RUN --mount=type=cache,target=/var/cache/apt,sharing=locked apt-get update && apt-get install -y curl
    ```

    Good::

    ```dockerfile
    FROM debian:12
    RUN rm -f /etc/apt/apt.conf.d/docker-clean \\
        && echo 'Binary::apt::APT::Keep-Downloaded-Packages "true";' > /etc/apt/apt.conf.d/keep-cache
    RUN --mount=type=cache,target=/var/cache/apt,sharing=locked apt-get update && apt-get install -y curl
    ```

    How to fix: delete the hook and keep the downloads, as the Dockerfile reference shows.

    Fix safety: unsafe, because the image no longer has the hook, so a later install without a cache mount leaves its
    downloads in the layer.

    Source: Docker docs, "Dockerfile reference", RUN --mount=type=cache, "Example: cache apt packages".
    """
    if not run.flags or install.action != "install" or stage is None:
        return
    if not has_mount(run, ("/var/cache/apt/archives",)):
        return
    if distribution(stage.root.base) not in ("debian", "ubuntu"):
        return
    if keeps_downloads(run, stage):
        return
    # Only once a stage.
    if stage.facts.setdefault("docker-clean-reported", False):
        return
    stage.facts["docker-clean-reported"] = True
    word = install.action_word
    yield Finding.at(
        Span(install.start, word.end if word else install.end),
        "The base image's 'docker-clean' hook empties this cache mount after each install. "
        "Delete '/etc/apt/apt.conf.d/docker-clean' first and keep downloaded packages.",
        fix=_delete_hook(run),
    )


def _delete_hook(run: Run) -> Fix | None:
    """Add a RUN before this one with the commands that the Dockerfile reference shows."""
    if run.keyword != "RUN":
        return None  # the trigger of an ONBUILD
    lines = [
        instruction_like(run, "RUN", f"rm -f /etc/apt/apt.conf.d/docker-clean {run.escape}"),
        """    && echo 'Binary::apt::APT::Keep-Downloaded-Packages "true";' > /etc/apt/apt.conf.d/keep-cache""",
    ]
    return Fix("Delete the hook in a RUN before this one", [insert_above(run, *lines)], safe=False)
