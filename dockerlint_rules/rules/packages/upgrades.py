"""Rules about upgrades."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Finding, Severity
from dockerlint_rules.registry.rule import rule
from dockerlint_rules.rules.wording import short

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.model.packages.calls import PackageCall


SYSTEM_MANAGERS = ("apt", "apk", "rpm", "zypper", "pacman")


@rule("DF203", severity=Severity.WARNING, aliases=("DL3035",), on=SYSTEM_MANAGERS)
def distribution_upgrade(install: PackageCall) -> Iterator[Finding]:
    """Whole distribution is upgraded during the build.

    What the upgrade brings depends on the day of the build, so no two builds give the same
    image, and the replaced files stay in the layers below. The base image is rebuilt by its
    maintainers with the same fixes.

    Bad::

    ```dockerfile
    FROM debian:12
    RUN apt-get update && apt-get -y dist-upgrade
    #                     ^^^^^^^^^^^^^^^^^^^^^^^
    ```

    Good::

    ```dockerfile
    FROM debian:12.8
    RUN apt-get update && apt-get -y upgrade
    ```

    How to fix: take a newer base image and drop the upgrade.

    Source: Docker docs, "Building best practices", section "Rebuild your images often".
    """
    if (
        install.action != "dist-upgrade"
        or install.family == "pacman"
        or install.action_word is None
    ):
        return
    yield Finding.at(
        install,
        f"'{install.action_word.value}' makes each build a different image and keeps the replaced files "
        "in the layers below. Take a newer base image instead.",
        aliases=("DL3035",) if install.family == "zypper" else (),
    )


@rule("DF204", severity=Severity.INFO, default=False, on=("apt", "apk", "rpm", "zypper"))
def package_upgrade(install: PackageCall) -> Iterator[Finding]:
    """All installed packages are upgraded during the build.

    The result depends on the day of the build, and the upgraded files take space twice. Some
    teams want it for the security fixes between two releases of the base image, so this rule is
    off by default.

    Bad::

    ```dockerfile
    FROM debian:12
    RUN apt-get update && apt-get -y upgrade
    #                     ^^^^^^^^^^^^^^^^^^
    ```

    Good (a package is named)::

    ```dockerfile
    FROM alpine:3.20
    RUN apk upgrade --no-cache openssl
    ```

    How to fix: take a newer base image, or upgrade the packages by name.

    Source: Docker docs, "Building best practices", section "Rebuild your images often".
    """
    if install.action != "upgrade" or install.packages:
        return
    yield Finding.at(
        install,
        f"'{short(install)}' upgrades every package to what the mirror has today, so each build differs. "
        "Take a newer base image, or name the packages.",
    )
