"""What one layer writes and another removes, changes or unpacks: the image keeps both."""

from __future__ import annotations

import posixpath

from dockerlint_rules.findings import Edit, Finding, Fix, Related, Severity
from dockerlint_rules.model.stages import join_path
from dockerlint_rules.registry import rule
from dockerlint_rules.syntax.instructions import Add, Copy, Run
from dockerlint_rules.syntax.source import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.model.stages import Dockerfile, Stage
    from dockerlint_rules.syntax.instructions import Instruction, Word
    from dockerlint_rules.syntax.shell import Command

_GLOB = frozenset("*?[")
# Files of which a second copy costs next to nothing.
_SMALL = (
    ".sh",
    ".py",
    ".pl",
    ".rb",
    ".txt",
    ".json",
    ".yml",
    ".yaml",
    ".conf",
    ".cfg",
    ".ini",
    ".asc",
    ".gpg",
    ".key",
    ".list",
    ".sql",
    ".xml",
    ".toml",
    ".lock",
    ".md",
)
_ARCHIVES = (".tar", ".tar.gz", ".tgz", ".tar.xz", ".txz", ".tar.bz2", ".tbz2", ".tbz", ".tar.zst", ".gz", ".xz", ".bz2", ".zip", ".Z", ".lz", ".lzma")  # fmt: skip
# What hadolint takes for an archive, and what unpacks one.
_HADOLINT_ARCHIVES = (".tar", ".Z", ".bz2", ".gz", ".lz", ".lzma", ".tZ", ".tb2", ".tbz", ".tbz2", ".tgz", ".tlz", ".tpz", ".txz", ".xz")  # fmt: skip
_UNPACKERS = frozenset(
    {"unzip", "gunzip", "bunzip2", "unlzma", "unxz", "zgz", "uncompress", "zcat", "gzcat"}
)


class _Written:
    """A file or folder that an instruction put into the image: its path, who and where."""

    __slots__ = ("by", "path", "word")

    def __init__(self, path: str, word: Span, by: Instruction) -> None:
        self.path = path
        self.word = word
        self.by = by


def _absolute(stage: Stage, at: Instruction, path: str) -> str | None:
    """A path of the image in full; None where it cannot be told."""
    if not path or "$" in path or _GLOB & set(path):
        return None
    if path.startswith("~"):
        return None
    if not path.startswith("/"):
        base = stage.workdir_before(at)
        if base is None:
            return posixpath.normpath(f"?/{path}")  # as in _in
        if "$" in base:
            return None
        path = join_path(base, path)
    return posixpath.normpath(path)


def _copied_paths(stage: Stage, one: Copy | Add) -> Iterator[tuple[str, Word]]:
    """Paths in the image that a COPY or ADD makes, for sources that are plainly files or named folders."""
    destination = one.destination
    if destination is None:
        return
    target = destination.value
    many = len(one.sources) > 1
    for word in one.sources:
        source = word.value
        name = source.rstrip("/").rpartition("/")[2]
        if (
            source.startswith("<<")
            or not name
            or name in (".", "..")
            or _GLOB & set(name)
            or "$" in name
        ):
            continue
        if "://" in source:
            name = name.partition("?")[0]
        if many or target.endswith("/") or target in (".", ".."):
            found = _absolute(stage, one, posixpath.join(target, name))
        else:
            found = _absolute(stage, one, target)
        if found is not None and found != "/":
            yield found, word


def _written_by_run(stage: Stage, run: Run) -> Iterator[tuple[str, Span]]:
    """Files that a RUN downloads and does not remove itself."""
    at = stage.workdir_before(run)
    removed: set[str] = set()
    found: list[tuple[str, Span]] = []
    for command in run.commands:
        if command.name == "cd" and not command.nested:
            words = command.operands()
            at = join_path(at, words[0].value) if words and words[0].literal else "$"
        elif command.name in ("curl", "wget"):
            path = _saved_as(command)
            full = _in(at, path)
            if full is not None:
                found.append((full, Span(command.start, command.end)))
        elif command.name in ("rm", "mv", "unlink"):
            removed.update(filter(None, (_in(at, word.value) for word in command.operands())))
            if any(_GLOB & set(word.value) for word in command.args):
                return  # may be meant for it
    for path, span in found:
        if path not in removed:
            yield path, span


def _in(at: str | None, path: str | None) -> str | None:
    if not path or "$" in path or _GLOB & set(path) or path.startswith(("~", "-")):
        return None
    if path.startswith("/"):
        return posixpath.normpath(path)
    if at is None:
        return posixpath.normpath(
            f"?/{path}"
        )  # wherever that is, it is the same for all of the stage
    return posixpath.normpath(join_path(at, path)) if "$" not in at else None


def _saved_as(command: Command) -> str | None:
    """The file that curl or wget writes."""
    if command.name == "curl":
        said = command.value_of("-o", "--output")
        if said is not None:
            return None if said == "-" else said
        named = command.has_flag("-O", "--remote-name")
    else:
        said = command.value_of("-O", "--output-document")
        if said is not None:
            return None if said == "-" else said
        named = True
    for operator, word in command.redirects:
        if operator in (">", "1>", ">>"):
            return word.value
    if not named:
        return None
    urls = [word.value for word in command.args if "://" in word.value]
    return urls[0].partition("?")[0].rpartition("/")[2] or None if len(urls) == 1 else None


@rule("DF302", severity=Severity.WARNING, words=("rm ", "rm\t"))
def removed_in_later_layer(stage: Stage) -> Iterator[Finding]:
    """A file is removed in a later layer than it came in.

    Layers only add up: the file is hidden and still in the image, with its full size, and whoever looks into the layer
    finds it.

    Bad::

    ```dockerfile
    FROM debian:12
    COPY installer.run /tmp/installer.run
    RUN sh /tmp/installer.run && rm /tmp/installer.run
    #                            ^^^^^^^^^^^^^^^^^^^^^
    ```

    Good::

    ```dockerfile
    FROM debian:12
    RUN --mount=type=bind,source=installer.run,target=/tmp/installer.run sh /tmp/installer.run
    ```

    Good (fetched and removed in one layer)::

    ```dockerfile
    FROM debian:12
    RUN curl -fsSLo /tmp/tool.deb https://example.com/tool.deb && dpkg -i /tmp/tool.deb && rm /tmp/tool.deb
    ```

    How to fix: mount it for the RUN that needs it (``--mount=type=bind``), or fetch, use and remove it in one RUN.

    Known problems: only files whose path is plain to see are followed.

    Source: Docker docs, "Building best practices"; OCI image specification, "Whiteouts".
    """
    if not stage.ships:
        return
    written: dict[str, _Written] = {}
    for one in stage.instructions:
        if one.errors:
            continue
        if isinstance(one, Copy | Add):
            for path, word in _copied_paths(stage, one):
                written[path] = _Written(path, word, one)
        elif isinstance(one, Run):
            if written:
                yield from _removals(stage, one, written)
            for path, span in _written_by_run(stage, one):
                written[path] = _Written(path, span, one)


def _removals(stage: Stage, run: Run, written: dict[str, _Written]) -> Iterator[Finding]:
    at = stage.workdir_before(run)
    for command in run.commands:
        if command.name == "cd" and not command.nested:
            words = command.operands()
            at = join_path(at, words[0].value) if words and words[0].literal else "$"
        if command.name != "rm" or command.conditional:
            continue
        for word in command.operands():
            path = _in(at, word.value)
            found = written.pop(path, None) if path else None
            if found is not None:
                yield Finding.at(
                    Span(command.start, command.end),
                    f"'{word.value}' came in with line {found.by.line} and stays in that layer. "
                    "Mount it for this RUN, or bring it in and remove it in one RUN.",
                    severity=Severity.INFO if word.value.endswith(_SMALL) else None,
                    related=[Related(found.word, "it comes in here")],
                )
                break


@rule("DF304", severity=Severity.INFO, words=("chmod", "chown"))
def copied_then_changed(stage: Stage) -> Iterator[Finding]:
    """Mode or owner of copied files is changed in another layer.

    A changed mode or owner stores the whole file a second time. COPY can set both.

    Bad::

    ```dockerfile
    FROM debian:12
    COPY entrypoint.sh /usr/bin/entrypoint.sh
    RUN chmod +x /usr/bin/entrypoint.sh
    #   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    ```

    Good::

    ```dockerfile
    FROM debian:12
    COPY --chmod=755 entrypoint.sh /usr/bin/entrypoint.sh
    ```

    How to fix: use ``COPY --chmod=`` or ``COPY --chown=``; or set the mode of the file in the repository.

    Known problems: only paths that are plain to see are followed.

    Source: Docker docs, "Dockerfile reference", COPY --chown --chmod.
    """
    if not stage.ships:
        return
    written: dict[str, _Written] = {}
    for one in stage.instructions:
        if one.errors:
            continue
        if isinstance(one, Copy | Add):
            for path, word in _copied_paths(stage, one):
                written[path] = _Written(path, word, one)
        elif isinstance(one, Run) and written:
            if "chmod" not in one.text and "chown" not in one.text:
                continue
            at = stage.workdir_before(one)
            for command in one.commands:
                if command.name not in ("chmod", "chown") or command.conditional or command.nested:
                    continue
                finding = _changed(command, at, written)
                if finding is not None:
                    yield finding


def _changed(command: Command, at: str | None, written: dict[str, _Written]) -> Finding | None:
    words = command.operands()[1:]
    found: list[_Written] = []
    for word in words:
        path = _in(at, word.value)
        if path is None or path not in written:
            return None
        found.append(written[path])
    if not found:
        return None
    flag = "--chmod" if command.name == "chmod" else "--chown"
    lines = ", ".join(str(line) for line in dict.fromkeys(one.by.line for one in found))
    return Finding.at(
        Span(command.start, command.end),
        f"'{command.name}' stores again what line {lines} copied. Use 'COPY {flag}=…' there.",
        related=[Related(one.word, "it is copied here") for one in found],
    )


@rule(
    "DF307",
    severity=Severity.INFO,
    aliases=("DL3010",),
    words=("tar", "zip", "unlzma", "unxz", "zcat", "uncompress"),
)
def archive_unpacked_by_hand(dockerfile: Dockerfile) -> Iterator[Finding]:
    """An archive is copied, then unpacked by a RUN.

    The archive stays in its layer beside what came out of it. ADD unpacks a local archive by itself and keeps none.

    Bad::

    ```dockerfile
    FROM debian:12
    COPY tool.tar.gz /tmp/
    #    ^^^^^^^^^^^
    RUN tar -xzf /tmp/tool.tar.gz -C /opt
    ```

    Good::

    ```dockerfile
    FROM debian:12
    ADD tool.tar.gz /opt/
    ```

    How to fix: use ADD, or mount the archive for the RUN with ``--mount=type=bind``.

    Known problems: ADD does not unpack zip files; mount those.

    Source: Docker docs, "Dockerfile reference", ADD.
    """
    # Before the first FROM too, for fragments of files.
    yield from _unpacked(dockerfile.global_instructions)
    for stage in dockerfile.stages:
        yield from _unpacked(stage.instructions)


def _unpacked(instructions: list[Instruction]) -> Iterator[Finding]:
    copied: dict[str, tuple[Word, bool]] = {}
    for one in instructions:
        if one.errors:
            continue
        if isinstance(one, Copy) and one.from_ is None:
            target = one.destination.value if one.destination else ""
            for word in one.sources:
                for path in (word.value, target):
                    if path.endswith(_ARCHIVES):
                        copied[path.rpartition("/")[2]] = word, path.endswith(_HADOLINT_ARCHIVES)
        elif isinstance(one, Run) and copied:
            for command in one.commands:
                unpacks = command.name in _UNPACKERS
                is_tar = command.name in ("tar", "bsdtar")
                if not (unpacks or (is_tar and _extracts(command))):
                    continue
                for argument in command.args:
                    name = argument.value.rpartition("/")[2].rpartition("=")[2]
                    word_known = copied.pop(name, None)
                    if word_known is None:
                        continue
                    word, known_to_hadolint = word_known
                    yield Finding.at(
                        word,
                        f"'{word.value}' stays in this layer, and line {one.line} unpacks it into another. "
                        f"{'Mount it for that RUN' if name.endswith('.zip') else 'Use ADD, which unpacks it'}.",
                        aliases=None if known_to_hadolint else (),
                        related=[Related(command, "it is unpacked here")],
                    )


def _extracts(command: Command) -> bool:
    if command.has_flag("--extract", "--get", "-x"):
        return True
    first = command.args[0].value if command.args else ""
    return not first.startswith("-") and "x" in first and first.isalpha()


@rule("DF308", severity=Severity.INFO, words=("curl", "wget"))
def archive_left_behind(run: Run, stage: Stage | None) -> Iterator[Finding]:
    """A downloaded archive stays in the layer.

    It is unpacked in the same RUN, and nothing needs it any more.

    Bad::

    ```dockerfile
    FROM debian:12
    RUN curl -fsSLO https://example.com/tool.tar.gz && tar -xzf tool.tar.gz -C /opt
    #                                                  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    ```

    Good::

    ```dockerfile
    FROM debian:12
    RUN curl -fsSL https://example.com/tool.tar.gz | tar -xz -C /opt
    ```

    Good (removed)::

    ```dockerfile
    FROM debian:12
    RUN curl -fsSLO https://example.com/tool.tar.gz && tar -xzf tool.tar.gz -C /opt && rm tool.tar.gz
    ```

    How to fix: remove it at the end of the RUN, or pipe the download into ``tar``.

    Source: Docker docs, "Building best practices".
    """
    if (stage is not None and not stage.ships) or (
        "curl" not in run.text and "wget" not in run.text
    ):
        return
    saved: dict[str, Command] = {}
    for command in run.commands:
        if command.name in ("curl", "wget"):
            path = _saved_as(command)
            if path:
                saved[path.rpartition("/")[2]] = command
    if not saved:
        return
    for command in run.commands:
        if command.name in ("rm", "mv", "find"):
            for word in command.args:
                name = word.value.rstrip("/").rpartition("/")[2]
                if _GLOB & set(word.value):
                    return
                saved.pop(name, None)
                if command.has_flag("-r", "-R", "-rf"):
                    return  # a folder goes, and the archive may be in it
    for command in run.commands:
        unpacks = command.name == "unzip" or (
            command.name in ("tar", "bsdtar") and _extracts(command)
        )
        for word in command.args if unpacks else ():
            found = saved.pop(word.value.rpartition("/")[2].rpartition("=")[2], None)
            if found is not None and found.index < command.index and not _goes_to_mount(run, found):
                yield Finding.at(
                    Span(command.start, command.end),
                    f"'{word.value}' stays in the layer after it is unpacked. Remove it in this RUN, or pipe the download into '{command.name}'.",
                )


def _goes_to_mount(run: Run, command: Command) -> bool:
    path = _saved_as(command) or ""
    return bool(run.flags) and any(
        mount.target and path.startswith(mount.target) for mount in run.mounts
    )


@rule("DF309", severity=Severity.INFO, default=False, aliases=("DL3059",), words=("run",))
def consecutive_runs(dockerfile: Dockerfile) -> Iterator[Finding]:
    """Consecutive RUNs could be one.

    Each makes a layer of its own.

    Bad::

    ```dockerfile
    FROM debian:12
    RUN mkdir /data
    RUN chmod 700 /data
    #^^
    ```

    Good::

    ```dockerfile
    FROM debian:12
    RUN mkdir /data && chmod 700 /data
    ```

    How to fix: join them with ``&&``.

    Known problems: off by default. Layers of their own keep what does not change in the cache; DF210 reports those
    installs that belong together, and DF302 what is removed too late.

    Source: docs/hadolint.md, DL3059.
    """
    for part in (
        dockerfile.global_instructions,
        *(stage.instructions for stage in dockerfile.stages),
    ):
        earlier: Run | None = None
        for one in part:
            if not isinstance(one, Run):
                earlier = None
                continue
            if (
                earlier is not None
                and _flags(earlier) == _flags(one)
                and _is_single(earlier)
                and _is_single(one)
            ):
                yield Finding.at(
                    one.keyword_word,
                    f"This RUN could be one with that of line {earlier.line}. Join them with '&&'.",
                )
                continue  # what was reported is not what the next is compared with
            earlier = one


def _flags(run: Run) -> frozenset[str]:
    return frozenset(flag.text for flag in run.flags)


def _is_single(run: Run) -> bool:
    """Whether a RUN is one simple command; nested ones do not count."""
    top = [one for one in run.commands if not one.nested]
    return len(top) < 2 and len(run.shell_script.assignments) + len(top) < 2


@rule("DF311", severity=Severity.WARNING, fix="safe", words=("--mount",))
def unlocked_apt_cache(run: Run) -> Iterator[Finding]:
    """A cache mount of apt is shared without a lock.

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


@rule("DF310", severity=Severity.ERROR, words=("--mount",))
def artefact_in_cache_mount(stage: Stage) -> Iterator[Finding]:
    """What is built in a cache mount is not in the image.

    A cache mount is no part of the layer: the file is there while the RUN runs, and gone for every later step and for
    ``COPY --from``.

    Bad::

    ```dockerfile
    FROM rust:1.90 AS build
    WORKDIR /app
    RUN --mount=type=cache,target=/app/target cargo build --release
    FROM debian:12
    COPY --from=build /app/target/release/app /usr/bin/app
    #                 ^^^^^^^^^^^^^^^^^^^^^^^
    ```

    Good::

    ```dockerfile
    FROM rust:1.90 AS build
    WORKDIR /app
    RUN --mount=type=cache,target=/app/target cargo build --release && cp target/release/app /usr/bin/app
    FROM debian:12
    COPY --from=build /usr/bin/app /usr/bin/app
    ```

    How to fix: copy it out of the mount in the same RUN.

    Source: Docker docs, "Dockerfile reference", RUN --mount=type=cache.
    """
    for one in stage.of("COPY"):
        if not isinstance(one, Copy) or not one.from_:
            continue
        source = stage.dockerfile.stage_named(one.from_, stage.index)
        if source is None:
            continue
        mounts = source.facts.get("cache-targets")
        if mounts is None:
            mounts = source.facts["cache-targets"] = _cache_targets(source)
        for word in one.sources:
            path = posixpath.normpath(
                word.value if word.value.startswith("/") else f"/{word.value}"
            )
            for target, run in mounts:
                if path.startswith(f"{target}/") or path == target:
                    yield Finding.at(
                        word,
                        f"'{word.value}' lies in the cache mount of line {run.line}, which is no part of the stage. "
                        "Copy it out of the mount in that RUN.",
                        related=[Related(run.keyword_word, "the mount is here")],
                    )
                    break


def _cache_targets(stage: Stage) -> list[tuple[str, Run]]:
    """Targets of the cache mounts below which nothing is written without the mount."""
    found: list[tuple[str, Run]] = []
    for run in stage.runs:
        if not run.flags:
            continue
        for mount in run.mounts:
            target = mount.target
            if mount.type != "cache" or not target or "$" in target:
                continue
            full = (
                target if target.startswith("/") else join_path(stage.workdir_before(run), target)
            )
            if full.startswith("/"):
                found.append((posixpath.normpath(full), run))
    if not found:
        return found
    # A COPY or a RUN without the mount may put something at the same place.
    others = [one for one in stage.of("COPY", "ADD") if isinstance(one, Copy | Add)]
    plain = [run for run in stage.runs if not any(mount.type == "cache" for mount in run.mounts)]
    kept = []
    for target, run in found:
        written = any(
            path.startswith(target) for one in others for path, _ in _copied_paths(stage, one)
        )
        named = any(target.rpartition("/")[2] in one.text for one in plain)
        if not written and not named:
            kept.append((target, run))
    return kept
