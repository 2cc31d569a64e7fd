"""Rules about unpinned packages."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Finding, Severity
from dockerlint_rules.model.values import value_of_word
from dockerlint_rules.registry.rule import rule
from dockerlint_rules.rules.packages.pip import may_hold_version
from dockerlint_rules.rules.wording import names
from dockerlint_rules.syntax.dockerfile.instructions import Add, Copy
from dockerlint_rules.syntax.source import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.model.packages.calls import Package, PackageCall
    from dockerlint_rules.model.stages import Stage
    from dockerlint_rules.syntax.dockerfile.instructions import Run


@rule("DF233", severity=Severity.WARNING, aliases=("DL3016",), on=("npm", "yarn", "pnpm", "bun"))
def unpinned_node_packages(
    install: PackageCall, run: Run, stage: Stage | None
) -> Iterator[Finding]:
    """Node packages are installed without a pinned version.

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
    return (one.version is None and not may_hold_version(one)) or one.version == "latest"


@rule("DF234", severity=Severity.WARNING, aliases=("DL3028",), on=("gem",))
def unpinned_gems(install: PackageCall, run: Run, stage: Stage | None) -> Iterator[Finding]:
    """Gems are installed without a pinned version.

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
    return one.kind == "package" and one.version is None and not may_hold_version(one)


_BRANCHES = frozenset(
    {"latest", "none", "main", "master", "upgrade", "patch", "head", "HEAD", "develop"}
)


@rule("DF235", severity=Severity.WARNING, aliases=("DL3062",), on=("go",))
def unpinned_go_tools(install: PackageCall, stage: Stage | None) -> Iterator[Finding]:
    """Go tools are installed without a pinned version.

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


@rule("DF227", severity=Severity.WARNING, on=("conda",))
def unpinned_conda_packages(install: PackageCall) -> Iterator[Finding]:
    """conda packages are installed without a pinned version.

    The build takes what is newest on its day, and the next one takes something else.

    Bad::

    ```dockerfile
    FROM continuumio/miniconda3:25.3.1-1
    RUN conda install -y numpy && conda clean -afy
    #                    ^^^^^
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

    How to fix: add ``=VERSION``, or install from an environment or lock file.

    Source: conda documentation, "Managing packages".
    """
    if install.action != "install" or install.files:
        return
    loose = [one for one in install.packages if one.kind == "package" and not one.version]
    if loose:
        yield Finding.at(
            loose[0],
            f"{names([one.name for one in loose])} without a version: the next build installs something else. "
            "Add '=VERSION', or install from a file.",
        )
