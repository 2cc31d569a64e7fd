"""Rules about foreign managers."""

from __future__ import annotations

from dockerlint_rules import knowledge
from dockerlint_rules.findings.finding import Finding, Severity
from dockerlint_rules.model.images.reference import distribution
from dockerlint_rules.registry.rule import rule
from dockerlint_rules.syntax.source import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.model.packages.calls import PackageCall
    from dockerlint_rules.model.stages import Stage
    from dockerlint_rules.syntax.dockerfile.instructions import Run


# Families of distributions by the package manager that they come with.
_OF_MANAGER: dict[str, frozenset[str]] = {
    "apt": frozenset({"debian", "ubuntu"}),
    "apk": frozenset({"alpine", "wolfi"}),
    "rpm": frozenset({"rhel-like", "suse"}),
    "zypper": frozenset({"suse"}),
    "pacman": frozenset({"arch"}),
}


_KNOWN = frozenset().union(*_OF_MANAGER.values())


@rule("DF217", severity=Severity.ERROR, on=tuple(_OF_MANAGER))
def wrong_package_manager(install: PackageCall, stage: Stage | None, run: Run) -> Iterator[Finding]:
    """Base image does not have this package manager.

    ``apt-get`` is there on Debian and Ubuntu, ``apk`` on Alpine, ``dnf`` on Fedora and its kin. The RUN stops
    with "not found".

    Bad::

    ```dockerfile
    FROM alpine:3.22
    RUN apt-get update && apt-get install -y curl
    #   ^^^^^^^^^^^^^^
    ```

    Good::

    ```dockerfile
    FROM alpine:3.22
    RUN apk add --no-cache curl
    ```

    How to fix: use the package manager of the base image, or another base.

    Known problems: only distributions in plain tags of well-known images are known; a manager that was installed
    before, or is asked for first (``command -v``), is not reported.

    Source: the images' own documentation.
    """
    if stage is None or install.command.conditional:
        return
    root = stage.root
    image = root.from_.image
    if image is None or "$" in image.text or not root.base.is_tag_certain:
        return
    if "/" in root.base.upstream and knowledge.image_distribution(root.base.upstream) is None:
        return  # a tag's part tells the distribution of official images only
    found = distribution(root.base)
    if found is None or found not in _KNOWN or found in _OF_MANAGER[install.family]:
        return
    if install.action not in ("install", "update", "upgrade", "dist-upgrade"):
        return
    # Asked first: of many calls only the first is looked at from the stage's beginning.
    told = stage.facts.setdefault("foreign-manager", set())
    if install.tool in told or _is_brought(stage, run, install):
        return
    told.add(install.tool)
    word = install.action_word
    yield Finding.at(
        Span(install.start, word.end if word else install.command.words[0].end),
        f"'{root.base.text}' is {_MANAGER_OF[found][0]}, which has no '{install.tool}'. "
        f"Use {_MANAGER_OF[found][1]}.",
    )


_MANAGER_OF = {
    "debian": ("Debian", "'apt-get'"),
    "ubuntu": ("Ubuntu", "'apt-get'"),
    "alpine": ("Alpine", "'apk'"),
    "wolfi": ("Wolfi", "'apk'"),
    "arch": ("Arch Linux", "'pacman'"),
    "suse": ("SUSE", "'zypper'"),
    "rhel-like": ("of the Red Hat family", "'dnf', 'microdnf' or 'yum'"),
}


def _is_brought(stage: Stage, run: Run, install: PackageCall) -> bool:
    """Whether the manager is installed, copied, tested for, or other shells decide."""
    if any(one.name in ("command", "which", "type", "test", "[", "[[") for one in run.commands):
        return True
    tool = install.tool
    for place in stage.lineage():
        for one in place.of("COPY", "ADD"):
            if one.flag("from"):
                return True
        for call in place.installs:
            if call.start >= install.start:
                break
            if any(
                package.name in (tool, "apt", "dnf", "yum", "apk-tools")
                for package in call.packages
            ):
                return True
    return False


_EDGE = ("/edge/", "/edge")


@rule("DF214", severity=Severity.WARNING, on=("apk",), words=("edge",))
def alpine_edge_repository(install: PackageCall, stage: Stage | None) -> Iterator[Finding]:
    """Packages are installed from the Alpine edge repository.

    Edge is built against other libraries and moves every day: an upgrade pulls in a newer musl or OpenSSL half-way,
    and the same file gives another image tomorrow.

    Bad::

    ```dockerfile
    FROM alpine:3.22
    RUN apk add --no-cache --repository=https://dl-cdn.alpinelinux.org/alpine/edge/testing tool
    #                      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    ```

    Good::

    ```dockerfile
    FROM alpine:3.22
    RUN apk add --no-cache --repository=https://dl-cdn.alpinelinux.org/alpine/v3.22/community tool
    ```

    How to fix: take the package of the release, a newer release, or copy the program from an image that has it.

    Source: Alpine wiki, "Repositories".
    """
    if install.action != "install" or (stage is not None and _is_edge(stage)):
        return
    for name, value, word in install.flags:
        if name in ("--repository", "-X") and value and any(part in value for part in _EDGE):
            yield Finding.at(
                word,
                "Alpine edge moves every day and is built against other libraries than this release. "
                "Take the package of the release, or a newer release.",
            )
            return


def _is_edge(stage: Stage) -> bool:
    base = stage.root.base
    return base.tag in ("edge",) or not base.is_tag_certain
