"""Upgrades of system packages during the build."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Finding, Severity
from dockerlint_rules.model.packages.calls import SYSTEM_MANAGERS
from dockerlint_rules.registry.rule import rule
from dockerlint_rules.rules.wording import call_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.model.packages.calls import PackageCall


@rule("DF203", severity=Severity.WARNING, aliases=("DL3035",), on=SYSTEM_MANAGERS)
def distribution_upgrade(install: PackageCall) -> Iterator[Finding]:
    """Whole distribution is upgraded during the build.

    The result of the upgrade depends on the day of the build, so builds of the same Dockerfile may differ. The replaced
    files stay in the layers below, so the image also grows. The maintainers of the base image publish rebuilt images
    with the same fixes.

    Bad::

    ```dockerfile
    FROM debian:12
    RUN apt-get update && apt-get -y dist-upgrade
    #                     ^^^^^^^^^^^^^^^^^^^^^^^ 'dist-upgrade' upgrades the whole distribution
    ```

    Good::

    ```dockerfile
    FROM debian:12.8
    ```

    How to fix: use a newer base image and remove the upgrade.

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
        f"'{install.action_word.value}' upgrades the whole distribution, so the image depends on the day of the build. "
        "Use a newer base image instead.",
        aliases=("DL3035",) if install.family == "zypper" else (),
    )


@rule("DF204", severity=Severity.INFO, default=False, on=("apt", "apk", "rpm", "zypper"))
def package_upgrade(install: PackageCall) -> Iterator[Finding]:
    """All installed packages are upgraded during the build.

    The result depends on the day of the build, and every upgraded file takes up space twice. Some teams want the
    upgrade for security fixes that the base image does not have yet, so this rule is off by default.

    Bad::

    ```dockerfile
    FROM debian:12
    RUN apt-get update && apt-get -y upgrade
    #                     ^^^^^^^^^^^^^^^^^^ 'apt-get upgrade' upgrades every package
    ```

    Good (a package is named)::

    ```dockerfile
    FROM alpine:3.20
    RUN apk upgrade --no-cache openssl
    ```

    How to fix: use a newer base image, or upgrade packages by name.

    Source: Docker docs, "Building best practices", section "Rebuild your images often".
    """
    if install.action != "upgrade" or install.packages:
        return
    yield Finding.at(
        install,
        f"'{call_name(install)}' upgrades every package, so the image depends on the day of the build. "
        "Use a newer base image, or upgrade packages by name.",
    )
