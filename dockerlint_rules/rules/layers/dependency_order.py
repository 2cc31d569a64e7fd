"""Rules about the order of installs and copies of source code."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Edit, Finding, Fix, Related, Severity
from dockerlint_rules.fixes.run_chain import is_and_chain
from dockerlint_rules.model.context.copy_patterns import (
    has_wildcard,
    name_matches,
    takes_whole_context,
)
from dockerlint_rules.model.stages import join_path
from dockerlint_rules.registry.rule import rule
from dockerlint_rules.syntax.dockerfile.instructions import Add, Copy, Run

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.model.context.build_context import BuildContext
    from dockerlint_rules.model.packages.dependency_installs import DependencyInstall
    from dockerlint_rules.model.stages import Stage
    from dockerlint_rules.syntax.dockerfile.instruction import Word


# Directories that contain only lists of dependencies.
_LIST_DIRECTORIES = frozenset({"requirements", "reqs", "requires", "deps", "dependencies", "pip"})


# Endings of code that no install of these ecosystems reads.
_CODE = {"pip-requirements": ".py", "go-modules": ".go"}


# What to copy before the install, for the most common programs.
_MANIFESTS = {
    "npm": "package*.json",
    "yarn-classic": "package.json yarn.lock",
    "yarn-berry": "package.json yarn.lock",
    "pnpm": "package.json pnpm-lock.yaml",
    "bundler": "Gemfile Gemfile.lock",
    "go-modules": "go.mod go.sum",
    "composer": "composer.json composer.lock",
    "pipenv": "Pipfile Pipfile.lock",
    "poetry": "pyproject.toml poetry.lock",
    "uv": "pyproject.toml uv.lock",
}


@rule("DF301", severity=Severity.WARNING, fix="unsafe", words=("copy", "add"))
def source_before_dependencies(stage: Stage, context: BuildContext) -> Iterator[Finding]:
    """Source code is copied before dependencies are installed.

    A change in one layer rebuilds all layers after it. If the source comes first, every edit reinstalls all
    dependencies, and a build may take minutes instead of seconds.

    Bad::

    ```dockerfile
    FROM python:3.12
    WORKDIR /app
    COPY . .
    #    ^ 'COPY .' comes before 'pip install' on line 4
    RUN pip install --no-cache-dir -r requirements.txt
    ```

    Fixed::

    ```dockerfile
    FROM python:3.12
    WORKDIR /app
    COPY requirements.txt ./
    RUN pip install --no-cache-dir -r requirements.txt
    COPY . .
    ```

    Bad (the directory contains the list)::

    ```dockerfile
    FROM python:3.12
    COPY app /app
    #    ^^^ so a change to 'app' reinstalls all dependencies. Copy 'requirements.txt' first
    RUN pip install --no-cache-dir -r /app/requirements.txt
    ```

    Good::

    ```dockerfile
    FROM python:3.12
    WORKDIR /app
    COPY requirements.txt ./
    RUN pip install --no-cache-dir -r requirements.txt
    COPY . .
    ```

    Good (the install builds the project itself)::

    ```dockerfile
    FROM python:3.12
    WORKDIR /app
    COPY . .
    RUN pip install --no-cache-dir .
    ```

    Good (the dependencies are already installed)::

    ```dockerfile
    FROM node:22
    COPY package.json package-lock.json ./
    RUN npm ci
    COPY . .
    RUN npm ci --omit=dev
    ```

    How to fix: copy the files that list the dependencies, install, then copy the rest.

    Known problems: without the build context, the rule does not see that an install needs the source for
    workspaces, local dependencies or scripts.

    Fix safety: unsafe, because an install script may read other files.

    Source: Docker docs, "Optimize cache usage in builds", section "Order your layers".
    """
    from dockerlint_rules.model.packages.dependency_installs import dependency_install

    whole_copies: list[tuple[Copy | Add, Word]] = []
    partial_copies: list[Copy | Add] = []

    def ecosystems_of(ancestor: Stage) -> set[str]:
        commands = (command for run in ancestor.runs for command in run.commands)
        installs = (dependency_install(command) for command in commands)
        return {install.ecosystem.name for install in installs if install}

    installed = set(stage.parent.gathered("ecosystems", ecosystems_of) if stage.parent else ())
    for instruction in stage.instructions:
        if instruction.errors:
            continue
        if isinstance(instruction, Copy | Add) and not instruction.from_:
            sources = (word for word in instruction.sources if takes_whole_context(word.value))
            source = next(sources, None)
            if source is not None:
                whole_copies.append((instruction, source))
            else:
                partial_copies.append(instruction)
        elif isinstance(instruction, Run):
            for command in instruction.commands:
                install = dependency_install(command)
                if install is None or install.ecosystem.name in installed:
                    continue
                installed.add(install.ecosystem.name)
                early = (
                    whole_copies[0]
                    if whole_copies
                    else _source_copy(install, instruction, partial_copies, stage)
                )
                if early is not None and not _needs_source(early[1], install, context):
                    yield _early_copy_finding(*early, install, instruction, stage)
                    return


def _needs_source(source: Word, install: DependencyInstall, context: BuildContext) -> bool:
    """Whether the manifest in the build context refers to other files of the project, so that the order is correct."""
    if context.directory is None:
        return False
    from dockerlint_rules.model.packages.local_dependencies import manifest_needs_source

    path = source.value
    # A single file of code is next to the manifest.
    is_file = not takes_whole_context(path) and "." in path.rpartition("/")[2]
    return "$" not in path and manifest_needs_source(install, "" if is_file else path, context)


def _source_copy(
    install: DependencyInstall, run: Run, copies: list[Copy | Add], stage: Stage
) -> tuple[Copy | Add, Word] | None:
    """The COPY of a part of the source that makes the install run again, with that source."""
    ending = _CODE.get(install.ecosystem.name)
    for copy in copies:
        for word in copy.sources:
            name = word.value.removeprefix("./")
            # Only code next to the manifest. setup.py is a manifest itself, and the other two help to install.
            is_code = ending is not None and name.endswith(ending) and "/" not in name
            if is_code and not name.startswith(("setup", "get-pip", "install")):
                return copy, word
    return _manifest_directory_copy(install, run, copies, stage)


def _manifest_directory_copy(
    install: DependencyInstall, run: Run, copies: list[Copy | Add], stage: Stage
) -> tuple[Copy | Add, Word] | None:
    """The COPY of the directory with the manifest, unless another source matches the manifest."""
    name = install.wanted.rpartition("/")[2]
    if "/" not in install.wanted and install.ecosystem.name != "pip-requirements":
        return None
    manifest = join_path(stage.workdir_before(run), install.wanted.removeprefix("./"))
    sources = [word for copy in copies for word in copy.sources]
    if "$" in manifest or any(
        name_matches(word.value.rpartition("/")[2], name) for word in sources
    ):
        return None
    for copy in copies:
        if copy.destination is None or len(copy.sources) != 1:
            continue
        target = join_path(stage.workdir_before(copy), copy.destination.value.removeprefix("./"))
        source = copy.sources[0]
        last_part = source.value.rstrip("/").rpartition("/")[2]
        if last_part in _LIST_DIRECTORIES or has_wildcard(last_part):
            continue
        is_directory = source.value.endswith("/") or "." not in last_part.lstrip(".")
        if is_directory and manifest.rpartition("/")[0] == target.rstrip("/").removesuffix("/."):
            return copy, source
    return None


def _early_copy_finding(
    copy: Copy | Add, source: Word, install: DependencyInstall, run: Run, stage: Stage
) -> Finding:
    line = run.source.line_of(install.start)
    changed = "any file" if takes_whole_context(source.value) else f"'{source.value}'"
    manifests = " and ".join(f"'{name}'" for name in _manifests(install).split())
    return Finding.at(
        source,
        f"'{copy.keyword} {source.value}' comes before '{install.name}' on line {line}, so a change to {changed} "
        f"reinstalls all dependencies. Copy {manifests} first, install, then copy the rest.",
        fix=_reorder_fix(copy, install, run, stage),
        related=[Related(install, "the dependencies are installed here")],
    )


def _manifests(install: DependencyInstall) -> str:
    """The files to copy before the install, separated by spaces."""
    if install.ecosystem.name in _MANIFESTS:
        return _MANIFESTS[install.ecosystem.name]
    if "$" in install.wanted:
        return install.ecosystem.manifests[0]
    return install.wanted.rpartition("/")[2]


def _reorder_fix(
    copy: Copy | Add, install: DependencyInstall, run: Run, stage: Stage
) -> Fix | None:
    """Move the RUN, with a COPY of the manifests, above the COPY that it follows directly."""
    at = stage.instructions.index(copy)
    if stage.instructions[at + 1] is not run or len(run.commands) != 1 or not is_and_chain(run):
        return None
    if "/" in install.wanted or "$" in install.wanted or run.inner_comments:
        return None
    # The manifests must land where the install reads them: in its working directory, which is / by default.
    workdir = stage.workdir_before(copy) or "/"
    if copy.destination is None or (
        copy.destination.value.rstrip("/") not in (".", workdir.rstrip("/"))
    ):
        return None
    text, newline = copy.source.text, copy.source.newline
    copy_start, run_start = copy.source.offset(copy.line), copy.source.offset(run.line)
    if text[copy.source.offset(copy.end_line + 1) : run_start].strip():
        return None  # a comment between the two
    run_end = text.find("\n", run.end)
    run_end = len(text) if run_end < 0 else run_end + 1
    run_lines = text[run_start:run_end]
    if not run_lines.endswith("\n"):
        run_lines += newline
    manifest_copy = f"{copy.keyword_word.text} {_manifests(install)} ./{newline}"
    return Fix(
        "Install the dependencies before the source is copied",
        [
            Edit(copy_start, copy_start, manifest_copy + run_lines),
            Edit(run_start, run_end, ""),
        ],
        safe=False,
    )


# Files that an install may need: repositories, keys, certificates, settings, and packages themselves.
_INSTALL_FILES = (
    ".list", ".sources", ".repo", ".gpg", ".asc", ".key", ".pub", ".crt", ".cer", ".pem", ".conf", ".cfg", ".ini",
    ".deb", ".rpm", ".apk", ".txt",
)  # fmt: skip


# Where the settings of package managers are copied to.
_SETTINGS = (
    "/etc/",
    "/usr/share/keyrings",
    "/usr/local/share/ca-certificates",
    "/root/.",
    "/usr/share/ca-certificates",
)


# Endings of files that are rarely edited.
_RARELY_EDITED = (
    ".gz", ".tgz", ".bz2", ".xz", ".zip", ".jar", ".war", ".whl", ".patch", ".diff", ".exe", ".msi", ".so",
    ".iso", ".img",
)  # fmt: skip


@rule("DF341", severity=Severity.INFO, words=("copy", "add"))
def system_packages_after_source(stage: Stage) -> Iterator[Finding]:
    """System packages are installed after the source is copied.

    Every edit of the source reinstalls the packages, although they do not depend on it. That can take minutes.

    Bad::

    ```dockerfile
    FROM debian:12
    COPY . /app
    RUN apt-get update && apt-get install -y --no-install-recommends ffmpeg
    #                     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ any file copied on line 2
    ```

    Good::

    ```dockerfile
    FROM debian:12
    RUN apt-get update && apt-get install -y --no-install-recommends ffmpeg
    COPY . /app
    ```

    Good (the install needs the copied file)::

    ```dockerfile
    FROM debian:12
    COPY nginx.list /etc/apt/sources.list.d/
    RUN apt-get update && apt-get install -y --no-install-recommends nginx
    ```

    How to fix: move the install above the COPY.

    Known problems: a RUN that does more than install packages is not reported, because the rest of it may need the
    source.

    Source: Docker docs, "Optimize cache usage in builds", section "Order your layers".
    """
    if not stage.needed:
        return
    source_copy = None
    for instruction in stage.instructions:
        if isinstance(instruction, Copy | Add):
            is_from_context = not instruction.from_ and not instruction.errors
            if source_copy is None and is_from_context and _copies_source(instruction):
                source_copy = instruction
            elif _is_for_installs(instruction):
                return  # a later install may need it
        elif source_copy is not None and isinstance(instruction, Run):
            if _runs_copied_file(instruction, source_copy):
                return  # it may prepare a later install
            from dockerlint_rules.rules.packages.merged_installs import pure_install

            install = pure_install(instruction)
            if install is not None:
                yield Finding.at(
                    install,
                    f"A change to any file copied on line {source_copy.line} reinstalls these packages. "
                    f"Move the install above the {source_copy.keyword}.",
                    related=[Related(source_copy, "the source is copied here")],
                )
                return


def _runs_copied_file(run: Run, copy: Copy | Add) -> bool:
    names = {word.value.rstrip("/").rpartition("/")[2] for word in copy.words}
    return any(
        word.value.rpartition("/")[2] in names
        for command in run.commands
        if command.name not in ("chmod", "chown", "mv", "cp", "rm", "ln", "sed", "mkdir")
        for word in command.words[:2]
    )


def _is_for_installs(copy: Copy | Add) -> bool:
    target = copy.destination.value if copy.destination is not None else ""
    return target.startswith(_SETTINGS) or any(
        word.value.endswith(_INSTALL_FILES)
        or word.value.lower().startswith(("http://", "https://"))
        for word in copy.sources
    )


def _copies_source(copy: Copy | Add) -> bool:
    """Whether a COPY may take files that are edited often and that no install needs."""
    from dockerlint_rules.model.context.copy_patterns import content_kinds

    target = copy.destination.value if copy.destination is not None else "/"
    if copy.heredocs or target == "/" or _is_for_installs(copy):
        return False
    return any(
        content_kinds(word.value, None)[0]
        for word in copy.sources
        if "$" not in word.value and not word.value.endswith(_RARELY_EDITED)
    )
