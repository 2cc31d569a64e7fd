"""Rules about .dockerignore and what COPY and ADD take from the build context."""

from __future__ import annotations

import posixpath

from dockerlint_rules.findings.finding import Finding, Severity
from dockerlint_rules.model.context.copy_patterns import takes_whole_context
from dockerlint_rules.model.variables import expand_known
from dockerlint_rules.registry.rule import rule
from dockerlint_rules.rules.wording import quoted_list

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.model.context.build_context import BuildContext
    from dockerlint_rules.model.context.ignore_file import IgnoreFile
    from dockerlint_rules.model.stages import Dockerfile, Stage
    from dockerlint_rules.syntax.dockerfile.instruction import Instruction, Word
    from dockerlint_rules.syntax.dockerfile.instructions import Add, Copy, CopyOrAdd


# Sources that do not come from the build context; "<<" begins a heredoc.
_NOT_IN_CONTEXT = ("http://", "https://", "git@", "git://", "ssh://", "<<")


@rule("DF340", severity=Severity.ERROR, aliases=("CopyIgnoredFile",), on=("COPY", "ADD"))
def copy_of_ignored_file(instruction: Instruction, context: BuildContext) -> Iterator[Finding]:
    """COPY or ADD source is excluded by .dockerignore.

    The builder never gets an excluded file, so the build fails with "not found". If everything is excluded, ``COPY .``
    copies nothing.

    Bad (.dockerignore: ``secrets``)::

    ```dockerfile
    FROM debian:12
    COPY secrets/app.conf /etc/
    #    ^^^^^^^^^^^^^^^^ 'secrets/app.conf' is excluded by 'secrets'
    ```

    Good (without an ignore file)::

    ```dockerfile
    FROM debian:12
    COPY app.conf /etc/
    ```

    How to fix: remove the pattern from ``.dockerignore``, or add an exception such as ``!secrets/app.conf``.

    Known problems: an ignore file with exceptions (``!``) is not checked, as in BuildKit.

    Source: Docker docs, "Build checks", CopyIgnoredFile.
    """
    ignore = context.ignore
    transfer: CopyOrAdd = instruction  # type: ignore[assignment]
    if ignore is None or transfer.from_ is not None or ignore.has_exceptions:
        return
    stage = transfer.stage
    for word in transfer.sources:
        path = word.value
        if path.startswith(_NOT_IN_CONTEXT):
            continue
        if "$" in path and stage is not None:
            path = expand_known(path, stage.scope.before(transfer), transfer.escape)
        path = posixpath.normpath(path)
        if path in (".", "/"):
            patterns = (entry for entry in ignore.patterns if entry.text in ("*", "**", "**/*"))
            pattern = next(patterns, None)
        else:
            pattern = ignore.rule_for(path)
        if pattern is not None:
            yield Finding.at(
                word,
                f"'{word.value}' is excluded by '{pattern.text}' on line {pattern.line} of '{_file_name(ignore)}', "
                f"so {transfer.keyword} cannot copy it. Change the pattern or the source.",
            )


def _file_name(ignore: IgnoreFile) -> str:
    return ignore.path.rpartition("/")[2]


# Repositories, secrets, and what is installed or built on the developer's machine.
_UNWANTED = frozenset({
    ".git", ".svn", ".hg", "node_modules", "bower_components", ".venv", "venv", ".tox", ".env", ".terraform", ".aws",
    ".ssh",
})  # fmt: skip


_NODE_PACKAGE_MANAGERS = ("npm", "yarn", "pnpm", "bun")


@rule("DF342", severity=Severity.WARNING, on=("COPY", "ADD"))
def missing_dockerignore_entry(
    instruction: Copy | Add, stage: Stage | None, dockerfile: Dockerfile, context: BuildContext
) -> Iterator[Finding]:
    """COPY or ADD includes files that should be ignored.

    A copy of the whole build context may include ``.git``, local secrets and installed dependencies. They make the
    image bigger, and the secrets leak to everyone who gets it. Each commit also changes ``.git``, so the COPY and
    everything after it is built again.

    Bad (beside: ``.git/``)::

    ```dockerfile
    FROM python:3.13
    COPY . /app
    #    ^ This also copies '.git', because there is no .dockerignore
    ```

    Good (the build context contains no such files)::

    ```dockerfile
    FROM python:3.13
    COPY . /app
    ```

    How to fix: list them in ``.dockerignore``. A pattern begins at the root of the build context: ``node_modules`` does
    not exclude ``web/node_modules``, but ``**/node_modules`` does.

    Known problems: ``.git`` is not reported where a RUN uses git, nor ``node_modules`` where nothing installs them.
    Only the first 5,000 entries of the build context are checked, three directories deep.

    Source: Docker docs, "Build context", ".dockerignore files".
    """
    if stage is None or not stage.needed or instruction.from_ or context.directory is None:
        return
    word = next((word for word in instruction.sources if takes_whole_context(word.value)), None)
    if word is None or dockerfile.facts.get("whole-context"):
        return
    dockerfile.facts["whole-context"] = True  # one finding a file is enough
    yield from _unwanted_files(word, dockerfile, context)


def _unwanted_files(
    source: Word, dockerfile: Dockerfile, context: BuildContext
) -> Iterator[Finding]:
    ignore = context.ignore
    if context.has_unknown_ignore:
        return
    texts = [run.text for stage in dockerfile.stages for run in stage.runs]
    names = set(_UNWANTED)
    if any("git" in text or "scm" in text for text in texts):
        names.discard(".git")
    if not any(manager in text for text in texts for manager in _NODE_PACKAGE_MANAGERS):
        names.discard("node_modules")
    found = [path for path in context.named(names) if ignore is None or not ignore.ignores(path)]
    if not found:
        return
    them = "it" if len(found) == 1 else "them"
    if ignore is None:
        reason = f"because there is no .dockerignore. Create one that excludes {them}."
    else:
        reason = f"which '{_file_name(ignore)}' does not exclude. Add a pattern for {them}."
    yield Finding.at(source, f"This also copies {quoted_list(found)}, {reason}")
