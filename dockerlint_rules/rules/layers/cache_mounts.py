"""Rules about cache mounts (RUN --mount=type=cache): locking, target and owner."""

from __future__ import annotations

import posixpath
from bisect import bisect_left

from dockerlint_rules.findings.finding import Edit, Finding, Fix, Related, Severity
from dockerlint_rules.model.images.defaults import is_bare
from dockerlint_rules.model.stages import is_below
from dockerlint_rules.model.variables import expand_known
from dockerlint_rules.registry.rule import rule
from dockerlint_rules.syntax.dockerfile.instructions import User

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.model.stages import Stage
    from dockerlint_rules.syntax.dockerfile.instructions import Mount, Run
    from dockerlint_rules.syntax.shell.command import Command, ShellWord


_APT_CACHES = ("/var/lib/apt", "/var/lib/apt/lists", "/var/cache/apt", "/var/cache/apt/archives")


@rule("DF311", severity=Severity.WARNING, fix="safe", words=("--mount",))
def unlocked_apt_cache_mount(run: Run) -> Iterator[Finding]:
    """apt cache mount is shared without locking.

    Builds that run at the same time share the mount, but apt needs exclusive access to its files. One of the builds
    fails with "Could not get lock", or reads an incomplete package list.

    Bad::

    ```dockerfile
    FROM debian:12
    RUN --mount=type=cache,target=/var/lib/apt apt-get update && apt-get install -y curl
    #   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ apt cache mount on '/var/lib/apt' without a lock
    ```

    Fixed::

    ```dockerfile
    FROM debian:12
    RUN --mount=type=cache,target=/var/lib/apt,sharing=locked apt-get update && apt-get install -y curl
    ```

    Good::

    ```dockerfile
    FROM debian:12
    RUN --mount=type=cache,target=/var/cache/apt,sharing=locked apt-get update
    ```

    How to fix: add ``sharing=locked``.

    Fix safety: safe, because a second build only waits.

    Source: Docker docs, "Dockerfile reference", RUN --mount=type=cache, "Example: cache apt packages".
    """
    if not run.flags:
        return
    for mount in run.mounts:
        if mount.type != "cache" or mount.options.get("sharing"):
            continue
        if mount.target.rstrip("/") in _APT_CACHES:
            yield Finding.at(
                mount.flag,
                f"Concurrent builds share the apt cache mount on '{mount.target}' without a lock, so one may fail. "
                "Add 'sharing=locked'.",
                fix=_option_fix(run, mount, "sharing=locked", safe=True),
            )


def _option_fix(run: Run, mount: Mount, options: str, *, safe: bool) -> Fix | None:
    """Add options to a mount, unless its flag is continued on another line."""
    flag = mount.flag
    if run.source.text[flag.start : flag.end] != flag.text:
        return None
    return Fix(f"Add '{options}'", [Edit.after(flag, f",{options}")], safe=safe)


# Where each tool keeps its downloads when root runs it, the usual place first.
# Source: the tools' own documentation; docs.docker.com, "Optimize cache usage in builds".
_CACHES = {
    "apk": ("/var/cache/apk", "/etc/apk/cache"),
    "apt": ("/var/cache/apt", "/var/lib/apt"),
    "bun": ("/root/.bun/install/cache",),
    "bundle": ("/usr/local/bundle", "/root/.bundle"),
    "cargo": ("/usr/local/cargo/registry", "/usr/local/cargo/git", "/root/.cargo"),
    "composer": ("/tmp/cache", "/root/.composer", "/root/.cache/composer"),
    "dnf": ("/var/cache/dnf", "/var/cache/yum", "/var/cache/libdnf5", "/var/lib/dnf"),
    "dotnet": ("/root/.nuget", "/root/.local/share/NuGet"),
    "go": ("/go/pkg/mod", "/root/.cache/go-build", "/root/go"),
    "gradle": ("/root/.gradle", "/home/gradle/.gradle"),
    "mvn": ("/root/.m2",),
    "npm": ("/root/.npm",),
    "pip": ("/root/.cache/pip",),
    "pnpm": ("/root/.local/share/pnpm", "/pnpm"),
    "poetry": ("/root/.cache/pypoetry", "/root/.cache/pip"),
    "uv": ("/root/.cache/uv",),
    "yarn": ("/usr/local/share/.cache/yarn", "/root/.yarn"),
}


# Other names of these tools, and tools that use the cache of another.
_TOOL_OF = {
    "apt-get": "apt", "aptitude": "apt", "gradlew": "gradle", "gem": "bundle", "microdnf": "dnf", "mvnw": "mvn",
    "npx": "npm", "pip2": "pip", "pip3": "pip", "pnpx": "pnpm", "tdnf": "dnf", "uvx": "uv", "yum": "dnf",
    "yarnpkg": "yarn",
}  # fmt: skip


# Directories that look like a tool's cache, and the tool that does not use them.
_MISTAKEN_CACHES = {
    "/root/.cache/yarn": "yarn",
    "/root/.cache/npm": "npm",
    "/root/.npm/cache": "npm",
    "/root/.cache/pnpm": "pnpm",
    "/root/.pip": "pip",
    "/root/.uv": "uv",
}


# Programs that download nothing.
_OFFLINE_PROGRAMS = frozenset({
    "[", "cat", "cd", "chmod", "chown", "cp", "date", "echo", "export", "false", "grep", "groupadd", "install", "ln",
    "ls", "mkdir", "mv", "printf", "pwd", "rm", "sed", "set", "sort", "tar", "test", "touch", "true", "useradd",
    "which",
})  # fmt: skip


# Variables and flags that move a cache.
_CACHE_VARIABLES = frozenset({
    "BUN_INSTALL_CACHE_DIR", "BUNDLE_PATH", "CARGO_HOME", "COMPOSER_CACHE_DIR", "COMPOSER_HOME", "GEM_HOME", "GOCACHE",
    "GOMODCACHE", "GOPATH", "GRADLE_USER_HOME", "HOME", "NPM_CONFIG_CACHE", "NPM_CONFIG_STORE_DIR", "NUGET_PACKAGES",
    "PIP_CACHE_DIR", "PNPM_HOME", "PNPM_STORE_DIR", "POETRY_CACHE_DIR", "UV_CACHE_DIR", "XDG_CACHE_HOME",
    "YARN_CACHE_FOLDER", "YARN_GLOBAL_FOLDER",
})  # fmt: skip


_CACHE_FLAGS = ("--cache-dir", "--cache", "--store-dir", "--cache-folder", "--prefix", "--path")


# Subcommands of the Node package managers that run no script of the project's own choice.
_NODE_INSTALLS = frozenset(
    {"ci", "install", "i", "add", "fetch", "config", "cache", "set", "clean-install"}
)


@rule("DF312", severity=Severity.WARNING, words=("--mount",))
def misplaced_cache_mount(run: Run, stage: Stage | None) -> Iterator[Finding]:
    """Cache mount is not where the tool keeps its cache.

    The tool fills its own cache directory and never uses the mount. Every build downloads everything again, and the
    downloads stay in the layer.

    Bad::

    ```dockerfile
    FROM node:22
    COPY package.json package-lock.json ./
    RUN --mount=type=cache,target=/root/.cache/npm npm ci
    #   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ Mount '/root/.npm' instead
    ```

    Good::

    ```dockerfile
    FROM node:22
    COPY package.json package-lock.json ./
    RUN --mount=type=cache,target=/root/.npm npm ci
    ```

    Good (a variable moves the cache there)::

    ```dockerfile
    FROM node:22
    ENV npm_config_cache=/root/.cache/npm
    COPY package.json package-lock.json ./
    RUN --mount=type=cache,target=/root/.cache/npm npm ci
    ```

    How to fix: mount the tool's own cache directory, or point the tool to the mount with its variable or flag.

    Known problems: a RUN is checked only if all of its programs are known, it runs as root, and the base image is known
    not to move a cache.

    Source: Docker docs, "Optimize cache usage in builds", "Use cache mounts"; the tools' own documentation.
    """
    if not run.flags or stage is None or not is_bare(stage.root.base):
        return
    mounts = [
        mount for mount in run.mounts if mount.type == "cache" and mount.target.startswith("/")
    ]
    if not mounts:
        return
    tools = _downloading_tools(run)
    if not tools or _user_of(stage, run)[0] not in ("root", "0") or _moves_cache(stage):
        return
    caches = [cache for tool in tools for cache in _CACHES[tool]]
    for mount in mounts:
        target = posixpath.normpath(mount.target)
        is_mistaken = target in _MISTAKEN_CACHES
        if not is_mistaken and any(_overlap(target, cache) for cache in caches):
            continue
        owner = _MISTAKEN_CACHES.get(target) or _owner_of_cache(target)
        if owner is None or (is_mistaken and owner not in tools):
            continue
        tool = owner if owner in tools else sorted(tools)[0]
        yield Finding.at(
            mount.flag,
            f"'{tool}' does not keep its cache in '{mount.target}', so this mount has no effect. "
            f"Mount '{_CACHES[tool][0]}' instead.",
        )


def _downloading_tools(run: Run) -> set[str] | None:
    """The known tools of a RUN that download something; None if it also runs something unknown or moves a cache."""
    tools: set[str] = set()
    for command in run.commands:
        name = command.name
        first_words = [word.value for word in command.args[:2]]
        if name in ("python", "python3") and first_words == ["-m", "pip"]:
            name = "pip"
        name = _TOOL_OF.get(name, "pip" if name.startswith("pip3.") else name)
        if name in _CACHES:
            if command.has_flag(*_CACHE_FLAGS) or _runs_project_script(command, name):
                return None
            if any(_assigned_name(word) in _CACHE_VARIABLES for word in command.assignments):
                return None
            tools.add(name)
        elif name not in _OFFLINE_PROGRAMS:
            return None
    return tools


def _assigned_name(assignment: ShellWord) -> str:
    return assignment.value.partition("=")[0].upper()


def _runs_project_script(command: Command, tool: str) -> bool:
    """Whether a package manager runs a script of the project, which may do anything."""
    subcommand = next((word.value for word in command.args if not word.value.startswith("-")), "")
    if tool in ("npm", "yarn", "pnpm", "bun"):
        return bool(subcommand) and subcommand not in _NODE_INSTALLS
    return tool in ("bundle", "poetry", "uv") and subcommand in ("exec", "run")


def _user_of(stage: Stage, run: Run) -> tuple[str, User | None]:
    """The user that a RUN runs as ("" where it is not known), and the USER that sets it."""
    for ancestor in stage.lineage():
        users = ancestor.of("USER")
        count_before = bisect_left(users, run.start, key=lambda user: user.start)
        instruction = users[count_before - 1] if count_before else None
        if isinstance(instruction, User) and instruction.user is not None:
            name = instruction.user.value
            if "$" in name:
                name = expand_known(name, ancestor.scope.before(instruction), instruction.escape)
            return ("" if "$" in name else name.partition(":")[0]), instruction
    return ("root" if is_bare(stage.root.base) else ""), None


def _moves_cache(stage: Stage) -> bool:
    """Whether a variable or an earlier RUN of the file may move a cache."""

    def settings(ancestor: Stage) -> Iterator[str]:
        for instruction in ancestor.of("ENV", "ARG"):
            for pair in getattr(instruction, "pairs", ()):
                if pair.name.upper() in _CACHE_VARIABLES:
                    yield pair.name
        for run in ancestor.runs:
            if "config set" in run.text or "cache-dir" in run.text:
                yield "RUN"

    return bool(stage.gathered("moved-caches", settings))


def _overlap(path: str, other: str) -> bool:
    return is_below(path, other) or is_below(other, path)


def _owner_of_cache(path: str) -> str | None:
    """The first tool that keeps its cache in a directory or above it."""
    for tool, caches in _CACHES.items():
        if any(is_below(path, cache) for cache in caches):
            return tool
    return None


@rule("DF313", severity=Severity.WARNING, fix="unsafe", words=("--mount",))
def root_owned_cache_mount(run: Run, stage: Stage | None) -> Iterator[Finding]:
    """Cache mount is owned by root but used by another user.

    BuildKit creates a cache mount for root with mode 0755 by default. Another user cannot write there, so the tool
    fails or runs without its cache.

    Bad::

    ```dockerfile
    FROM node:22
    USER node
    COPY --chown=node package.json package-lock.json ./
    RUN --mount=type=cache,target=/home/node/.npm npm ci
    #   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ so 'node' cannot write to it
    ```

    Fixed::

    ```dockerfile
    FROM node:22
    USER node
    COPY --chown=node package.json package-lock.json ./
    RUN --mount=type=cache,target=/home/node/.npm,uid=1000,gid=1000 npm ci
    ```

    Good::

    ```dockerfile
    FROM node:22
    USER node
    RUN --mount=type=cache,target=/home/node/.npm,uid=1000 npm ci
    ```

    How to fix: add ``uid=`` and ``gid=`` of the user to the mount.

    Fix safety: unsafe, because the group ID may differ from the user ID, and because a cache that already exists
    keeps its owner. There is a fix only for users whose ID is known.

    Source: Docker docs, "Dockerfile reference", RUN --mount=type=cache, uid, gid and mode.
    """
    if not run.flags or stage is None:
        return
    mounts = [mount for mount in run.mounts if mount.type == "cache" and not _has_owner(mount)]
    if not mounts:
        return
    user, instruction = _user_of(stage, run)
    if instruction is None or user in ("", "root", "0"):
        return
    if any("sudo" in command.wrappers for command in run.commands):
        return
    number = user if user.isdecimal() else _USER_IDS.get((stage.root.base.upstream, user))
    options = f"uid={number},gid={number}" if number else "uid=…,gid=…"
    for mount in mounts:
        yield Finding.at(
            mount.flag,
            f"This cache mount is owned by root, so '{user}' cannot write to it. Add '{options}'.",
            fix=_option_fix(run, mount, options, safe=False) if number else None,
            related=[Related(instruction, "the user is set here")],
        )


# User IDs in official images. Source: the Dockerfiles of docker-library and of oven/bun.
_USER_IDS = {("node", "node"): "1000", ("gradle", "gradle"): "1000", ("oven/bun", "bun"): "1000"}


def _has_owner(mount: Mount) -> bool:
    return any(mount.options.get(option) for option in ("uid", "gid", "mode", "from", "source"))
