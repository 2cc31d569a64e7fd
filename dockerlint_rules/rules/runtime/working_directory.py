"""WORKDIR, and ``cd`` in its place."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Edit, Finding, Fix, Severity
from dockerlint_rules.fixes.edits import instruction_like
from dockerlint_rules.model.stages import join_path
from dockerlint_rules.registry.rule import rule
from dockerlint_rules.syntax.dockerfile.instructions import Onbuild, Run, Workdir

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.model.stages import Stage
    from dockerlint_rules.syntax.dockerfile.instruction import Instruction
    from dockerlint_rules.syntax.shell.command import Command

_LONGEST_SHOWN = 60  # characters of a path in a message


@rule("DF611", severity=Severity.WARNING, aliases=("DL3000", "WorkdirRelativePath"), fix="safe")
def relative_workdir(workdir: Workdir, stage: Stage | None) -> Iterator[Finding]:
    """WORKDIR is not an absolute path.

    A relative path is added to the current working directory. Without an earlier WORKDIR, that is the base
    image's, so another release of the base image can put the files elsewhere. After an absolute WORKDIR in the same
    file, and for a variable, the finding is only an info.

    Bad::

    ```dockerfile
    FROM node:24
    WORKDIR app
    #       ^^^ relative to the working directory of the base image
    ```

    Bad (after an absolute WORKDIR)::

    ```dockerfile
    FROM node:24
    WORKDIR /srv
    WORKDIR app
    #       ^^^ WORKDIR 'app' is relative to '/srv'
    ```

    Fixed::

    ```dockerfile
    FROM node:24
    WORKDIR /srv
    WORKDIR /srv/app
    ```

    Good::

    ```dockerfile
    FROM node:24
    WORKDIR /app
    ```

    Good (the variable holds an absolute path)::

    ```dockerfile
    FROM node:24
    ENV HOME_DIR=/srv/app
    WORKDIR $HOME_DIR
    WORKDIR ${HOME_DIR}/src
    ```

    How to fix: write the absolute path.

    Fix safety: safe, because the absolute path names the same directory. There is no fix if the file does not show
    which directory that is.

    Source: Docker documentation, build check "WorkdirRelativePath".
    """
    path = workdir.path
    if path is None:
        return
    has_earlier = _has_workdir_before(workdir, stage)
    aliases = _relative_aliases(workdir, stage, is_first=not has_earlier)
    # Only what is relative on Windows too: DF614 reports drive letters.
    if not aliases or _has_drive(path.value):
        return
    if has_earlier and stage is not None:
        current = stage.workdir_before(workdir) or ""
        is_note = current.startswith(("/", "$")) or _has_drive(current)
        if (
            len(current) > _LONGEST_SHOWN
        ):  # a message for each of n directories that are in each other
            current = f"…{current[-_LONGEST_SHOWN:]}"
        reason = f"is relative to '{current}', so it moves when that path changes. Write the absolute path."
    elif "DL3000" in aliases:
        is_note = False
        reason = (
            "is relative to the working directory of the base image, which another release may change. "
            "Write the absolute path."
        )
    else:
        is_note = True
        reason = "does not expand to an absolute path in this file. Set its variable to an absolute path."
    yield Finding.at(
        path,
        f"WORKDIR '{path.value}' {reason}",
        fix=_absolute_path_fix(workdir, stage),
        aliases=aliases,
        severity=Severity.INFO if is_note else None,
    )


def _absolute_path_fix(workdir: Workdir, stage: Stage | None) -> Fix | None:
    """Write the same directory as an absolute path; None if the file does not show the working directory before it."""
    current = stage.workdir_before(workdir) if stage is not None else None
    path = workdir.path
    if path is None or current is None or not current.startswith("/"):
        return None
    if "$" in current + path.text or path.text != path.value or set(path.text) & set("\"'\\ "):
        return None
    absolute = join_path(current, path.value)
    if not absolute:
        return None
    return Fix(f"Write '{absolute}'", [Edit.replace(path, absolute)], safe=True)


@rule("DF614", severity=Severity.INFO, aliases=("WorkdirRelativePath",), default=False)
def windows_drive_in_workdir(workdir: Workdir, stage: Stage | None) -> Iterator[Finding]:
    r"""WORKDIR contains a Windows drive letter.

    With a drive letter the path is absolute only in a build for Windows. A build without a platform may take it for a
    Linux path, which is relative. The rule is off by default because a Windows base image is only built for Windows.

    Bad::

    ```dockerfile
    FROM mcr.microsoft.com/windows/nanoserver:ltsc2022
    WORKDIR C:\app
    #       ^^^^^^ absolute only on Windows
    ```

    Good::

    ```dockerfile
    FROM mcr.microsoft.com/windows/nanoserver:ltsc2022
    WORKDIR /app
    ```

    How to fix: remove the drive letter, or build with ``--platform=windows/amd64``.

    Source: Docker documentation, build check "WorkdirRelativePath".
    """
    path = workdir.path
    if path is None or stage is None or _has_workdir_before(workdir, stage):
        return
    aliases = _relative_aliases(workdir, stage, is_first=True)
    if "WorkdirRelativePath" in aliases and _has_drive(path.value):
        yield Finding.at(
            path,
            f"WORKDIR '{path.value}' is absolute only on Windows. "
            "Remove the drive letter, or build with '--platform=windows/amd64'.",
        )


@rule(
    "DF612",
    severity=Severity.WARNING,
    aliases=("DL3003",),
    fix="unsafe",
    on=("RUN", "ONBUILD"),
    words=("cd",),
)
def cd_instead_of_workdir(instruction: Instruction) -> Iterator[Finding]:
    """RUN only changes the directory, which does not persist.

    Each RUN starts a new shell in the directory that WORKDIR sets. A directory that ``cd`` sets is lost when the RUN
    ends, so the next instruction runs somewhere else.

    Bad::

    ```dockerfile
    FROM node:24
    RUN cd /app
    #   ^^^^^^^ This 'cd' has no effect on later instructions
    RUN npm ci
    ```

    Fixed::

    ```dockerfile
    FROM node:24
    WORKDIR /app
    RUN npm ci
    ```

    Good::

    ```dockerfile
    FROM node:24
    WORKDIR /app
    RUN npm ci
    ```

    Good (``cd`` applies to the rest of the RUN)::

    ```dockerfile
    FROM node:24
    RUN cd /app && npm ci
    ```

    How to fix: replace RUN with WORKDIR, or put ``cd`` before the command that needs it.

    Fix safety: unsafe, because later instructions then run in another directory than before.

    Source: Docker documentation, "Building best practices", section "WORKDIR".
    """
    run = instruction.trigger if isinstance(instruction, Onbuild) else instruction
    if isinstance(run, Run) and _only_changes_directory(run):
        yield Finding.at(
            run.commands[0],
            "This 'cd' has no effect on later instructions, because each RUN starts a new shell. Use WORKDIR.",
            fix=_workdir_fix(run),
        )


def _workdir_fix(run: Run) -> Fix | None:
    """Replace ``RUN cd`` with WORKDIR; None if the RUN is more than a single ``cd`` to a plain path."""
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
    line = instruction_like(run, "WORKDIR", word.value)
    edit = Edit(run.keyword_word.start, run.end, line)
    return Fix("Replace RUN with WORKDIR", [edit], safe=False)


@rule("DF613", severity=Severity.INFO, aliases=("DL3003",), default=False, on=("cd",))
def cd_in_run(command: Command, instruction: Instruction, run: Run) -> Iterator[Finding]:
    """RUN changes the working directory.

    A ``cd`` within a RUN works. The rule is off by default, for teams that want WORKDIR to be the only way to
    change the directory.

    Bad::

    ```dockerfile
    FROM node:24
    RUN cd /app && npm ci
    #   ^^^^^^^ 'cd' changes the directory only within this RUN
    ```

    Good::

    ```dockerfile
    FROM node:24
    WORKDIR /app
    RUN npm ci
    ```

    How to fix: put WORKDIR before the RUN.

    Known problems: ``cd`` in a loop or in a command substitution is reported as well, as hadolint does, though WORKDIR
    cannot replace it.

    Source: Docker documentation, "Building best practices", section "WORKDIR".
    """
    if _only_changes_directory(run):
        return
    yield Finding.at(
        command, "'cd' changes the directory only within this RUN. Use WORKDIR before it instead."
    )


def _has_drive(path: str) -> bool:
    return path[1:2] == ":" and path[:1].isalpha()


def _has_workdir_before(workdir: Workdir, stage: Stage | None) -> bool:
    """Whether there is a WORKDIR above, in the stage or in one that it is built from."""
    stages = stage.lineage() if stage is not None else ()
    return any(
        earlier.start < workdir.start for each in stages for earlier in each.of("WORKDIR")[:1]
    )


def _relative_aliases(workdir: Workdir, stage: Stage | None, *, is_first: bool) -> list[str]:
    """Codes of other linters that report the WORKDIR.

    hadolint checks each path as written, BuildKit only the first one of a stage, after variable expansion.
    """
    written = workdir.path.value if workdir.path else "/"
    aliases = []
    if not written.startswith(("$", "/")) and not _has_drive(written):
        aliases.append("DL3000")
    if stage is not None and is_first:
        expanded = _expanded_path(workdir, stage)
        if expanded is not None and not expanded.startswith("/"):
            aliases.append("WorkdirRelativePath")
    return aliases


def _expanded_path(workdir: Workdir, stage: Stage) -> str | None:
    """The path after variable expansion, with unknown variables empty; None if it cannot be expanded."""
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
