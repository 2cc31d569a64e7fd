"""Sources and targets of COPY and ADD: what the build context lacks, and where files land."""

from __future__ import annotations

import posixpath

from dockerlint_rules.findings.finding import Edit, Finding, Fix, Severity
from dockerlint_rules.model.images.defaults import is_bare
from dockerlint_rules.model.variables import expand_known
from dockerlint_rules.registry.rule import rule
from dockerlint_rules.syntax.dockerfile.instructions import Add, Copy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.model.context.build_context import Context
    from dockerlint_rules.model.stages import Dockerfile, Stage
    from dockerlint_rules.syntax.dockerfile.instructions import Instruction, Transfer, Word

_ELSEWHERE = ("http://", "https://", "git@", "git://", "ssh://", "<<")


@rule("DF340", severity=Severity.ERROR, aliases=("CopyIgnoredFile",), on=("COPY", "ADD"))
def ignored_file_copied(instruction: Instruction, context: Context) -> Iterator[Finding]:
    """A file is copied that .dockerignore leaves out.

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


@rule("DF305", severity=Severity.ERROR, aliases=("DL3021",), fix="safe")
def several_sources_without_folder(copy: Copy) -> Iterator[Finding]:
    """Several files are copied to a name without a final slash.

    The target has to be a folder, and only the slash says so: the build stops.

    Bad::

    ```dockerfile
    FROM debian:12
    COPY a.conf b.conf /etc/app
    #                  ^^^^^^^^
    ```

    Fixed::

    ```dockerfile
    FROM debian:12
    COPY a.conf b.conf /etc/app/
    ```

    Good::

    ```dockerfile
    FROM debian:12
    COPY a.conf b.conf /etc/app/
    ```

    How to fix: end the target with ``/``.

    Fix safety: safe; nothing else is accepted.

    Source: Docker docs, "Dockerfile reference", COPY.
    """
    destination = copy.destination
    if destination is None or len(copy.sources) < 2:
        return
    target = destination.value
    if target.endswith(("/", "\\")) or not target:
        return
    if (
        target in (".", "..")
        or target.endswith(("/.", "/..", "}"))
        or "$" in target.rpartition("/")[2]
    ):
        return
    fix = None
    if destination.text == target and copy.form != "json":
        fix = Fix("End it with a slash.", [Edit.after(destination, "/")], safe=True)
    yield Finding.at(
        destination,
        f"Several sources need a folder, and '{target}' has no final slash. Write '{target}/'.",
        fix=fix,
    )


@rule("DF315", severity=Severity.INFO, default=False, aliases=("DL3021",), fix="safe")
def several_sources_to_dot(copy: Copy) -> Iterator[Finding]:
    """Several files are copied to a target without a final slash.

    The wider form of DF305: ``.`` and variables work, and hadolint reports them.

    Bad::

    ```dockerfile
    FROM debian:12
    WORKDIR /app
    COPY a.conf b.conf .
    #                  ^
    ```

    Good::

    ```dockerfile
    FROM debian:12
    WORKDIR /app
    COPY a.conf b.conf ./
    ```

    How to fix: end the target with ``/``.

    Source: docs/hadolint.md, DL3021.
    """
    destination = copy.destination
    if destination is None or len(copy.sources) < 2 or destination.value.endswith("/"):
        return
    if not any(True for _ in several_sources_without_folder(copy)):
        from dockerlint_rules.model.variables import expand_known

        stage = copy.stage
        text = destination.value
        if "$" in text and stage is not None:
            text = expand_known(text, stage.scope.before(copy), copy.escape)
        if text.endswith("/"):
            return
        yield Finding.at(
            destination,
            f"Several sources need a folder. Write '{destination.value}/'.",
            fix=Fix("End the target with a slash.", [Edit.after(destination, "/")], safe=True)
            if copy.form != "json" and destination.text == destination.value
            else None,
            aliases=() if text in (".", "..") or text.endswith(("/.", "/..")) else None,
        )


@rule("DF306", severity=Severity.INFO, aliases=("DL3045",), words=("copy",))
def relative_copy_target(copy: Copy, stage: Stage | None) -> Iterator[Finding]:
    """A relative target, and nothing sets a WORKDIR.

    It lies in the root folder then, among those of the system; and a base with a working directory of its own moves it.

    Bad::

    ```dockerfile
    FROM debian:12
    COPY app bin/app
    #        ^^^^^^^
    ```

    Good::

    ```dockerfile
    FROM debian:12
    WORKDIR /opt
    COPY app bin/app
    ```

    How to fix: set a WORKDIR first, or write the target from ``/`` on.

    Known problems: base images of one's own mostly set a WORKDIR, and an image that begins empty (``scratch``) has
    nothing but what is copied; DF316 reports those as well.

    Source: Docker docs, "Dockerfile reference", COPY and WORKDIR.
    """
    destination = _relative_target(copy, stage)
    if destination is None or stage is None:
        return
    base = stage.root.base
    # golang and php begin in folders of their own.
    # In an image that begins empty the root folder holds nothing else.
    if not is_bare(base) or base.upstream in ("golang", "php"):
        return
    yield Finding.at(
        destination,
        f"Nothing sets a WORKDIR, so '{destination.value}' lies in the root folder. Set one first, or write the path from / on.",
    )


def _relative_target(copy: Copy, stage: Stage | None) -> Word | None:
    """The target of a COPY that no WORKDIR of the file stands before."""
    destination = copy.destination
    if destination is None:
        return None
    target = destination.value.strip("\"'")
    if not target or target.startswith(("/", "$", "\\", "%")) or target[1:2] == ":":
        return None
    for place in stage.lineage() if stage is not None else ():
        first = next(iter(place.of("WORKDIR")), None)
        if first is not None and first.start < copy.start:
            return None
    return destination


@rule("DF316", severity=Severity.INFO, default=False, aliases=("DL3045",))
def target_below_unknown_workdir(
    copy: Copy, stage: Stage | None, dockerfile: Dockerfile
) -> Iterator[Finding]:
    """A relative target below the base image's own WORKDIR.

    Where it lies is the base image's choice, and a newer one may choose otherwise.

    Bad::

    ```dockerfile
    FROM registry.example.com/base:1
    COPY app bin/app
    #        ^^^^^^^
    ```

    Good::

    ```dockerfile
    FROM registry.example.com/base:1
    WORKDIR /opt
    COPY app bin/app
    ```

    How to fix: set a WORKDIR first, or write the target from ``/`` on.

    Known problems: off by default; a base image that is made for it sets its WORKDIR on purpose.

    Source: docs/hadolint.md, DL3045.
    """
    destination = _relative_target(copy, stage)
    if destination is not None and not any(True for _ in relative_copy_target(copy, stage)):
        yield Finding.at(
            destination,
            f"'{destination.value}' lies below whatever WORKDIR the base image has. Set one first.",
        )


@rule("DF712", severity=Severity.WARNING, on=("COPY", "ADD"), words=("..",))
def source_outside_context(instruction: Instruction) -> Iterator[Finding]:
    """A source leaves the build context.

    The builder only has what lies in the context: ``..`` above it is cut off, and the file is not found or is another.

    Bad::

    ```dockerfile
    FROM debian:12
    COPY ../shared/app.conf /etc/
    #    ^^^^^^^^^^^^^^^^^^
    ```

    Good::

    ```dockerfile
    FROM debian:12
    COPY shared/app.conf /etc/
    ```

    How to fix: build with the folder above as the context (``docker build -f app/Dockerfile .``), or name another context
    with ``--build-context``.

    Source: Docker docs, "Dockerfile reference", COPY.
    """
    assert isinstance(instruction, Copy | Add)
    if instruction.from_ is not None:
        return
    for word in instruction.sources:
        depth = 0
        for part in word.value.replace("\\", "/").split("/"):
            depth += -1 if part == ".." else 0 if part in ("", ".") else 1
            if depth < 0:
                yield Finding.at(
                    word,
                    f"'{word.value}' lies outside of the build context, which the builder never sees. Use a wider context.",
                )
                break


@rule("DF514", severity=Severity.INFO, on=("COPY", "ADD"))
def context_in_root(instruction: Instruction, stage: Stage | None) -> Iterator[Finding]:
    """The whole build context is copied into the root folder.

    Its folders mix with those of the system: a ``bin``, ``etc`` or ``lib`` of the project replaces files of the image.

    Bad::

    ```dockerfile
    FROM python:3.13
    COPY . /
    #    ^
    ```

    Good::

    ```dockerfile
    FROM python:3.13
    WORKDIR /app
    COPY . .
    ```

    How to fix: copy into a folder of its own.

    Known problems: a context that is laid out as the root folder is meant so; name that folder (``COPY rootfs/ /``).

    Source: Filesystem Hierarchy Standard 3.0.
    """
    assert isinstance(instruction, Copy | Add)
    destination = instruction.destination
    if destination is None or instruction.from_ is not None or stage is None:
        return
    target = destination.value
    if target in (".", "./"):
        if stage.workdir_before(instruction) not in (None, "/"):
            return
        # Only where the base is known to begin in the root folder.
        from dockerlint_rules.model.images.defaults import is_bare

        if stage.workdir_before(instruction) is None and not is_bare(stage.root.base):
            return
        if stage.root.base.upstream in ("golang", "php"):
            return  # they begin in a folder of their own
    elif target != "/":
        return
    if stage.root.base.is_scratch:
        return
    for word in instruction.sources:
        if word.value in (".", "./", "*", "./*"):
            yield Finding.at(
                word,
                "The whole context lands in /, among the folders of the system. Copy it into a folder of its own.",
            )
            return
