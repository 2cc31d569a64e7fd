"""Files that end up in system directories."""

from __future__ import annotations

from dockerlint_rules.findings.finding import Finding, Severity
from dockerlint_rules.registry.rule import rule
from dockerlint_rules.syntax.dockerfile.instructions import Add, Copy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockerlint_rules.model.stages import Stage
    from dockerlint_rules.syntax.dockerfile.instruction import Instruction
    from dockerlint_rules.syntax.dockerfile.instructions import Workdir

_SYSTEM_DIRECTORIES = ("/proc", "/sys", "/dev", "/boot")
# Official images whose WORKDIR is not the root directory.
_IMAGES_WITH_WORKDIR = ("golang", "php")


@rule("DF513", severity=Severity.WARNING)
def workdir_in_system_directory(workdir: Workdir) -> Iterator[Finding]:
    """WORKDIR is a system directory.

    Your files mix with those of the system. In ``/proc``, ``/sys`` and ``/dev`` they are also hidden at run time, when
    the container mounts its own filesystems there.

    Bad::

    ```dockerfile
    FROM debian:12
    WORKDIR /proc
    #       ^^^^^ '/proc' is a system directory
    ```

    Good::

    ```dockerfile
    FROM debian:12
    WORKDIR /app
    ```

    How to fix: use a directory of your own.

    Source: Filesystem Hierarchy Standard 3.0; OCI runtime specification, "Default Filesystems".
    """
    path = workdir.path
    if path is None:
        return
    clean = path.value.rstrip("/")
    if clean in _SYSTEM_DIRECTORIES or clean.startswith(("/proc/", "/sys/")):
        yield Finding.at(
            path,
            f"'{path.value}' is a system directory, so your files may clash with the system's. "
            "Use another directory, such as '/app'.",
        )


@rule("DF514", severity=Severity.INFO, on=("COPY", "ADD"))
def build_context_in_root_directory(
    instruction: Instruction, stage: Stage | None
) -> Iterator[Finding]:
    """Whole build context is copied into the root directory.

    The project's files mix with those of the system. A ``bin``, ``etc`` or ``lib`` directory of the project can
    replace files of the image.

    Bad::

    ```dockerfile
    FROM python:3.13
    COPY . /
    #    ^ The whole build context is copied into the root directory
    ```

    Good::

    ```dockerfile
    FROM python:3.13
    WORKDIR /app
    COPY . .
    ```

    How to fix: copy into a directory of your own, such as ``/app``.

    Known problems: a build context may be laid out like the root directory on purpose. Put such files into a directory
    of their own and copy that (``COPY rootfs/ /``).

    Source: Filesystem Hierarchy Standard 3.0.
    """
    assert isinstance(instruction, Copy | Add)
    destination = instruction.destination
    if destination is None or instruction.from_ is not None or stage is None:
        return
    if not _is_root_directory(destination.value, instruction, stage):
        return
    if stage.root.base.is_scratch:
        return
    for word in instruction.sources:
        if word.value in (".", "./", "*", "./*"):
            yield Finding.at(
                word,
                "The whole build context is copied into the root directory, among the system's files. "
                "Copy it into a directory such as '/app'.",
            )
            return


def _is_root_directory(target: str, instruction: Instruction, stage: Stage) -> bool:
    """Whether a destination is the root directory for certain."""
    if target not in (".", "./"):
        return target == "/"
    workdir = stage.workdir_before(instruction)
    if workdir is not None:
        return workdir == "/"
    # Only base images that are known to start in the root directory.
    from dockerlint_rules.model.images.defaults import is_bare

    base = stage.root.base
    return is_bare(base) and base.upstream not in _IMAGES_WITH_WORKDIR
