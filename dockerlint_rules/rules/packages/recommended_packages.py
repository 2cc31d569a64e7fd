"""Rules about recommended packages."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Finding, Fix, Severity
from dockerlint_rules.fixes.edits import flag_after
from dockerlint_rules.model.packages.apt_settings import is_apt_configured
from dockerlint_rules.registry.rule import rule
from dockerlint_rules.syntax.source import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.model.packages.calls import PackageCall
    from dockerlint_rules.model.stages import Stage
    from dockerlint_rules.syntax.dockerfile.instructions import Run


_FALSE = frozenset({"false", "no", "off", "without", "disable", "0"})


@rule("DF206", severity=Severity.INFO, aliases=("DL3015",), fix="unsafe", on=("apt",))
def recommended_packages(install: PackageCall, run: Run, stage: Stage | None) -> Iterator[Finding]:
    """apt installs recommended packages as well.

    apt installs what a package recommends unless told otherwise: manuals, mail servers, desktop
    parts. The image grows by things that nobody asked for and that need security updates as
    well.

    Bad::

    ```dockerfile
    FROM debian:12
    RUN apt-get update && apt-get install -y nginx && rm -rf /var/lib/apt/lists/*
    #                     ^^^^^^^^^^^^^^^
    ```

    Good::

    ```dockerfile
    FROM debian:12
    RUN apt-get update && apt-get install -y --no-install-recommends nginx && rm -rf /var/lib/apt/lists/*
    ```

    Good (apt is configured so)::

    ```dockerfile
    FROM debian:12
    RUN echo 'APT::Install-Recommends "false";' > /etc/apt/apt.conf.d/99lean
    RUN apt-get update && apt-get install -y nginx && rm -rf /var/lib/apt/lists/*
    ```

    How to fix: add ``--no-install-recommends`` and name what is really needed.

    Fix safety: unsafe, because a recommended package may be one that the image relies on.

    Source: apt-get(8), "--no-install-recommends"; Docker docs, "Building best practices".
    """
    word = install.action_word
    if install.action != "install" or word is None:
        return
    if install.has_flag("--no-install-recommends", "--without-recommends", "-R"):
        return
    if install.option("APT::Install-Recommends") in _FALSE or is_apt_configured(
        run, stage, "APT::Install-Recommends"
    ):
        return
    yield Finding.at(
        Span(install.start, word.end),
        f"'{install.tool} {word.value}' brings in recommended packages that nobody asked for. "
        "Add '--no-install-recommends'.",
        fix=Fix(
            "Add --no-install-recommends.",
            [flag_after(word, "--no-install-recommends", run)],
            safe=False,
        ),
        aliases=None if install.tool == "apt-get" else (),
    )
