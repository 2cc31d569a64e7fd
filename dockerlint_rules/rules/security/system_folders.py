"""Rules about system folders."""

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


_SYSTEM_FOLDERS = ("/proc", "/sys", "/dev", "/boot")


@rule("DF513", severity=Severity.WARNING)
def workdir_in_system_directory(workdir: Workdir) -> Iterator[Finding]:
    """WORKDIR is a system directory.

    Files that are copied there replace or mix with the system's own.

    Bad::

    ```dockerfile
    FROM debian:12
    WORKDIR /proc
    #       ^^^^^
    ```

    Good::

    ```dockerfile
    FROM debian:12
    WORKDIR /app
    ```

    How to fix: use a folder of your own.

    Source: Filesystem Hierarchy Standard 3.0.
    """
    path = workdir.path
    if path is None:
        return
    clean = path.value.rstrip("/")
    if clean in _SYSTEM_FOLDERS or clean.startswith(("/proc/", "/sys/")):
        yield Finding.at(
            path, f"'{path.value}' belongs to the system. Use a folder of your own, such as /app."
        )


@rule("DF514", severity=Severity.INFO, on=("COPY", "ADD"))
def build_context_in_root_directory(
    instruction: Instruction, stage: Stage | None
) -> Iterator[Finding]:
    """Whole build context is copied into the root directory.

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
