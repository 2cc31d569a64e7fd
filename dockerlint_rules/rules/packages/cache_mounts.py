"""Rules about cache mounts."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Edit, Finding, Fix, Severity
from dockerlint_rules.fixes.edits import line_like, lines_above
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

    The mount is there so that the next build finds what this one fetched; ``--no-cache-dir`` makes sure that there is
    nothing.

    Bad::

    ```dockerfile
    FROM python:3.13
    RUN --mount=type=cache,target=/root/.cache/pip pip install --no-cache-dir flask==3.1.0
    #                                                          ^^^^^^^^^^^^^^
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

    How to fix: drop the flag. The cache lies in the mount, so the layer stays as small.

    Fix safety: unsafe, because a cache can hold a package that the index has replaced.

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
        f"'{flag.value}' keeps the cache mount empty, so every build fetches everything again. Drop the flag.",
        fix=Fix(f"Drop {flag.value}.", [Edit(start, flag.end, "")], safe=False),
    )


@rule("DF216", severity=Severity.INFO, on=("apt",), words=("--mount",), fix="unsafe")
def cache_mount_emptied_by_docker_clean(
    install: PackageCall, run: Run, stage: Stage | None
) -> Iterator[Finding]:
    """docker-clean hook empties the apt cache mount.

    Debian's and Ubuntu's images have ``/etc/apt/apt.conf.d/docker-clean``, which deletes ``/var/cache/apt/archives``
    after each install: the mount is there, and always empty.

    Bad::

    ```dockerfile
    FROM debian:12
    RUN --mount=type=cache,target=/var/cache/apt,sharing=locked apt-get update && apt-get install -y curl
    #                                                                             ^^^^^^^^^^^^^^^
    ```

    Good::

    ```dockerfile
    FROM debian:12
    RUN rm -f /etc/apt/apt.conf.d/docker-clean \\
        && echo 'Binary::apt::APT::Keep-Downloaded-Packages "true";' > /etc/apt/apt.conf.d/keep-cache
    RUN --mount=type=cache,target=/var/cache/apt,sharing=locked apt-get update && apt-get install -y curl
    ```

    How to fix: delete the hook and keep downloads, as the Dockerfile reference shows.

    Fix safety: unsafe; the image is left without the hook, so a later install without a mount keeps its downloads.

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
    told = stage.facts.setdefault("docker-clean-told", [])
    if told:
        return
    told.append(True)
    word = install.action_word
    yield Finding.at(
        Span(install.start, word.end if word else install.end),
        "The image's hook 'docker-clean' empties this cache mount after each install. "
        "Delete /etc/apt/apt.conf.d/docker-clean first, and keep downloaded packages.",
        fix=_without_hook(run),
    )


def _without_hook(run: Run) -> Fix | None:
    """What the Dockerfile reference shows, in a RUN before this one."""
    if run.keyword != "RUN":
        return None  # of an ONBUILD
    lines = [
        line_like(run, "RUN", f"rm -f /etc/apt/apt.conf.d/docker-clean {run.escape}"),
        """    && echo 'Binary::apt::APT::Keep-Downloaded-Packages "true";' > /etc/apt/apt.conf.d/keep-cache""",
    ]
    return Fix("Delete the hook first.", [lines_above(run, *lines)], safe=False)
