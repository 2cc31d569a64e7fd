"""Node packages, gems, Go tools and conda packages without a pinned version."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Finding, Severity
from dockerlint_rules.model.variables import variable_value
from dockerlint_rules.registry.rule import rule
from dockerlint_rules.rules.packages.pip import may_hold_version
from dockerlint_rules.rules.wording import no_pinned_version
from dockerlint_rules.syntax.dockerfile.instructions import Add, Copy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.model.packages.calls import Package, PackageCall
    from dockerlint_rules.model.stages import Stage
    from dockerlint_rules.syntax.dockerfile.instructions import Run
    from dockerlint_rules.syntax.shell.command import ShellWord


@rule("DF233", severity=Severity.WARNING, aliases=("DL3016",), on=("npm", "yarn", "pnpm", "bun"))
def unpinned_node_packages(
    install: PackageCall, run: Run, stage: Stage | None
) -> Iterator[Finding]:
    """Node packages are installed without a pinned version.

    The build installs the newest versions of that day. A release with a breaking change then breaks the image, although
    its own source did not change. A lock file does not help, because it does not apply to packages that are named on
    the command line.

    Bad::

    ```dockerfile
    FROM node:22
    RUN npm install -g typescript
    #                  ^^^^^^^^^^ 'typescript' has no pinned version
    ```

    Good::

    ```dockerfile
    FROM node:22
    RUN npm install -g typescript@5.6.3
    ```

    Good (the lock file pins the versions)::

    ```dockerfile
    FROM node:22
    COPY package.json package-lock.json ./
    RUN npm ci
    ```

    How to fix: add the version after an ``@``. For a Git URL, add a tag or commit after a ``#``.

    Source: docs.npmjs.com, "npm install".
    """
    word = install.action_word
    if install.action != "install" or word is None or word.value in ("ci", "clean-install"):
        return
    unpinned = [one for one in install.packages if _is_unpinned_node_package(one, run, stage)]
    if not unpinned:
        return
    example = "the version, as in 'NAME@1.2.3'"
    if unpinned[0].kind == "url":
        example = "a tag or commit, as in 'URL#v1.2.3'"
    yield Finding.at(
        unpinned[0],
        f"{no_pinned_version([one.word.value for one in unpinned])}, so the build installs the newest version. "
        f"Pin {example}.",
        aliases=None if _is_seen_by_hadolint(install, unpinned) else (),
    )


def _is_seen_by_hadolint(install: PackageCall, unpinned: list[Package]) -> bool:
    """Whether hadolint reports the call: npm with its action first and by a long name, not all "latest"."""
    word = install.action_word
    first = next((arg for arg in install.command.args if not arg.value.startswith("-")), None)
    if install.tool != "npm" or word is None or word.value == "i" or first is not word:
        return False
    return any(package.version != "latest" for package in unpinned)


def _is_unpinned_node_package(package: Package, run: Run, stage: Stage | None) -> bool:
    text = package.word.value
    if package.kind == "variable":
        value = variable_value(text, run, stage)
        return value is not None and not all("@" in name[1:] for name in value.split())
    if package.kind == "url":
        is_git = text.startswith(
            ("git:", "git+", "git@", "github:", "gitlab:", "bitbucket:", "gist:")
        )
        return (is_git or "://" not in text) and "#" not in text
    if package.kind != "package":
        return False
    if package.version is None:
        return not may_hold_version(package)
    return package.version == "latest"


@rule("DF234", severity=Severity.WARNING, aliases=("DL3028",), on=("gem",))
def unpinned_gems(install: PackageCall, run: Run, stage: Stage | None) -> Iterator[Finding]:
    """Gems are installed without a pinned version.

    The build installs the newest versions of that day. A release with a breaking change, or one that needs a newer
    Ruby, then breaks the image, although its own source did not change.

    Bad::

    ```dockerfile
    FROM ruby:3.3
    RUN gem install rails
    #               ^^^^^ 'rails' has no pinned version
    ```

    Good::

    ```dockerfile
    FROM ruby:3.3
    RUN gem install rails:7.2.2 && gem install bundler -v 2.5.23
    ```

    How to fix: add the version after a colon, or with ``-v``.

    Source: guides.rubygems.org, "gem install".
    """
    if install.action != "install" or install.action_word is None:
        return
    unpinned = [one for one in install.packages if _is_unpinned_gem(one, run, stage)]
    if unpinned:
        yield Finding.at(
            unpinned[0],
            f"{no_pinned_version([one.word.value for one in unpinned])}, so the build installs the newest version. "
            "Pin the version, as in 'NAME:1.2.3'.",
        )


def _is_unpinned_gem(package: Package, run: Run, stage: Stage | None) -> bool:
    if package.kind == "variable":
        value = variable_value(package.word.value, run, stage)
        return value is not None and not all(":" in name for name in value.split())
    return package.kind == "package" and package.version is None and not may_hold_version(package)


# Versions of a Go module that move: queries that ``go install`` knows, and common branches.
_MOVING_VERSIONS = frozenset(
    {"latest", "none", "main", "master", "upgrade", "patch", "head", "HEAD", "develop"}
)


@rule("DF235", severity=Severity.WARNING, aliases=("DL3062",), on=("go",))
def unpinned_go_tools(install: PackageCall, stage: Stage | None) -> Iterator[Finding]:
    """Go tools are installed without a pinned version.

    With ``@latest``, a branch or no version, each build may install a different tool. The build of an old commit then
    uses a tool that may need a newer Go or generate different code.

    Bad::

    ```dockerfile
    FROM golang:1.23
    RUN go install golang.org/x/tools/cmd/stringer@latest
    #              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ has no pinned version
    ```

    Good::

    ```dockerfile
    FROM golang:1.23
    RUN go install golang.org/x/tools/cmd/stringer@v0.27.0
    ```

    Good (go.mod pins the version)::

    ```dockerfile
    FROM golang:1.23
    COPY go.mod go.sum ./
    RUN go install golang.org/x/tools/cmd/stringer
    ```

    How to fix: add the version after the ``@``.

    Source: go.dev/ref/mod, "go install".
    """
    unpinned = [word for word in _go_tools(install) if _is_unpinned_go_tool(word, stage)]
    if unpinned:
        yield Finding.at(
            unpinned[0],
            f"{no_pinned_version([word.value for word in unpinned])}, so each build may use a different one. "
            "Pin the version, as in 'NAME@v1.2.3'.",
        )


def _go_tools(install: PackageCall) -> list[ShellWord]:
    """The words that name what ``go install``, ``go get`` or ``go run`` builds."""
    if install.action == "install":
        return [package.word for package in install.packages]
    action = install.action_word
    if install.action != "run" or action is None or action.value != "run":
        return []
    is_value = False
    for word in install.command.args:
        if word.start <= action.start:
            continue
        if is_value:
            is_value = False
        elif word.value.startswith("-"):
            is_value = word.value in install.manager.values
        else:
            return [word]  # the program's arguments follow
    return []


def _is_unpinned_go_tool(word: ShellWord, stage: Stage | None) -> bool:
    path, at, version = word.value.partition("@")
    is_module = "." in path.partition("/")[0] and not path.startswith((".", "/")) and "/" in path
    if not is_module or "$" in version:
        return False
    if at:
        return version in _MOVING_VERSIONS
    return stage is None or not _may_have_go_mod(stage, word.start)


def _may_have_go_mod(stage: Stage, before: int) -> bool:
    """Whether an earlier instruction copies files, which may include a go.mod with the versions."""

    def first_copy(ancestor: Stage) -> list[int]:
        # The first of the lineage is enough, because the ancestors of a stage end before it begins.
        if ancestor.parent is not None and ancestor.parent.gathered("first-copy", first_copy):
            return []
        copies = (
            one.start
            for one in ancestor.of("COPY", "ADD")
            if isinstance(one, Copy | Add) and not one.from_
        )
        first = next(copies, None)
        return [] if first is None else [first]

    return any(start < before for start in stage.gathered("first-copy", first_copy))


@rule("DF227", severity=Severity.WARNING, on=("conda",))
def unpinned_conda_packages(install: PackageCall) -> Iterator[Finding]:
    """conda packages are installed without a pinned version.

    The build installs the newest versions of that day, and a later build of the same Dockerfile may install different
    ones.

    Bad::

    ```dockerfile
    FROM continuumio/miniconda3:25.3.1-1
    RUN conda install -y numpy && conda clean -afy
    #                    ^^^^^ 'numpy' has no pinned version
    ```

    Good::

    ```dockerfile
    FROM continuumio/miniconda3:25.3.1-1
    RUN conda install -y numpy=2.2.5 && conda clean -afy
    ```

    Good (from a file)::

    ```dockerfile
    FROM continuumio/miniconda3:25.3.1-1
    COPY environment.yml .
    RUN conda env update -f environment.yml && conda clean -afy
    ```

    How to fix: add ``=VERSION``, or install from an environment file or a lock file.

    Source: conda documentation, "Managing packages".
    """
    if install.action != "install" or install.files:
        return
    unpinned = [one for one in install.packages if one.kind == "package" and not one.version]
    if unpinned:
        yield Finding.at(
            unpinned[0],
            f"{no_pinned_version([one.name for one in unpinned])}, so the build installs the newest version. "
            "Add '=VERSION', or install from an environment file.",
        )
