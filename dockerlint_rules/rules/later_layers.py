"""What one layer writes and another removes, changes or unpacks: the image keeps both."""

from __future__ import annotations

import posixpath
from bisect import bisect_left
from itertools import islice

from dockerlint_rules.findings.finding import Edit, Finding, Fix, Related, Severity
from dockerlint_rules.model.layers.cleanup import followed_by, is_and_chain
from dockerlint_rules.model.stages import join_path
from dockerlint_rules.registry.rule import rule
from dockerlint_rules.syntax.dockerfile.instructions import Add, Copy, Run
from dockerlint_rules.syntax.source import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.model.stages import Dockerfile, Stage
    from dockerlint_rules.syntax.dockerfile.instructions import Instruction, Word
    from dockerlint_rules.syntax.shell.script import Command, ShellWord

_GLOB = frozenset("*?[")
_MOST = 20  # files that one chown is compared with
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
    ".template",
    ".tmpl",
    ".j2",
    ".patch",
    ".diff",
    ".repo",
    ".crt",
    ".pem",
    ".sources",
    "crontab",
    "Dockerfile",
    "Gemfile",
    "Makefile",
)
ARCHIVES = (".tar", ".tar.gz", ".tgz", ".tar.xz", ".txz", ".tar.bz2", ".tbz2", ".tbz", ".tar.zst", ".gz", ".xz", ".bz2", ".zip", ".Z", ".lz", ".lzma")  # fmt: skip
_UNPACKED_BY_ADD = (".tar", ".tar.gz", ".tgz", ".tar.xz", ".txz", ".tar.bz2", ".tbz2", ".tbz", ".tar.zst")  # fmt: skip
# What hadolint takes for an archive, and what unpacks one.
_HADOLINT_ARCHIVES = (".tar", ".Z", ".bz2", ".gz", ".lz", ".lzma", ".tZ", ".tb2", ".tbz", ".tbz2", ".tgz", ".tlz", ".tpz", ".txz", ".xz")  # fmt: skip
# Programs after which a file is gone from where it was; those of Windows as well.
_REMOVERS = frozenset({"rm", "mv", "unlink", "find", "del", "erase", "remove-item", "shred"})
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


class _Files:
    """What the instructions so far put into the image, by path and by the folders above it."""

    __slots__ = ("_below", "by_path")

    def __init__(self) -> None:
        self.by_path: dict[str, _Written] = {}
        self._below: dict[str, dict[str, _Written]] = {}

    def add(self, one: _Written) -> None:
        """Note a file; the latest of a path counts."""
        self.by_path[one.path] = one
        for folder in _folders_above(one.path):
            self._below.setdefault(folder, {})[one.path] = one

    def at(self, path: str) -> list[_Written]:
        """Give what lies at a path itself."""
        found = self.by_path.get(path)
        return [found] if found is not None else []

    def below(self, path: str, most: int | None = None) -> list[_Written]:
        """Give what lies at a path or below it, in the order it came; no more than *most*."""
        return [*self.at(path), *islice(self._below.get(path, {}).values(), most)]

    def drop(self, found: list[_Written]) -> None:
        """Forget files that are gone."""
        for one in found:
            self.by_path.pop(one.path, None)
            for folder in _folders_above(one.path):
                self._below.get(folder, {}).pop(one.path, None)


def _folders_above(path: str) -> Iterator[str]:
    """Folders above a path; of a path without end only the nearest and the outermost."""
    parts = path.split("/")
    for depth in range(2, min(len(parts), 12)):
        yield "/".join(parts[:depth])


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


_FOLDERS = frozenset({"bin", "sbin", "scripts", "hooks", "src", "lib", "conf.d"})


def is_folder(source: Span) -> bool:
    """Whether a source of COPY is a folder by what it is called."""
    text = getattr(source, "value", "")
    return text.endswith("/") or text.rpartition("/")[2].lower() in _FOLDERS | {".", ".."}


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
        if source.startswith("<<") or _GLOB & set(name) or "$" in name:
            continue
        if not name or name in (".", "..") or (source.endswith("/") and not many):
            # What is in the folder goes below the target.
            found = None if many else _absolute(stage, one, target)
            if found is not None and found.strip("/?"):
                yield found, word
            continue
        if "://" in source:
            name = name.partition("?")[0]
        if many or target.endswith("/") or target in (".", ".."):
            found = _absolute(stage, one, posixpath.join(target, name))
        else:
            found = _absolute(stage, one, target)
        if found is not None and found != "/":
            yield found, word


def written_by_run(stage: Stage, run: Run) -> Iterator[tuple[str, Span]]:
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
        elif command.name.lower() in _REMOVERS:
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
    files = _Files()
    for one in stage.instructions:
        if one.errors:
            continue
        if isinstance(one, Copy | Add):
            for path, word in _copied_paths(stage, one):
                files.add(_Written(path, word, one))
        elif isinstance(one, Run):
            if files.by_path and "rm" in one.text:
                yield from _removals(stage, one, files)
            for path, span in written_by_run(stage, one):
                files.add(_Written(path, span, one))


def _removals(stage: Stage, run: Run, files: _Files) -> Iterator[Finding]:
    at = stage.workdir_before(run)
    for command in run.commands:
        if command.name == "cd" and not command.nested:
            words = command.operands()
            at = join_path(at, words[0].value) if words and words[0].literal else "$"
        if command.name != "rm" or command.conditional:
            continue
        is_deep = command.has_flag("-r", "-R", "--recursive")
        told = False
        for word in command.operands():
            found = _removed(word.value, at, files, is_deep=is_deep)
            if found and not told:
                told = True
                yield _too_late(command, word.value, found)
            files.drop(found)


def _removed(said: str, at: str | None, files: _Files, *, is_deep: bool) -> list[_Written]:
    """What a word of rm takes away."""
    folder, _, last = said.rpartition("/")
    if last == "*" and folder:
        path = _in(at, folder)
        return [one for one in files.below(path) if one.path != path] if path and is_deep else []
    path = _in(at, said)
    if not path:
        return []
    return files.below(path) if is_deep else files.at(path)


def _too_late(command: Command, said: str, found: list[_Written]) -> Finding:
    first = found[0]
    lines = sorted({one.by.line for one in found})
    is_itself = len(found) == 1 and first.path.endswith(said.rstrip("/").rpartition("/")[2])
    what = f"'{said}'" if is_itself else f"What '{said}' holds"
    where = f"line {lines[0]}" if len(lines) == 1 else "lines " + ", ".join(map(str, lines))
    layer = "that layer" if len(lines) == 1 else "those layers"
    is_small = all(one.path.endswith(_SMALL) for one in found)
    return Finding.at(
        Span(command.start, command.end),
        f"{what} came in with {where} and stays in {layer}. "
        "Mount it for this RUN, or bring it in and remove it in one RUN.",
        severity=Severity.INFO if is_small else None,
        related=[Related(one.word, "it comes in here") for one in found],
    )


@rule("DF304", severity=Severity.INFO, fix="unsafe", words=("chmod", "chown"))
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

    Bad (a whole folder)::

    ```dockerfile
    FROM node:22
    COPY . /app
    RUN chown -R node:node /app
    #   ^^^^^^^^^^^^^^^^^^^^^^^
    ```

    Good::

    ```dockerfile
    FROM node:22
    COPY --chown=node:node . /app
    ```

    How to fix: use ``COPY --chmod=`` or ``COPY --chown=``; or set the mode of the file in the repository.

    Known problems: only paths that are plain to see are followed.

    Fix safety: unsafe; ``+x`` becomes 755, and an owner without a group gets a group as well.

    Source: Docker docs, "Dockerfile reference", COPY --chown --chmod.
    """
    if not stage.ships:
        return
    files = _Files()
    for one in stage.instructions:
        if one.errors:
            continue
        if isinstance(one, Copy | Add):
            for path, word in _copied_paths(stage, one):
                files.add(_Written(path, word, one))
        elif isinstance(one, Run) and files.by_path:
            if "chmod" not in one.text and "chown" not in one.text:
                continue
            at = stage.workdir_before(one)
            for command in one.commands:
                if command.name == "cd" and not command.nested:
                    words = command.operands()
                    at = join_path(at, words[0].value) if words and words[0].literal else "$"
                if command.name not in ("chmod", "chown") or command.conditional or command.nested:
                    continue
                finding = _changed(command, at, files, one, stage)
                if finding is not None:
                    yield finding


def _changed(
    command: Command, at: str | None, files: _Files, run: Run, stage: Stage
) -> Finding | None:
    flag = "chmod" if command.name == "chmod" else "chown"
    is_deep = command.has_flag("-R", "--recursive")
    found: list[_Written] = []
    for word in command.operands()[1:]:
        path = _in(at, word.value)
        if path is not None:
            if is_deep:
                found += files.below(path, _MOST)
            else:  # of a folder only the folder itself is changed
                found += [one for one in files.at(path) if not is_folder(one.word)]
    found = [one for one in found if one.by.flag(flag) is None]
    if not found:
        return None
    keywords = " or ".join(sorted({one.by.keyword for one in found}, reverse=True))
    lines = sorted({one.by.line for one in found})
    where = f"line {lines[0]}" if len(lines) == 1 else "lines " + ", ".join(map(str, lines))
    return Finding.at(
        Span(command.start, command.end),
        f"'{command.name}' stores again what {where} copied. Use '{keywords} --{flag}=…' there.",
        fix=_as_flag(command, flag, found, run, stage),
        related=[Related(one.word, "it is copied here") for one in found],
    )


_MODES = {"+x": "755", "a+x": "755", "ugo+x": "755", "+rx": "755", "a+rx": "755"}


def _as_flag(
    command: Command, flag: str, found: list[_Written], run: Run, stage: Stage
) -> Fix | None:
    """Give the COPY right above the flag, and leave out the RUN that did nothing else."""
    copy = found[0].by
    operands = command.operands()
    if len(found) != len(copy.words) - 1 or len(operands) - 1 != len(found):
        return None  # not all that is copied, or more
    at = bisect_left(stage.instructions, run.start, key=lambda one: one.start)
    if not at or stage.instructions[at - 1] is not copy or any(one.by is not copy for one in found):
        return None
    if not is_and_chain(run) or len(run.commands) != 1 or run.inner_comments or run.flags:
        return None
    if isinstance(copy, Add) and not all("://" in word.value for word in copy.sources):
        return None
    said = operands[0].value
    value = _MODES.get(said, said) if flag == "chmod" else said
    if flag == "chmod" and not (value.isdecimal() and len(value) in (3, 4)):
        return None
    if not value.replace(":", "").replace("-", "").replace("_", "").replace(".", "").isalnum():
        return None
    source = run.source
    first = source.offset(run.line)
    end = source.text.find("\n", run.end)
    if source.text[run.end : end if end >= 0 else None].strip():
        return None
    # The line break before it goes as well where the file ends there.
    gone = Edit(first, end + 1, "") if end >= 0 else Edit(max(first - 1, 0), run.end, "")
    return Fix(
        f"Let {copy.keyword} set it.",
        [Edit.after(copy.keyword_word, f" --{flag}={value}"), gone],
        safe=False,
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
                    if path.endswith(ARCHIVES):
                        copied[path.rpartition("/")[2]] = word, path.endswith(_HADOLINT_ARCHIVES)
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
            path = _saved_as(command)
            if path:
                saved[path.rpartition("/")[2]] = command
    if not saved:
        return
    for command in run.commands:
        if command.name.lower() in _REMOVERS:
            for word in command.args:
                name = word.value.rstrip("/").rpartition("/")[2]
                if _GLOB & set(word.value):
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
    path = _saved_as(command) or ""
    return bool(run.flags) and any(
        mount.target and path.startswith(mount.target) for mount in run.mounts
    )


@rule("DF320", severity=Severity.INFO, default=False, aliases=("DL3020",), words=("add",))
def add_of_unclear_source(add: Add, stage: Stage | None) -> Iterator[Finding]:
    """ADD of what may be an archive or a plain file.

    The wider form of DF303: variables, Git addresses and zstd archives, which hadolint reports as well.

    Bad::

    ```dockerfile
    FROM debian:12
    ARG PACKAGE
    ADD $PACKAGE /opt/
    #^^
    ```

    Good::

    ```dockerfile
    FROM debian:12
    ADD package.tar.xz /opt/
    ```

    How to fix: write COPY where it is a plain file.

    Known problems: off by default; ADD is right for archives and addresses.

    Source: docs/hadolint.md, DL3020.
    """
    from dockerlint_rules.rules.layers import add_instead_of_copy

    if add.destination is None or add.errors:
        return
    unclear = [
        word
        for word in add.sources
        if not word.value.startswith(("http://", "https://", "<<"))
        and not word.value.endswith(_HADOLINT_ARCHIVES)
    ]
    if unclear and not any(True for _ in add_instead_of_copy(add, stage)):
        yield Finding.at(
            add.keyword_word,
            f"Whether ADD of '{unclear[0].value}' does more than COPY is not to be seen. Write COPY for a plain file.",
            # The peer takes variables and Git addresses for plain files; only its list of endings is a matter of taste.
            aliases=None if unclear[0].value.endswith((".zst", ".tzst")) else (),
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


_SHELLS = frozenset({"sh", "bash", "dash", "ash", "zsh", "ksh", "eval", "su"})


def _is_single(run: Run) -> bool:
    """Whether a RUN is one simple command; those of its ``$(…)`` count, conditions (``[``) do not."""
    if run.shell_script.foreign:
        # Read as a POSIX shell would: a bare parenthesis is an error there, and then nothing is known.
        text = run.text.replace("$(", "")
        return "(" in text or not any(one in run.text for one in (";", "&&", "|", "\n"))
    shells = [one for one in run.commands if not one.nested and one.name in _SHELLS]
    commands = [
        one
        for one in run.commands
        if one.name not in ("[", "[[", "test")
        and not (one.nested and any(it.start < one.start < it.end for it in shells))
    ]
    return len(commands) < 2 and len(run.shell_script.assignments) + len(commands) < 2


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
