"""Rules about copied folders."""

from __future__ import annotations

import posixpath

from dockerlint_rules.findings.finding import Edit, Finding, Fix, Related, Severity
from dockerlint_rules.model.stages import join_path
from dockerlint_rules.registry.rule import rule
from dockerlint_rules.rules.layers.changed_permissions import is_folder
from dockerlint_rules.syntax.dockerfile.instructions import Add, Copy, Run, Workdir
from dockerlint_rules.syntax.source import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.model.stages import Stage
    from dockerlint_rules.syntax.dockerfile.instructions import Transfer


@rule("DF317", severity=Severity.WARNING, fix="unsafe", on=("COPY", "ADD"), words=("*",))
def directory_flattening_wildcard(instruction: Transfer) -> Iterator[Finding]:
    """Wildcard source flattens the directories that it matches.

    A pattern gives each of its matches to COPY as a source of its own, and of a folder COPY takes what is in it: the
    files of all folders lie beside each other in the target, and those of the same name overwrite one another.

    Bad::

    ```dockerfile
    FROM node:22
    COPY ./* /app/
    #    ^^^
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

    How to fix: copy ``.``, and leave out what is not wanted with ``.dockerignore``.

    Known problems: a context without folders is not seen; there the two do the same, but for files whose name begins
    with a dot.

    Fix safety: unsafe; folders stay folders then.

    Source: Docker docs, "Dockerfile reference", COPY, "Pattern matching" and "Copying directories".
    """
    if instruction.errors or instruction.flag("parents") is not None:
        return
    for word in instruction.sources:
        if word.value not in ("*", "./*"):
            continue
        fix = None
        if instruction.from_ is None and word.text == word.value:
            fix = Fix("Copy the folder itself.", [Edit.replace(word, ".")], safe=False)
        yield Finding.at(
            word,
            f"'{word.value}' copies what is in each folder, and not the folders: their files fall together. Write '.'.",
            fix=fix,
        )


@rule("DF318", severity=Severity.WARNING, words=("chmod",))
def non_recursive_chmod(stage: Stage) -> Iterator[Finding]:
    """chmod of a directory does not affect the files in it.

    The folder is open already, and the scripts in it stay as they are: the container stops with "permission denied".

    Bad::

    ```dockerfile
    FROM debian:12
    COPY scripts/ /app/scripts/
    RUN chmod +x /app/scripts
    #   ^^^^^^^^^^^^^^^^^^^^^
    ```

    Good::

    ```dockerfile
    FROM debian:12
    COPY --chmod=755 scripts/ /app/scripts/
    ```

    How to fix: use ``COPY --chmod=755``, or name the files (``chmod +x /app/scripts/*.sh``).

    Known problems: only folders that are plain to see as such: a WORKDIR, targets of COPY with a final slash, and folders
    by their usual names (``scripts``, ``bin``).

    Source: POSIX, chmod.
    """
    folders: dict[str, Span] = {}
    for one in stage.instructions:
        if one.errors:
            continue
        if isinstance(one, Workdir) and one.path is not None:
            path = _full(stage, one.path.value, stage.workdir_before(one))
            if path is not None:
                folders[path] = one.path
        elif isinstance(one, Copy | Add) and one.destination is not None:
            text = one.destination.value
            if text.endswith("/") or (len(one.sources) == 1 and is_folder(one.sources[0])):
                path = _full(stage, text, stage.workdir_before(one))
                if path is not None:
                    folders[path] = one.destination
        elif isinstance(one, Run) and folders and "chmod" in one.text:
            for command in one.commands:
                words = command.operands()
                if command.name != "chmod" or command.nested or len(words) != 2:
                    continue
                # "chmod -R +x": the mode may stand before the flag, and "+x" may be one of several.
                if command.has_flag("-R", "--recursive") or words[0].value not in (
                    "+x",
                    "a+x",
                    "u+x",
                    "ug+x",
                ):
                    continue
                path = _full(stage, words[1].value, stage.workdir_before(one))
                if path in folders and path != "/":
                    yield Finding.at(
                        Span(command.start, command.end),
                        f"'{words[1].value}' is a folder, and 'chmod {words[0].value}' does not reach the files in it. Use "
                        "'COPY --chmod=755', or name the files.",
                        related=[Related(folders[path], "the folder is made here")],
                    )


def _full(stage: Stage, text: str, folder: str | None) -> str | None:
    if not text or "$" in text or "*" in text or text.startswith("~"):
        return None
    if not text.startswith("/"):
        if folder is None or "$" in folder:
            return None
        text = join_path(folder, text)
    return posixpath.normpath(text)
