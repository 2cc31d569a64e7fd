"""Rules about archives."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Finding, Fix, Related, Severity
from dockerlint_rules.model.layers.cleanup import followed_by, is_and_chain
from dockerlint_rules.model.layers.written_files import GLOB, REMOVERS, written_by_run
from dockerlint_rules.model.programs.downloads import saved_as
from dockerlint_rules.registry.rule import rule
from dockerlint_rules.syntax.dockerfile.instructions import Add, Copy, Run
from dockerlint_rules.syntax.source import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.findings.finding import Spanned
    from dockerlint_rules.model.stages import Dockerfile, Stage
    from dockerlint_rules.syntax.dockerfile.instructions import Instruction, Word
    from dockerlint_rules.syntax.shell.command import Command, ShellWord


ARCHIVES = (".tar", ".tar.gz", ".tgz", ".tar.xz", ".txz", ".tar.bz2", ".tbz2", ".tbz", ".tar.zst", ".gz", ".xz", ".bz2", ".zip", ".Z", ".lz", ".lzma")  # fmt: skip


_UNPACKED_BY_ADD = (".tar", ".tar.gz", ".tgz", ".tar.xz", ".txz", ".tar.bz2", ".tbz2", ".tbz", ".tar.zst")  # fmt: skip


# What hadolint takes for an archive, and what unpacks one.
HADOLINT_ARCHIVES = (".tar", ".Z", ".bz2", ".gz", ".lz", ".lzma", ".tZ", ".tb2", ".tbz", ".tbz2", ".tgz", ".tlz", ".tpz", ".txz", ".xz")  # fmt: skip


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
                    if path.endswith(ARCHIVES):
                        copied[path.rpartition("/")[2]] = word, path.endswith(HADOLINT_ARCHIVES)
        elif isinstance(one, Run) and copied:
            for command in one.commands:
                unpacks = command.name in _UNPACKERS
                is_tar = command.name in ("tar", "bsdtar")
                if not (unpacks or (is_tar and extracts(command))):
                    continue
                for argument in command.args:
                    name = argument.value.rpartition("/")[2].rpartition("=")[2]
                    word_known = copied.pop(name, None)
                    if word_known is None:
                        continue
                    word, is_known = word_known
                    # ADD takes no archive's first folder off, and unpacks tar files alone.
                    is_plain = name.endswith(_UNPACKED_BY_ADD) and not command.has_flag(
                        "--strip-components", "--strip"
                    )
                    yield Finding.at(
                        word,
                        f"'{word.value}' stays in this layer, and line {one.line} unpacks it into another. "
                        f"{'Use ADD, which unpacks it' if is_plain else 'Mount it for that RUN'}.",
                        aliases=None if is_known else (),
                        related=[Related(command, "it is unpacked here")],
                    )


def extracts(command: Command) -> bool:
    """Whether tar is told to take an archive apart."""
    if command.has_flag("--extract", "--get", "-x"):
        return True
    first = command.args[0].value if command.args else ""
    return not first.startswith("-") and "x" in first and first.isalpha()


@rule("DF308", severity=Severity.INFO, words=("curl", "wget"), fix="unsafe")
def leftover_archive(run: Run, stage: Stage | None) -> Iterator[Finding]:
    """Downloaded archive is left in the layer after unpacking.

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

    Fix safety: unsafe; something may use the archive all the same.

    Source: Docker docs, "Building best practices".
    """
    if (stage is not None and not stage.ships) or (
        "curl" not in run.text and "wget" not in run.text
    ):
        return
    saved: dict[str, Command] = {}
    for command in run.commands:
        if command.name in ("curl", "wget"):
            path = saved_as(command)
            if path:
                saved[path.rpartition("/")[2]] = command
    if not saved:
        return
    for command in run.commands:
        if command.name.lower() in REMOVERS:
            for word in command.args:
                name = word.value.rstrip("/").rpartition("/")[2]
                if GLOB & set(word.value):
                    return
                saved.pop(name, None)
                if command.has_flag("-r", "-R", "-rf"):
                    return  # a folder goes, and the archive may be in it
    for command in run.commands:
        unpacks = command.name == "unzip" or (
            command.name in ("tar", "bsdtar") and extracts(command)
        )
        for word in command.args if unpacks else ():
            found = saved.pop(word.value.rpartition("/")[2].rpartition("=")[2], None)
            if found is not None and found.index < command.index and not _goes_to_mount(run, found):
                pipe = "" if command.name == "unzip" else ", or pipe the download into 'tar'"
                yield Finding.at(
                    Span(command.start, command.end),
                    f"'{word.value}' stays in the layer after it is unpacked. Remove it in this RUN{pipe}.",
                    fix=_removal(run, command, word),
                )


def _removal(run: Run, command: Command, word: ShellWord) -> Fix | None:
    """Remove the archive right behind the command that unpacks it, as that is where it lies there."""
    if not is_and_chain(run) or not word.text.endswith(word.value) or command.wrappers:
        return None
    edit = followed_by(run, command, f"rm {word.value}")
    return Fix("Remove the archive once it is unpacked.", [edit], safe=False) if edit else None


def _goes_to_mount(run: Run, command: Command) -> bool:
    path = saved_as(command) or ""
    return bool(run.flags) and any(
        mount.target and path.startswith(mount.target) for mount in run.mounts
    )


@rule("DF319", severity=Severity.INFO, words=("curl", "wget", "add"))
def archive_unpacked_in_later_layer(stage: Stage) -> Iterator[Finding]:
    """Archive is downloaded in one layer, unpacked in another.

    It stays in the first for good, whatever comes later.

    Bad::

    ```dockerfile
    FROM debian:12
    RUN curl -fsSLo /tmp/tool.tar.gz https://example.com/tool.tar.gz
    RUN tar -xzf /tmp/tool.tar.gz -C /opt
    #   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    ```

    Good::

    ```dockerfile
    FROM debian:12
    RUN curl -fsSL https://example.com/tool.tar.gz | tar -xz -C /opt
    ```

    How to fix: fetch, unpack and remove it in one RUN; or fetch it in a stage of its own.

    Known problems: what is removed later DF302 reports.

    Source: Docker docs, "Building best practices", section "ADD or COPY".
    """
    if not stage.ships:
        return
    fetched: dict[str, tuple[Spanned, int]] = {}
    found: dict[str, Finding] = {}
    for one in stage.instructions:
        if one.errors:
            continue
        if isinstance(one, Add):
            for word in one.sources:
                name = word.value.partition("?")[0].rpartition("/")[2]
                target = one.destination.value if one.destination is not None else ""
                if "://" in word.value:
                    if not target.endswith("/") and target not in (".", ".."):
                        name = target.rpartition("/")[2] or name
                    if name.endswith(ARCHIVES) and "$" not in name:
                        fetched[name] = word, one.line
        elif isinstance(one, Run):
            if fetched or found:
                _read(one, fetched, found)
            for path, span in written_by_run(stage, one):
                name = path.rpartition("/")[2]
                if name.endswith(ARCHIVES):
                    fetched[name] = span, one.line
    yield from found.values()


def _read(run: Run, fetched: dict[str, tuple[Spanned, int]], found: dict[str, Finding]) -> None:
    """Note what a RUN unpacks of the files fetched before it, and forget what it removes."""
    for command in run.commands:
        unpacks = command.name == "unzip" or (
            command.name in ("tar", "bsdtar") and extracts(command)
        )
        if not unpacks and command.name not in ("rm", "mv", "find", "curl", "wget"):
            continue
        for word in command.args:
            name = word.value.rstrip("/").rpartition("/")[2].rpartition("=")[2]
            if not unpacks:
                if command.name in ("curl", "wget"):
                    fetched.pop(name, None)  # fetched anew
                elif "*" in name or command.has_flag("-r", "-R"):
                    fetched.clear()
                    found.clear()
                else:
                    fetched.pop(name, None)
                    found.pop(name, None)
            elif name in fetched and name not in found:
                place, line = fetched[name]
                found[name] = Finding.at(
                    Span(command.start, command.end),
                    f"'{word.value}' came in with line {line} and stays in that layer. Fetch it, unpack it and remove it "
                    "in one RUN.",
                    related=[Related(place, "it comes in here")],
                )
