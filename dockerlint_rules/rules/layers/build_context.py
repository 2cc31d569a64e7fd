"""Rules about build context."""

from __future__ import annotations

import posixpath

from dockerlint_rules.findings.finding import Finding, Severity
from dockerlint_rules.model.variables import expand_known
from dockerlint_rules.registry.rule import rule
from dockerlint_rules.rules.wording import quoted_list
from dockerlint_rules.syntax.dockerfile.instructions import Add, Copy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.model.context.build_context import Context
    from dockerlint_rules.model.stages import Dockerfile, Stage
    from dockerlint_rules.syntax.dockerfile.instructions import (
        Add,
        Copy,
        Instruction,
        Transfer,
        Word,
    )


_ELSEWHERE = ("http://", "https://", "git@", "git://", "ssh://", "<<")


@rule("DF340", severity=Severity.ERROR, aliases=("CopyIgnoredFile",), on=("COPY", "ADD"))
def copy_of_ignored_file(instruction: Instruction, context: Context) -> Iterator[Finding]:
    """COPY or ADD source is excluded by .dockerignore.

    The builder never gets it, and the build stops with "not found".

    Bad (.dockerignore: ``secrets``)::

    ```dockerfile
    FROM debian:12
    COPY secrets/app.conf /etc/
    #    ^^^^^^^^^^^^^^^^
    ```

    Good (without an ignore file)::

    ```dockerfile
    FROM debian:12
    COPY app.conf /etc/
    ```

    How to fix: take the path out of ``.dockerignore``, or take it in again with a line ``!secrets/app.conf``.

    Known problems: an ignore file with exceptions (``!``) is left alone, as BuildKit does.

    Source: Docker docs, "Build checks", CopyIgnoredFile.
    """
    ignore = context.ignore
    one: Transfer = instruction  # type: ignore[assignment]
    if ignore is None or one.from_ is not None or ignore.has_exceptions:
        return
    stage = one.stage
    for word in one.sources:
        path = word.value
        if path.startswith(_ELSEWHERE):
            continue
        if "$" in path and stage is not None:
            path = expand_known(path, stage.scope.before(one), one.escape)
        path = posixpath.normpath(path)
        if path in (".", "/"):
            found = next((it for it in ignore.patterns if it.text in ("*", "**", "**/*")), None)
        else:
            found = ignore.rule_for(path)
        if found is not None:
            yield Finding.at(
                word,
                f"'{word.value}' is left out by line {found.line} of {ignore.path.rpartition('/')[2]} ('{found.text}'), "
                "so the builder never gets it. Change one of the two.",
            )


_WHOLE = frozenset({".", "./", "*", "./*"})


# Histories, secrets, and what is installed or built on the machine at hand.
_BEHIND = frozenset({".git", ".svn", ".hg", "node_modules", "bower_components", ".venv", "venv", ".tox", ".env", ".terraform", ".aws", ".ssh"})  # fmt: skip


_MODULES = ("npm", "yarn", "pnpm", "bun")


@rule("DF342", severity=Severity.WARNING, on=("COPY", "ADD"))
def missing_dockerignore_entry(
    instruction: Copy | Add, stage: Stage | None, dockerfile: Dockerfile, context: Context
) -> Iterator[Finding]:
    """COPY or ADD includes files that should be ignored.

    They make the image bigger, show what nobody should see, and each commit changes ``.git``: then the COPY and all
    below it is built anew. A pattern in ``.dockerignore`` holds from the context's root on: ``node_modules`` leaves
    ``web/node_modules`` in.

    Bad (beside: ``.git/``)::

    ```dockerfile
    FROM python:3.13
    COPY . /app
    #    ^
    ```

    Good (nothing of the kind is there)::

    ```dockerfile
    FROM python:3.13
    COPY . /app
    ```

    How to fix: name them in ``.dockerignore``, with ``**/`` in front where they lie deeper.

    Known problems: ``.git`` is left alone where a RUN uses git, and ``node_modules`` where nothing installs them. Looked at are the
    first 5,000 entries of the context, three folders deep.

    Source: Docker docs, "Build context", ".dockerignore files".
    """
    if stage is None or not stage.needed or instruction.from_ or context.directory is None:
        return
    word = next((one for one in instruction.sources if one.value in _WHOLE), None)
    if word is None or dockerfile.facts.get("whole-context"):
        return
    dockerfile.facts["whole-context"] = True
    yield from _told(word, dockerfile, context)


def _told(word: Word, dockerfile: Dockerfile, context: Context) -> Iterator[Finding]:
    ignore = context.ignore
    texts = [run.text for stage in dockerfile.stages for run in stage.runs]
    names = set(_BEHIND)
    if any("git" in text or "scm" in text for text in texts):
        names.discard(".git")
    if not any(tool in text for text in texts for tool in _MODULES):
        names.discard("node_modules")
    found = [path for path in context.named(names) if ignore is None or not ignore.ignores(path)]
    if not found:
        return
    what = "it" if len(found) == 1 else "them"
    why = "there is no .dockerignore" if ignore is None else f"the ignore file leaves {what} in"
    yield Finding.at(
        word, f"This copies {quoted_list(found)} along, as {why}. Name {what} in .dockerignore."
    )
