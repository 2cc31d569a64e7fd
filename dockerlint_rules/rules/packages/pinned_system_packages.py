"""Rules about pinned system packages."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Finding, Severity
from dockerlint_rules.model.values import value_of_word
from dockerlint_rules.registry.rule import rule
from dockerlint_rules.rules.packages.upgrades import SYSTEM_MANAGERS
from dockerlint_rules.rules.wording import names

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.model.packages.calls import Package, PackageCall
    from dockerlint_rules.model.stages import Stage
    from dockerlint_rules.syntax.dockerfile.instructions import Run


_PIN_ALIASES = {"apt-get": "DL3008", "apk": "DL3018", "yum": "DL3033", "zypper": "DL3037"}


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

    The build gets what the mirror has that day, so two builds of one commit may differ. Mirrors
    drop old versions, however, and then a pinned build fails: this rule is off by default.

    Bad::

    ```dockerfile
    FROM debian:12
    RUN apt-get update && apt-get install -y --no-install-recommends nginx
    #                                                                ^^^^^
    ```

    Good::

    ```dockerfile
    FROM debian:12
    RUN apt-get update && apt-get install -y --no-install-recommends nginx=1.22.1-9+deb12u1
    ```

    How to fix: name the version of each package, or build from a snapshot of the mirror.

    Source: Docker docs, "Building best practices", section "Version pinning".
    """
    word = install.action_word
    if install.action != "install" or word is None or install.family == "pacman":
        return
    loose = [one for one in install.packages if _is_unpinned(one, install, run, stage)]
    if not loose:
        return
    loose_names = [one.word.value for one in loose]
    yield Finding.at(
        loose[0],
        f"{names(loose_names)} {'has' if len(loose_names) == 1 else 'have'} no version, so each build may get another one. "
        "Name the version, or install from a snapshot of the mirror.",
        aliases=_pin_aliases(install, word.value, loose),
    )


def _is_unpinned(package: Package, call: PackageCall, run: Run, stage: Stage | None) -> bool:
    if package.kind == "variable":
        known = value_of_word(package.word.value, run, stage)
        separators = "-" if call.family == "rpm" else "=/~<>"
        return known is None or not all(set(separators) & set(one) for one in known.split())
    if package.kind != "package" or package.version is not None:
        return False
    name = package.word.value
    if call.family in ("rpm", "zypper") and _is_group(name, call):
        return False
    # A trailing minus removes the package.
    return not (call.family == "apt" and name.endswith("-"))


def _is_group(name: str, call: PackageCall) -> bool:
    """Whether a name stands for a group or pattern, which has no version."""
    words = {word.value for word in call.command.args}
    return name.startswith("@") or bool(words & {"group", "groups", "groupinstall", "-t", "--type"})


def _pin_aliases(call: PackageCall, word: str, loose: list[Package]) -> tuple[str, ...]:
    if call.manager.name in ("dnf", "microdnf"):
        return ("DL3041",) if word == "install" else ()
    if call.tool == "zypper":
        return ("DL3037",) if word in ("install", "in") else ()
    known = {"apt-get": "install", "apk": "add", "yum": "install"}
    return (_PIN_ALIASES[call.tool],) if known.get(call.tool) == word else ()
