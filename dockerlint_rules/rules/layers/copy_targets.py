"""Rules about copy targets."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Edit, Finding, Fix, Severity
from dockerlint_rules.model.images.defaults import is_bare
from dockerlint_rules.registry.rule import rule
from dockerlint_rules.syntax.dockerfile.instructions import Copy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.model.stages import Dockerfile, Stage
    from dockerlint_rules.syntax.dockerfile.instructions import Word


@rule("DF305", severity=Severity.ERROR, aliases=("DL3021",), fix="safe")
def copy_destination_without_slash(copy: Copy) -> Iterator[Finding]:
    """Multi-source COPY destination has no trailing slash.

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
def copy_to_implicit_directory(copy: Copy) -> Iterator[Finding]:
    """Multi-source COPY destination is implicitly a directory.

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
    if not any(True for _ in copy_destination_without_slash(copy)):
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
def relative_copy_destination(copy: Copy, stage: Stage | None) -> Iterator[Finding]:
    """COPY destination is relative and no WORKDIR is set.

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
def copy_to_implicit_workdir(
    copy: Copy, stage: Stage | None, dockerfile: Dockerfile
) -> Iterator[Finding]:
    """COPY destination is relative to an implicit WORKDIR.

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
    if destination is not None and not any(True for _ in relative_copy_destination(copy, stage)):
        yield Finding.at(
            destination,
            f"'{destination.value}' lies below whatever WORKDIR the base image has. Set one first.",
        )
