"""Rules about lock files."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Finding, Fix, Related, Severity
from dockerlint_rules.fixes.edits import flag_after
from dockerlint_rules.registry.rule import rule
from dockerlint_rules.rules.wording import short
from dockerlint_rules.syntax.dockerfile.instructions import Add, Copy
from dockerlint_rules.syntax.source import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.model.packages.calls import PackageCall
    from dockerlint_rules.model.stages import Stage
    from dockerlint_rules.syntax.dockerfile.instructions import Run


# Manifest, and the files that fix what it asks for.
_LOCKS: dict[str, tuple[str, tuple[str, ...]]] = {
    "npm": (
        "package.json",
        ("package-lock.json", "npm-shrinkwrap.json", "yarn.lock", "pnpm-lock.yaml"),
    ),
    "yarn": ("package.json", ("yarn.lock", "package-lock.json", ".pnp.cjs")),
    "pnpm": ("package.json", ("pnpm-lock.yaml", "package-lock.json", "yarn.lock")),
    "bundle": ("gemfile", ("gemfile.lock", "gems.locked")),
    "composer": ("composer.json", ("composer.lock",)),
    "poetry": ("pyproject.toml", ("poetry.lock",)),
    "pipenv": ("pipfile", ("pipfile.lock",)),
}


# Flags with which an install stops where the lock file does not fit, and the one to suggest.
_HOLDING: dict[str, tuple[str, ...]] = {
    "yarn": (
        "--frozen-lockfile",
        "--immutable",
        "--immutable-cache",
        "--pure-lockfile",
        "--check-cache",
    ),
    "pnpm": ("--frozen-lockfile", "--offline"),
    "pipenv": ("--deploy", "--ignore-pipfile"),
    "uv": ("--locked", "--frozen"),
    "bun": ("--frozen-lockfile",),
}


_CAN_MATCH = frozenset("*?[$")


class _Copied:
    """What a stage has copied from the build context: file names with their words, and folders."""

    __slots__ = ("everything_at", "names")

    def __init__(self, stage: Stage) -> None:
        self.names: dict[str, Span] = {}
        self.everything_at: int | None = None  # offset of the first COPY that may bring any file
        for one in stage.instructions:
            if not isinstance(one, Copy | Add):
                continue
            for word in one.sources:
                self._note(word.value, word, one.start)
            if one.from_ is not None or one.heredocs:
                self._anything(one.start)

    def _anything(self, at: int) -> None:
        if self.everything_at is None:
            self.everything_at = at

    def _note(self, path: str, word: Span, at: int) -> None:
        name = path.rstrip("/").rpartition("/")[2].lower()
        if ("." not in name and name not in ("gemfile", "pipfile")) or name in (".", ".."):
            self._anything(at)  # a folder, as far as its name tells
        elif _CAN_MATCH & set(name):
            self.names.setdefault(name, word)
            self._anything(at)
        else:
            self.names.setdefault(name, word)


def _copied(stage: Stage) -> _Copied:
    known = stage.facts.get("copied")
    if known is None:
        known = stage.facts["copied"] = _Copied(stage)
    assert isinstance(known, _Copied)
    return known


def _mounts_files(run: Run) -> bool:
    return any(mount.type == "bind" for mount in run.mounts) if run.flags else False


@rule("DF237", severity=Severity.INFO, on=tuple(_LOCKS))
def manifest_without_lock_file(
    install: PackageCall, run: Run, stage: Stage | None
) -> Iterator[Finding]:
    """Dependency manifest is copied without its lock file.

    The install then takes whatever is newest today: two builds of the same commit differ, and what
    was tested is not what is shipped.

    Bad::

    ```dockerfile
    FROM node:24
    WORKDIR /app
    COPY package.json ./
    #    ^^^^^^^^^^^^
    RUN npm install
    COPY . .
    ```

    Good::

    ```dockerfile
    FROM node:24
    WORKDIR /app
    COPY package.json package-lock.json ./
    RUN npm ci
    COPY . .
    ```

    Good (with a pattern)::

    ```dockerfile
    FROM node:24
    WORKDIR /app
    COPY package*.json ./
    RUN npm install
    ```

    How to fix: copy the lock file along, and install with the command that holds to it.

    Known problems: a project that has no lock file needs one first; the rule looks at the Dockerfile alone.

    Source: docs.npmjs.com, "package-lock.json"; bundler.io, "Gemfile.lock".
    """
    if stage is None or install.action != "install" or install.packages or _mounts_files(run):
        return
    if install.has_flag("-g", "--global", "--no-package-lock", "--no-lockfile"):
        return
    manifest, locks = _LOCKS[install.family]
    for place in stage.lineage():
        copied = _copied(place)
        if copied.everything_at is not None and copied.everything_at < install.start:
            return
        if any(lock in copied.names for lock in locks):
            return
    if not stage.base.is_name_certain and stage.parent is None:
        return
    word = _copied(stage).names.get(manifest)
    reported = stage.facts.setdefault("lock-left-out", set())
    if word is None or word.start > install.start or word.start in reported:
        return
    reported.add(word.start)
    yield Finding.at(
        word,
        f"'{short(install)}' has no lock file to go by and takes what is newest. Copy the lock file along.",
        related=[Related(install, "installs from it")],
    )


@rule("DF238", severity=Severity.INFO, fix="unsafe", on=tuple(_HOLDING))
def unenforced_lock_file(install: PackageCall, run: Run, stage: Stage | None) -> Iterator[Finding]:
    """Install does not enforce the copied lock file.

    Where manifest and lock file do not fit, the tool quietly resolves anew and installs other versions
    than those that were tested. In a build it is better to stop.

    Bad::

    ```dockerfile
    FROM node:24
    COPY package.json yarn.lock ./
    RUN yarn install
    #   ^^^^^^^^^^^^
    ```

    Fixed::

    ```dockerfile
    FROM node:24
    COPY package.json yarn.lock ./
    RUN yarn install --frozen-lockfile
    ```

    Good::

    ```dockerfile
    FROM node:24
    COPY package.json pnpm-lock.yaml ./
    RUN pnpm install --frozen-lockfile
    ```

    How to fix: add the flag. Yarn 2 and newer call it ``--immutable``.

    Fix safety: unsafe, because the build stops where the lock file is out of date.

    Known problems: tools that see ``CI=true`` in the environment hold to the lock file by themselves, and
    the rule is silent then.

    Source: classic.yarnpkg.com, "yarn install"; pnpm.io, "pnpm install"; docs.astral.sh/uv, "Locking and syncing".
    """
    word = install.action_word
    if stage is None or install.packages or install.action not in ("install", "sync"):
        return
    holding = _HOLDING[install.family]
    if install.has_flag(*holding, "--global", "-g", "--no-lockfile", "--system", "--lockfile-only"):
        return
    if word is not None and word.value in ("ci", "add", "pip"):
        return
    if install.family == "uv" and (word is None or word.value != "sync"):
        return
    if stage.scope.value_at(run, "CI") or any(
        one.value.startswith(("CI=", "UV_FROZEN=", "UV_LOCKED="))
        for one in install.command.assignments
    ):
        return
    if stage.scope.value_at(run, "UV_FROZEN") or stage.scope.value_at(run, "UV_LOCKED"):
        return
    lock = _lock_word(stage, _LOCK_OF[install.family], install.start)
    if lock is None:
        return
    last = word if word is not None else install.command.words[0]
    flag = "--immutable" if install.family == "yarn" and _is_berry(stage) else holding[0]
    yield Finding.at(
        Span(install.start, last.end),
        f"'{short(install)}' resolves anew where '{lock[0]}' does not fit. Add '{flag}', so that the build stops instead.",
        fix=Fix(f"Add {flag}.", [flag_after(last, flag, run)], safe=False),
        related=[Related(lock[1], "the lock file is copied here")],
    )


_LOCK_OF = {
    "yarn": ("yarn.lock",),
    "pnpm": ("pnpm-lock.yaml",),
    "pipenv": ("pipfile.lock",),
    "uv": ("uv.lock",),
    "bun": ("bun.lockb", "bun.lock"),
}


def _lock_word(stage: Stage, locks: tuple[str, ...], before: int) -> tuple[str, Span] | None:
    for place in stage.lineage():
        for lock in locks:
            word = _copied(place).names.get(lock)
            if word is not None and word.start < before:
                return lock, word
    return None


def _is_berry(stage: Stage) -> bool:
    """Whether the files of Yarn 2 and newer are copied."""
    for place in stage.lineage():
        names = _copied(place).names
        if ".yarnrc.yml" in names or ".pnp.cjs" in names:
            return True
    return False


@rule(
    "DF239",
    severity=Severity.WARNING,
    on=(
        "npm",
        "yarn",
        "pnpm",
        "bundle",
        "composer",
        "gem",
        "cargo",
        "poetry",
        "pipenv",
        "conda",
        "pdm",
    ),
)
def dependency_update_in_build(install: PackageCall) -> Iterator[Finding]:
    """Dependencies are updated during the build.

    What the image holds then depends on the day on which it was built, and nobody has seen it before. An
    update belongs on a developer's machine, where its lock file is looked at and committed.

    Bad::

    ```dockerfile
    FROM composer:2
    COPY composer.json composer.lock ./
    RUN composer update --no-dev
    #   ^^^^^^^^^^^^^^^
    ```

    Good::

    ```dockerfile
    FROM composer:2
    COPY composer.json composer.lock ./
    RUN composer install --no-dev
    ```

    How to fix: install from the lock file, and update it outside of the build.

    Known problems: a tool that is itself brought to a fixed version (``npm install -g npm@10``) is not meant.

    Source: getcomposer.org, "Basic usage"; bundler.io, "bundle update".
    """
    word = install.action_word
    if install.action != "upgrade" or word is None:
        return
    if install.has_flag("--lock", "--lockfile-only", "--dry-run", "-g", "--global"):
        return
    if word.value in ("self-update", "selfupdate") or any(one.version for one in install.packages):
        return
    if install.family == "gem" and install.has_flag("--system"):
        return
    yield Finding.at(
        Span(install.start, word.end),
        f"'{short(install)}' takes what is newest on the day of the build. "
        "Install fixed versions, and update them outside of the build.",
    )
