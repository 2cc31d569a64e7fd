"""Words that completion offers: shapes of instructions, values of flags, keys of mounts, signals, shells.

Source, unless a table says another: Docker docs, "Dockerfile reference".
"""

from __future__ import annotations

from dockerlint_rules.server.reference_text import SIGNALS as SIGNAL_TEXTS
from dockerlint_rules.server.reference_text import VALUES

# In the order in which they are wanted.  MAINTAINER is deprecated and not offered.
SHAPES = {
    "FROM": "FROM [--platform=<platform>] <image> [AS <name>]",
    "RUN": "RUN [flags] <command>",
    "COPY": "COPY [flags] <source>… <destination>",
    "WORKDIR": "WORKDIR <path>",
    "ENV": "ENV <name>=<value>…",
    "ARG": "ARG <name>[=<default>]…",
    "CMD": 'CMD ["program", "argument"…]',
    "ENTRYPOINT": 'ENTRYPOINT ["program", "argument"…]',
    "EXPOSE": "EXPOSE <port>[/<protocol>]…",
    "USER": "USER <user>[:<group>]",
    "ADD": "ADD [flags] <source>… <destination>",
    "LABEL": "LABEL <name>=<value>…",
    "VOLUME": 'VOLUME ["path"…]',
    "HEALTHCHECK": "HEALTHCHECK [flags] CMD <command>",
    "SHELL": 'SHELL ["program", "argument"…]',
    "STOPSIGNAL": "STOPSIGNAL <signal>",
    "ONBUILD": "ONBUILD <instruction>",
}
NO_TRIGGERS = frozenset({"FROM", "ONBUILD", "MAINTAINER"})
BEFORE_FROM = ("FROM", "ARG")


def _values(of: str) -> dict[str, str]:
    """What stands behind a name and its sign, each with what hovers say of it."""
    return {name.removeprefix(of): text for name, text in VALUES.items() if name.startswith(of)}


NETWORKS = _values("--network=")
SECURITY = _values("--security=")
BOOLEANS = {"true": "", "false": ""}
# Source: Docker docs, "Multi-platform builds"; containerd's platforms package for the names.
PLATFORMS = {
    "$BUILDPLATFORM": "where the build runs: no emulation",
    "$TARGETPLATFORM": "what is built for; the default",
    "linux/amd64": "64-bit x86",
    "linux/arm64": "64-bit ARM",
    "linux/arm/v7": "32-bit ARM",
    "linux/arm/v6": "32-bit ARM, early Raspberry Pi",
    "linux/386": "32-bit x86",
    "linux/ppc64le": "64-bit POWER",
    "linux/s390x": "IBM Z",
    "linux/riscv64": "64-bit RISC-V",
    "windows/amd64": "Windows",
}
# By keyword and flag; where one value is the default it says so.
FLAG_VALUES: dict[tuple[str, str], dict[str, str]] = {
    ("FROM", "platform"): PLATFORMS,
    ("RUN", "network"): NETWORKS,
    ("RUN", "security"): SECURITY,
    ("COPY", "link"): BOOLEANS,
    ("COPY", "parents"): BOOLEANS,
    ("ADD", "link"): BOOLEANS,
    ("ADD", "keep-git-dir"): BOOLEANS,
    ("ADD", "unpack"): BOOLEANS,
    ("HEALTHCHECK", "interval"): {"30s": "the default"},
    ("HEALTHCHECK", "timeout"): {"30s": "the default"},
    ("HEALTHCHECK", "start-period"): {"0s": "the default"},
    ("HEALTHCHECK", "start-interval"): {"5s": "the default"},
    ("HEALTHCHECK", "retries"): {"3": "the default"},
}

MOUNT_TYPES = _values("type=")
_TARGET = {"target": "where it is mounted"}
_OWNED = {"mode": "its mode, octal", "uid": "its owner's number", "gid": "its group's number"}
MOUNT_KEYS: dict[str, dict[str, str]] = {
    "bind": {
        **_TARGET,
        "source": "what is mounted; all of it by default",
        "from": "the stage or image that it comes from; the context by default",
        "rw": "may be written to; what is written is thrown away",
    },
    "cache": {
        **_TARGET,
        "id": "which cache; its target by default",
        "sharing": "for builds at the same time: shared by default",
        "from": "the stage or image that a new cache begins with",
        "source": "the folder of it that a new cache begins with",
        "ro": "may not be written to",
        **_OWNED,
    },
    "tmpfs": {**_TARGET, "size": "how large it may grow"},
    "secret": {
        "id": "which secret; the last part of its target by default",
        "target": "its file; /run/secrets/<id> by default",
        "env": "the variable that holds it",
        "required": "whether the build fails without it",
        **_OWNED,
    },
    "ssh": {
        "id": "which agent; default by default",
        "target": "its socket",
        "required": "whether the build fails without it",
        **_OWNED,
    },
}
# Names of one key; and keys that need no value.
MOUNT_ALIASES = {
    "dst": "target",
    "destination": "target",
    "src": "source",
    "readwrite": "rw",
    "readonly": "ro",
}
MOUNT_SWITCHES = frozenset({"rw", "ro"})
MOUNT_VALUES: dict[str, dict[str, str]] = {
    "type": MOUNT_TYPES,
    "sharing": _values("sharing="),
    "required": BOOLEANS,
    "rw": BOOLEANS,
    "readwrite": BOOLEANS,
    "ro": BOOLEANS,
    "readonly": BOOLEANS,
}

SIGNALS = {f"SIG{name}": text for name, text in SIGNAL_TEXTS.items()}
SHELLS = {
    '["/bin/bash", "-o", "pipefail", "-c"]': "a pipe fails where one of its commands does",
    '["/bin/ash", "-eo", "pipefail", "-c"]': "the same on Alpine",
    '["/bin/sh", "-c"]': "the default on Linux",
    '["powershell", "-Command", "$ErrorActionPreference = \'Stop\';"]': "Windows",
    '["cmd", "/S", "/C"]': "the default on Windows",
}

DIRECTIVE_VALUES: dict[str, dict[str, str]] = {
    # Source: Docker docs, "Custom Dockerfile syntax".
    "syntax": {
        "docker/dockerfile:1": "the newest stable version",
        "docker/dockerfile:1-labs": "with what is not stable yet",
    },
    "escape": {"`": "for paths of Windows", "\\": "the default"},
}
# Source: Docker docs, "Build checks"; the experimental ones run only where they are named.
CHECK_OPTIONS = {
    "skip": "checks that are left out",
    "error": "whether findings stop the build",
    "experimental": "checks that run only when they are named",
}
EXPERIMENTAL_CHECKS = ("InvalidDefinitionDescription",)
