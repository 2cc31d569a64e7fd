"""Rules about FROM --platform."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Edit, Finding, Fix, Severity
from dockerlint_rules.model.images.defaults import is_bare
from dockerlint_rules.model.stages import is_windows
from dockerlint_rules.registry.rule import rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.model.stages import Stage
    from dockerlint_rules.syntax.dockerfile.instruction import Flag
    from dockerlint_rules.syntax.dockerfile.instructions import From


# Operating systems and architectures that containerd's parser accepts on their own.
_SYSTEMS = frozenset({
    "aix", "android", "darwin", "dragonfly", "freebsd", "hurd", "illumos", "ios", "js", "linux", "nacl", "netbsd",
    "openbsd", "plan9", "solaris", "windows", "zos", "macos", "wasip1",
})  # fmt: skip


_ARCHITECTURES = {
    "386": "386", "amd64": "amd64", "amd64p32": "amd64p32", "arm": "arm", "armbe": "armbe", "arm64": "arm64",
    "arm64be": "arm64be", "ppc64": "ppc64", "ppc64le": "ppc64le", "loong64": "loong64", "mips": "mips",
    "mipsle": "mipsle", "mips64": "mips64", "mips64le": "mips64le", "riscv": "riscv", "riscv64": "riscv64",
    "s390": "s390", "s390x": "s390x", "wasm": "wasm", "x86_64": "amd64", "x86-64": "amd64", "i386": "386",
    "aarch64": "arm64", "armhf": "arm", "armel": "arm",
}  # fmt: skip


def platform_of(text: str) -> tuple[str, str] | None:
    """Operating system and architecture of a platform; None if BuildKit cannot parse it.

    Source: containerd's ``platforms.Parse``, which completes a lone architecture with the host's system.
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

    The stage is always built for that platform, even if the build requests another one. On other
    machines it runs in slow emulation, and a multi-platform image gets binaries for the wrong platform.

    Bad::

    ```dockerfile
    FROM --platform=linux/amd64 debian:12
    #    ^^^^^^^^^^^^^^^^^^^^^^ always built for 'linux/amd64'
    ```

    Fixed::

    ```dockerfile
    FROM debian:12
    ```

    Good::

    ```dockerfile
    FROM --platform=$BUILDPLATFORM golang:1.25 AS build
    ```

    Good (one stage for each platform)::

    ```dockerfile
    FROM --platform=linux/amd64 debian:12 AS base-amd64
    FROM --platform=linux/arm64 debian:12 AS base-arm64
    ```

    How to fix: remove the flag and pass ``--platform`` to the build, or use ``$BUILDPLATFORM`` for a stage that
    only builds.

    Known problems: an image that exists for a single platform needs the flag. Name the stage after the
    platform (``AS base-amd64``), and the rule ignores it.

    Fix safety: unsafe, because the stage is then built for the requested platform, for which the image may not
    exist.

    Source: Docker docs, "Build checks", FromPlatformFlagConstDisallowed.
    """
    flag = from_.flag("platform")
    if flag is None:
        return
    if _is_hard_coded(flag, stage) and not _is_only_platform(flag, stage):
        yield Finding.at(
            flag,
            f"This stage is always built for '{flag.value}', even if the build requests another platform. "
            "Remove the flag, or use $BUILDPLATFORM.",
            fix=_flag_removal(from_, flag, safe=False),
        )


@rule(
    "DF133",
    severity=Severity.INFO,
    default=False,
    aliases=("DL3029", "FromPlatformFlagConstDisallowed"),
    words=("--platform",),
)
def custom_platform(from_: From, stage: Stage) -> Iterator[Finding]:
    """FROM --platform is not the build or target platform.

    This is the strict form of DF130. It also reports stages that are named after their platform, images that
    exist for one platform only, and other variables. It does not repeat what DF130 reports.

    Bad::

    ```dockerfile
    FROM --platform=linux/arm64 debian:12 AS base-arm64
    #    ^^^^^^^^^^^^^^^^^^^^^^ 'linux/arm64' follows neither the build platform nor the target platform
    ```

    Good::

    ```dockerfile
    FROM --platform=$BUILDPLATFORM debian:12
    ```

    How to fix: use ``$BUILDPLATFORM``, or remove the flag to build for the target platform.

    Source: docs/hadolint.md, DL3029.
    """
    flag = from_.flag("platform")
    if flag is None or _follows_the_build(flag.value):
        return
    is_hard_coded = _is_hard_coded(flag, stage)
    if is_hard_coded and not _is_only_platform(flag, stage):
        return
    yield Finding.at(
        flag,
        f"'{flag.value}' follows neither the build platform nor the target platform. "
        "Use $BUILDPLATFORM, or remove the flag.",
        aliases=("DL3029", "FromPlatformFlagConstDisallowed") if is_hard_coded else ("DL3029",),
    )


def _is_hard_coded(flag: Flag, stage: Stage) -> bool:
    """Whether the platform is a literal one that the stage's name does not mention."""
    if "$" in flag.value:
        return False
    platform = platform_of(flag.value)
    if platform is None:
        return False
    stage_name = stage.name or ""
    return not any(part in stage_name for part in platform)


def _is_only_platform(flag: Flag, stage: Stage) -> bool:
    """Whether the image exists for this platform only, such as Apple's SDKs and NVIDIA's boards."""
    platform = platform_of(flag.value)
    if platform is None:
        return False
    system, architecture = platform
    return system == "darwin" or (architecture == "arm64" and "/l4t-" in stage.base.text)


def _follows_the_build(platform: str) -> bool:
    """Whether a platform contains a variable that the build sets, such as $TARGETARCH."""
    from dockerlint_rules.syntax.word_variables import variables

    return any(use.name.startswith(("BUILD", "TARGET")) for use in variables(platform))


@rule(
    "DF131",
    severity=Severity.INFO,
    aliases=("RedundantTargetPlatform", "DL3065"),
    fix="safe",
    words=("--platform",),
)
def redundant_target_platform(from_: From) -> Iterator[Finding]:
    """FROM sets --platform to its default, the target platform.

    The flag has no effect, but readers may wonder why it is there.

    Bad::

    ```dockerfile
    FROM --platform=$TARGETPLATFORM debian:12
    #    ^^^^^^^^^^^^^^^^^^^^^^^^^^ '$TARGETPLATFORM' is already the default platform
    ```

    Fixed::

    ```dockerfile
    FROM debian:12
    ```

    Good::

    ```dockerfile
    FROM --platform=$BUILDPLATFORM debian:12
    ```

    How to fix: remove the flag.

    Fix safety: safe, because the target platform is the default.

    Source: Docker docs, "Build checks", RedundantTargetPlatform.
    """
    flag = from_.flag("platform")
    if flag is None or "TARGETPLATFORM" not in flag.value or not _is_target(flag.value):
        return
    if from_.stage is not None and _is_redefined(from_):
        return
    yield Finding.at(
        flag,
        f"'{flag.value}' is already the default platform of FROM. Remove the flag.",
        fix=_flag_removal(from_, flag, safe=True),
    )


def _flag_removal(from_: From, flag: Flag, *, safe: bool) -> Fix | None:
    end = from_.words[0].start if from_.words else flag.end
    if len(from_.flags) != 1 or "\n" in from_.source.text[flag.start : end]:
        return None
    return Fix("Remove the flag", [Edit(flag.start, end, "")], safe=safe)


def _is_target(platform: str) -> bool:
    """Whether a platform is TARGETPLATFORM alone; a default after it is never used."""
    if platform == "$TARGETPLATFORM":
        return True
    prefixes = ("${TARGETPLATFORM}", "${TARGETPLATFORM:-", "${TARGETPLATFORM-")
    return platform.startswith(prefixes) and platform.find("}") == len(platform) - 1


def _is_redefined(from_: From) -> bool:
    """Whether an ARG before the first FROM gives TARGETPLATFORM another value."""
    from dockerlint_rules.model.variables import global_scope, platform_args

    if from_.stage is None:
        return False
    dockerfile = from_.stage.dockerfile
    automatic: str = platform_args(dockerfile)["TARGETPLATFORM"]
    return global_scope(dockerfile).get("TARGETPLATFORM") != automatic


@rule(
    "DF132", severity=Severity.ERROR, aliases=("InvalidBaseImagePlatform",), words=("--platform",)
)
def base_image_platform_mismatch(from_: From, stage: Stage) -> Iterator[Finding]:
    """Base image does not exist for the requested platform.

    The build fails when it pulls the image, or it gets an image for another platform that cannot run.

    Bad::

    ```dockerfile
    FROM --platform=windows/amd64 alpine:3.22
    #    ^^^^^^^^^^^^^^^^^^^^^^^^ Base image 'alpine:3.22' exists only for Linux
    ```

    Good::

    ```dockerfile
    FROM alpine:3.22
    ```

    How to fix: request a platform that the image exists for.

    Known problems: only the registry knows all platforms of an image, and dockerlint does not use the network.
    It knows Linux distributions and Windows images; ``docker build --check`` asks the registry about the others.

    Source: Docker docs, "Build checks", InvalidBaseImagePlatform.
    """
    flag = from_.flag("platform")
    if flag is None or "$" in flag.value or stage.parent is not None:
        return
    platform = platform_of(flag.value)
    if platform is None:
        return
    windows = is_windows(stage.base)
    if not windows and not (stage.base.is_name_certain and is_bare(stage.base)):
        return
    if windows != (platform[0] == "windows"):
        available = "Windows" if windows else "Linux"
        yield Finding.at(
            flag,
            f"Base image '{stage.base.text}' exists only for {available}, not for '{flag.value}'. "
            f"Request a {available} platform, or remove the flag.",
        )
