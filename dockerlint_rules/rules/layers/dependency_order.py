"""Rules about dependency order."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Edit, Finding, Fix, Related, Severity
from dockerlint_rules.model.context.copy_patterns import has_wildcard
from dockerlint_rules.model.layers.cleanup import is_and_chain
from dockerlint_rules.model.stages import join_path
from dockerlint_rules.registry.rule import rule
from dockerlint_rules.syntax.dockerfile.instructions import Add, Copy, Run

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.model.context.build_context import Context
    from dockerlint_rules.model.packages.dependency_installs import DependencyInstall
    from dockerlint_rules.model.stages import Stage
    from dockerlint_rules.syntax.dockerfile.instructions import Word


_EVERYTHING = frozenset({".", "./", "*", "./*", "/", "./.", "/.", "**", "/*"})


# Folders that hold nothing but lists.
_LIST_FOLDERS = frozenset({"requirements", "reqs", "requires", "deps", "dependencies", "pip"})


# Files of code, which no install of these reads.
_CODE = {"pip-requirements": ".py", "go-modules": ".go"}


# What goes along with the first file of the list, for the programs that are met most.
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
def source_before_dependencies(stage: Stage, context: Context) -> Iterator[Finding]:
    """Source code is copied before dependencies are installed.

    A layer is built again when anything above it changes. Where the whole source comes first, a
    change of one comma installs every dependency again, and a build takes minutes instead of
    seconds.

    Bad::

    ```dockerfile
    FROM python:3.12
    WORKDIR /app
    COPY . .
    #    ^
    RUN pip install --no-cache-dir -r requirements.txt
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

    Good (the dependencies were installed before)::

    ```dockerfile
    FROM node:22
    COPY package.json package-lock.json ./
    RUN npm ci
    COPY . .
    RUN npm ci --omit=dev
    ```

    How to fix: copy the files that list the dependencies, install, then copy the rest.

    Known problems: of a build context that is not there nothing is known: workspaces, local dependencies and scripts
    after the install are then not seen.

    Fix safety: unsafe, because an install script may read other files.

    Source: Docker docs, "Optimize cache usage in builds", section "Order your layers".
    """
    from dockerlint_rules.model.packages.dependency_installs import dependency_install

    broad: list[tuple[Copy | Add, Word]] = []
    narrow: list[Copy | Add] = []

    def installs(place: Stage) -> set[str]:
        commands = (command for run in place.runs for command in run.commands)
        return {found.ecosystem.name for one in commands if (found := dependency_install(one))}

    installed = set(stage.parent.gathered("ecosystems", installs) if stage.parent else ())
    for one in stage.instructions:
        if isinstance(one, Copy | Add) and not one.errors and not one.from_:
            source = next((word for word in one.sources if word.value in _EVERYTHING), None)
            if source is not None:
                broad.append((one, source))
            else:
                narrow.append(one)
        elif isinstance(one, Run) and not one.errors:
            for command in one.commands:
                found = dependency_install(command)
                if found is None or found.ecosystem.name in installed:
                    continue
                installed.add(found.ecosystem.name)
                place = broad[0] if broad else _part_of(found, one, narrow, stage)
                if place is not None and not _needs_more(place, found, context):
                    yield _too_early(place, found, one, stage)
                    return


def _needs_more(place: tuple[Copy | Add, Word], found: DependencyInstall, context: Context) -> bool:
    """Whether the manifest in the context names other files of the project: then the order is right."""
    if context.directory is None:
        return False
    from dockerlint_rules.model.packages.local_dependencies import needs_source

    source = place[1].value
    # A single file of code lies beside the list.
    folder = "" if source not in _EVERYTHING and "." in source.rpartition("/")[2] else source
    return "$" not in source and needs_source(found, folder, context)


def _part_of(
    found: DependencyInstall, run: Run, narrow: list[Copy | Add], stage: Stage
) -> tuple[Copy | Add, Word] | None:
    """A COPY of less than everything that makes the install run again."""
    ending = _CODE.get(found.ecosystem.name)
    for one in narrow:
        for word in one.sources:
            name = word.value.removeprefix("./")
            # Only code beside the list; setup.py lists dependencies itself, others help to install.
            is_code = ending is not None and name.endswith(ending) and "/" not in name
            if is_code and not name.startswith(("setup", "get-pip", "install")):
                return one, word
    return _folder_of(found, run, narrow, stage)


def _folder_of(
    found: DependencyInstall, run: Run, narrow: list[Copy | Add], stage: Stage
) -> tuple[Copy | Add, Word] | None:
    """The COPY of a folder that the install takes its list from, unless that was copied by itself."""
    name = found.wanted.rpartition("/")[2]
    if "/" not in found.wanted and found.ecosystem.name != "pip-requirements":
        return None
    wanted = join_path(stage.workdir_before(run), found.wanted.removeprefix("./"))
    sources = [word for one in narrow for word in one.sources]
    if "$" in wanted or any(_names_file(word.value.rpartition("/")[2], name) for word in sources):
        return None
    for one in narrow:
        if one.destination is None or len(one.sources) != 1:
            continue
        target = join_path(stage.workdir_before(one), one.destination.value.removeprefix("./"))
        last = one.sources[0].value.rstrip("/").rpartition("/")[2]
        if last in _LIST_FOLDERS:
            continue
        is_folder = one.sources[0].value.endswith("/") or "." not in last.lstrip(".")
        if (
            is_folder
            and not has_wildcard(last)
            and wanted.rpartition("/")[0] == target.rstrip("/").removesuffix("/.")
        ):
            return one, one.sources[0]
    return None


def _names_file(pattern: str, name: str) -> bool:
    from fnmatch import fnmatch  # perf: only where folders are copied

    return fnmatch(name, pattern)


def _too_early(
    place: tuple[Copy | Add, Word], found: DependencyInstall, run: Run, stage: Stage
) -> Finding:
    copy, word = place
    line = run.source.line_of(found.start)
    manifests = _manifests(found)
    what = "any file" if word.value in _EVERYTHING else "what it copies"
    quoted = " and ".join(f"'{one}'" for one in manifests.split())
    return Finding.at(
        word,
        f"'{copy.keyword} {word.value}' comes before '{found.said}' on line {line}, so a change of "
        f"{what} installs all dependencies again. "
        f"Copy {quoted} first, install, then copy the rest.",
        fix=_reorder(copy, found, run, stage),
        related=[Related(found, "the dependencies are installed here")],
    )


def _manifests(found: DependencyInstall) -> str:
    if found.ecosystem.name in _MANIFESTS:
        return _MANIFESTS[found.ecosystem.name]
    return (
        found.wanted.rpartition("/")[2] if "$" not in found.wanted else found.ecosystem.manifests[0]
    )


def _reorder(copy: Copy | Add, found: DependencyInstall, run: Run, stage: Stage) -> Fix | None:
    """Put manifests and install in front of the COPY, where the RUN stands right behind it."""
    at = stage.instructions.index(copy)
    if stage.instructions[at + 1] is not run or len(run.commands) != 1 or not is_and_chain(run):
        return None
    if copy.destination is None or run.inner_comments or "/" in found.wanted or "$" in found.wanted:
        return None
    if copy.destination.value.rstrip("/") not in (".", "", stage.workdir_before(copy)):
        return None
    source = copy.source
    text, first = source.text, source.offset(copy.line)
    start = source.offset(run.line)
    if text[source.offset(copy.end_line + 1) : start].strip():
        return None
    end = text.find("\n", run.end)
    end = len(text) if end < 0 else end + 1
    newline = source.newline
    moved = text[start:end] if text[start:end].endswith("\n") else text[start:end] + newline
    new = f"{copy.keyword_word.text} {_manifests(found)} ./{newline}{moved}"
    return Fix(
        "Install before the source is copied.",
        [Edit(first, first, new), Edit(start, end, "")],
        safe=False,
    )


# What an install may need of the context: repositories, keys, certificates, settings and packages themselves.
_FOR_INSTALLS = (
    ".list", ".sources", ".repo", ".gpg", ".asc", ".key", ".pub", ".crt", ".cer", ".pem", ".conf", ".cfg", ".ini", ".deb", ".rpm", ".apk", ".txt",
)  # fmt: skip


_SETTINGS = (
    "/etc/",
    "/usr/share/keyrings",
    "/usr/local/share/ca-certificates",
    "/root/.",
    "/usr/share/ca-certificates",
)


@rule("DF341", severity=Severity.INFO, words=("install", "apk"))
def system_packages_after_source(stage: Stage) -> Iterator[Finding]:
    """System packages are installed after the source is copied.

    Every edit of what is copied builds the layer of the install anew: minutes that the packages have nothing to do with.

    Bad::

    ```dockerfile
    FROM debian:12
    COPY . /app
    RUN apt-get update && apt-get install -y --no-install-recommends ffmpeg && rm -rf /var/lib/apt/lists/*
    #                     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    ```

    Good::

    ```dockerfile
    FROM debian:12
    RUN apt-get update && apt-get install -y --no-install-recommends ffmpeg && rm -rf /var/lib/apt/lists/*
    COPY . /app
    ```

    Good (the install needs what is copied)::

    ```dockerfile
    FROM debian:12
    COPY nginx.list /etc/apt/sources.list.d/
    RUN apt-get update && apt-get install -y --no-install-recommends nginx && rm -rf /var/lib/apt/lists/*
    ```

    How to fix: put the install above the COPY.

    Known problems: a RUN that does more than install packages is left alone, as the rest of it may need the source.

    Source: Docker docs, "Optimize cache usage in builds", section "Order your layers".
    """
    if not stage.needed:
        return
    copied = None
    for one in stage.instructions:
        if isinstance(one, Copy | Add):
            if copied is None and not one.from_ and not one.errors and _is_source(one):
                copied = one
            elif _is_for_installs(one):
                return  # from here on an install may need it
        elif copied is not None and isinstance(one, Run):
            if _runs(one, copied):
                return  # it may set up what the install needs
            from dockerlint_rules.rules.packages.merged_installs import pure_install

            call = pure_install(one)
            if call is not None:
                yield Finding.at(
                    call,
                    f"Every edit of what line {copied.line} copies installs these packages again. Put the install above the {copied.keyword}.",
                    related=[Related(copied, "the source is copied here")],
                )
                return


# What is seldom edited.
_FIXED = (".gz", ".tgz", ".bz2", ".xz", ".zip", ".jar", ".war", ".whl", ".patch", ".diff", ".exe", ".msi", ".so", ".iso", ".img")  # fmt: skip


def _runs(run: Run, copied: Copy | Add) -> bool:
    """Whether a RUN starts something of what was copied."""
    names = {word.value.rstrip("/").rpartition("/")[2] for word in copied.words}
    return any(
        word.value.rpartition("/")[2] in names
        for command in run.commands
        if command.name not in ("chmod", "chown", "mv", "cp", "rm", "ln", "sed", "mkdir")
        for word in command.words[:2]
    )


def _is_for_installs(one: Copy | Add) -> bool:
    target = one.destination.value if one.destination is not None else ""
    return target.startswith(_SETTINGS) or any(
        word.value.endswith(_FOR_INSTALLS) or word.value.lower().startswith(("http://", "https://"))
        for word in one.sources
    )


def _is_source(one: Copy | Add) -> bool:
    """Whether files that are edited often, and that no install needs, may be among what is copied."""
    from dockerlint_rules.model.context.copy_patterns import kinds_of

    target = one.destination.value if one.destination is not None else "/"
    if one.heredocs or target == "/" or _is_for_installs(one):
        return False
    return any(
        kinds_of(word.value, None)[0]
        for word in one.sources
        if "$" not in word.value and not word.value.endswith(_FIXED)
    )
