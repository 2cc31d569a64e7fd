"""Rules about package managers that the base image does not have."""

from __future__ import annotations

from dockerlint_rules import knowledge
from dockerlint_rules.findings.finding import Finding, Severity
from dockerlint_rules.model.images.reference import distribution
from dockerlint_rules.registry.rule import rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.model.packages.calls import PackageCall
    from dockerlint_rules.model.stages import Stage
    from dockerlint_rules.syntax.dockerfile.instructions import Run

# Families of package managers, and the distributions that have them.
_DISTRIBUTIONS: dict[str, frozenset[str]] = {
    "apt": frozenset({"debian", "ubuntu"}),
    "apk": frozenset({"alpine", "wolfi"}),
    "rpm": frozenset({"rhel-like", "suse"}),
    "zypper": frozenset({"suse"}),
    "pacman": frozenset({"arch"}),
}

# What a message calls a distribution, and its package managers.
_NAMES = {
    "debian": ("Debian", "'apt-get'"),
    "ubuntu": ("Ubuntu", "'apt-get'"),
    "alpine": ("Alpine", "'apk'"),
    "wolfi": ("Wolfi", "'apk'"),
    "arch": ("Arch Linux", "'pacman'"),
    "suse": ("SUSE", "'zypper'"),
    "rhel-like": ("a Red Hat family distribution", "'dnf', 'microdnf' or 'yum'"),
}


@rule("DF217", severity=Severity.ERROR, on=tuple(_DISTRIBUTIONS))
def wrong_package_manager(install: PackageCall, stage: Stage | None, run: Run) -> Iterator[Finding]:
    """Base image does not have this package manager.

    Debian and Ubuntu have ``apt-get``, Alpine has ``apk``, Fedora and its relatives have ``dnf``. The RUN fails with
    "not found".

    Bad::

    ```dockerfile
    FROM alpine:3.22
    RUN apt-get update && apt-get install -y curl
    #   ^^^^^^^^^^^^^^ 'alpine:3.22' is based on Alpine, which has no 'apt-get'
    ```

    Good::

    ```dockerfile
    FROM alpine:3.22
    RUN apk add --no-cache curl
    ```

    How to fix: use the package manager of the base image, or another base image.

    Known problems: the rule knows only the distributions of well-known images with a plain tag. It does not report a
    package manager that an earlier step installs, or whose presence the RUN tests (``command -v``).

    Source: the images' own documentation.
    """
    if stage is None or install.command.conditional:
        return
    root = stage.root
    image = root.from_.image
    if image is None or "$" in image.text or not root.base.is_tag_certain:
        return
    if "/" in root.base.upstream and knowledge.image_distribution(root.base.upstream) is None:
        return  # only official images have the distribution in their tags
    base_distribution = distribution(root.base)
    if base_distribution not in _NAMES or base_distribution in _DISTRIBUTIONS[install.family]:
        return
    if install.action not in ("install", "update", "upgrade", "dist-upgrade"):
        return
    # perf: the search from the beginning of the stage comes last, and once a tool.
    reported = stage.facts.setdefault("wrong-package-managers", set())
    if install.tool in reported or _may_be_available(stage, run, install):
        return
    reported.add(install.tool)
    name, managers = _NAMES[base_distribution]
    yield Finding.at(
        install.head,
        f"'{root.base.text}' is based on {name}, which has no '{install.tool}'. Use {managers}.",
    )


def _may_be_available(stage: Stage, run: Run, install: PackageCall) -> bool:
    """Whether the RUN tests for the package manager, or an earlier instruction may have added it."""
    if any(
        command.name in ("command", "which", "type", "test", "[", "[[") for command in run.commands
    ):
        return True
    names = (install.tool, "apt", "dnf", "yum", "apk-tools")
    for place in stage.lineage():
        if any(copy.flag("from") for copy in place.of("COPY", "ADD")):
            return True
        for call in place.installs:
            if call.start >= install.start:
                break
            if any(package.name in names for package in call.packages):
                return True
    return False
