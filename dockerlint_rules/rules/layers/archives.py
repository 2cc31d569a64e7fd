"""Rules about archives that stay in a layer after they are unpacked."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Finding, Fix, Related, Severity
from dockerlint_rules.fixes.run_chain import insert_after, is_and_chain
from dockerlint_rules.model.layers.written_files import REMOVERS, downloaded_files
from dockerlint_rules.model.programs.downloads import saved_as
from dockerlint_rules.model.stages import WILDCARDS
from dockerlint_rules.registry.rule import rule
from dockerlint_rules.syntax.dockerfile.instructions import Add, Copy, Run
from dockerlint_rules.syntax.source import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.findings.finding import Spanned
    from dockerlint_rules.model.stages import Dockerfile, Stage
    from dockerlint_rules.syntax.dockerfile.instruction import Instruction, Word
    from dockerlint_rules.syntax.shell.command import Command, ShellWord


_ARCHIVES = (
    ".tar", ".tar.gz", ".tgz", ".tar.xz", ".txz", ".tar.bz2", ".tbz2", ".tbz", ".tar.zst", ".gz", ".xz", ".bz2", ".zip",
    ".Z", ".lz", ".lzma",
)  # fmt: skip


_UNPACKED_BY_ADD = (".tar", ".tar.gz", ".tgz", ".tar.xz", ".txz", ".tar.bz2", ".tbz2", ".tbz", ".tar.zst")  # fmt: skip


# What hadolint takes for an archive.
HADOLINT_ARCHIVES = (
    ".tar", ".Z", ".bz2", ".gz", ".lz", ".lzma", ".tZ", ".tb2", ".tbz", ".tbz2", ".tgz", ".tlz", ".tpz", ".txz", ".xz",
)  # fmt: skip


# Programs other than tar that unpack one file.
_UNPACKERS = frozenset(
    {"unzip", "gunzip", "bunzip2", "unlzma", "unxz", "zgz", "uncompress", "zcat", "gzcat"}
)


@rule(
    "DF307",
    severity=Severity.INFO,
    aliases=("DL3010",),
    words=("tar", "zip", "unlzma", "unxz", "zcat", "uncompress"),
)
def manually_unpacked_archive(dockerfile: Dockerfile) -> Iterator[Finding]:
    """Archive is copied and then unpacked by a RUN.

    The archive stays in the layer of the COPY, next to the unpacked files in the layer of the RUN, so the image
    contains the same data twice. ADD unpacks a local tar archive itself and does not keep it.

    Bad::

    ```dockerfile
    FROM debian:12
    COPY tool.tar.gz /tmp/
    #    ^^^^^^^^^^^ 'tool.tar.gz' stays in this layer
    RUN tar -xzf /tmp/tool.tar.gz -C /opt
    ```

    Bad (ADD does not unpack zip files)::

    ```dockerfile
    FROM debian:12
    COPY tool.zip /tmp/
    #    ^^^^^^^^ Mount it for that RUN instead
    RUN unzip /tmp/tool.zip -d /opt
    ```

    Good::

    ```dockerfile
    FROM debian:12
    ADD tool.tar.gz /opt/
    ```

    How to fix: use ADD, or mount the archive for the RUN with ``--mount=type=bind``.

    Known problems: ADD neither unpacks zip files nor removes leading directories (``--strip-components``). Mount those
    archives.

    Source: Docker docs, "Dockerfile reference", ADD.
    """
    # Also before the first FROM, for fragments of Dockerfiles.
    yield from _copied_and_unpacked(dockerfile.global_instructions)
    for stage in dockerfile.stages:
        yield from _copied_and_unpacked(stage.instructions)


def _copied_and_unpacked(instructions: list[Instruction]) -> Iterator[Finding]:
    copied: dict[str, tuple[Word, bool]] = {}  # by name: the source, and whether hadolint knows it
    for instruction in instructions:
        if instruction.errors:
            continue
        if isinstance(instruction, Copy) and instruction.from_ is None:
            target = instruction.destination.value if instruction.destination else ""
            for word in instruction.sources:
                for path in (word.value, target):
                    if path.endswith(_ARCHIVES):
                        copied[_file_name(path)] = word, path.endswith(HADOLINT_ARCHIVES)
        elif isinstance(instruction, Run) and copied:
            for command in instruction.commands:
                if command.name not in _UNPACKERS and not _is_tar_extraction(command):
                    continue
                for argument in command.args:
                    name = _archive_name(argument.value)
                    source, is_known_to_hadolint = copied.pop(name, (None, False))
                    if source is not None:
                        yield _unpacked_finding(
                            source, name, command, instruction, is_known_to_hadolint
                        )


def _unpacked_finding(
    source: Word, name: str, command: Command, run: Run, is_known_to_hadolint: bool
) -> Finding:
    is_for_add = name.endswith(_UNPACKED_BY_ADD) and not command.has_flag(
        "--strip-components", "--strip"
    )
    remedy = "Use ADD, which unpacks it directly" if is_for_add else "Mount it for that RUN instead"
    return Finding.at(
        source,
        f"'{source.value}' stays in this layer after line {run.line} unpacks it. {remedy}.",
        aliases=None if is_known_to_hadolint else (),
        related=[Related(command, "it is unpacked here")],
    )


def _file_name(path: str) -> str:
    return path.rpartition("/")[2]


def _archive_name(argument: str) -> str:
    """The name of the file that an argument such as ``/tmp/a.tar`` or ``--file=/tmp/a.tar`` may mean."""
    return _file_name(argument).rpartition("=")[2]


def _unpacks(command: Command) -> bool:
    return command.name == "unzip" or _is_tar_extraction(command)


def _is_tar_extraction(command: Command) -> bool:
    """Whether a command is tar with ``-x``, ``--extract`` or an old-style ``xzf``."""
    if command.name not in ("tar", "bsdtar"):
        return False
    if command.has_flag("--extract", "--get", "-x"):
        return True
    first = command.args[0].value if command.args else ""
    return not first.startswith("-") and "x" in first and first.isalpha()


@rule("DF308", severity=Severity.INFO, words=("curl", "wget"), fix="unsafe")
def leftover_archive(run: Run, stage: Stage | None) -> Iterator[Finding]:
    """Downloaded archive is left in the layer after unpacking.

    The same RUN downloads and unpacks the archive, and nothing needs it afterwards. It still takes up its full size in
    the image.

    Bad::

    ```dockerfile
    FROM debian:12
    RUN curl -fsSLO https://example.com/tool.tar.gz && tar -xzf tool.tar.gz -C /opt
    #                                                  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ 'tool.tar.gz' stays in the layer
    ```

    Fixed::

    ```dockerfile
    FROM debian:12
    RUN curl -fsSLO https://example.com/tool.tar.gz && tar -xzf tool.tar.gz -C /opt && rm tool.tar.gz
    ```

    Good (the archive is never stored)::

    ```dockerfile
    FROM debian:12
    RUN curl -fsSL https://example.com/tool.tar.gz | tar -xz -C /opt
    ```

    Good (the archive is removed)::

    ```dockerfile
    FROM debian:12
    RUN curl -fsSLO https://example.com/tool.tar.gz && tar -xzf tool.tar.gz -C /opt && rm tool.tar.gz
    ```

    How to fix: remove the archive at the end of the RUN, or pipe the download into ``tar``.

    Fix safety: unsafe, because a later step may still use the archive.

    Source: Docker docs, "Building best practices".
    """
    if (stage is not None and not stage.ships) or (
        "curl" not in run.text and "wget" not in run.text
    ):
        return
    downloads: dict[str, Command] = {}
    for command in run.commands:
        if command.name in ("curl", "wget"):
            path = saved_as(command)
            if path:
                downloads[_file_name(path)] = command
    if not downloads:
        return
    for command in run.commands:
        if command.name.lower() in REMOVERS:
            for word in command.args:
                if WILDCARDS & set(word.value):
                    return
                downloads.pop(_file_name(word.value.rstrip("/")), None)
                if command.has_flag("-r", "-R", "-rf"):
                    return  # the archive may be in the removed directory
    for command in run.commands:
        for word in command.args if _unpacks(command) else ():
            download = downloads.pop(_archive_name(word.value), None)
            if download is None or download.index >= command.index:
                continue
            if _is_saved_to_mount(run, download):
                continue
            pipe = "" if command.name == "unzip" else ", or pipe the download into 'tar'"
            yield Finding.at(
                Span(command.start, command.end),
                f"'{word.value}' stays in the layer after it is unpacked. Remove it in this RUN{pipe}.",
                fix=_removal_fix(run, command, word),
            )


def _removal_fix(run: Run, command: Command, archive: ShellWord) -> Fix | None:
    """Remove the archive right after the command that unpacks it, where its path is still the same."""
    if not is_and_chain(run) or not archive.text.endswith(archive.value) or command.wrappers:
        return None
    edit = insert_after(run, command, f"rm {archive.value}")
    return Fix(f"Add 'rm {archive.value}'", [edit], safe=False) if edit else None


def _is_saved_to_mount(run: Run, download: Command) -> bool:
    path = saved_as(download) or ""
    return bool(run.flags) and any(
        mount.target and path.startswith(mount.target) for mount in run.mounts
    )


@rule("DF319", severity=Severity.INFO, words=("curl", "wget", "add"))
def archive_unpacked_in_later_layer(stage: Stage) -> Iterator[Finding]:
    """Archive is downloaded in one layer, unpacked in another.

    The archive takes up its full size in the layer that downloaded it, next to the unpacked files. Removing it in a
    later layer only hides it.

    Bad::

    ```dockerfile
    FROM debian:12
    RUN curl -fsSLo /tmp/tool.tar.gz https://example.com/tool.tar.gz
    RUN tar -xzf /tmp/tool.tar.gz -C /opt
    #   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ was downloaded on line 2
    ```

    Good::

    ```dockerfile
    FROM debian:12
    RUN curl -fsSL https://example.com/tool.tar.gz | tar -xz -C /opt
    ```

    How to fix: download, unpack and remove the archive in one RUN, or download it in an earlier stage.

    Known problems: DF302 reports an archive that a later RUN removes.

    Source: Docker docs, "Building best practices", section "ADD or COPY".
    """
    if not stage.ships:
        return
    downloads: dict[str, tuple[Spanned, int]] = {}
    findings: dict[str, Finding] = {}
    for instruction in stage.instructions:
        if instruction.errors:
            continue
        if isinstance(instruction, Add):
            for name, source in _added_archives(instruction):
                downloads[name] = source, instruction.line
        elif isinstance(instruction, Run):
            if downloads or findings:
                _update_archives(instruction, downloads, findings)
            for path, place in downloaded_files(stage, instruction):
                if path.endswith(_ARCHIVES):
                    downloads[_file_name(path)] = place, instruction.line
    yield from findings.values()


def _added_archives(add: Add) -> Iterator[tuple[str, Word]]:
    """Yield the file name of each archive that ADD downloads, with its source."""
    target = add.destination.value if add.destination is not None else ""
    for word in add.sources:
        if "://" not in word.value:
            continue
        name = _file_name(word.value.partition("?")[0])
        if not target.endswith("/") and target not in (".", ".."):
            name = _file_name(target) or name
        if name.endswith(_ARCHIVES) and "$" not in name:
            yield name, word


def _update_archives(
    run: Run, downloads: dict[str, tuple[Spanned, int]], findings: dict[str, Finding]
) -> None:
    """Add a finding for each earlier download that a RUN unpacks, and drop those of archives that it removes."""
    for command in run.commands:
        unpacks = _unpacks(command)
        if not unpacks and command.name not in ("rm", "mv", "find", "curl", "wget"):
            continue
        for word in command.args:
            name = _archive_name(word.value.rstrip("/"))
            if not unpacks:
                if command.name in ("curl", "wget"):
                    downloads.pop(name, None)  # downloaded again in this RUN
                elif "*" in name or command.has_flag("-r", "-R"):
                    downloads.clear()
                    findings.clear()
                else:
                    downloads.pop(name, None)
                    findings.pop(name, None)
            elif name in downloads and name not in findings:
                place, line = downloads[name]
                findings[name] = Finding.at(
                    Span(command.start, command.end),
                    f"'{word.value}' was downloaded on line {line} and stays in that layer. "
                    "Download, unpack and remove it in one RUN.",
                    related=[Related(place, "it is downloaded here")],
                )
