"""Rules about cache mounts."""

from __future__ import annotations

import posixpath
from bisect import bisect_left

from dockerlint_rules.findings.finding import Edit, Finding, Fix, Related, Severity
from dockerlint_rules.model.images.defaults import is_bare
from dockerlint_rules.model.stages import is_below
from dockerlint_rules.model.variables import expand_known
from dockerlint_rules.registry.rule import rule
from dockerlint_rules.syntax.dockerfile.instructions import Run, User

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.model.stages import Stage
    from dockerlint_rules.syntax.dockerfile.instructions import Mount, Run


@rule("DF311", severity=Severity.WARNING, fix="safe", words=("--mount",))
def unlocked_apt_cache_mount(run: Run) -> Iterator[Finding]:
    """apt cache mount is shared without locking.

    Two builds at a time then write the same files, and apt stops with "could not get lock" or reads half a list.

    Bad::

    ```dockerfile
    FROM debian:12
    RUN --mount=type=cache,target=/var/lib/apt apt-get update && apt-get install -y --no-install-recommends curl
    #   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    ```

    Fixed::

    ```dockerfile
    FROM debian:12
    RUN --mount=type=cache,target=/var/lib/apt,sharing=locked apt-get update && apt-get install -y --no-install-recommends curl
    ```

    Good::

    ```dockerfile
    FROM debian:12
    RUN --mount=type=cache,target=/var/cache/apt,sharing=locked apt-get update
    ```

    How to fix: add ``sharing=locked``.

    Fix safety: safe; the second build waits.

    Source: Docker docs, "Dockerfile reference", RUN --mount=type=cache, "Example: cache apt packages".
    """
    if not run.flags:
        return
    for mount in run.mounts:
        if mount.type != "cache" or mount.options.get("sharing"):
            continue
        target = mount.target.rstrip("/")
        if target in (
            "/var/lib/apt",
            "/var/lib/apt/lists",
            "/var/cache/apt",
            "/var/cache/apt/archives",
        ):
            fix = None
            if run.source.text[mount.flag.start : mount.flag.end] == mount.flag.text:
                fix = Fix(
                    "Add sharing=locked.", [Edit.after(mount.flag, ",sharing=locked")], safe=True
                )
            yield Finding.at(
                mount.flag,
                "Two builds at a time write this cache of apt. Add 'sharing=locked'.",
                fix=fix,
            )


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


_SAME = {
    "apt-get": "apt", "aptitude": "apt", "gradlew": "gradle", "gem": "bundle", "microdnf": "dnf", "mvnw": "mvn", "npx": "npm",
    "pip2": "pip", "pip3": "pip", "pnpx": "pnpm", "tdnf": "dnf", "uvx": "uv", "yum": "dnf", "yarnpkg": "yarn",
}  # fmt: skip


# Places that look right and are not.
_NEVER = {
    "/root/.cache/yarn": "yarn",
    "/root/.cache/npm": "npm",
    "/root/.npm/cache": "npm",
    "/root/.cache/pnpm": "pnpm",
    "/root/.pip": "pip",
    "/root/.uv": "uv",
}


# Programs that fetch nothing.
_PLAIN = frozenset({
    "[", "cat", "cd", "chmod", "chown", "cp", "date", "echo", "export", "false", "grep", "groupadd", "install", "ln", "ls",
    "mkdir", "mv", "printf", "pwd", "rm", "sed", "set", "sort", "tar", "test", "touch", "true", "useradd", "which",
})  # fmt: skip


# Variables and flags that move a cache.
_MOVERS = frozenset({
    "BUN_INSTALL_CACHE_DIR", "BUNDLE_PATH", "CARGO_HOME", "COMPOSER_CACHE_DIR", "COMPOSER_HOME", "GEM_HOME", "GOCACHE",
    "GOMODCACHE", "GOPATH", "GRADLE_USER_HOME", "HOME", "NPM_CONFIG_CACHE", "NPM_CONFIG_STORE_DIR", "NUGET_PACKAGES",
    "PIP_CACHE_DIR", "PNPM_HOME", "PNPM_STORE_DIR", "POETRY_CACHE_DIR", "UV_CACHE_DIR", "XDG_CACHE_HOME",
    "YARN_CACHE_FOLDER", "YARN_GLOBAL_FOLDER",
})  # fmt: skip


_MOVING_FLAGS = ("--cache-dir", "--cache", "--store-dir", "--cache-folder", "--prefix", "--path")


def _meets(one: str, other: str) -> bool:
    return is_below(one, other) or is_below(other, one)


def _tools(run: Run) -> set[str] | None:
    """The tools of a RUN that fetch something; None where it runs something that may be anything."""
    found: set[str] = set()
    for command in run.commands:
        name = command.name
        if name in ("python", "python3") and [word.value for word in command.args[:2]] == [
            "-m",
            "pip",
        ]:
            name = "pip"
        name = _SAME.get(name, "pip" if name.startswith("pip3.") else name)
        if name in _CACHES:
            if command.has_flag(*_MOVING_FLAGS):
                return None
            found.add(name)
            if any(one.value.partition("=")[0].upper() in _MOVERS for one in command.assignments):
                return None
            # Scripts of a project may do anything.
            words = [word.value for word in command.args if not word.value.startswith("-")]
            if name in ("npm", "yarn", "pnpm", "bun") and words[:1] and words[0] not in _INSTALLS:
                return None
            if name in ("bundle", "poetry", "uv") and words[:1] in (["exec"], ["run"]):
                return None
        elif name not in _PLAIN:
            return None
    return found


_INSTALLS = frozenset(
    {"ci", "install", "i", "add", "fetch", "config", "cache", "set", "clean-install"}
)


def _user(stage: Stage, run: Run) -> tuple[str, User | None]:
    """The user that a RUN runs as, as far as the file tells ("" where it does not), and what says so."""
    for place in stage.lineage():
        users = place.of("USER")
        before = bisect_left(users, run.start, key=lambda one: one.start)
        one = users[before - 1] if before else None
        if isinstance(one, User) and one.user is not None:
            text = one.user.value
            if "$" in text:
                text = expand_known(text, place.scope.before(one), one.escape)
            return ("" if "$" in text else text.partition(":")[0]), one
    return ("root" if is_bare(stage.root.base) else ""), None


@rule("DF312", severity=Severity.WARNING, words=("--mount",))
def misplaced_cache_mount(run: Run, stage: Stage | None) -> Iterator[Finding]:
    """Cache mount is not where the tool keeps its cache.

    The tool fills its cache beside the mount: every build downloads all of it again, and the downloads stay in the
    layer.

    Bad::

    ```dockerfile
    FROM node:22
    COPY package.json package-lock.json ./
    RUN --mount=type=cache,target=/root/.cache/npm npm ci
    #   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    ```

    Good::

    ```dockerfile
    FROM node:22
    COPY package.json package-lock.json ./
    RUN --mount=type=cache,target=/root/.npm npm ci
    ```

    Good (the cache is moved there)::

    ```dockerfile
    FROM node:22
    ENV npm_config_cache=/root/.cache/npm
    COPY package.json package-lock.json ./
    RUN --mount=type=cache,target=/root/.cache/npm npm ci
    ```

    How to fix: mount the tool's own folder, or tell the tool with its variable or flag.

    Known problems: only RUNs in which nothing runs but tools that are known, on bases that set none of their variables.

    Source: Docker docs, "Optimize cache usage in builds", "Use cache mounts"; the tools' own documentation.
    """
    if not run.flags or stage is None or not is_bare(stage.root.base):
        return
    mounts = [one for one in run.mounts if one.type == "cache" and one.target.startswith("/")]
    if not mounts:
        return
    tools = _tools(run)
    if not tools or _user(stage, run)[0] not in ("root", "0") or _is_moved(stage, run):
        return
    places = [place for tool in tools for place in _CACHES[tool]]
    for mount in mounts:
        target = posixpath.normpath(mount.target)
        if any(_meets(target, place) for place in places if target not in _NEVER):
            continue
        owner = _NEVER.get(target) or next(
            (
                tool
                for tool, own in _CACHES.items()
                if any(is_below(target, place) for place in own)
            ),
            None,
        )
        if owner is None or (target in _NEVER and owner not in tools):
            continue
        wanted = sorted(tools)[0] if owner not in tools else owner
        yield Finding.at(
            mount.flag,
            f"{wanted} does not look into '{mount.target}', so this mount stays empty. Mount '{_CACHES[wanted][0]}'.",
        )


def _is_moved(stage: Stage, run: Run) -> bool:
    """Whether a variable of the file moves a cache."""

    def names(place: Stage) -> Iterator[str]:
        for one in place.of("ENV", "ARG"):
            for pair in getattr(one, "pairs", ()):
                if pair.name.upper() in _MOVERS:
                    yield pair.name
        for earlier in place.runs:
            if "config set" in earlier.text or "cache-dir" in earlier.text:
                yield "said in a RUN"

    return bool(stage.gathered("moved-caches", names))


@rule("DF313", severity=Severity.WARNING, fix="unsafe", words=("--mount",))
def root_owned_cache_mount(run: Run, stage: Stage | None) -> Iterator[Finding]:
    """Cache mount is owned by root but used by another user.

    A cache mount is made for root with mode 0755 unless it says otherwise. The tool cannot write there: it stops, or
    goes on without its cache.

    Bad::

    ```dockerfile
    FROM node:22
    USER node
    COPY --chown=node package.json package-lock.json ./
    RUN --mount=type=cache,target=/home/node/.npm npm ci
    #   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
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

    Fix safety: unsafe; only for users whose number is known, and a cache that exists under the old owner is left.

    Source: Docker docs, "Dockerfile reference", RUN --mount=type=cache, uid, gid and mode.
    """
    if not run.flags or stage is None:
        return
    mounts = [one for one in run.mounts if one.type == "cache" and not _has_owner(one)]
    if not mounts:
        return
    user, by = _user(stage, run)
    if by is None or user in ("", "root", "0") or any("sudo" in it.wrappers for it in run.commands):
        return
    number = user if user.isdecimal() else _NUMBERS.get((stage.root.base.upstream, user), "")
    for mount in mounts:
        fix = None
        if number and run.source.text[mount.flag.start : mount.flag.end] == mount.flag.text:
            said = f",uid={number},gid={number}"
            fix = Fix("Give it to the user.", [Edit.after(mount.flag, said)], safe=False)
        yield Finding.at(
            mount.flag,
            f"This cache belongs to root, and '{user}' cannot write to it. Add 'uid={number or '…'},gid={number or '…'}'.",
            fix=fix,
            related=[Related(by, "the user is set here")],
        )


# Users that official images make, and their numbers (Dockerfiles of docker-library).
_NUMBERS = {("node", "node"): "1000", ("gradle", "gradle"): "1000", ("oven/bun", "bun"): "1000"}


def _has_owner(mount: Mount) -> bool:
    return any(mount.options.get(one) for one in ("uid", "gid", "mode", "from", "source"))
