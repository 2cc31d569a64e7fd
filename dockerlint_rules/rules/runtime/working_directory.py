"""Rules about working directory."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Edit, Finding, Fix, Severity
from dockerlint_rules.fixes.edits import line_like
from dockerlint_rules.model.stages import join_path
from dockerlint_rules.registry.rule import rule
from dockerlint_rules.syntax.dockerfile.instructions import (
    Onbuild,
    Run,
    Workdir,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.model.stages import Stage
    from dockerlint_rules.syntax.dockerfile.instructions import Instruction
    from dockerlint_rules.syntax.shell.command import Command


@rule("DF611", severity=Severity.WARNING, aliases=("DL3000", "WorkdirRelativePath"), fix="safe")
def relative_workdir(workdir: Workdir, stage: Stage | None) -> Iterator[Finding]:
    """WORKDIR is not an absolute path.

    It depends on the working directory before it, which is the base image's where this file names none:
    with another release of the base the files land somewhere else. Below an absolute WORKDIR of the same
    file it is clear, and only a note.

    Bad::

    ```dockerfile
    FROM node:24
    WORKDIR app
    #       ^^^
    ```

    Good::

    ```dockerfile
    FROM node:24
    WORKDIR /app
    ```

    Good (absolute by its variable)::

    ```dockerfile
    FROM node:24
    ENV HOME_DIR=/srv/app
    WORKDIR $HOME_DIR
    WORKDIR ${HOME_DIR}/src
    ```

    How to fix: write the whole path.

    Source: Docker documentation, build check "WorkdirRelativePath".
    """
    path = workdir.path
    if path is None:
        return
    before = _has_workdir_before(workdir, stage)
    aliases = _relative_aliases(workdir, stage, is_first=not before)
    # Only what is relative on Windows too: see drive-in-workdir.
    if not aliases or _has_drive(path.value):
        return
    written = f"WORKDIR '{path.value}'"
    if before and stage is not None:
        where = stage.workdir_before(workdir) or ""
        is_clear = where.startswith(("/", "$")) or _has_drive(where)
        text = (
            f"{written} is below '{where}', which a change further up moves. Write the whole path."
        )
    elif "DL3000" in aliases:
        is_clear = False
        text = f"{written} is relative to wherever the base image stands, so another release moves it. Write the whole path."
    else:
        is_clear = True
        text = f"{written} is not absolute as far as this file tells. Set its variable here, or write the whole path."
    yield Finding.at(
        path,
        text,
        fix=_whole_path(workdir, stage),
        aliases=aliases,
        severity=Severity.INFO if is_clear else None,
    )


def _whole_path(workdir: Workdir, stage: Stage | None) -> Fix | None:
    """The same folder, written from the root on, where the file tells in which folder the WORKDIR stands."""
    where = stage.workdir_before(workdir) if stage is not None else None
    path = workdir.path
    if path is None or where is None or not where.startswith("/") or "$" in where + path.text:
        return None
    if path.text != path.value or set(path.text) & set("\"'\\ "):
        return None
    whole = join_path(where, path.value)
    return Fix(f"Write {whole}.", [Edit.replace(path, whole)], safe=True) if whole else None


@rule("DF614", severity=Severity.INFO, aliases=("WorkdirRelativePath",), default=False)
def windows_drive_in_workdir(workdir: Workdir, stage: Stage | None) -> Iterator[Finding]:
    r"""WORKDIR contains a Windows drive letter.

    Built for Windows this is an absolute path; a build that is told nothing of the platform takes it for
    Linux, where it is relative. It is off, as a Windows base image is never built for Linux.

    Bad::

    ```dockerfile
    FROM mcr.microsoft.com/windows/nanoserver:ltsc2022
    WORKDIR C:\app
    #       ^^^^^^
    ```

    Good::

    ```dockerfile
    FROM mcr.microsoft.com/windows/nanoserver:ltsc2022
    WORKDIR /app
    ```

    How to fix: leave the drive out, or build with ``--platform=windows/amd64``.

    Source: Docker documentation, build check "WorkdirRelativePath".
    """
    path = workdir.path
    if path is None or stage is None or _has_workdir_before(workdir, stage):
        return
    aliases = _relative_aliases(workdir, stage, is_first=True)
    if "WorkdirRelativePath" in aliases and _has_drive(path.value):
        text = f"WORKDIR '{path.value}' is absolute on Windows alone. Leave the drive out, or name the platform."
        yield Finding.at(path, text)


@rule("DF612", severity=Severity.WARNING, aliases=("DL3003",), fix="unsafe", on=("RUN", "ONBUILD"))
def cd_instead_of_workdir(instruction: Instruction) -> Iterator[Finding]:
    """RUN only changes the directory, which does not persist.

    Each RUN starts a shell of its own in the working directory, so what ``cd`` did is gone with the end
    of the line and the next instruction runs elsewhere. WORKDIR is what stays.

    Bad::

    ```dockerfile
    FROM node:24
    RUN cd /app
    #   ^^^^^^^
    RUN npm ci
    ```

    Good::

    ```dockerfile
    FROM node:24
    WORKDIR /app
    RUN npm ci
    ```

    Good (it holds for the rest of the line)::

    ```dockerfile
    FROM node:24
    RUN cd /app && npm ci
    ```

    How to fix: replace it by WORKDIR, or put it in front of the command that needs it.

    Source: Docker documentation, "Building best practices", section "WORKDIR".
    """
    inner = instruction.trigger if isinstance(instruction, Onbuild) else instruction
    if not isinstance(inner, Run) or not _only_changes_directory(inner):
        return
    command = inner.commands[0]
    text = (
        "This cd ends with its RUN, so the next instruction does not see it. Write WORKDIR instead."
    )
    yield Finding.at(command, text, fix=_as_workdir(inner))


def _as_workdir(run: Run) -> Fix | None:
    """``WORKDIR`` in the place of ``RUN cd``: what was meant, as the cd itself does nothing."""
    (command, *others) = run.commands
    if others or run.form != "shell" or run.flags or run.heredocs or len(command.args) != 1:
        return None
    word = command.args[0]
    if command.wrappers or command.redirects or not word.literal or word.text != word.value:
        return None
    if (
        run.source.text[command.start : command.end]
        != run.source.text[run.words[0].start : run.words[0].end]
    ):
        return None
    line = line_like(run, "WORKDIR", word.value)
    return Fix("Write WORKDIR.", [Edit(run.keyword_word.start, run.end, line)], safe=False)


@rule("DF613", severity=Severity.INFO, aliases=("DL3003",), default=False, on=("cd",))
def cd_in_run(command: Command, instruction: Instruction, run: Run) -> Iterator[Finding]:
    """RUN changes the working directory.

    It works, and keeps directories out of the image's history; some prefer to see every change of
    directory as WORKDIR. It is off unless selected.

    Bad::

    ```dockerfile
    FROM node:24
    RUN cd /app && npm ci
    #   ^^^^^^^
    ```

    Good::

    ```dockerfile
    FROM node:24
    WORKDIR /app
    RUN npm ci
    ```

    How to fix: put ``WORKDIR`` before the RUN.

    Source: Docker documentation, "Building best practices", section "WORKDIR".
    """
    if _only_changes_directory(run):
        return
    # hadolint looks into loops and substitutions as well, where WORKDIR is no way out.
    yield Finding.at(command, "RUN changes the directory by cd. Put WORKDIR before it instead.")


def _has_drive(path: str) -> bool:
    return path[1:2] == ":" and path[:1].isalpha()


def _has_workdir_before(workdir: Workdir, stage: Stage | None) -> bool:
    """Whether a WORKDIR stands above, in the stage or in one that it is built from."""
    places = stage.lineage() if stage is not None else ()
    return any(one.start < workdir.start for at in places for one in at.of("WORKDIR")[:1])


def _relative_aliases(workdir: Workdir, stage: Stage | None, *, is_first: bool) -> list[str]:
    """The peers that call a WORKDIR relative: hadolint as written, BuildKit the first one, expanded."""
    written = workdir.path.value if workdir.path else "/"
    aliases = []
    if not written.startswith(("$", "/")) and not _has_drive(written):
        aliases.append("DL3000")
    if stage is not None and is_first:
        full = _expanded(workdir, stage)
        if full is not None and not full.startswith("/"):
            aliases.append("WorkdirRelativePath")
    return aliases


def _expanded(workdir: Workdir, stage: Stage) -> str | None:
    """The path with its variables put in, an unknown one as nothing; None where it cannot be read."""
    path = workdir.path
    if path is None:
        return None
    from dockerlint_rules.syntax.words import ExpansionError, expand

    try:
        return expand(path.text, stage.scope.before(workdir), workdir.escape)
    except ExpansionError:
        return None


def _only_changes_directory(run: Run) -> bool:
    commands = run.commands
    return bool(commands) and all(command.name == "cd" for command in commands)
