"""Rules about changed permissions."""

from __future__ import annotations

from bisect import bisect_left

from dockerlint_rules.findings.finding import Edit, Finding, Fix, Related, Severity
from dockerlint_rules.model.layers.cleanup import is_and_chain
from dockerlint_rules.model.layers.written_files import (
    WrittenFile,
    WrittenFiles,
    copied_paths,
    joined_path,
)
from dockerlint_rules.model.stages import join_path
from dockerlint_rules.registry.rule import rule
from dockerlint_rules.syntax.dockerfile.instructions import Add, Copy, Run
from dockerlint_rules.syntax.source import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.model.stages import Stage
    from dockerlint_rules.syntax.shell.command import Command


_MOST = 20  # files that one chown is compared with


FOLDERS = frozenset({"bin", "sbin", "scripts", "hooks", "src", "lib", "conf.d"})


def is_folder(source: Span) -> bool:
    """Whether a source of COPY is a folder by what it is called."""
    text = getattr(source, "value", "")
    return text.endswith("/") or text.rpartition("/")[2].lower() in FOLDERS | {".", ".."}


@rule("DF304", severity=Severity.INFO, fix="unsafe", words=("chmod", "chown"))
def chmod_or_chown_after_copy(stage: Stage) -> Iterator[Finding]:
    """Mode or owner of copied files is changed in a later layer.

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
    files = WrittenFiles()
    for one in stage.instructions:
        if one.errors:
            continue
        if isinstance(one, Copy | Add):
            for path, word in copied_paths(stage, one):
                files.add(WrittenFile(path, word, one))
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
    command: Command, at: str | None, files: WrittenFiles, run: Run, stage: Stage
) -> Finding | None:
    flag = "chmod" if command.name == "chmod" else "chown"
    is_deep = command.has_flag("-R", "--recursive")
    found: list[WrittenFile] = []
    for word in command.operands()[1:]:
        path = joined_path(at, word.value)
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
    command: Command, flag: str, found: list[WrittenFile], run: Run, stage: Stage
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
