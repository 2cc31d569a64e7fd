"""Rules about platforms."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Edit, Finding, Fix, Severity
from dockerlint_rules.model.images.defaults import is_bare
from dockerlint_rules.model.stages import is_windows
from dockerlint_rules.registry.rule import rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.model.stages import Stage
    from dockerlint_rules.syntax.dockerfile.instructions import Flag, From


# What containerd's parser takes for an operating system or an architecture that stands alone.
_SYSTEMS = frozenset({
    "aix", "android", "darwin", "dragonfly", "freebsd", "hurd", "illumos", "ios", "js", "linux", "nacl", "netbsd", "openbsd",
    "plan9", "solaris", "windows", "zos", "macos", "wasip1",
})  # fmt: skip


_ARCHITECTURES = {
    "386": "386", "amd64": "amd64", "amd64p32": "amd64p32", "arm": "arm", "armbe": "armbe", "arm64": "arm64", "arm64be": "arm64be",
    "ppc64": "ppc64", "ppc64le": "ppc64le", "loong64": "loong64", "mips": "mips", "mipsle": "mipsle", "mips64": "mips64",
    "mips64le": "mips64le", "riscv": "riscv", "riscv64": "riscv64", "s390": "s390", "s390x": "s390x", "wasm": "wasm",
    "x86_64": "amd64", "x86-64": "amd64", "i386": "386", "aarch64": "arm64", "armhf": "arm", "armel": "arm",
}  # fmt: skip


def platform_of(text: str) -> tuple[str, str] | None:
    """Operating system and architecture of a platform; None where BuildKit could not read it.

    Source: containerd's ``platforms.Parse``, which names an architecture alone after the host's system.
    """
    parts = text.lower().split("/")
    if len(parts) > 3 or not all(
        part and part.replace("_", "").replace("-", "").replace(".", "").isalnum() for part in parts
    ):
        return None
    if len(parts) == 1:
        if parts[0] in _ARCHITECTURES:
            return "linux", _ARCHITECTURES[parts[0]]
        if parts[0] in _SYSTEMS:
            return ("darwin" if parts[0] == "macos" else parts[0]), "amd64"
        return None
    system = "darwin" if parts[0] == "macos" else parts[0]
    return system, _ARCHITECTURES.get(parts[1], parts[1])


@rule(
    "DF130",
    severity=Severity.WARNING,
    aliases=("FromPlatformFlagConstDisallowed", "DL3029"),
    fix="unsafe",
    words=("--platform",),
)
def hard_coded_platform(stage: Stage, from_: From) -> Iterator[Finding]:
    """FROM has a hard-coded --platform.

    The stage is always built for that platform, whatever ``--platform`` the build is given: on other machines it
    runs in emulation, and an image for several platforms gets the wrong binaries.

    Bad::

    ```dockerfile
    FROM --platform=linux/amd64 debian:12
    #    ^^^^^^^^^^^^^^^^^^^^^^
    ```

    Good::

    ```dockerfile
    FROM --platform=$BUILDPLATFORM golang:1.25 AS build
    ```

    Good (a stage for each platform)::

    ```dockerfile
    FROM --platform=linux/amd64 debian:12 AS base-amd64
    FROM --platform=linux/arm64 debian:12 AS base-arm64
    ```

    How to fix: drop the flag and give ``--platform`` to the build, or use ``$BUILDPLATFORM`` or ``$TARGETPLATFORM``.

    Known problems: an image that exists for one platform only needs it; name the stage after the platform.

    Source: Docker docs, "Build checks", FromPlatformFlagConstDisallowed.
    """
    flag = from_.flag("platform")
    if flag is None:
        return
    if _is_constant(flag, stage) and not _exists_there_alone(flag, stage):
        yield Finding.at(
            flag,
            f"This stage is always built for '{flag.value}', whatever platform the build is for. "
            "Drop the flag, or use $BUILDPLATFORM or $TARGETPLATFORM.",
            fix=_without_flag(from_, flag, safe=False),
        )


def _exists_there_alone(flag: Flag, stage: Stage) -> bool:
    """Whether the platform is that of the image, which is made for no other: Apple's SDKs, NVIDIA's boards."""
    found = platform_of(flag.value)
    if found is None:
        return False
    return found[0] == "darwin" or (found[1] == "arm64" and "/l4t-" in stage.base.text)


def _follows_build(value: str) -> bool:
    """Whether a platform is made of what the build is given."""
    from dockerlint_rules.syntax.word_variables import variables

    return any(use.name.startswith(("BUILD", "TARGET")) for use in variables(value))


def _is_constant(flag: Flag, stage: Stage) -> bool:
    if "$" in flag.value:
        return False
    found = platform_of(flag.value)
    if found is None:
        return False
    name = stage.name or ""
    return not any(part in name for part in found)


@rule(
    "DF133",
    severity=Severity.INFO,
    default=False,
    aliases=("DL3029", "FromPlatformFlagConstDisallowed"),
    words=("--platform",),
)
def custom_platform(from_: From, stage: Stage) -> Iterator[Finding]:
    """FROM --platform is not the build or target platform.

    The wider form of DF130: stages named after their platform, images that are made for one platform, and other
    variables are reported as well. What DF130 reports is not said twice.

    Bad::

    ```dockerfile
    FROM --platform=linux/arm64 debian:12 AS base-arm64
    #    ^^^^^^^^^^^^^^^^^^^^^^
    ```

    Good::

    ```dockerfile
    FROM --platform=$BUILDPLATFORM debian:12
    ```

    How to fix: use ``$BUILDPLATFORM`` or ``$TARGETPLATFORM``.

    Source: docs/hadolint.md, DL3029.
    """
    flag = from_.flag("platform")
    if flag is None or _follows_build(flag.value):
        return
    is_constant = _is_constant(flag, stage)
    if is_constant and not _exists_there_alone(flag, stage):
        return
    yield Finding.at(
        flag,
        f"Platform '{flag.value}' is fixed. Use $BUILDPLATFORM or $TARGETPLATFORM.",
        aliases=("DL3029", "FromPlatformFlagConstDisallowed") if is_constant else ("DL3029",),
    )


@rule(
    "DF131",
    severity=Severity.INFO,
    aliases=("RedundantTargetPlatform", "DL3065"),
    fix="safe",
    words=("--platform",),
)
def redundant_target_platform(from_: From) -> Iterator[Finding]:
    """FROM sets --platform to its default, the target platform.

    The flag does nothing, and readers look for what it is for.

    Bad::

    ```dockerfile
    FROM --platform=$TARGETPLATFORM debian:12
    #    ^^^^^^^^^^^^^^^^^^^^^^^^^^
    ```

    Fixed::

    ```dockerfile
    FROM debian:12
    ```

    Good::

    ```dockerfile
    FROM --platform=$BUILDPLATFORM debian:12
    ```

    How to fix: drop the flag.

    Fix safety: safe; it is the default.

    Source: Docker docs, "Build checks", RedundantTargetPlatform.
    """
    flag = from_.flag("platform")
    if flag is None or "TARGETPLATFORM" not in flag.value or not _is_target(flag.value):
        return
    if from_.stage is not None and _is_redefined(from_):
        return
    yield Finding.at(
        flag,
        f"'{flag.value}' is what a stage is built for anyway. Drop the flag.",
        fix=_without_flag(from_, flag, safe=True),
    )


def _without_flag(from_: From, flag: Flag, *, safe: bool) -> Fix | None:
    end = from_.words[0].start if from_.words else flag.end
    if len(from_.flags) != 1 or "\n" in from_.source.text[flag.start : end]:
        return None
    return Fix("Drop the flag.", [Edit(flag.start, end, "")], safe=safe)


def _is_target(value: str) -> bool:
    """Whether a platform is TARGETPLATFORM and nothing else; a default behind it is never used."""
    if value == "$TARGETPLATFORM":
        return True
    return value.startswith(("${TARGETPLATFORM}", "${TARGETPLATFORM:-", "${TARGETPLATFORM-")) and (
        value.find("}") == len(value) - 1
    )


def _is_redefined(from_: From) -> bool:
    """Whether an ARG before the first FROM gives TARGETPLATFORM another value."""
    from dockerlint_rules.model.variables import global_scope, platform_args

    dockerfile = from_.stage.dockerfile
    wanted: str = platform_args(dockerfile)["TARGETPLATFORM"]
    return global_scope(dockerfile).get("TARGETPLATFORM") != wanted


@rule(
    "DF132", severity=Severity.ERROR, aliases=("InvalidBaseImagePlatform",), words=("--platform",)
)
def base_image_platform_mismatch(from_: From, stage: Stage) -> Iterator[Finding]:
    """Base image does not exist for the requested platform.

    The build stops when the image is fetched, or takes an image of another platform that cannot run.

    Bad::

    ```dockerfile
    FROM --platform=windows/amd64 alpine:3.22
    #    ^^^^^^^^^^^^^^^^^^^^^^^^
    ```

    Good::

    ```dockerfile
    FROM alpine:3.22
    ```

    How to fix: ask for a platform that the image is made for.

    Known problems: only the registry knows for which platforms an image exists, and this linter never goes to the
    network. It knows Linux distributions and Windows images; ``docker build --check`` asks for the rest.

    Source: Docker docs, "Build checks", InvalidBaseImagePlatform.
    """
    flag = from_.flag("platform")
    if flag is None or "$" in flag.value or stage.parent is not None:
        return
    wanted = platform_of(flag.value)
    if wanted is None:
        return
    windows = is_windows(stage.base)
    if not windows and not (stage.base.is_name_certain and is_bare(stage.base)):
        return
    if windows != (wanted[0] == "windows"):
        yield Finding.at(
            flag,
            f"'{stage.base.text}' is made for {'Windows' if windows else 'Linux'} only. Ask for a platform that it is made for.",
        )
