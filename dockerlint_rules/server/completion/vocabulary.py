"""Words that completion offers: instructions, values of flags, keys of mounts, signals, shells.

Source, unless a table says another: Docker docs, "Dockerfile reference".
"""

from __future__ import annotations

from dockerlint_rules.server.reference_text import SIGNALS as SIGNAL_TEXTS
from dockerlint_rules.server.reference_text import VALUES

# The most frequent ones first.  MAINTAINER is deprecated and not offered.
SYNTAX = {
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


def _values(prefix: str) -> dict[str, str]:
    """The values that have this prefix, each with the text of its hover."""
    return {
        name.removeprefix(prefix): text for name, text in VALUES.items() if name.startswith(prefix)
    }


NETWORKS = _values("--network=")
SECURITY = _values("--security=")
BOOLEANS = {"true": "", "false": ""}
# Source: Docker docs, "Multi-platform builds"; containerd's platforms package for the names.
PLATFORMS = {
    "$BUILDPLATFORM": "the platform of the builder: no emulation",
    "$TARGETPLATFORM": "the platform of the image; the default",
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
# By keyword and flag.
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
_TARGET = {"target": "where the mount appears"}
_OWNED = {
    "mode": "file mode, in octal",
    "uid": "user id of the owner",
    "gid": "group id of the owner",
}
MOUNT_KEYS: dict[str, dict[str, str]] = {
    "bind": {
        **_TARGET,
        "source": "path to mount; default: everything",
        "from": "stage or image to mount from; default: the build context",
        "rw": "writable; changes are discarded",
    },
    "cache": {
        **_TARGET,
        "id": "id of the cache; default: the target",
        "sharing": "use by several builds at the same time; default: shared",
        "from": "stage or image to fill a new cache from",
        "source": "directory in it to fill a new cache from",
        "ro": "read-only",
        **_OWNED,
    },
    "tmpfs": {**_TARGET, "size": "the largest size"},
    "secret": {
        "id": "id of the secret; default: the last part of the target",
        "target": "path of the file; default: /run/secrets/<id>",
        "env": "environment variable that holds the secret",
        "required": "whether the build fails without it",
        **_OWNED,
    },
    "ssh": {
        "id": "id of the SSH agent; default: 'default'",
        "target": "path of the socket",
        "required": "whether the build fails without it",
        **_OWNED,
    },
}
# Other names of the same key; and keys that need no value.
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
    '["/bin/bash", "-o", "pipefail", "-c"]': "a pipeline fails if any of its commands fails",
    '["/bin/ash", "-eo", "pipefail", "-c"]': "the same on Alpine",
    '["/bin/sh", "-c"]': "the default on Linux",
    '["powershell", "-Command", "$ErrorActionPreference = \'Stop\';"]': "Windows",
    '["cmd", "/S", "/C"]': "the default on Windows",
}

DIRECTIVE_VALUES: dict[str, dict[str, str]] = {
    # Source: Docker docs, "Custom Dockerfile syntax".
    "syntax": {
        "docker/dockerfile:1": "the latest stable version",
        "docker/dockerfile:1-labs": "includes features that are not stable yet",
    },
    "escape": {"`": "for Windows paths", "\\": "the default"},
}
# Source: Docker docs, "Build checks".  Experimental checks run only if they are named.
CHECK_OPTIONS = {
    "skip": "checks to skip",
    "error": "whether findings fail the build",
    "experimental": "experimental checks to run",
}
EXPERIMENTAL_CHECKS = ("InvalidDefinitionDescription",)
