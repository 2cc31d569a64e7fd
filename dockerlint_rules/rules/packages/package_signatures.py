"""Rules about package signatures."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Finding, Fix, Severity
from dockerlint_rules.fixes.edits import without_word
from dockerlint_rules.model.programs.downloads import LOCAL_HOSTS
from dockerlint_rules.registry.rule import rule
from dockerlint_rules.syntax.source import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.model.packages.calls import PackageCall
    from dockerlint_rules.model.stages import Stage
    from dockerlint_rules.syntax.dockerfile.instructions import Run
    from dockerlint_rules.syntax.shell.command import Command, ShellWord


@rule(
    "DF243",
    severity=Severity.WARNING,
    fix="unsafe",
    on=("apt", "apk", "rpm", "zypper", "pip", "npm", "yarn"),
    words=("--allow", "--force-yes", "--no-gpg", "--nogpg", "--nosignature", "--trusted-host"),
)
def unverified_packages(install: PackageCall, run: Run) -> Iterator[Finding]:
    """Package signatures or certificates are not verified.

    The package manager would refuse a package that nobody signed, or a server that is not what it says; with
    this flag it takes anything, and runs its scripts as root.

    Bad::

    ```dockerfile
    FROM alpine:3.22
    RUN apk add --no-cache --allow-untrusted https://example.com/tool.apk
    #                      ^^^^^^^^^^^^^^^^^
    ```

    Bad (apt)::

    ```dockerfile
    FROM debian:12
    RUN apt-get update && apt-get install -y --allow-unauthenticated tool
    #                                        ^^^^^^^^^^^^^^^^^^^^^^^
    ```

    Good::

    ```dockerfile
    FROM debian:12
    RUN apt-get update && apt-get install -y tool
    ```

    How to fix: bring the repository's key into the image (``signed-by`` for apt, ``/etc/apk/keys``,
    ``rpm --import``) and drop the flag.

    Known problems: a package file of one's own build, taken from the build context, cannot be replaced by
    others; for apk it needs the flag, and the rule leaves it alone.

    Source: apt-get(8), apk(8), dnf(8), pip's documentation of ``--trusted-host``.
    """
    if install.action not in ("install", "update", "upgrade", "download", "dist-upgrade"):
        return
    for flag in _UNCHECKED.get(install.family, ()):
        word = install.flag(flag)
        if word is None or _is_own_file(install):
            continue
        if flag == "--trusted-host" and (install.value_of(flag) or "").startswith(LOCAL_HOSTS):
            continue
        yield Finding.at(
            word,
            f"'{word.value}' lets '{install.tool}' take packages that nobody vouches for. "
            "Add the repository's key or certificate and drop the flag.",
            fix=None if flag in ("--trusted-host", "--allow-untrusted") else _dropped(word, run),
        )
        return


def _dropped(word: ShellWord, run: Run) -> Fix | None:
    edit = without_word(word, run)
    return Fix(f"Drop {word.value}.", [edit], safe=False) if edit is not None else None


_UNCHECKED: dict[str, tuple[str, ...]] = {
    "apt": ("--allow-unauthenticated", "--force-yes", "--allow-insecure-repositories"),
    "apk": ("--allow-untrusted",),
    "rpm": ("--nogpgcheck", "--no-gpgchecks", "--nosignature", "--nogpg"),
    "zypper": ("--no-gpg-checks", "--allow-unsigned-rpm"),
    "pip": ("--trusted-host",),
}


def _is_own_file(install: PackageCall) -> bool:
    """Whether all that is installed comes out of files at hand."""
    return bool(install.packages) and all(
        one.kind in ("file", "path", "variable") and "://" not in one.word.value
        for one in install.packages
    )


_OLD_APT = {"debian": {"7", "8"}, "ubuntu": {"12.04", "14.04"}}


_OLD_RELEASES = frozenset({"jessie", "precise", "trusty", "wheezy"})


def _is_old_apt(stage: Stage) -> bool:
    """Whether the base is a release whose apt is older than ``signed-by``."""
    base = stage.root.base
    tag = base.tag or ""
    number = tag.partition("-")[0]
    if base.upstream == "debian":
        number = number.partition(".")[0]
    return number in _OLD_APT.get(base.upstream, ()) or not _OLD_RELEASES.isdisjoint(tag.split("-"))


@rule("DF247", severity=Severity.WARNING, fix=None, on=("apt-key",))
def deprecated_apt_key(command: Command, stage: Stage | None) -> Iterator[Finding]:
    """Key is added with the deprecated apt-key.

    The key's owner can then sign a replacement of any package of the system. ``apt-key`` is
    deprecated for that reason, and gone since Debian 13 and Ubuntu 24.10.

    Bad::

    ```dockerfile
    FROM debian:12
    RUN curl -fsSL https://example.com/key.asc | apt-key add -
    #                                            ^^^^^^^^^^^^^
    ```

    Good::

    ```dockerfile
    FROM debian:12
    ADD https://example.com/key.asc /etc/apt/keyrings/example.asc
    RUN echo "deb [signed-by=/etc/apt/keyrings/example.asc] https://example.com/apt stable main" \\
        > /etc/apt/sources.list.d/example.list
    ```

    How to fix: put the key into ``/etc/apt/keyrings`` and name it with ``signed-by`` in the source.

    Known problems: apt knows ``signed-by`` since 1.1; older releases (Debian 8, Ubuntu 14.04) are left alone.

    Source: apt-key(8), section "Deprecation"; apt's changelog, 1.1.
    """
    if stage is not None and _is_old_apt(stage):
        return
    words = command.operands(
        "--keyserver", "--keyring", "--recv-keys", "--recv", "--keyserver-options"
    )
    acts = {word.value for word in words} & {"add", "adv"} or command.has_flag(
        "--recv-keys", "--recv"
    )
    if acts and not command.has_flag("--keyring"):
        yield Finding.at(
            Span(command.start, command.end),
            "'apt-key' trusts this key for every repository, and it is gone from newer releases. "
            "Put the key into /etc/apt/keyrings and name it with 'signed-by'.",
        )
