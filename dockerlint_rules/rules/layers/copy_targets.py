"""Rules about the destination of COPY."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Edit, Finding, Fix, Severity
from dockerlint_rules.model.images.defaults import is_bare
from dockerlint_rules.registry.rule import rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.model.stages import Stage
    from dockerlint_rules.syntax.dockerfile.instruction import Word
    from dockerlint_rules.syntax.dockerfile.instructions import Copy


@rule("DF305", severity=Severity.ERROR, aliases=("DL3021",), fix="safe")
def copy_destination_without_slash(copy: Copy) -> Iterator[Finding]:
    """Multi-source COPY destination has no trailing slash.

    Several sources need a directory as destination, and only a trailing slash marks it as a directory. Without it, the
    build fails.

    Bad::

    ```dockerfile
    FROM debian:12
    COPY a.conf b.conf /etc/app
    #                  ^^^^^^^^ '/etc/app' has no trailing slash
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

    How to fix: end the destination with ``/``.

    Fix safety: safe, because the builder accepts nothing else.

    Source: Docker docs, "Dockerfile reference", COPY.
    """
    destination = _destination_of_several(copy)
    if destination is None or _may_be_directory(destination.value):
        return
    target = destination.value
    yield Finding.at(
        destination,
        f"COPY with several sources needs a directory, but '{target}' has no trailing slash, so the build fails. "
        f"Use '{target}/'.",
        fix=_slash_fix(copy, destination),
    )


def _destination_of_several(copy: Copy) -> Word | None:
    """The destination of a COPY with more than one source."""
    return copy.destination if len(copy.sources) > 1 else None


def _may_be_directory(target: str) -> bool:
    """Whether the builder may take a destination for a directory."""
    return (
        not target
        or target in (".", "..")
        or target.endswith(("/", "\\", "/.", "/..", "}"))
        or "$" in target.rpartition("/")[2]
    )


def _slash_fix(copy: Copy, destination: Word) -> Fix | None:
    if destination.text != destination.value or copy.form == "json":
        return None
    return Fix("Add a trailing slash", [Edit.after(destination, "/")], safe=True)


@rule("DF315", severity=Severity.INFO, default=False, aliases=("DL3021",), fix="safe")
def copy_to_implicit_directory(copy: Copy) -> Iterator[Finding]:
    """Multi-source COPY destination is implicitly a directory.

    DF305 reports destinations that fail the build. This rule also reports ``.`` and variables, which work, as hadolint
    does: a trailing slash shows at a glance that the destination is a directory.

    Bad::

    ```dockerfile
    FROM debian:12
    WORKDIR /app
    COPY a.conf b.conf .
    #                  ^ Write './' to show
    ```

    Fixed::

    ```dockerfile
    FROM debian:12
    WORKDIR /app
    COPY a.conf b.conf ./
    ```

    Good::

    ```dockerfile
    FROM debian:12
    WORKDIR /app
    COPY a.conf b.conf ./
    ```

    How to fix: end the destination with ``/``.

    Fix safety: safe, because a destination of several sources can only be a directory.

    Known problems: off by default, because the build works either way.

    Source: docs/hadolint.md, DL3021.
    """
    destination = _destination_of_several(copy)
    if destination is None or destination.value.endswith("/"):
        return
    if any(True for _ in copy_destination_without_slash(copy)):
        return
    from dockerlint_rules.model.variables import expand_known

    stage = copy.stage
    target = destination.value
    if "$" in target and stage is not None:
        target = expand_known(target, stage.scope.before(copy), copy.escape)
    if target.endswith("/"):
        return
    yield Finding.at(
        destination,
        f"COPY with several sources needs a directory. Write '{destination.value}/' to show that it is one.",
        fix=_slash_fix(copy, destination),
        aliases=() if target in (".", "..") or target.endswith(("/.", "/..")) else None,
    )


@rule("DF306", severity=Severity.INFO, aliases=("DL3045",), words=("copy",))
def relative_copy_destination(copy: Copy, stage: Stage | None) -> Iterator[Finding]:
    """COPY destination is relative and no WORKDIR is set.

    The files end up in the root directory, next to the system's own. If a later base image sets a WORKDIR, they end up
    elsewhere.

    Bad::

    ```dockerfile
    FROM debian:12
    COPY app bin/app
    #        ^^^^^^^ 'bin/app' is relative to '/', because no WORKDIR is set
    ```

    Good::

    ```dockerfile
    FROM debian:12
    WORKDIR /opt
    COPY app bin/app
    ```

    How to fix: set a WORKDIR first, or use an absolute path.

    Known problems: only base images without a WORKDIR of their own are reported. Private base images usually set one,
    and an empty image (``scratch``) has nothing else in its root directory. DF316 reports those as well.

    Source: Docker docs, "Dockerfile reference", COPY and WORKDIR.
    """
    destination = _relative_destination(copy, stage)
    if destination is None or stage is None:
        return
    base = stage.root.base
    # golang and php set a WORKDIR. "scratch" is not among the bare images.
    if not is_bare(base) or base.upstream in ("golang", "php"):
        return
    yield Finding.at(
        destination,
        f"COPY destination '{destination.value}' is relative to '/', because no WORKDIR is set. "
        "Set a WORKDIR first, or use an absolute path.",
    )


def _relative_destination(copy: Copy, stage: Stage | None) -> Word | None:
    """The destination of a COPY if it is relative and no WORKDIR precedes it in the file."""
    destination = copy.destination
    if destination is None:
        return None
    target = destination.value.strip("\"'")
    if not target or target.startswith(("/", "$", "\\", "%")) or target[1:2] == ":":
        return None
    for ancestor in stage.lineage() if stage is not None else ():
        first = next(iter(ancestor.of("WORKDIR")), None)
        if first is not None and first.start < copy.start:
            return None
    return destination


@rule("DF316", severity=Severity.INFO, default=False, aliases=("DL3045",))
def copy_to_implicit_workdir(copy: Copy, stage: Stage | None) -> Iterator[Finding]:
    """COPY destination is relative to an implicit WORKDIR.

    The base image decides where the files end up, and a newer base image may decide differently.

    Bad::

    ```dockerfile
    FROM registry.example.com/base:1
    COPY app bin/app
    #        ^^^^^^^ 'bin/app' is relative, but no WORKDIR
    ```

    Good::

    ```dockerfile
    FROM registry.example.com/base:1
    WORKDIR /opt
    COPY app bin/app
    ```

    How to fix: set a WORKDIR first, or use an absolute path.

    Known problems: off by default, because many base images set a WORKDIR for exactly this purpose.

    Source: docs/hadolint.md, DL3045.
    """
    destination = _relative_destination(copy, stage)
    if destination is not None and not any(True for _ in relative_copy_destination(copy, stage)):
        yield Finding.at(
            destination,
            f"'{destination.value}' is relative, but no WORKDIR is set before this COPY. "
            "Set a WORKDIR first, or use an absolute path.",
        )
