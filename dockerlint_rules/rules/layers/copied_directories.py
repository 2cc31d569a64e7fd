"""Rules about copied directories."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Edit, Finding, Fix, Related, Severity
from dockerlint_rules.model.layers.written_files import resolve_path
from dockerlint_rules.registry.rule import rule
from dockerlint_rules.rules.layers.changed_permissions import looks_like_directory
from dockerlint_rules.syntax.dockerfile.instructions import Add, Copy, Run, Workdir
from dockerlint_rules.syntax.source import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.model.stages import Stage
    from dockerlint_rules.syntax.dockerfile.instruction import Instruction, Word
    from dockerlint_rules.syntax.dockerfile.instructions import CopyOrAdd
    from dockerlint_rules.syntax.shell.command import ShellWord


@rule("DF317", severity=Severity.WARNING, fix="unsafe", on=("COPY", "ADD"), words=("*",))
def directory_flattening_wildcard(instruction: CopyOrAdd) -> Iterator[Finding]:
    """Wildcard source flattens the directories that it matches.

    COPY treats each match of a wildcard as a separate source, and copies only the contents of a directory. The
    files of all directories end up side by side in the destination, and files with the same name overwrite each other.

    Bad::

    ```dockerfile
    FROM node:22
    COPY ./* /app/
    #    ^^^ './*' copies the contents of each directory
    ```

    Fixed::

    ```dockerfile
    FROM node:22
    COPY . /app/
    ```

    Good::

    ```dockerfile
    FROM node:22
    COPY *.json /app/
    ```

    How to fix: copy ``.``, and exclude unwanted files with ``.dockerignore``.

    Known problems: the rule does not look into the build context. Without directories there, the wildcard is harmless.

    Fix safety: unsafe, because directories then keep their structure, and files whose names begin with a dot are copied
    as well.

    Source: Docker docs, "Dockerfile reference", COPY, "Pattern matching" and "Copying directories".
    """
    if instruction.errors or instruction.flag("parents") is not None:
        return
    for word in instruction.sources:
        if word.value not in ("*", "./*"):
            continue
        fix = None
        if instruction.from_ is None and word.text == word.value:
            path = '"."' if instruction.form == "json" else "."
            fix = Fix("Use '.'", [Edit.replace(word, path)], safe=False)
        yield Finding.at(
            word,
            f"'{word.value}' copies the contents of each directory, not the directories themselves. "
            "Use '.' to keep the structure.",
            fix=fix,
        )


@rule("DF318", severity=Severity.WARNING, words=("chmod",))
def non_recursive_chmod(stage: Stage) -> Iterator[Finding]:
    """chmod of a directory does not affect the files in it.

    The directory usually has this permission already, and the scripts in it do not get it. When the container runs one
    of them, it may fail with "permission denied".

    Bad::

    ```dockerfile
    FROM debian:12
    COPY scripts/ /app/scripts/
    RUN chmod +x /app/scripts
    #   ^^^^^^^^^^^^^^^^^^^^^ changes only the directory '/app/scripts'
    ```

    Good::

    ```dockerfile
    FROM debian:12
    COPY --chmod=755 scripts/ /app/scripts/
    ```

    How to fix: use ``COPY --chmod=755``, or name the files (``chmod +x /app/scripts/*.sh``).

    Known problems: a path counts as a directory if it is a WORKDIR, a COPY destination with a trailing slash, or a copy
    of a directory with a common name such as ``scripts`` or ``bin``.

    Source: POSIX, chmod.
    """
    directories: dict[str, Span] = {}
    for instruction in stage.instructions:
        if instruction.errors:
            continue
        if isinstance(instruction, Workdir) and instruction.path is not None:
            path = _absolute_path(stage, instruction, instruction.path)
            if path is not None:
                directories[path] = instruction.path
        elif isinstance(instruction, Copy | Add) and instruction.destination is not None:
            sources, destination = instruction.sources, instruction.destination
            if destination.value.endswith("/") or (
                len(sources) == 1 and looks_like_directory(sources[0])
            ):
                path = _absolute_path(stage, instruction, destination)
                if path is not None:
                    directories[path] = destination
        elif isinstance(instruction, Run) and directories and "chmod" in instruction.text:
            yield from _chmods_of_directories(stage, instruction, directories)


def _chmods_of_directories(
    stage: Stage, run: Run, directories: dict[str, Span]
) -> Iterator[Finding]:
    for command in run.commands:
        operands = command.operands()
        if command.name != "chmod" or command.nested or len(operands) != 2:
            continue
        mode, target = operands
        if command.has_flag("-R", "--recursive") or mode.value not in ("+x", "a+x", "u+x", "ug+x"):
            continue
        path = _absolute_path(stage, run, target)
        if path in directories and path != "/":
            yield Finding.at(
                Span(command.start, command.end),
                f"'chmod {mode.value}' changes only the directory '{target.value}', not the files in it. "
                "Use 'COPY --chmod=755', or name the files.",
                related=[Related(directories[path], "the directory is created here")],
            )


def _absolute_path(stage: Stage, at: Instruction, word: Word | ShellWord) -> str | None:
    """The path that a word means, if the Dockerfile alone determines it."""
    workdir = stage.workdir_before(at)
    if workdir is None and not word.value.startswith("/"):
        return None  # the base image decides
    return resolve_path(workdir, word.value)
