"""Lock files: copied with the manifest, enforced by the install, not updated by the build."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Finding, Fix, Related, Severity
from dockerlint_rules.fixes.edits import insert_flag
from dockerlint_rules.model.context.copy_patterns import has_wildcard
from dockerlint_rules.registry.rule import rule
from dockerlint_rules.rules.wording import call_name
from dockerlint_rules.syntax.dockerfile.instructions import Add, Copy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.model.packages.calls import PackageCall
    from dockerlint_rules.model.stages import Stage
    from dockerlint_rules.syntax.dockerfile.instruction import Word
    from dockerlint_rules.syntax.dockerfile.instructions import Run

# The manifest, and the lock files that pin its dependencies; names in lower case.
_MANIFESTS: dict[str, tuple[str, tuple[str, ...]]] = {
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


# The flags that make an install fail if the lock file is out of date; a message suggests the first.
_ENFORCING_FLAGS: dict[str, tuple[str, ...]] = {
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

_ENFORCED_LOCK_FILES = {
    "yarn": ("yarn.lock",),
    "pnpm": ("pnpm-lock.yaml",),
    "pipenv": ("pipfile.lock",),
    "uv": ("uv.lock",),
    "bun": ("bun.lockb", "bun.lock"),
}


class _CopiedFiles:
    """The files that a stage copies from the build context.

    ``words`` has the word of the first COPY for each file name in lower case. ``unknown_from`` is the offset of the
    first COPY that may copy any file: one with a directory, a pattern or another stage; None if there is none.
    """

    __slots__ = ("unknown_from", "words")

    def __init__(self, stage: Stage) -> None:
        self.words: dict[str, Word] = {}
        self.unknown_from: int | None = None
        for instruction in stage.instructions:
            if not isinstance(instruction, Copy | Add):
                continue
            may_copy_any = instruction.from_ is not None or bool(instruction.heredocs)
            for word in instruction.sources:
                name = _file_name(word).lower()
                # Judged by its name, this is a directory.
                is_directory = "." not in name and name not in ("gemfile", "pipfile")
                if is_directory or name in (".", ".."):
                    may_copy_any = True
                    continue
                self.words.setdefault(name, word)
                may_copy_any = may_copy_any or has_wildcard(name)
            if may_copy_any and self.unknown_from is None:
                self.unknown_from = instruction.start


def _copied_files(stage: Stage) -> _CopiedFiles:
    copied = stage.facts.get("copied-files")
    if copied is None:
        copied = stage.facts["copied-files"] = _CopiedFiles(stage)
    assert isinstance(copied, _CopiedFiles)
    return copied


def _file_name(word: Word) -> str:
    return word.value.rstrip("/").rpartition("/")[2]


def _has_bind_mount(run: Run) -> bool:
    return bool(run.flags) and any(mount.type == "bind" for mount in run.mounts)


@rule("DF237", severity=Severity.INFO, on=tuple(_MANIFESTS))
def manifest_without_lock_file(
    install: PackageCall, run: Run, stage: Stage | None
) -> Iterator[Finding]:
    """Dependency manifest is copied without its lock file.

    Without a lock file, the install uses the newest versions that the manifest allows. Two builds of the same commit
    may differ, and the image may contain versions that nobody tested.

    Bad::

    ```dockerfile
    FROM node:24
    WORKDIR /app
    COPY package.json ./
    #    ^^^^^^^^^^^^ 'package.json' is copied without a lock file
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

    Good (a pattern includes it)::

    ```dockerfile
    FROM node:24
    WORKDIR /app
    COPY package*.json ./
    RUN npm install
    ```

    How to fix: copy the lock file too, and use the command that installs exactly what it lists.

    Known problems: a project without a lock file has to create one first; the rule looks only at the Dockerfile.

    Source: docs.npmjs.com, "package-lock.json"; bundler.io, "Gemfile.lock".
    """
    if stage is None or install.action != "install" or install.packages or _has_bind_mount(run):
        return
    if install.has_flag("-g", "--global", "--no-package-lock", "--no-lockfile"):
        return
    manifest, lock_files = _MANIFESTS[install.family]
    for ancestor in stage.lineage():
        copied = _copied_files(ancestor)
        if copied.unknown_from is not None and copied.unknown_from < install.start:
            return
        if any(lock_file in copied.words for lock_file in lock_files):
            return
    if not stage.base.is_name_certain and stage.parent is None:
        return
    word = _copied_files(stage).words.get(manifest)
    reported = stage.facts.setdefault("manifests-without-lock-file", set())
    if word is None or word.start > install.start or word.start in reported:
        return
    reported.add(word.start)
    # npm ci needs a lock file.
    action = install.action_word.value if install.action_word else ""
    is_npm_ci = install.family == "npm" and action in ("ci", "clean-install")
    effect = "fails" if is_npm_ci else "may install untested versions"
    yield Finding.at(
        word,
        f"'{_file_name(word)}' is copied without a lock file, so '{call_name(install)}' {effect}. "
        "Copy the lock file too.",
        related=[Related(install, "installs from the manifest")],
    )


@rule("DF238", severity=Severity.INFO, fix="unsafe", on=tuple(_ENFORCING_FLAGS))
def unenforced_lock_file(install: PackageCall, run: Run, stage: Stage | None) -> Iterator[Finding]:
    """Install does not enforce the copied lock file.

    If the lock file does not match the manifest, the tool resolves the dependencies again and may install versions that
    nobody tested. A build should fail instead.

    Bad::

    ```dockerfile
    FROM node:24
    COPY package.json yarn.lock ./
    RUN yarn install
    #   ^^^^^^^^^^^^ 'yarn install' may install untested versions if 'yarn.lock' is out of date
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

    Fix safety: unsafe, because the build fails if the lock file is out of date.

    Known problems: with ``CI`` in the environment, some tools enforce the lock file on their own, so the rule reports
    nothing there.

    Source: classic.yarnpkg.com, "yarn install"; pnpm.io, "pnpm install"; docs.astral.sh/uv, "Locking and syncing".
    """
    word = install.action_word
    if stage is None or install.packages or install.action not in ("install", "sync"):
        return
    flags = _ENFORCING_FLAGS[install.family]
    if install.has_flag(*flags, "--global", "-g", "--no-lockfile", "--system", "--lockfile-only"):
        return
    if word is not None and word.value in ("ci", "add", "pip"):
        return
    if install.family == "uv" and (word is None or word.value != "sync"):
        return
    if stage.scope.value_at(run, "CI") or any(
        assignment.value.startswith(("CI=", "UV_FROZEN=", "UV_LOCKED="))
        for assignment in install.command.assignments
    ):
        return
    if stage.scope.value_at(run, "UV_FROZEN") or stage.scope.value_at(run, "UV_LOCKED"):
        return
    lock_file = _copied_lock_file(stage, _ENFORCED_LOCK_FILES[install.family], install.start)
    if lock_file is None:
        return
    last = word if word is not None else install.command.words[0]
    flag = "--immutable" if install.family == "yarn" and _is_yarn_2(stage) else flags[0]
    yield Finding.at(
        install.head,
        f"'{call_name(install)}' may install untested versions if '{_file_name(lock_file)}' is out of date. "
        f"Add '{flag}' to fail the build instead.",
        fix=Fix(f"Add '{flag}'", [insert_flag(last, flag, run)], safe=False),
        related=[Related(lock_file, "the lock file is copied here")],
    )


def _copied_lock_file(stage: Stage, names: tuple[str, ...], before: int) -> Word | None:
    """The word that copies one of the lock files before an offset."""
    for ancestor in stage.lineage():
        for name in names:
            word = _copied_files(ancestor).words.get(name)
            if word is not None and word.start < before:
                return word
    return None


def _is_yarn_2(stage: Stage) -> bool:
    """Whether a file that only Yarn 2 and newer have is copied."""
    return any(
        name in _copied_files(ancestor).words
        for ancestor in stage.lineage()
        for name in (".yarnrc.yml", ".pnp.cjs")
    )


@rule(
    "DF239",
    severity=Severity.WARNING,
    on=(
        "npm", "yarn", "pnpm", "bundle", "composer", "gem", "cargo", "poetry", "pipenv", "conda", "pdm",
    ),
)  # fmt: skip
def dependency_update_in_build(install: PackageCall) -> Iterator[Finding]:
    """Dependencies are updated during the build.

    The content of the image then depends on the day of the build, and nobody has tested it. Update dependencies outside
    the build, and review and commit the new lock file.

    Bad::

    ```dockerfile
    FROM composer:2
    COPY composer.json composer.lock ./
    RUN composer update --no-dev
    #   ^^^^^^^^^^^^^^^ 'composer update' installs the newest versions at build time
    ```

    Good::

    ```dockerfile
    FROM composer:2
    COPY composer.json composer.lock ./
    RUN composer install --no-dev
    ```

    How to fix: install from the lock file, and update it outside the build.

    Known problems: the rule does not report a tool that is upgraded to a pinned version (``npm install -g npm@10``).

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
        install.head,
        f"'{call_name(install)}' installs the newest versions at build time, so builds may differ. "
        "Install pinned versions, and update them outside the build.",
    )
