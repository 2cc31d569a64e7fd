"""Signatures of packages, and the keys of repositories."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Finding, Fix, Severity
from dockerlint_rules.fixes.edits import remove_word
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

_UNVERIFYING_FLAGS: dict[str, tuple[str, ...]] = {
    "apt": ("--allow-unauthenticated", "--force-yes", "--allow-insecure-repositories"),
    "apk": ("--allow-untrusted",),
    "rpm": ("--nogpgcheck", "--no-gpgchecks", "--nosignature", "--nogpg"),
    "zypper": ("--no-gpg-checks", "--allow-unsigned-rpm"),
    "pip": ("--trusted-host",),
}


@rule(
    "DF243",
    severity=Severity.WARNING,
    fix="unsafe",
    on=tuple(_UNVERIFYING_FLAGS),
    words=("--allow", "--force-yes", "--no-gpg", "--nogpg", "--nosignature", "--trusted-host"),
)
def unverified_packages(install: PackageCall, run: Run) -> Iterator[Finding]:
    """Package signatures or certificates are not verified.

    Without the flag the package manager refuses packages without a valid signature, or servers without a valid
    certificate. With the flag it accepts any package, and the package's scripts run as root.

    Bad::

    ```dockerfile
    FROM alpine:3.22
    RUN apk add --no-cache --allow-untrusted https://example.com/tool.apk
    #                      ^^^^^^^^^^^^^^^^^ '--allow-untrusted' lets 'apk' accept unverified packages
    ```

    Bad (apt)::

    ```dockerfile
    FROM debian:12
    RUN apt-get update && apt-get install -y --allow-unauthenticated tool
    #                                        ^^^^^^^^^^^^^^^^^^^^^^^ lets 'apt-get' accept unverified packages
    ```

    Fixed::

    ```dockerfile
    FROM debian:12
    RUN apt-get update && apt-get install -y tool
    ```

    Good::

    ```dockerfile
    FROM debian:12
    RUN apt-get update && apt-get install -y tool
    ```

    How to fix: add the repository's key to the image (``signed-by`` for apt, ``/etc/apk/keys``, ``rpm --import``) and
    remove the flag.

    Fix safety: unsafe, because the install fails if the image does not have the key. The fix is not offered for
    ``--allow-untrusted`` and ``--trusted-host``.

    Known problems: the rule skips package files from the build context or from an earlier step, for which apk needs the
    flag.

    Source: apt-get(8), apk(8), dnf(8), pip's documentation of ``--trusted-host``.
    """
    if install.action not in ("install", "update", "upgrade", "download", "dist-upgrade"):
        return
    for flag in _UNVERIFYING_FLAGS[install.family]:
        word = install.flag(flag)
        if word is None or _installs_local_files(install):
            continue
        if flag == "--trusted-host" and (install.value_of(flag) or "").startswith(LOCAL_HOSTS):
            continue
        yield Finding.at(
            word,
            f"'{word.value}' lets '{install.tool}' accept unverified packages. "
            "Add the repository's key or certificate and remove the flag.",
            # --trusted-host has a value, and your own packages need --allow-untrusted.
            fix=None
            if flag in ("--trusted-host", "--allow-untrusted")
            else _remove_flag(word, run),
        )
        return


def _remove_flag(word: ShellWord, run: Run) -> Fix | None:
    edit = remove_word(word, run)
    return Fix(f"Remove '{word.value}'", [edit], safe=False) if edit is not None else None


def _installs_local_files(install: PackageCall) -> bool:
    """Whether the call installs nothing but files that are in the build already."""
    return bool(install.packages) and all(
        package.kind in ("file", "path", "variable") and "://" not in package.word.value
        for package in install.packages
    )


# Releases whose apt is older than 1.1, which added signed-by.
_OLD_VERSIONS = {"debian": {"7", "8"}, "ubuntu": {"12.04", "14.04"}}
_OLD_CODENAMES = frozenset({"jessie", "precise", "trusty", "wheezy"})


def _is_older_than_signed_by(stage: Stage) -> bool:
    base = stage.root.base
    tag = base.tag or ""
    version = tag.partition("-")[0]
    if base.upstream == "debian":
        version = version.partition(".")[0]
    if version in _OLD_VERSIONS.get(base.upstream, ()):
        return True
    return not _OLD_CODENAMES.isdisjoint(tag.split("-"))


@rule("DF247", severity=Severity.WARNING, on=("apt-key",))
def deprecated_apt_key(command: Command, stage: Stage | None) -> Iterator[Finding]:
    """Key is added with the deprecated apt-key.

    The owner of the key can then sign replacements for all system packages. ``apt-key`` is deprecated for this
    reason, and Debian 13 and Ubuntu 24.10 no longer have it.

    Bad::

    ```dockerfile
    FROM debian:12
    RUN curl -fsSL https://example.com/key.asc | apt-key add -
    #                                            ^^^^^^^^^^^^^ 'apt-key' trusts the key for every repository
    ```

    Good::

    ```dockerfile
    FROM debian:12
    ADD https://example.com/key.asc /etc/apt/keyrings/example.asc
    RUN echo "deb [signed-by=/etc/apt/keyrings/example.asc] https://example.com/apt stable main" \\
        > /etc/apt/sources.list.d/example.list
    ```

    How to fix: put the key into ``/etc/apt/keyrings`` and name it with ``signed-by`` in the source.

    Known problems: apt supports ``signed-by`` since version 1.1, so the rule skips older releases (Debian 8, Ubuntu
    14.04).

    Source: apt-key(8), section "Deprecation"; apt's changelog, 1.1.
    """
    if stage is not None and _is_older_than_signed_by(stage):
        return
    operands = command.operands(
        "--keyserver", "--keyring", "--recv-keys", "--recv", "--keyserver-options"
    )
    adds_key = any(word.value in ("add", "adv") for word in operands)
    if command.has_flag("--keyring"):
        return
    if adds_key or command.has_flag("--recv-keys", "--recv"):
        yield Finding.at(
            Span(command.start, command.end),
            "'apt-key' trusts the key for every repository, and newer releases do not have this command. "
            "Put the key into '/etc/apt/keyrings' and name it with 'signed-by'.",
        )
