"""System packages without a pinned version."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Finding, Severity
from dockerlint_rules.model.packages.calls import SYSTEM_MANAGERS
from dockerlint_rules.model.variables import variable_value
from dockerlint_rules.registry.rule import rule
from dockerlint_rules.rules.wording import no_pinned_version

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.model.packages.calls import Package, PackageCall
    from dockerlint_rules.model.stages import Stage
    from dockerlint_rules.syntax.dockerfile.instructions import Run

# hadolint's rules, with the one action that each of them reads.
_ALIASES = {
    "apt-get": ("install", "DL3008"),
    "apk": ("add", "DL3018"),
    "yum": ("install", "DL3033"),
}


@rule(
    "DF211",
    severity=Severity.INFO,
    aliases=("DL3008", "DL3018", "DL3033", "DL3037", "DL3041"),
    default=False,
    on=SYSTEM_MANAGERS,
)
def unpinned_system_packages(
    install: PackageCall, run: Run, stage: Stage | None
) -> Iterator[Finding]:
    """System packages are installed without a pinned version.

    The build installs the version that the mirror has on that day, so two builds of the same commit may differ. On the
    other hand, mirrors delete old versions, so a build with pinned versions fails later. For this reason the rule is
    off by default.

    Bad::

    ```dockerfile
    FROM debian:12
    RUN apt-get update && apt-get install -y --no-install-recommends nginx
    #                                                                ^^^^^ 'nginx' has no pinned version
    ```

    Good::

    ```dockerfile
    FROM debian:12
    RUN apt-get update && apt-get install -y --no-install-recommends nginx=1.22.1-9+deb12u1
    ```

    How to fix: pin the version of each package, or install from a snapshot of the mirror.

    Source: Docker docs, "Building best practices", section "Version pinning".
    """
    word = install.action_word
    if install.action != "install" or word is None or install.family == "pacman":
        return
    is_group = _installs_groups(install)
    unpinned = [
        one for one in install.packages if _is_unpinned(one, install, run, stage, is_group=is_group)
    ]
    if not unpinned:
        return
    # The value of a variable may be unknown.
    is_certain = all(package.kind == "package" for package in unpinned)
    defect = no_pinned_version([one.word.value for one in unpinned], certain=is_certain)
    yield Finding.at(
        unpinned[0],
        f"{defect}, so each build may install a different one. "
        "Pin the version, or install from a snapshot of the mirror.",
        aliases=_aliases(install, word.value),
    )


def _is_unpinned(
    package: Package, call: PackageCall, run: Run, stage: Stage | None, *, is_group: bool
) -> bool:
    if package.kind == "variable":
        value = variable_value(package.word.value, run, stage)
        separators = set("-" if call.family == "rpm" else "=/~<>")
        return value is None or not all(separators & set(name) for name in value.split())
    if package.kind != "package" or package.version is not None:
        return False
    name = package.word.value
    if is_group or (call.family in ("rpm", "zypper") and name.startswith("@")):
        return False
    # A trailing minus removes the package.
    return not (call.family == "apt" and name.endswith("-"))


def _installs_groups(call: PackageCall) -> bool:
    """Whether a call installs groups or patterns, which cannot have a version."""
    return call.family in ("rpm", "zypper") and any(
        word.value in ("group", "groups", "groupinstall", "-t", "--type")
        for word in call.command.args
    )


def _aliases(call: PackageCall, action: str) -> tuple[str, ...]:
    """The hadolint rules that report this call too."""
    if call.manager.name in ("dnf", "microdnf"):
        return ("DL3041",) if action == "install" else ()
    if call.tool == "zypper":
        return ("DL3037",) if action in ("install", "in") else ()
    known_action, alias = _ALIASES.get(call.tool, ("", ""))
    return (alias,) if action == known_action else ()
