"""Rules about chmod and chown of files from an earlier layer."""

from __future__ import annotations

from bisect import bisect_left

from dockerlint_rules.findings.finding import Edit, Finding, Fix, Related, Severity
from dockerlint_rules.fixes.run_chain import is_and_chain
from dockerlint_rules.model.layers.written_files import (
    WrittenFile,
    WrittenFiles,
    commands_with_directories,
    copied_paths,
    resolve_path,
)
from dockerlint_rules.registry.rule import rule
from dockerlint_rules.rules.wording import line_list
from dockerlint_rules.syntax.dockerfile.instructions import Add, Copy, Run
from dockerlint_rules.syntax.source import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.model.stages import Stage
    from dockerlint_rules.syntax.shell.command import Command


_MAX_FILES = 20  # a recursive chown is compared with so many files


_DIRECTORY_NAMES = frozenset({"bin", "sbin", "scripts", "hooks", "src", "lib", "conf.d", ".", ".."})


def looks_like_directory(source: Span) -> bool:
    """Whether a source of COPY is a directory, judged by its name."""
    text = getattr(source, "value", "")
    return text.endswith("/") or text.rpartition("/")[2].lower() in _DIRECTORY_NAMES


@rule("DF304", severity=Severity.INFO, fix="unsafe", words=("chmod", "chown"))
def chmod_or_chown_after_copy(stage: Stage) -> Iterator[Finding]:
    """Mode or owner of copied files is changed in a later layer.

    A layer contains whole files: a RUN that changes the mode or the owner stores the files a second time, with their
    full size. COPY and ADD can set both while they copy.

    Bad::

    ```dockerfile
    FROM debian:12
    COPY entrypoint.sh /usr/bin/entrypoint.sh
    RUN chmod +x /usr/bin/entrypoint.sh
    #   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ 'chmod' stores a second copy of the files from line 2
    ```

    Fixed::

    ```dockerfile
    FROM debian:12
    COPY --chmod=755 entrypoint.sh /usr/bin/entrypoint.sh
    ```

    Bad (a whole directory)::

    ```dockerfile
    FROM node:22
    COPY . /app
    RUN chown -R node:node /app
    #   ^^^^^^^^^^^^^^^^^^^^^^^ Use '--chown' on the COPY instead
    ```

    Good::

    ```dockerfile
    FROM debian:12
    COPY --chmod=755 entrypoint.sh /usr/bin/entrypoint.sh
    ```

    Good (a whole directory)::

    ```dockerfile
    FROM node:22
    COPY --chown=node:node . /app
    ```

    How to fix: use ``--chmod`` or ``--chown`` on the COPY, or set the mode of the file in the repository.

    Known problems: files are only followed where their paths are literal.

    Fix safety: unsafe, because ``+x`` becomes 755, and because ``--chown`` without a group also sets the group. There
    is a fix only for a RUN that does nothing else and follows its COPY directly.

    Source: Docker docs, "Dockerfile reference", COPY --chown --chmod.
    """
    if not stage.ships:
        return
    files = WrittenFiles()
    for instruction in stage.instructions:
        if instruction.errors:
            continue
        if isinstance(instruction, Copy | Add):
            for path, word in copied_paths(stage, instruction):
                files.add(WrittenFile(path, word, instruction))
        elif isinstance(instruction, Run) and files.by_path:
            if "chmod" not in instruction.text and "chown" not in instruction.text:
                continue
            for command, directory in commands_with_directories(stage, instruction):
                if command.name not in ("chmod", "chown") or command.conditional or command.nested:
                    continue
                changed = _changed_files(command, directory, files)
                if changed:
                    yield _changed_finding(command, changed, instruction, stage)


def _changed_files(
    command: Command, directory: str | None, files: WrittenFiles
) -> list[WrittenFile]:
    """The copied files that a chmod or chown changes, except those whose COPY already has the flag."""
    is_recursive = command.has_flag("-R", "--recursive")
    changed: list[WrittenFile] = []
    for word in command.operands()[1:]:
        path = resolve_path(directory, word.value)
        if path is None:
            continue
        if is_recursive:
            changed += files.below(path, _MAX_FILES)
        else:  # only the directory itself is changed, not the files in it
            changed += [file for file in files.at(path) if not looks_like_directory(file.place)]
    return [file for file in changed if file.instruction.flag(command.name) is None]


def _changed_finding(
    command: Command, changed: list[WrittenFile], run: Run, stage: Stage
) -> Finding:
    keywords = sorted({file.instruction.keyword for file in changed}, reverse=True)
    lines = line_list(sorted({file.instruction.line for file in changed}))
    return Finding.at(
        Span(command.start, command.end),
        f"'{command.name}' stores a second copy of the files from {lines}. "
        f"Use '--{command.name}' on the {' and '.join(keywords)} instead.",
        fix=_flag_fix(command, changed, run, stage),
        related=[Related(file.place, "it is copied here") for file in changed],
    )


_NUMERIC_MODES = {"+x": "755", "a+x": "755", "ugo+x": "755", "+rx": "755", "a+rx": "755"}


def _flag_fix(command: Command, changed: list[WrittenFile], run: Run, stage: Stage) -> Fix | None:
    """Give the flag to the COPY right above, and delete the RUN, which does nothing else."""
    copy = changed[0].instruction
    operands = command.operands()
    if len(changed) != len(copy.words) - 1 or len(operands) - 1 != len(changed):
        return None  # the COPY has other files, or the command changes others too
    at = bisect_left(stage.instructions, run.start, key=lambda instruction: instruction.start)
    if not at or stage.instructions[at - 1] is not copy:
        return None
    if any(file.instruction is not copy for file in changed):
        return None
    if not is_and_chain(run) or len(run.commands) != 1 or run.inner_comments or run.flags:
        return None
    if isinstance(copy, Add) and not all("://" in word.value for word in copy.sources):
        return None
    value = _flag_value(command, operands[0].value)
    removal = _removal(run)
    if value is None or removal is None:
        return None
    flag = f"--{command.name}={value}"
    return Fix(
        f"Use '{flag}' on the {copy.keyword}",
        [Edit.after(copy.keyword_word, f" {flag}"), removal],
        safe=False,
    )


def _flag_value(command: Command, value: str) -> str | None:
    """The mode or owner of a command as the flag takes it; None where it cannot."""
    if command.name == "chmod":
        value = _NUMERIC_MODES.get(value, value)
        return value if value.isdecimal() and len(value) in (3, 4) else None
    is_plain = value.replace(":", "").replace("-", "").replace("_", "").replace(".", "").isalnum()
    return value if is_plain else None


def _removal(run: Run) -> Edit | None:
    """Delete the lines of a RUN; None where something follows it on its last line."""
    source = run.source
    start = source.offset(run.line)
    end = source.text.find("\n", run.end)
    if source.text[run.end : end if end >= 0 else None].strip():
        return None
    if end >= 0:
        return Edit(start, end + 1, "")
    # The file ends here without a newline, so the newline before the RUN is deleted instead.
    return Edit(max(start - 1, 0), run.end, "")
