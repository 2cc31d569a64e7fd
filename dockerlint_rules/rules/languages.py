"""Packages of programming languages: pinned, from the lock file, and without a cache."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Finding, Fix, Related, Severity
from dockerlint_rules.fixes.edits import add_flag, insert_flag, replace_word
from dockerlint_rules.model.layers.cleanup import (
    calls_after,
    first_where,
    is_removed_after,
    mount_targets,
    uses_cache_mounts,
)
from dockerlint_rules.model.packages.apt_settings import is_said_until
from dockerlint_rules.model.values import value_of_word
from dockerlint_rules.registry.rule import rule
from dockerlint_rules.rules.wording import names, short
from dockerlint_rules.syntax.dockerfile.instructions import Add, Copy
from dockerlint_rules.syntax.source import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.model.packages.calls import Package, PackageCall
    from dockerlint_rules.model.stages import Dockerfile, Stage
    from dockerlint_rules.syntax.dockerfile.instructions import Run
    from dockerlint_rules.syntax.shell.script import Command

_PIP_CACHE = "/root/.cache/pip"
_PIP_SIGNS = ("==", ">=", "<=", "~=", "!=", ">", "<")


@rule("DF230", severity=Severity.INFO, aliases=("DL3042",), fix="safe", on=("pip",))
def pip_cache_kept(
    install: PackageCall, run: Run, stage: Stage | None, dockerfile: Dockerfile
) -> Iterator[Finding]:
    """pip keeps its download cache in the image.

    pip stores every wheel that it downloads or builds a second time in its cache. Inside of an
    image nothing ever reads it, so the layer is bigger for nothing.

    Bad::

    ```dockerfile
    FROM python:3.12
    RUN pip install flask==3.0.3
    #   ^^^^^^^^^^^
    ```

    Good::

    ```dockerfile
    FROM python:3.12
    RUN pip install --no-cache-dir flask==3.0.3
    ```

    Good (the cache is a mount)::

    ```dockerfile
    FROM python:3.12
    RUN --mount=type=cache,target=/root/.cache/pip pip install flask==3.0.3
    ```

    Good (the variable counts for all that follow)::

    ```dockerfile
    FROM python:3.12
    ENV PIP_NO_CACHE_DIR=1
    RUN pip install flask==3.0.3
    ```

    How to fix: add ``--no-cache-dir``, or mount a cache.

    Fix safety: safe. In a file that has cache mounts, the fix is one more of them.

    Known problems: a pip.conf of the base image that turns the cache off is not seen.

    Source: pip documentation, "Caching".
    """
    word = install.action_word
    if install.action != "install" or word is None or install.skips_cache:
        return
    # pip takes an option by its beginning where that is clear.
    if install.has_flag("--dry-run", "--no-cache") or (stage is not None and not stage.ships):
        return
    if _is_cache_off(install, run, stage, dockerfile) or _is_cache_elsewhere(install, run, stage):
        return
    fix = Fix("Add --no-cache-dir.", [insert_flag(word, "--no-cache-dir", run)], safe=True)
    if run.keyword == "RUN" and uses_cache_mounts(dockerfile) and _is_root(stage):
        flag = f"--mount=type=cache,target={_PIP_CACHE}"
        fix = Fix("Keep the cache in a mount.", [add_flag(run, flag)], safe=True)
    yield Finding.at(
        Span(install.start, word.end),
        f"'{short(install)}' keeps what it downloads in a cache inside of the layer. Add '--no-cache-dir'.",
        fix=fix,
    )


def _is_root(stage: Stage | None) -> bool:
    """Whether it is certain that the stage runs as root throughout."""
    if stage is None or stage.user is not None:
        return False
    base = stage.root.base
    return base.is_name_certain and base.upstream == "python"


def _is_cache_off(
    install: PackageCall, run: Run, stage: Stage | None, dockerfile: Dockerfile | None = None
) -> bool:
    """Whether a variable or a setting turns pip's cache off: any value does, "0" included."""
    if stage is not None and stage.scope.value_at(run, "PIP_NO_CACHE_DIR"):
        return True
    if (
        stage is None
        and dockerfile is not None
        and any(
            pair.name == "PIP_NO_CACHE_DIR" and pair.value is not None and pair.value.value
            for one in dockerfile.global_instructions
            for pair in getattr(one, "pairs", ())
        )
    ):
        return True
    if _names_cache_variable(install.command):
        return True
    # An assignment counts for its own command, or for all behind it where there is none.
    lasting = first_where(
        run,
        "pip-no-cache",
        lambda one: one.name in ("export", "") and _names_cache_variable(one),
    )
    if lasting < install.command.index:
        return True
    return is_said_until(
        run,
        stage,
        "pip-no-cache-dir",
        lambda text: "config" in text and "no-cache-dir" in text and "global" in text,
    )


def _is_cache_elsewhere(install: PackageCall, run: Run, stage: Stage | None) -> bool:
    """Whether the cache is a mount, or deleted in the same RUN."""
    folder = install.value_of("--cache-dir")
    if folder is None and stage is not None:
        folder = stage.scope.value_at(run, "PIP_CACHE_DIR")
    for target in mount_targets(run):
        if target.endswith("/.cache") or ".cache/pip" in target or target in ("/root", "~", "/"):
            return True
        if "$" in target or (folder and (folder + "/").startswith(target + "/")):
            return True
    paths = (folder or _PIP_CACHE,)
    if is_removed_after(run, install.command, paths):
        return True
    return any(call.family == "pip" for call in calls_after(run, install.command, ("clean",)))


def _names_cache_variable(command: Command) -> bool:
    words = [*command.assignments, *(command.args if command.name in ("export", "env") else ())]
    return any(word.value.startswith("PIP_NO_CACHE_DIR=") for word in words)


@rule("DF231", severity=Severity.INFO, aliases=("DL3013",), on=("pip",))
def pip_self_upgrade(install: PackageCall) -> Iterator[Finding]:
    """pip upgrades itself to whatever is newest.

    The base image comes with a pip that fits its Python. The newest one may resolve in another
    way or have dropped that Python, so that a build breaks without any change of its own.

    Bad::

    ```dockerfile
    FROM python:3.12
    RUN pip install --no-cache-dir --upgrade pip
    #                                        ^^^
    ```

    Good::

    ```dockerfile
    FROM python:3.12
    RUN pip install --no-cache-dir --upgrade pip==24.3.1
    ```

    How to fix: name the version, or use the pip of the base image.

    Source: pip documentation, "Getting Started"; Docker docs, "Building best practices".
    """
    if not _is_upgrade(install) or install.has_flag("-c", "--constraint"):
        return
    for one in install.packages:
        if _is_pip(one):
            yield Finding.at(
                one,
                "pip upgrades itself to whatever is newest on the day of the build. "
                "Name its version, or keep the one of the base image.",
            )


def _is_upgrade(install: PackageCall) -> bool:
    return install.action == "install" and install.has_flag("-U", "--upgrade")


def _is_pip(package: Package) -> bool:
    return package.kind == "package" and package.name == "pip" and package.version is None


@rule("DF232", severity=Severity.WARNING, aliases=("DL3013",), on=("pip", "pipx"))
def unpinned_python_packages(
    install: PackageCall, run: Run, stage: Stage | None
) -> Iterator[Finding]:
    """Python packages are installed without a version.

    The build takes what is newest that day. A release that breaks something then breaks an
    image whose own sources did not change, and an old commit can no longer be built as it was.

    Bad::

    ```dockerfile
    FROM python:3.12
    RUN pip install --no-cache-dir flask
    #                              ^^^^^
    ```

    Good::

    ```dockerfile
    FROM python:3.12
    RUN pip install --no-cache-dir flask==3.0.3
    ```

    Good (a file lists the versions)::

    ```dockerfile
    FROM python:3.12
    COPY requirements.txt constraints.txt ./
    RUN pip install --no-cache-dir -r requirements.txt
    RUN pip install --no-cache-dir -c constraints.txt flask
    ```

    How to fix: name the version, or install from a requirements file with versions.

    Source: pip documentation, "Repeatable Installs".
    """
    if install.action != "install" or install.has_flag("-c", "--constraint"):
        return
    own = _is_upgrade(install)
    loose = [
        one
        for one in install.packages
        if _is_loose_python(one, run, stage) and not (own and _is_pip(one))
    ]
    if not loose:
        return
    is_local = any(one.word.value == "." for one in install.packages)
    words = [one.word.value for one in loose]
    yield Finding.at(
        loose[0],
        f"{names(words)} {'has' if len(words) == 1 else 'have'} no version, so the build takes what is newest that "
        "day. Name the version, or install from a requirements file.",
        aliases=() if is_local else None,
    )


def _is_loose_python(one: Package, run: Run, stage: Stage | None) -> bool:
    text = one.word.value
    if one.kind == "variable":
        known = value_of_word(text, run, stage)
        return known is not None and not all(_is_pinned_python(part) for part in known.split())
    if one.kind == "url":
        scheme, sign, rest = text.partition("+")
        is_vcs = bool(sign) and scheme.rpartition(" ")[2] in ("git", "hg", "svn", "bzr")
        # What stands before an @ in the host part is a user.
        return is_vcs and "@" not in rest.partition("://")[2].partition("/")[2]
    return one.kind == "package" and one.version is None and not _may_bring_version(one)


def _may_bring_version(one: Package) -> bool:
    """Whether a variable adds a version where it is set: ``flask${VERSION:+==$VERSION}``."""
    return ":+" in one.word.text


def _is_pinned_python(part: str) -> bool:
    return part.startswith("-") or "/" in part or any(sign in part for sign in _PIP_SIGNS)


@rule("DF233", severity=Severity.WARNING, aliases=("DL3016",), on=("npm", "yarn", "pnpm", "bun"))
def unpinned_node_packages(
    install: PackageCall, run: Run, stage: Stage | None
) -> Iterator[Finding]:
    """Node packages are installed without a version.

    The build takes what is newest that day. A release that breaks something then breaks an
    image whose own sources did not change, and no lock file guards packages that are named on
    the command line.

    Bad::

    ```dockerfile
    FROM node:22
    RUN npm install -g typescript
    #                  ^^^^^^^^^^
    ```

    Good::

    ```dockerfile
    FROM node:22
    RUN npm install -g typescript@5.6.3
    ```

    Good (the lock file says which)::

    ```dockerfile
    FROM node:22
    COPY package.json package-lock.json ./
    RUN npm ci
    ```

    How to fix: name the version behind an ``@``.

    Source: docs.npmjs.com, "npm install".
    """
    word = install.action_word
    if install.action != "install" or word is None or word.value in ("ci", "clean-install"):
        return
    loose = [one for one in install.packages if _is_loose_node(one, run, stage)]
    if not loose:
        return
    words = [one.word.value for one in loose]
    is_moving = all(one.version == "latest" for one in loose)
    first = next((one for one in install.command.args if not one.value.startswith("-")), None)
    yield Finding.at(
        loose[0],
        f"{names(words)} {'has' if len(words) == 1 else 'have'} no fixed version, so the build takes what is newest "
        "that day. Name the version behind an '@'.",
        aliases=None if _is_hadolint_npm(install) and not is_moving and first is word else (),
    )


def _is_hadolint_npm(install: PackageCall) -> bool:
    """Whether hadolint looks at the call: it knows npm's action by its long names alone."""
    word = install.action_word
    return install.tool == "npm" and word is not None and word.value != "i"


def _is_loose_node(one: Package, run: Run, stage: Stage | None) -> bool:
    text = one.word.value
    if one.kind == "variable":
        known = value_of_word(text, run, stage)
        return known is not None and not all("@" in part[1:] for part in known.split())
    if one.kind == "url":
        is_git = text.startswith(
            ("git:", "git+", "git@", "github:", "gitlab:", "bitbucket:", "gist:")
        )
        return (is_git or "://" not in text) and "#" not in text
    if one.kind != "package":
        return False
    return (one.version is None and not _may_bring_version(one)) or one.version == "latest"


@rule("DF234", severity=Severity.WARNING, aliases=("DL3028",), on=("gem",))
def unpinned_gems(install: PackageCall, run: Run, stage: Stage | None) -> Iterator[Finding]:
    """Gems are installed without a version.

    The build takes what is newest that day. A release that breaks something, or that needs a
    newer Ruby, then breaks an image whose own sources did not change.

    Bad::

    ```dockerfile
    FROM ruby:3.3
    RUN gem install rails
    #               ^^^^^
    ```

    Good::

    ```dockerfile
    FROM ruby:3.3
    RUN gem install rails:7.2.2 && gem install bundler -v 2.5.23
    ```

    How to fix: name the version behind a colon or with ``-v``.

    Source: guides.rubygems.org, "gem install".
    """
    if install.action != "install" or install.action_word is None:
        return
    loose = [one for one in install.packages if _is_loose_gem(one, run, stage)]
    if not loose:
        return
    words = [one.word.value for one in loose]
    yield Finding.at(
        loose[0],
        f"{names(words)} {'has' if len(words) == 1 else 'have'} no version, so the build takes what is newest that "
        "day. Name the version, as in 'NAME:1.2.3'.",
    )


def _is_loose_gem(one: Package, run: Run, stage: Stage | None) -> bool:
    if one.kind == "variable":
        known = value_of_word(one.word.value, run, stage)
        return known is not None and not all(":" in part for part in known.split())
    return one.kind == "package" and one.version is None and not _may_bring_version(one)


_BRANCHES = frozenset(
    {"latest", "none", "main", "master", "upgrade", "patch", "head", "HEAD", "develop"}
)


@rule("DF235", severity=Severity.WARNING, aliases=("DL3062",), on=("go",))
def unpinned_go_tools(install: PackageCall, stage: Stage | None) -> Iterator[Finding]:
    """Go tools are installed without a version.

    ``@latest``, a branch or nothing at all means another tool on another day. The build of an
    old commit then uses a tool that may need a newer Go or write other code.

    Bad::

    ```dockerfile
    FROM golang:1.23
    RUN go install golang.org/x/tools/cmd/stringer@latest
    #              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    ```

    Good::

    ```dockerfile
    FROM golang:1.23
    RUN go install golang.org/x/tools/cmd/stringer@v0.27.0
    ```

    Good (go.mod says which)::

    ```dockerfile
    FROM golang:1.23
    COPY go.mod go.sum ./
    RUN go install golang.org/x/tools/cmd/stringer
    ```

    How to fix: name the version behind an ``@``.

    Source: go.dev/ref/mod, "go install".
    """
    loose: list[tuple[int, int, str]] = []
    for start, end, text in _go_operands(install):
        path, at, version = text.partition("@")
        is_module = (
            "." in path.partition("/")[0] and not path.startswith((".", "/")) and "/" in path
        )
        if not is_module or "$" in version or (at and version not in _BRANCHES):
            continue
        if not at and stage is not None and _has_go_mod(stage, start):
            continue
        loose.append((start, end, text))
    if not loose:
        return
    start, end, _ = loose[0]
    said = names([text for _, _, text in loose])
    is_one = len(loose) == 1
    yield Finding.at(
        Span(start, end),
        f"{said} {'is another tool' if is_one else 'are other tools'} on another day. "
        "Name a version behind the '@'.",
    )


def _go_operands(install: PackageCall) -> list[tuple[int, int, str]]:
    """Give what ``go install``, ``go get`` and ``go run`` are asked for."""
    if install.action == "install":
        return [(one.start, one.end, one.word.value) for one in install.packages]
    word = install.action_word
    if install.action != "run" or word is None or word.value != "run":
        return []
    values = install.manager.values
    skip = False
    for one in install.command.args:
        if one.start <= word.start:
            continue
        if skip:
            skip = False
        elif one.value.startswith("-"):
            skip = one.value in values
        else:
            return [(one.start, one.end, one.value)]
    return []


def _has_go_mod(stage: Stage, before: int) -> bool:
    """Whether sources were copied before, and with them a go.mod that names the versions."""
    for place in stage.lineage():
        for one in place.instructions:
            if isinstance(one, Copy | Add) and one.start < before and not one.from_:
                return True
    return False


@rule("DF236", severity=Severity.WARNING, fix="unsafe", on=("npm",))
def npm_install_without_lock(
    install: PackageCall, run: Run, stage: Stage | None
) -> Iterator[Finding]:
    """npm install may ignore the lock file.

    ``npm install`` changes the lock file where package.json does not agree with it and installs
    other versions than those that were tested. ``npm ci`` installs exactly what the lock file
    says, or fails.

    Bad::

    ```dockerfile
    FROM node:22
    COPY package.json package-lock.json ./
    RUN npm install
    #   ^^^^^^^^^^^
    ```

    Good::

    ```dockerfile
    FROM node:22
    COPY package.json package-lock.json ./
    RUN npm ci
    ```

    Good (there is no lock file)::

    ```dockerfile
    FROM node:22
    COPY package.json ./
    RUN npm install
    ```

    How to fix: call ``npm ci``.

    Fix safety: unsafe, because ``npm ci`` fails where the lock file is out of date.

    Known problems: images of a Node whose npm has no ``ci`` yet (before 8.12) are left alone.

    Source: docs.npmjs.com, "npm ci".
    """
    word = install.action_word
    if install.action != "install" or word is None or "ci" in word.value or "clean" in word.value:
        return
    if install.packages or install.has_flag(
        "-g", "--global", "--package-lock-only", "--no-package-lock"
    ):
        return
    lock = _lock_copied(stage, install.start) if stage else None
    if lock is None or (stage is not None and _is_before_npm_ci(stage)):
        return
    yield Finding.at(
        Span(install.start, word.end),
        f"'npm {word.value}' may change what '{lock[0]}' says and install other versions. Call 'npm ci'.",
        fix=Fix("Call npm ci.", [replace_word(word, "ci", run)], safe=False),
        related=[Related(lock[1], "the lock file is copied here")],
    )


def _is_before_npm_ci(stage: Stage) -> bool:
    """Whether the base is a Node whose npm is older than 5.7, the first with ``ci``.

    Node 8.12 brings npm 6.4 and Node 10.3 brings npm 6.1; no Node 9 has more than npm 5.6.
    Source: nodejs.org/dist/index.json.
    """
    base = stage.root.base
    if base.upstream != "node" or not base.tag:
        return False
    major, _, rest = base.tag.partition("-")[0].partition(".")
    if not major.isdecimal():
        return False
    minor = rest.partition(".")[0]
    is_early = minor.isdecimal() and int(minor) < {"8": 12, "10": 3}.get(major, 0)
    return int(major) < 8 or major == "9" or is_early


def _lock_copied(stage: Stage, before: int) -> tuple[str, Span] | None:
    """The name of the lock file, and the word that copies it before an offset."""
    for place in stage.lineage():
        if "npm lock" not in place.facts:
            place.facts["npm lock"] = _first_lock(place)
        name, word, start = place.facts["npm lock"]
        if word is not None and start <= before:
            return name, word
    return None


def _first_lock(stage: Stage) -> tuple[str, Span | None, int]:
    """The first lock file that a stage copies: its name, the word and where the instruction begins."""
    for one in stage.instructions:
        if not isinstance(one, Copy | Add):
            continue
        for word in one.sources:
            name = word.value.rpartition("/")[2]
            if name in ("package-lock.json", "npm-shrinkwrap.json"):
                return name, word, one.start
            if name in _LOCK_PATTERNS:
                return "package-lock.json", word, one.start
    return "", None, 0


_LOCK_PATTERNS = (
    "package*.json",
    "package-lock.json*",
    "package*",
    "package-lock*.json",
    "package-*.json",
)
