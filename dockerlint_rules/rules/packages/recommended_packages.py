"""Packages that apt installs because another package recommends them."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Finding, Fix, Severity
from dockerlint_rules.fixes.edits import insert_flag
from dockerlint_rules.model.packages.apt_settings import is_apt_configured
from dockerlint_rules.model.packages.calls import APT_FALSE
from dockerlint_rules.registry.rule import rule
from dockerlint_rules.rules.wording import call_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.model.packages.calls import PackageCall
    from dockerlint_rules.model.stages import Stage
    from dockerlint_rules.syntax.dockerfile.instructions import Run


@rule("DF206", severity=Severity.INFO, aliases=("DL3015",), fix="unsafe", on=("apt",))
def recommended_packages(install: PackageCall, run: Run, stage: Stage | None) -> Iterator[Finding]:
    """apt installs recommended packages as well.

    By default, apt also installs the packages that a package recommends, such as documentation, mail servers or parts
    of a desktop. They make the image bigger, and they need security updates too.

    Bad::

    ```dockerfile
    FROM debian:12
    RUN apt-get update && apt-get install -y nginx && rm -rf /var/lib/apt/lists/*
    #                     ^^^^^^^^^^^^^^^ also installs recommended packages
    ```

    Fixed::

    ```dockerfile
    FROM debian:12
    RUN apt-get update && apt-get install --no-install-recommends -y nginx && rm -rf /var/lib/apt/lists/*
    ```

    Good::

    ```dockerfile
    FROM debian:12
    RUN apt-get update && apt-get install -y --no-install-recommends nginx && rm -rf /var/lib/apt/lists/*
    ```

    Good (apt's configuration turns them off)::

    ```dockerfile
    FROM debian:12
    RUN echo 'APT::Install-Recommends "false";' > /etc/apt/apt.conf.d/99lean
    RUN apt-get update && apt-get install -y nginx && rm -rf /var/lib/apt/lists/*
    ```

    How to fix: add ``--no-install-recommends``, and name the recommended packages that the image needs.

    Fix safety: unsafe, because the image may need a recommended package.

    Source: apt-get(8), "--no-install-recommends"; Docker docs, "Building best practices".
    """
    word = install.action_word
    if install.action != "install" or word is None:
        return
    if install.has_flag("--no-install-recommends", "--without-recommends", "-R"):
        return
    if install.option("APT::Install-Recommends") in APT_FALSE or is_apt_configured(
        run, stage, "APT::Install-Recommends"
    ):
        return
    yield Finding.at(
        install.head,
        f"'{call_name(install)}' also installs recommended packages, which the image may not need. "
        "Add '--no-install-recommends'.",
        fix=Fix(
            "Add '--no-install-recommends'",
            [insert_flag(word, "--no-install-recommends", run)],
            safe=False,
        ),
        aliases=None if install.tool == "apt-get" else (),
    )
